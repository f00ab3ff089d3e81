import type { Json } from '../../domain/json.ts';
import { standardError } from '../errors.ts';
import type { MachineEvent, MachineState, Plan, RunFacts, Transition } from '../types.ts';
import { closeInside, conclude } from './close.ts';
import { answered } from './commands.ts';
import { failed } from './evaluate.ts';
import { branchEnded } from './fork.ts';
import { answerOf, heard } from './listen.ts';
import { drive, listResumed, loopResumed } from './lists.ts';
import type { Next } from './next.ts';
import { queueEvents } from './rounds.ts';
import { type BodyResult, freshData, machineData, ROOT, type TaskResult, type Wait } from './state.ts';
import { complete, enter, enterWorkflow } from './tasks.ts';
import { handleError, retryDue } from './try.ts';
import { type Interpreter, RunFailure, Turn } from './turn.ts';
/** The parts of the interpreter, for turns. */
export const interpreter: Interpreter = { enter, complete, handleError };

/** Begins a run. `nowMs` is run time in epoch milliseconds. Pure: the same arguments give the same transition. */
export function startMachine(plan: Plan, input: Json, facts: RunFacts, nowMs: number): Transition {
  const data = freshData(input, facts, nowMs);
  const turn = new Turn(interpreter, plan, data, nowMs);
  guarded(turn, () => {
    const result = enterWorkflow(turn, ROOT);
    if (result !== undefined) finishRun(turn, result);
  });
  return turn.transition();
}

/**
 * Tells a run what happened. Events for unknown or closed commands, of the wrong kind, or after the end change nothing. The state given
 * in is not touched; it may have gone through JSON.
 */
export function advanceMachine(plan: Plan, state: MachineState, event: MachineEvent): Transition {
  const unchanged: Transition = { state, commands: [], records: [] };
  if (state.status !== 'running') return unchanged;
  const data = machineData(state);
  if (event.kind === 'cancelRequested') {
    if (data.cancel !== undefined) return unchanged;
    const turn = new Turn(interpreter, plan, data, event.atMs);
    turn.data.cancel = { by: event.by, reason: event.reason };
    guarded(turn, () => {
      const result = conclude(turn, ROOT, { kind: 'cancelled' });
      if (result !== undefined) finishRun(turn, result);
    });
    return turn.transition();
  }
  const wait = Object.hasOwn(data.waits, event.commandId) ? data.waits[event.commandId] : undefined;
  if (wait === undefined || !fits(wait, event)) return unchanged;
  const turn = new Turn(interpreter, plan, data, event.atMs);
  let known = true;
  guarded(turn, () => {
    known = handle(turn, wait, event);
  });
  return known ? turn.transition() : unchanged;
}

type CommandEvent = Exclude<MachineEvent, { kind: 'cancelRequested' }>;

function fits(wait: Wait, event: CommandEvent): boolean {
  switch (wait.role) {
    case 'call':
    case 'chunk':
    case 'drain':
      return event.kind === 'callCompleted' || event.kind === 'callFailed' || event.kind === 'callCancelled';
    case 'event':
      return event.kind === 'eventReceived';
    default:
      return event.kind === 'timerFired';
  }
}

function handle(turn: Turn, wait: Wait, event: CommandEvent): boolean {
  const frame = turn.own(wait.frame);
  const node = turn.node(frame.node);
  let heardOutput: Json | undefined;
  if (event.kind === 'eventReceived') {
    try {
      const what = heard(turn, frame, event.event);
      if (what.kind === 'nothing') return false;
      if (node.kind === 'listen' && node.foreach !== undefined) {
        const isLast = what.kind === 'last';
        if (isLast) {
          turn.closeWait(event.commandId);
          frame.command = undefined;
        }
        goOn(turn, wait.frame, queueEvents(turn, node, wait.frame, what.taken, isLast));
        return true;
      }
      if (what.kind === 'more') return true;
      heardOutput = what.output;
      if (node.kind === 'listen') frame.answer = answerOf(node, frame, event.event);
    } catch (error) {
      turn.closeWait(event.commandId);
      frame.command = undefined;
      deliver(turn, wait.frame, failed(error));
      return true;
    }
  }
  turn.closeWait(event.commandId);
  switch (wait.role) {
    case 'drain':
      rest(turn, wait, event);
      return true;
    case 'timeout': {
      frame.timer = undefined;
      const error = standardError('timeout', node.pointer, 'the time allowed is over');
      deliver(turn, wait.frame, { kind: 'error', error });
      return true;
    }
    case 'attempt': {
      frame.tryTimer = undefined;
      const error = standardError('timeout', node.pointer, 'the time allowed for one try is over');
      const pending = closeInside(turn, wait.frame);
      frame.after = { kind: 'caught', result: { kind: 'error', error } };
      if (pending > 0) frame.draining = pending;
      else rested(turn, wait.frame);
      return true;
    }
    case 'retry':
      if (node.kind === 'try') deliver(turn, wait.frame, retryDue(turn, node, wait.frame));
      return true;
    case 'chunk':
      frame.command = undefined;
      if (node.kind === 'for') goOn(turn, wait.frame, loopResumed(turn, node, wait.frame, event));
      return true;
    default:
      frame.command = undefined;
      deliver(turn, wait.frame, commandResult(turn, wait.frame, event, heardOutput));
      return true;
  }
}

function commandResult(
  turn: Turn,
  frameId: string,
  event: CommandEvent,
  heardOutput: Json | undefined,
): BodyResult {
  const frame = turn.frame(frameId);
  const { pointer } = turn.node(frame.node);
  switch (event.kind) {
    case 'callCompleted':
      if (turn.node(frame.node).outputAs !== undefined) turn.own(frameId).answer = event.output;
      return { kind: 'done', output: answered(turn, frame, event.output) };
    case 'callFailed':
      return { kind: 'error', error: { ...event.error, instance: pointer } };
    case 'callCancelled':
      return {
        kind: 'error',
        error: standardError('runtime', pointer, 'the call was cancelled from outside the run'),
      };
    case 'timerFired':
      return { kind: 'done', output: frame.input };
    case 'eventReceived':
      return { kind: 'done', output: heardOutput ?? null };
  }
}

/** A cancelled call has come to rest: its record tells how; the owner goes on when it was the last. */
function rest(turn: Turn, wait: Wait, event: CommandEvent): void {
  if (wait.rest !== undefined) {
    const { input } = wait.rest;
    if (event.kind === 'callFailed') turn.record(wait.rest, 'failed', { input, error: event.error });
    else if (event.kind === 'callCompleted')
      turn.record(wait.rest, 'completed', { input, output: event.output });
    else if (event.kind === 'callCancelled')
      turn.record(wait.rest, 'cancelled', { input, output: event.output });
  }
  const frame = turn.own(wait.frame);
  frame.draining = (frame.draining ?? 1) - 1;
  if (frame.draining > 0) return;
  frame.draining = undefined;
  rested(turn, wait.frame);
}

function rested(turn: Turn, frameId: string): void {
  const frame = turn.own(frameId);
  const { after } = frame;
  frame.after = undefined;
  if (after === undefined) return;
  if (after.kind === 'conclude') {
    deliver(turn, frameId, after.result);
    return;
  }
  if (after.result.kind !== 'error') return;
  goOn(turn, frameId, handleError(turn, frameId, after.result.error));
}

function goOn(turn: Turn, frameId: string, next: Next): void {
  deliver(turn, frameId, next === 'again' ? drive(turn, frameId) : next);
}

/** The body of a frame has ended (undefined: it waits on): ends the task and goes on upwards as far as possible. */
export function deliver(turn: Turn, frameId: string, result: BodyResult | undefined): void {
  let at = frameId;
  let body = result;
  while (body !== undefined) {
    const { parent, slot } = turn.frame(at);
    const ended: TaskResult | undefined = conclude(turn, at, body);
    if (ended === undefined) return;
    if (parent === '') {
      finishRun(turn, ended);
      return;
    }
    body = slot === undefined ? listResumed(turn, parent, ended) : branchEnded(turn, parent, slot, ended);
    at = parent;
  }
}

function finishRun(turn: Turn, result: TaskResult): void {
  const { cancel } = turn.data;
  if (cancel !== undefined) turn.finish('cancelled', { kind: 'cancelled', ...cancel });
  else if (result.kind === 'error') turn.finish('failed', { kind: 'fail', error: result.error });
  else if (result.kind === 'cancelled') turn.finish('cancelled', { kind: 'cancelled', by: '', reason: '' });
  else turn.finish('completed', { kind: 'complete', output: result.output });
}

/** Runs a part of a turn; a run failure (step budget, nesting) ends the whole run, past every catch. */
export function guarded(turn: Turn, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    const result = conclude(turn, ROOT, { kind: 'error', error: error.error });
    if (result !== undefined) finishRun(turn, result);
  }
}
