import { ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import type { RunFlowInput } from './messages.ts';

/** What a schedule fires: a flow, and the days on which it runs. */
export interface ScheduledStart {
  readonly flowName: string;
  /** `trading-days` of the mainland exchanges, or `office-days`. */
  readonly days: 'trading-days' | 'office-days';
  readonly netZone: string;
}

/**
 * Accepts and starts the run of a schedule. The run's business key is the day, so that a schedule that fires twice makes one run;
 * on other days nothing is started.
 */
export async function startScheduledRun(start: ScheduledStart): Promise<{ readonly runId: string | null }> {
  const { prepareScheduledRun } = proxyActivities<{
    prepareScheduledRun(
      call: ScheduledStart,
    ): Promise<{ readonly workflowId: string; readonly input: RunFlowInput } | null>;
  }>({ taskQueue: 'ops', startToCloseTimeout: '30 seconds' });
  const prepared = await prepareScheduledRun(start);
  if (prepared === null) return { runId: null };
  await startChild('runFlow', {
    workflowId: prepared.workflowId,
    args: [prepared.input],
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });
  return { runId: prepared.input.context.runId };
}
