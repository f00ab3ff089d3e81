import type { Json } from '../../domain/json.ts';
import type { NodeOf } from '../plan.ts';
import { holds } from './evaluate.ts';
import { type Next, setList } from './next.ts';
import type { BodyResult } from './state.ts';
import type { Turn } from './turn.ts';

type ExtendedNode = NodeOf<'extended'>;

/**
 * Begins a task with an extension around it. `when` is asked once, on the raw input of the task. The tasks of `before` and `after` run
 * beside the data: what they give is dropped, unless `before` is left by `exit`: then that output stands for what the task would have
 * given, its `output` and `export` apply, and neither the task nor `after` runs. Which list runs first is set up here; the caller drives it.
 */
export function startExtension(turn: Turn, node: ExtendedNode, frameId: string): void {
  const frame = turn.own(frameId);
  const applies = node.when === undefined || holds(turn, node.when, frame.input, { frame });
  frame.index = applies ? 1 : 0;
  if (applies && node.before !== undefined) {
    frame.phase = 'before';
    setList(turn, frameId, node.before, frame.input);
  } else beginBody(turn, node, frameId);
}

function beginBody(turn: Turn, node: ExtendedNode, frameId: string): void {
  const frame = turn.own(frameId);
  frame.phase = 'body';
  setList(turn, frameId, node.list, frame.input);
}

/** What follows a list of an extension. An error in `before` or `after` is an error of the task. */
export function extensionEnded(turn: Turn, node: ExtendedNode, frameId: string, ended: BodyResult): Next {
  if (ended.kind !== 'done') return ended;
  const frame = turn.own(frameId);
  if (frame.phase === 'before') {
    if (ended.exited === true) return ended;
    beginBody(turn, node, frameId);
    return 'again';
  }
  if (frame.phase === 'body') {
    if (frame.index !== 1 || node.after === undefined) return ended;
    frame.phase = 'after';
    frame.results = [ended.output, ended.goTo ?? 'continue'];
    setList(turn, frameId, node.after, ended.output);
    return 'again';
  }
  const [output = null, goTo]: Json[] = frame.results ?? [];
  return { kind: 'done', output, ...(typeof goTo === 'string' ? { goTo } : {}) };
}
