import type { Json } from '../../domain/json.ts';
import type { PlanNode } from '../plan.ts';
import { conclude } from './close.ts';
import { startCommand } from './commands.ts';
import { checkSchema, durationMs, failed, fill, holds } from './evaluate.ts';
import { startExtension } from './extension.ts';
import { startFork } from './fork.ts';
import { drive, startLoop } from './lists.ts';
import { raisedError } from './raise.ts';
import type { BodyResult, Frame, RecalledEnd, TaskResult } from './state.ts';
import { startTry } from './try.ts';
import type { Turn } from './turn.ts';
import { childVisit } from './visit.ts';

/**
 * Begins a task. Returns how it ended, or undefined when it is left waiting for an event. Order: `if` on the raw input (a skipped task
 * passes it on and its `then` does not count), input.schema, input.from, the body.
 */
export function enter(
  turn: Turn,
  index: number,
  raw: Json,
  parentId: string,
  slot?: number,
): TaskResult | undefined {
  const node = turn.node(index);
  turn.tick(node.pointer);
  const parent = turn.frame(parentId);
  const frame: Frame = {
    node: index,
    parent: parentId,
    visit: childVisit(turn, parent),
    attempt: parent.phase === 'try' ? (parent.tryAttempt ?? 1) : parent.attempt,
    raw,
    input: raw,
    startedAtMs: turn.nowMs,
  };
  if (slot !== undefined) frame.slot = slot;
  if (parent.deadlineAtMs !== undefined) frame.deadlineAtMs = parent.deadlineAtMs;
  const scope = { frame };
  const known = turn.recall?.reach(turn, node, frame);
  try {
    if (known !== undefined) return completeRecalled(turn, node, frame, known);
    if (node.if !== undefined && !holds(turn, node.if, raw, scope)) {
      turn.record(frame, 'skipped', { input: raw, output: raw });
      return { kind: 'done', output: raw, goTo: 'continue', skipped: true };
    }
    if (node.inputSchema !== undefined) checkSchema(turn, node.inputSchema, raw, scope, 'the input');
    if (node.inputFrom !== undefined) frame.input = fill(turn, node.inputFrom, raw, scope);
    const pure = runPure(turn, node, frame);
    if (pure !== undefined) return complete(turn, frame, pure);
  } catch (error) {
    return complete(turn, frame, failed(error));
  }
  return enterFramed(turn, node, frame);
}

/** Begins a task that may outlive the turn: it gets a frame and, if it has one, its timeout. */
function enterFramed(turn: Turn, node: PlanNode, frame: Frame): TaskResult | undefined {
  turn.checkDepth(frame.parent, node.pointer);
  const frameId = turn.addFrame(frame);
  let result: BodyResult | undefined;
  try {
    startTimeout(turn, node, frameId);
    result = startBody(turn, node, frameId);
  } catch (error) {
    result = failed(error);
  }
  return result === undefined ? undefined : conclude(turn, frameId, result);
}

/** Starts the timer of a task's `timeout`, in the frame of the task. */
export function startTimeout(turn: Turn, node: PlanNode, frameId: string): void {
  if (node.timeout === undefined) return;
  const frame = turn.own(frameId);
  const dueAtMs = turn.nowMs + durationMs(turn, node.timeout, frame.input, { frame });
  frame.deadlineAtMs = Math.min(frame.deadlineAtMs ?? dueAtMs, dueAtMs);
  frame.timer = turn.issue(
    { kind: 'startTimer', step: turn.visitOf(frame), dueAtMs },
    { frame: frameId, role: 'timeout' },
  );
}

/** The body of tasks that need no frame: set, switch, raise. Undefined for all others. */
function runPure(turn: Turn, node: PlanNode, frame: Frame): BodyResult | undefined {
  const scope = { frame };
  switch (node.kind) {
    case 'set':
      return { kind: 'done', output: fill(turn, node.value, frame.input, scope) };
    case 'switch': {
      const match =
        node.cases.find((each) => each.when !== undefined && holds(turn, each.when, frame.input, scope)) ??
        node.cases.find((each) => each.when === undefined);
      return { kind: 'done', output: frame.input, goTo: match?.goTo };
    }
    case 'raise':
      return { kind: 'error', error: raisedError(turn, node, frame) };
    default:
      return undefined;
  }
}

function startBody(turn: Turn, node: PlanNode, frameId: string): BodyResult | undefined {
  switch (node.kind) {
    case 'workflow':
    case 'do':
    case 'inline': {
      const frame = turn.own(frameId);
      frame.list = node.list;
      frame.at = 0;
      frame.laps = 0;
      frame.data =
        node.kind === 'inline' && node.with !== undefined
          ? fill(turn, node.with, frame.input, { frame })
          : frame.input;
      return drive(turn, frameId);
    }
    case 'extended':
      startExtension(turn, node, frameId);
      return drive(turn, frameId);
    case 'for':
      return startLoop(turn, node, frameId);
    case 'fork':
      return startFork(turn, node, frameId);
    case 'try':
      return startTry(turn, node, frameId);
    case 'set':
    case 'switch':
    case 'raise':
      return undefined;
    default:
      return startCommand(turn, node, frameId);
  }
}

/** Begins the workflow itself. */
export function enterWorkflow(turn: Turn, frameId: string): TaskResult | undefined {
  const node = turn.node(0);
  let result: BodyResult | undefined;
  try {
    const frame = turn.own(frameId);
    if (node.inputSchema !== undefined)
      checkSchema(turn, node.inputSchema, frame.raw, { frame }, 'the input of the flow');
    if (node.inputFrom !== undefined) frame.input = fill(turn, node.inputFrom, frame.raw, { frame });
    startTimeout(turn, node, frameId);
    result = startBody(turn, node, frameId);
  } catch (error) {
    result = failed(error);
  }
  return result === undefined ? undefined : conclude(turn, frameId, result);
}

/**
 * Ends a task whose body has ended: output.as, output.schema, export.as (replaces `$context`), export.schema, then the record. `end`
 * passes through untouched, except that the flow's own output.as still applies.
 */
export function complete(turn: Turn, frame: Frame, result: BodyResult): TaskResult {
  const node = turn.node(frame.node);
  const input = frame.arguments ?? frame.input;
  if (result.kind === 'error') {
    turn.record(frame, 'failed', { input, error: result.error });
    return result;
  }
  if (result.kind === 'cancelled') {
    turn.record(frame, 'cancelled', { input });
    return result;
  }
  if (result.kind === 'end' && node.kind !== 'workflow') {
    turn.record(frame, 'completed', { input, output: result.output });
    return result;
  }
  try {
    const isReplaced = node.kind === 'extended' && result.kind === 'done' && result.exited === true;
    const output = transform(turn, isReplaced ? turn.taskOf(node) : node, frame, result.output);
    if (isReplaced) turn.recordReplaced(frame, output);
    else turn.record(frame, 'completed', { input, output, answer: frame.answer });
    const goTo = result.kind === 'done' ? (result.goTo ?? node.goTo ?? 'continue') : 'continue';
    return { kind: 'done', output, goTo };
  } catch (error) {
    return complete(turn, frame, failed(error));
  }
}

/** Ends a task that is not carried out again: its recorded output stands, and what it exports is worked out from that. */
function completeRecalled(turn: Turn, node: PlanNode, frame: Frame, known: RecalledEnd): TaskResult {
  if (known.status === 'failed') return complete(turn, frame, { kind: 'error', error: known.error });
  const { status, output } = known;
  turn.record(frame, status, { output });
  if (status === 'skipped') return { kind: 'done', output, goTo: 'continue', skipped: true };
  if (node.exportAs !== undefined) {
    if (node.inputFrom !== undefined) frame.input = fill(turn, node.inputFrom, frame.raw, { frame });
    exportContext(turn, node, frame, output);
  }
  return { kind: 'done', output, goTo: node.goTo ?? 'continue' };
}

function transform(turn: Turn, node: PlanNode, frame: Frame, rawOutput: Json): Json {
  const scope = { frame };
  const output = node.outputAs === undefined ? rawOutput : fill(turn, node.outputAs, rawOutput, scope);
  if (node.outputSchema !== undefined) checkSchema(turn, node.outputSchema, output, scope, 'the output');
  exportContext(turn, node, frame, output);
  return output;
}

function exportContext(turn: Turn, node: PlanNode, frame: Frame, output: Json): void {
  const scope = { frame };
  if (node.exportAs !== undefined) {
    const context = fill(turn, node.exportAs, output, { frame, extra: { output } });
    if (node.exportSchema !== undefined)
      checkSchema(turn, node.exportSchema, context, scope, 'the exported context');
    turn.data.context = context;
  } else if (node.exportSchema !== undefined) {
    checkSchema(turn, node.exportSchema, turn.data.context, scope, 'the context');
  }
}
