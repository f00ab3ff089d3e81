import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, proxyActivities, startChild, workflowInfo } from '@temporalio/workflow';
import { childOptions, type PreparedRun } from './child-runs.ts';

/** What a schedule of the engine fires: the trigger that knows the days and the flow. */
export interface ScheduledStart {
  readonly triggerName: string;
  readonly netZone: string;
}

/** A time a trigger fires. */
export interface ScheduledTime extends ScheduledStart {
  /** The time of the schedule, which may lie before the present when it is made up for. Epoch milliseconds. */
  readonly atMs: number;
}

/**
 * Accepts and starts the run of a schedule trigger. The run's business key is the day, so that a schedule that fires twice makes one
 * run; on other days, and while the trigger is paused, nothing is started.
 */
export async function startScheduledRun(start: ScheduledStart): Promise<{ readonly runId: string | null }> {
  const { prepareScheduledRun } = proxyActivities<{
    prepareScheduledRun(call: ScheduledTime): Promise<PreparedRun | null>;
  }>({ taskQueue: 'ops', startToCloseTimeout: '30 seconds' });
  const prepared = await prepareScheduledRun({ ...start, atMs: scheduledAtMs() });
  if (prepared === null) return { runId: null };
  try {
    await startChild('runFlow', { ...childOptions(prepared), parentClosePolicy: ParentClosePolicy.ABANDON });
  } catch (error) {
    // The schedule fired twice for one day: the run of that day is the answer.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return { runId: prepared.input.context.runId };
}

function scheduledAtMs(): number {
  const [at] = (workflowInfo().searchAttributes['TemporalScheduledStartTime'] ?? []) as readonly unknown[];
  return at instanceof Date ? at.getTime() : workflowInfo().startTime.getTime();
}
