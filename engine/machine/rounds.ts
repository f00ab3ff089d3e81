import type { Json } from '../../domain/json.ts';
import type { ListenRounds, NodeOf } from '../plan.ts';
import { failed, fill } from './evaluate.ts';
import { type Next, setList } from './next.ts';
import type { BodyResult } from './state.ts';
import type { Turn } from './turn.ts';

type ListenNode = NodeOf<'listen'>;

/**
 * Takes events into the queue of a listen task with rounds, and begins a round when none is running. `isLast`: no more can come. What
 * follows is told as for the end of a list: `again` when a round is set up, the output when all is done, undefined to wait.
 */
export function queueEvents(
  turn: Turn,
  node: ListenNode,
  frameId: string,
  taken: readonly Json[],
  isLast: boolean,
): Next {
  const frame = turn.own(frameId);
  frame.queue = [...(frame.queue ?? []), ...taken];
  if (isLast) frame.isHeardOut = true;
  return frame.list === undefined ? nextRound(turn, node, frameId) : undefined;
}

/** A round has ended: its output is transformed and kept, and the next event is taken from the queue. */
export function roundEnded(turn: Turn, node: ListenNode, frameId: string, ended: BodyResult): Next {
  const { foreach } = node;
  if (ended.kind !== 'done' || foreach === undefined) return ended;
  const frame = turn.own(frameId);
  try {
    closeRound(turn, foreach, frameId, ended.output);
  } catch (error) {
    return failed(error);
  }
  frame.list = undefined;
  return nextRound(turn, node, frameId);
}

function closeRound(turn: Turn, foreach: ListenRounds, frameId: string, raw: Json): void {
  const frame = turn.own(frameId);
  const scope = { frame };
  const output = foreach.outputAs === undefined ? raw : fill(turn, foreach.outputAs, raw, scope);
  if (foreach.exportAs !== undefined)
    turn.data.context = fill(turn, foreach.exportAs, output, { frame, extra: { output } });
  frame.results = [...(frame.results ?? []), output];
  frame.index = (frame.index ?? 0) + 1;
}

function nextRound(turn: Turn, node: ListenNode, frameId: string): Next {
  const { foreach } = node;
  if (foreach === undefined) return undefined;
  for (;;) {
    const frame = turn.own(frameId);
    const [event, ...rest] = frame.queue ?? [];
    if (event === undefined)
      return frame.isHeardOut === true ? { kind: 'done', output: frame.results ?? [] } : undefined;
    turn.tick(node.pointer);
    frame.queue = rest;
    frame.vars = { [foreach.item]: event, [foreach.at]: frame.index ?? 0 };
    if (foreach.list !== undefined) {
      setList(turn, frameId, foreach.list, event);
      return 'again';
    }
    try {
      closeRound(turn, foreach, frameId, event);
    } catch (error) {
      return failed(error);
    }
  }
}
