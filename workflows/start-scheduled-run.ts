import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import { childOptions, type PreparedRun } from './child-runs.ts';

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
    prepareScheduledRun(call: ScheduledStart): Promise<PreparedRun | null>;
  }>({ taskQueue: 'ops', startToCloseTimeout: '30 seconds' });
  const prepared = await prepareScheduledRun(start);
  if (prepared === null) return { runId: null };
  try {
    await startChild('runFlow', { ...childOptions(prepared), parentClosePolicy: ParentClosePolicy.ABANDON });
  } catch (error) {
    // The schedule fired twice for one day: the run of that day is the answer.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return { runId: prepared.input.context.runId };
}
