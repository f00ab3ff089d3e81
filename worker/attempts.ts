import type { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Records } from '../prisma/records/types.ts';
import type { CallContext } from '../steps/define-step.ts';
import { requireResultFits } from './result-limit.ts';

/** What the interceptor writes to. */
export interface AttemptDeps {
  readonly records: Pick<Records, 'timeline'>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Name of this worker process. */
  readonly worker: string;
}

/**
 * Measures every activity attempt and records those that show trouble: a repeat, or an attempt that did not succeed. The first
 * successful attempt needs no row of its own; the timeline already tells it. A result larger than a run may take is trouble too.
 */
export class AttemptInterceptor implements ActivityInboundCallsInterceptor {
  private readonly deps: AttemptDeps;
  private readonly context: Context;

  constructor(context: Context, deps: AttemptDeps) {
    this.context = context;
    this.deps = deps;
  }

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const startedAt = new Date();
    try {
      const output = await next(input);
      requireResultFits(output, callContextOf(input.args[0])?.pointer ?? '');
      await this.note(input, startedAt, 'completed', null);
      return output;
    } catch (error) {
      const outcome = error instanceof CancelledFailure ? 'cancelled' : 'failed';
      await this.note(input, startedAt, outcome, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  private async note(
    input: ActivityExecuteInput,
    startedAt: Date,
    outcome: string,
    message: string | null,
  ): Promise<void> {
    const { activityType, attempt } = this.context.info;
    const endedAt = new Date();
    this.deps.metrics.activitySeconds.observe(
      { activity: activityType, outcome },
      (endedAt.getTime() - startedAt.getTime()) / 1000,
    );
    const call = callContextOf(input.args[0]);
    if (call === undefined || (attempt === 1 && outcome === 'completed')) return;
    const row = {
      runId: call.runId,
      commandId: call.commandId,
      attempt,
      worker: this.deps.worker,
      outcome,
      startedAt,
      endedAt,
      message,
    };
    await this.deps.records.timeline.recordAttempt(row).catch((error: unknown) => {
      this.deps.log.warn({ err: error, runId: call.runId, stepId: call.pointer }, 'attempt not recorded');
    });
  }
}

function callContextOf(argument: unknown): CallContext | undefined {
  if (typeof argument !== 'object' || argument === null || !('context' in argument)) return undefined;
  const { context } = argument as { context: CallContext | undefined };
  return typeof context?.runId === 'string' ? context : undefined;
}
