import { contentHash, isJsonObject, type Json } from '../domain/json.ts';
import {
  type RecordedApproval,
  type RecordedStep,
  type RestartPoint,
  restartPoints,
  type StepKey,
} from '../engine/restart/index.ts';
import type { FlowVersionRow, Records, RunRow } from '../prisma/records/types.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiProblem, notFound } from './problem.ts';
import { type EarlierEffect, earlierEffects } from './restart-effects.ts';
import { wholeValue } from './whole-value.ts';

/** A run with everything that decides where it can be restarted. */
export interface Restartable {
  readonly run: RunRow;
  /** The version that is to run. */
  readonly version: FlowVersionRow;
  readonly points: readonly RestartPoint[];
  readonly effects: readonly EarlierEffect[];
  /** Lines of the timeline that the run, or one before it, has carried out. */
  readonly ran: readonly StepKey[];
}

/** Bytes of large outputs that are fetched to look for restart points; what lies beyond counts as missing. */
const OUTPUT_BYTES = 16 * 1024 * 1024;
const ENDED = new Set<RunRow['status']>(['completed', 'failed', 'cancelled']);
/** Business keys of sub-flows begin with the run that started them. */
const OUTER_RUN = /^([0-9a-f]{8}-[0-9a-f-]{27})\//;

/**
 * Gathers what is on record of a run and works out its restart points, on the version that ran or another of the same flow. Throws 404
 * for a run or version that does not exist, 409 for a run that has not ended, and for a sub-flow, whose outer run is to be restarted.
 */
export async function findRestartable(
  deps: Pick<AppDependencies, 'records'>,
  runId: string,
  versionName: string | undefined,
): Promise<Restartable> {
  const { records } = deps;
  const run = await records.runs.find(runId);
  if (run === undefined) throw notFound('run', runId);
  await refuseUnfit(records, run);
  const ran = await records.flows.byId(run.flowVersionId);
  const version = versionName === undefined ? ran : await records.flows.find(run.flowName, versionName);
  if (ran === undefined || version === undefined)
    throw notFound('flow', `${run.flowName} ${versionName ?? run.flowVersion}`);
  const steps = await recordedSteps(records, runId);
  const points = restartPoints({
    runId,
    input: run.input,
    ran: ran.plan,
    next: version.plan,
    steps,
    approvals: await recordedApprovals(records, steps),
  });
  const effects = await earlierEffects(records, await records.restarts.family(runId));
  const carriedOut = steps.filter(({ status }) => status !== 'skipped');
  return { run, version, points, effects, ran: carriedOut };
}

async function refuseUnfit(records: Records, run: RunRow): Promise<void> {
  if (!ENDED.has(run.status))
    throw new ApiProblem(
      409,
      'run-going-on',
      `The run is ${run.status}; only a run that has ended can be restarted. Cancel it first.`,
    );
  const outerId = OUTER_RUN.exec(run.businessKey)?.[1];
  const outer = outerId === undefined ? undefined : await records.runs.find(outerId);
  if (outer !== undefined)
    throw new ApiProblem(
      409,
      'restart-outer-run',
      `The run is a part of run ${outer.runId} (${outer.flowName}); restart that one.`,
      { members: { runId: outer.runId } },
    );
}

async function recordedSteps(records: Records, runId: string): Promise<RecordedStep[]> {
  const steps: RecordedStep[] = [];
  let left = OUTPUT_BYTES;
  for (const row of await records.restarts.steps(runId)) {
    const { value: output, bytes } = await wholeValue(records, row.output, left);
    left -= bytes;
    const { pointer, name, visit, attempt, task, status, error, sequence, lastSequence } = row;
    steps.push({
      sequence,
      lastSequence,
      pointer,
      name,
      visit,
      attempt,
      task,
      function: row.function,
      status,
      error,
      startedAtMs: row.startedAt.getTime(),
      endedAtMs: row.endedAt?.getTime() ?? null,
      ...(output === undefined ? {} : { output }),
    });
  }
  return steps;
}

async function recordedApprovals(
  records: Records,
  steps: readonly RecordedStep[],
): Promise<ReadonlyMap<string, RecordedApproval>> {
  const approvals = new Map<string, RecordedApproval>();
  for (const { output } of steps) {
    const approvalId = isJsonObject(output ?? null)
      ? (output as { approvalId?: Json }).approvalId
      : undefined;
    if (typeof approvalId !== 'string' || approvals.has(approvalId)) continue;
    const row = await records.approvals.find(approvalId);
    const asked = row === undefined ? undefined : await records.runs.find(row.runId);
    if (row === undefined || asked === undefined) continue;
    approvals.set(approvalId, {
      status: row.status,
      contentHash: row.contentHash,
      planHash: asked.planHash,
      isIntact: contentHash(row.content) === row.contentHash,
    });
  }
  return approvals;
}
