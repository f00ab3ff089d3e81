import { isJsonObject, type Json } from '../domain/json.ts';
import { expressionRevision } from './expression/index.ts';
import { advanceMachine, startMachine } from './machine/machine.ts';
import { restartMachine } from './machine/restart.ts';
import type { RestartStart } from './restart/types.ts';
import type {
  Command,
  FlowError,
  MachineEvent,
  MachineState,
  Plan,
  RunFacts,
  StepRecord,
  StepStatus,
} from './types.ts';

/** A command that rehearsal must answer: calls, sub-flows, emitted events, awaited events. */
export type AskedCommand = Extract<
  Command,
  { kind: 'callFunction' | 'runWorkflow' | 'emitEvent' | 'awaitEvent' }
>;

/**
 * Answer to a command: an output, an error, or undefined to leave it waiting. `afterMs` is how long it took in virtual time. A listen
 * task is answered with an event or an array of events, offered in their order.
 */
export type Answer =
  | { readonly output: Json; readonly afterMs?: number }
  | { readonly error: FlowError; readonly afterMs?: number }
  | undefined;

/** How a rehearsal is carried out. */
export interface RehearsalOptions {
  /** Stands in for the world. An awaited event is answered with the event as output. Emitted events answer themselves when undefined. */
  readonly answer: (command: AskedCommand, nowMs: number) => Answer | Promise<Answer>;
  /** Virtual time at the start, epoch ms. */
  readonly startAtMs: number;
  readonly facts?: RunFacts;
  /** Bound on the events handed to the machine; default 10,000. */
  readonly maxSteps?: number;
  /** Begins at a step of the plan instead, with what an earlier run left there. */
  readonly restart?: RestartStart;
  /** Sees the state after every turn and what the turn recorded. */
  readonly onTurn?: (state: MachineState, records: readonly StepRecord[]) => void;
}

/** One ended or waiting step, in order. */
export interface TraceLine {
  /** JSON pointer of the step. */
  readonly step: string;
  readonly status: StepStatus;
  readonly input: Json;
  readonly output: Json;
  readonly error?: FlowError;
}

/** How a rehearsal ended. `waiting` = commands are left that nobody answers, or the bound was reached. */
export interface Rehearsal {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'waiting';
  readonly output: Json;
  readonly error: FlowError | null;
  readonly trace: readonly TraceLine[];
  readonly records: readonly StepRecord[];
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly event: MachineEvent;
}

/** Runs a plan on the pure machine with virtual time: answers and timers arrive in order of time, equal times in order of issue. */
export async function rehearse(plan: Plan, input: Json, options: RehearsalOptions): Promise<Rehearsal> {
  const facts = options.facts ?? {
    runId: 'rehearsal',
    startedAtMs: options.startAtMs,
    engineVersion: 'rehearsal',
    expressions: expressionRevision,
  };
  const records: StepRecord[] = [];
  let pending: Due[] = [];
  let order = 0;
  let nowMs = options.startAtMs;
  // Every call is asked for by itself: each has an answer and a line of its own.
  const own = { ...facts, hasChunks: false };
  let turn =
    options.restart === undefined
      ? startMachine(plan, input, own, nowMs)
      : restartMachine(plan, input, options.restart, own, nowMs);
  for (let step = 0; ; step += 1) {
    for (const record of turn.records) records.push(record);
    options.onTurn?.(turn.state, turn.records);
    for (const command of turn.commands) {
      if (command.kind === 'complete') return ended('completed', command.output, null, records);
      if (command.kind === 'fail') return ended('failed', null, command.error, records);
      if (command.kind === 'cancelled') return ended('cancelled', null, null, records);
      if (command.kind === 'callItems') throw new Error('a rehearsal has no chunks');
      order += 1;
      if (command.kind === 'cancel') {
        pending = pending.filter(
          (due) => !('commandId' in due.event) || due.event.commandId !== command.commandId,
        );
        pending.push({
          atMs: nowMs,
          order,
          event: { kind: 'callCancelled', commandId: command.commandId, atMs: nowMs },
        });
      } else {
        for (const due of await dueOf(command, nowMs, options)) pending.push({ ...due, order });
      }
    }
    const next = pending.reduce<Due | undefined>(
      (best, due) => (best === undefined || isBefore(due, best) ? due : best),
      undefined,
    );
    if (next === undefined || step >= (options.maxSteps ?? 10_000))
      return ended('waiting', null, null, records);
    pending = pending.filter((due) => due !== next);
    nowMs = Math.max(nowMs, next.atMs);
    turn = advanceMachine(plan, turn.state, { ...next.event, atMs: nowMs });
  }
}

function isBefore(left: Due, right: Due): boolean {
  return left.atMs === right.atMs ? left.order < right.order : left.atMs < right.atMs;
}

async function dueOf(
  command: AskedCommand | Extract<Command, { kind: 'startTimer' }>,
  nowMs: number,
  options: RehearsalOptions,
): Promise<Omit<Due, 'order'>[]> {
  const { commandId } = command;
  if (command.kind === 'startTimer') {
    const atMs = Math.max(nowMs, command.dueAtMs);
    return [{ atMs, event: { kind: 'timerFired', commandId, atMs } }];
  }
  // Its run goes on as soon as it is under way, and never hears what became of it.
  if (command.kind === 'callFunction' && command.isDetached === true)
    return [{ atMs: nowMs, event: { kind: 'callCompleted', commandId, output: null, atMs: nowMs } }];
  const answer =
    (await options.answer(command, nowMs)) ??
    (command.kind === 'emitEvent' ? { output: command.event } : undefined);
  if (answer === undefined) return [];
  const atMs = nowMs + (answer.afterMs ?? 0);
  if ('error' in answer)
    return [{ atMs, event: { kind: 'callFailed', commandId, error: answer.error, atMs } }];
  if (command.kind !== 'awaitEvent')
    return [{ atMs, event: { kind: 'callCompleted', commandId, output: answer.output, atMs } }];
  const events = Array.isArray(answer.output) ? answer.output : [answer.output];
  return events
    .filter(isJsonObject)
    .map((event) => ({ atMs, event: { kind: 'eventReceived', commandId, event, atMs } }));
}

function ended(
  status: Rehearsal['status'],
  output: Json,
  error: FlowError | null,
  records: readonly StepRecord[],
): Rehearsal {
  return { status, output, error, trace: traceOf(records), records };
}

/** One line per step run: its final record, or the last one when it never ended, in the order the steps ended. */
function traceOf(records: readonly StepRecord[]): TraceLine[] {
  const last = new Map<string, StepRecord>();
  for (const record of records) {
    const key = `${record.step.pointer} ${record.step.visit} ${record.step.attempt}`;
    last.delete(key);
    last.set(key, record);
  }
  return [...last.values()].map((record) => ({
    step: record.step.pointer,
    status: record.status,
    input: record.input ?? null,
    output: record.output ?? null,
    ...(record.error === undefined ? {} : { error: record.error }),
  }));
}
