import { FlowFailure, standardError } from '../errors.ts';
import type { NodeOf } from '../plan.ts';
import type { MachineEvent } from '../types.ts';
import { chunkEnded, startChunk } from './chunk.ts';
import { failed, fill, holds } from './evaluate.ts';
import type { BodyResult, TaskResult } from './state.ts';
import { extensionEnded } from './extension.ts';
import { roundEnded } from './rounds.ts';
import { type Next, setList } from './next.ts';
import type { Turn } from './turn.ts';

/** Runs the current list of a frame, and the lists after it, until the body ends or waits. */
export function drive(turn: Turn, frameId: string): BodyResult | undefined {
  for (;;) {
    const ended = runList(turn, frameId);
    if (ended === undefined) return undefined;
    const next = listEnded(turn, frameId, ended);
    if (next !== 'again') return next;
  }
}

/** A child task of a list has ended later: goes on from there. */
export function listResumed(turn: Turn, frameId: string, child: TaskResult): BodyResult | undefined {
  const ended = followThen(turn, frameId, child);
  if (ended === undefined) return drive(turn, frameId);
  const next = listEnded(turn, frameId, ended);
  return next === 'again' ? drive(turn, frameId) : next;
}

function runList(turn: Turn, frameId: string): BodyResult | undefined {
  for (;;) {
    const frame = turn.frame(frameId);
    const list = turn.root.lists[frame.list ?? -1];
    const item = list?.items[frame.at ?? 0];
    const data = frame.data ?? null;
    if (item === undefined) return { kind: 'done', output: data };
    const child = turn.interpreter.enter(turn, item, data, frameId);
    if (child === undefined) return undefined;
    const ended = followThen(turn, frameId, child);
    if (ended !== undefined) return ended;
  }
}

/** Applies the directive of a task that has ended. Undefined: the list goes on. */
function followThen(turn: Turn, frameId: string, child: TaskResult): BodyResult | undefined {
  if (child.kind !== 'done') return child;
  const frame = turn.own(frameId);
  frame.data = child.output;
  // The task inside an extension decides for the place it stands in, not for the list it has to itself.
  if (frame.phase === 'body') return { kind: 'done', output: child.output, goTo: child.goTo };
  const at = frame.at ?? 0;
  switch (child.goTo) {
    case 'continue':
      frame.at = at + 1;
      return undefined;
    case 'exit':
      return { kind: 'done', output: child.output, exited: true };
    case 'end':
      return { kind: 'end', output: child.output };
    default: {
      const list = turn.root.lists[frame.list ?? -1];
      const target =
        list !== undefined && Object.hasOwn(list.names, child.goTo) ? list.names[child.goTo] : undefined;
      if (target === undefined) {
        const { pointer } = turn.node(frame.node);
        return {
          kind: 'error',
          error: standardError('configuration', pointer, `there is no task ${child.goTo} to go to`),
        };
      }
      if (target <= at) frame.laps = (frame.laps ?? 0) + 1;
      frame.at = target;
      return undefined;
    }
  }
}

function listEnded(turn: Turn, frameId: string, ended: BodyResult): Next {
  const frame = turn.own(frameId);
  const node = turn.node(frame.node);
  if (node.kind === 'for') {
    if (ended.kind !== 'done') return ended;
    frame.index = (frame.index ?? 0) + 1;
    frame.data = ended.output;
    return nextIteration(turn, node, frameId);
  }
  if (node.kind === 'extended') return extensionEnded(turn, node, frameId, ended);
  if (node.kind === 'listen') return roundEnded(turn, node, frameId, ended);
  if (node.kind !== 'try' || ended.kind === 'end') return ended;
  if (frame.phase === 'catch') return ended.kind === 'done' ? { ...ended, goTo: node.catch.goTo } : ended;
  return ended.kind === 'error' ? turn.interpreter.handleError(turn, frameId, ended.error) : ended;
}

/** Begins a loop: the collection is read once, from the loop's input; each round works on the output of the round before. */
export function startLoop(turn: Turn, node: NodeOf<'for'>, frameId: string): BodyResult | undefined {
  const frame = turn.own(frameId);
  const items = fill(turn, node.in, frame.input, { frame });
  if (!Array.isArray(items)) {
    throw new FlowFailure(standardError('expression', node.pointer, 'for.in does not give an array'));
  }
  frame.items = items;
  frame.index = 0;
  frame.data = frame.input;
  const next = nextIteration(turn, node, frameId);
  return next === 'again' ? drive(turn, frameId) : next;
}

/** A chunk of rounds has ended: the loop goes on after it. */
export function loopResumed(
  turn: Turn,
  node: NodeOf<'for'>,
  frameId: string,
  event: Exclude<MachineEvent, { kind: 'cancelRequested' }>,
): Next {
  const ended = chunkEnded(turn, node, frameId, event);
  return ended === 'again' ? nextIteration(turn, node, frameId) : ended;
}

function nextIteration(turn: Turn, node: NodeOf<'for'>, frameId: string): Next {
  const frame = turn.own(frameId);
  const index = frame.index ?? 0;
  const data = frame.data ?? null;
  turn.tick(node.pointer);
  if (index >= (frame.items?.length ?? 0)) return { kind: 'done', output: data };
  if (startChunk(turn, node, frameId)) return undefined;
  frame.vars = { [node.each]: frame.items?.[index] ?? null, [node.at]: index };
  try {
    if (node.while !== undefined && !holds(turn, node.while, data, { frame }))
      return { kind: 'done', output: data };
  } catch (error) {
    return failed(error);
  }
  setList(turn, frameId, node.list, data);
  return 'again';
}
