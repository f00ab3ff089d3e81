import { activityInfo, CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityTask } from './network-deps.ts';

/** The running Temporal activity as network activities see it. `worker` names this process: `hostname/pid` is a good one. */
export function temporalTask(worker: string): ActivityTask {
  const context = Context.current();
  const info = activityInfo();
  return {
    heartbeat: (details) => context.heartbeat(details),
    signal: context.cancellationSignal,
    attempt: info.attempt,
    worker,
    failure: (error, retryable) =>
      ApplicationFailure.create({
        type: error.type,
        message: error.detail === undefined ? error.title : `${error.title}: ${error.detail}`,
        nonRetryable: !retryable,
        details: [error],
      }),
    cancelled: (message, details) => new CancelledFailure(message, [details]),
  };
}
