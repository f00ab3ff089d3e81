import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { standardError } from '../../engine/index.ts';
import type { ChunkResult, FlowError, StepRecord } from '../../engine/types.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { ChunkCall, StepCall } from '../../steps/define-step.ts';

/** What carrying out many calls stands on. `steps` are the activities of the same worker by name. */
export interface ItemActivityDeps {
  readonly timeline: Pick<Records['timeline'], 'write'>;
  readonly steps: Readonly<Record<string, unknown>>;
  readonly clock: () => number;
}

/** How often a chunk says how far it is; well below the shortest time a step may take. */
const BEAT_MS = 1_000;

type StepActivity = (call: StepCall<Json>) => Promise<Json>;

/**
 * Carries out calls of a loop one after the other, up to the first that fails. What came of each goes to the timeline in PostgreSQL, not
 * into the history of the run. A repeat after a crash goes on where the last heartbeat stood; each call has the identity it would have
 * had alone, so one that is repeated finds its effect done.
 */
export function createItemActivities(deps: ItemActivityDeps): {
  readonly callItems: (call: ChunkCall) => Promise<ChunkResult>;
} {
  return {
    async callItems(call) {
      const { info } = Context.current();
      const reached: unknown = info.heartbeatDetails;
      const chunk = new Chunk(deps, call, info.attempt);
      return chunk.run(typeof reached === 'number' ? Math.min(reached, call.items.length - 1) : 0);
    },
  };
}

class Chunk {
  private readonly deps: ItemActivityDeps;
  private readonly call: ChunkCall;
  private readonly step: StepActivity;
  private readonly attempt: number;
  private lines: StepRecord[] = [];
  private beatAtMs: number;

  constructor(deps: ItemActivityDeps, call: ChunkCall, attempt: number) {
    const step = deps.steps[call.activity];
    if (typeof step !== 'function')
      throw ApplicationFailure.create({ message: `no activity ${call.activity}`, nonRetryable: true });
    this.deps = deps;
    this.call = call;
    this.step = step as StepActivity;
    this.attempt = attempt;
    this.beatAtMs = deps.clock();
  }

  async run(from: number): Promise<ChunkResult> {
    let output: Json = null;
    for (let at = from; at < this.call.items.length; at += 1) {
      const startedAtMs = this.deps.clock();
      try {
        output = await this.one(at);
        this.note(at, startedAtMs, { status: 'completed', output });
      } catch (thrown) {
        const error = thrown instanceof CancelledFailure ? undefined : this.lastingError(thrown);
        if (thrown instanceof CancelledFailure) this.note(at, startedAtMs, { status: 'cancelled' });
        else if (error !== undefined) this.note(at, startedAtMs, { status: 'failed', error });
        await this.write();
        Context.current().heartbeat(at);
        if (error === undefined) throw thrown;
        return { done: at, output, error };
      }
    }
    await this.write();
    return { done: this.call.items.length, output };
  }

  private async one(at: number): Promise<Json> {
    const current = Context.current();
    if (current.cancellationSignal.aborted) await current.cancelled;
    const nowMs = this.deps.clock();
    if (nowMs - this.beatAtMs >= BEAT_MS) {
      this.beatAtMs = nowMs;
      // The lines come first: where the next attempt goes on, everything before is told.
      await this.write();
      current.heartbeat(at);
    }
    const { context, items } = this.call;
    const { visit = context.visit, input = null } = items[at] ?? {};
    return this.step({ context: { ...context, visit, commandId: `${context.commandId}.${at}` }, input });
  }

  /** The error the flow hears of; undefined when another attempt may mend it. */
  private lastingError(thrown: unknown): FlowError | undefined {
    const { maximumAttempts, context } = this.call;
    const isLast = maximumAttempts > 0 && this.attempt >= maximumAttempts;
    const isFinal = thrown instanceof ApplicationFailure && thrown.nonRetryable === true;
    if (!isFinal && !isLast) return undefined;
    const told = thrown instanceof ApplicationFailure ? thrown.details?.[0] : undefined;
    if (isFlowError(told)) return told;
    return standardError(
      'runtime',
      context.pointer,
      thrown instanceof Error ? thrown.message : 'the step failed',
    );
  }

  private note(
    at: number,
    startedAtMs: number,
    end: Pick<StepRecord, 'status'> & Partial<Pick<StepRecord, 'output' | 'error'>>,
  ): void {
    const { context, sequence, stepName, items } = this.call;
    const { visit = context.visit, input = null } = items[at] ?? {};
    this.lines.push({
      sequence: sequence + at,
      step: { pointer: context.pointer, name: stepName, visit, attempt: context.attempt },
      task: 'call',
      function: this.call.function,
      atMs: this.deps.clock(),
      startedAtMs,
      input,
      ...end,
    });
  }

  private async write(): Promise<void> {
    const records = this.lines;
    this.lines = [];
    if (records.length === 0 || !this.call.isTimelineOn) return;
    await this.deps.timeline.write([{ runId: this.call.context.runId, records }]);
  }
}

function isFlowError(value: unknown): value is FlowError {
  return (
    isJsonObject(value) &&
    typeof value['type'] === 'string' &&
    typeof value['status'] === 'number' &&
    typeof value['title'] === 'string'
  );
}
