import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Keys } from '../platform/keys.ts';
import type { Logger } from '../platform/log.ts';
import type { Records, RunRow } from '../prisma/records/types.ts';
import { rebuildTimeline } from './rebuild-timeline.ts';

const PAGE = 100;
/** A run that ended less than this ago may still have its last lines on the way. */
const SETTLE_MS = 10_000;

/** What healing stands on. */
export interface HealDeps {
  readonly client: Client;
  readonly keys: Keys;
  readonly records: Records;
  readonly log: Logger;
  readonly bundlePath: string;
  readonly clock: () => number;
}

/**
 * Finds runs that our rows call alive but that Temporal has closed (a crash took their last lines) and rebuilds their timeline
 * from history. Returns how many were rebuilt.
 */
export async function healRuns(deps: HealDeps): Promise<number> {
  let healed = 0;
  for (const status of ['running', 'waiting'] as const) {
    let cursor: string | undefined;
    do {
      const page = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const { items, next } = await deps.records.runs.list({ status }, page);
      for (const run of items) if (await healRun(deps, run)) healed += 1;
      cursor = next;
    } while (cursor !== undefined);
  }
  return healed;
}

/** A run that cannot be healed (its history does not replay) is logged and must not keep the others from it. */
async function healRun(deps: HealDeps, run: RunRow): Promise<boolean> {
  const { runId } = run;
  try {
    if (!(await isClosed(deps, run))) return false;
    await rebuildTimeline(deps.client, deps.keys, deps.records, run, deps.bundlePath);
    deps.log.warn({ runId }, 'timeline rebuilt from history');
    return true;
  } catch (error) {
    deps.log.error({ err: error, runId }, 'timeline could not be rebuilt');
    return false;
  }
}

async function isClosed({ client, clock, log }: HealDeps, run: RunRow): Promise<boolean> {
  try {
    const { status, closeTime } = await client.workflow.getHandle(run.workflowId).describe();
    return status.name !== 'RUNNING' && closeTime !== undefined && closeTime.getTime() < clock() - SETTLE_MS;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    log.warn({ runId: run.runId }, 'Temporal does not know this run');
    return false;
  }
}
