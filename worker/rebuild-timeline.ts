import type { Client } from '@temporalio/client';
import { defaultSinks, Worker } from '@temporalio/worker';
import { dataConverter } from '../platform/data-converter.ts';
import type { Keys } from '../platform/keys.ts';
import type { Records, RunRow, TimelineBatch } from '../prisma/records/types.ts';
import { timelineSinks } from './timeline-sinks.ts';

/**
 * Rewrites the timeline of a run from Temporal's history: replays each execution of the run, oldest first, and collects what it
 * reports. The result is what an undisturbed worker would have written. Throws when Temporal no longer has the history.
 */
export async function rebuildTimeline(
  client: Client,
  keys: Keys,
  records: Pick<Records, 'timeline' | 'evidence'>,
  run: Pick<RunRow, 'runId' | 'workflowId'>,
  bundlePath: string,
): Promise<void> {
  const batches: TimelineBatch[] = [];
  for (const execution of await executionsOf(client, run.workflowId)) {
    const history = await client.workflow.getHandle(run.workflowId, execution).fetchHistory();
    await Worker.runReplayHistory(
      {
        workflowBundle: { codePath: bundlePath },
        dataConverter: dataConverter(keys, records.evidence),
        sinks: { ...defaultSinks(), ...timelineSinks({ add: (batch) => void batches.push(batch) }) },
        replayName: `rebuild-${run.runId}`,
      },
      history,
      run.workflowId,
    );
  }
  const last = batches.findLast((batch) => batch.run !== undefined)?.run;
  await records.timeline.replace({
    runId: run.runId,
    records: batches.flatMap((batch) => batch.records),
    ...(last === undefined ? {} : { run: last }),
  });
}

/** Temporal run ids of a workflow, first execution first. */
async function executionsOf(client: Client, workflowId: string): Promise<string[]> {
  const ids: string[] = [];
  let next: string | undefined = (await client.workflow.getHandle(workflowId).describe()).runId;
  while (next !== undefined && next !== '') {
    ids.unshift(next);
    const { events } = await client.workflow.getHandle(workflowId, next).fetchHistory();
    const previous: string | null | undefined =
      events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    next = previous ?? undefined;
  }
  return ids;
}
