import type { Json } from '../../domain/json.ts';
import type { NodeOf } from '../plan.ts';
import type { BodyResult, TaskResult } from './state.ts';
import type { Turn } from './turn.ts';

/** Begins all branches in declared order, each with the fork's input. A race that is won at once begins no further branch. */
export function startFork(turn: Turn, node: NodeOf<'fork'>, frameId: string): BodyResult | undefined {
  const frame = turn.own(frameId);
  frame.left = node.branches.length;
  if (!node.compete) frame.results = node.branches.map(() => null);
  if (node.branches.length === 0) return { kind: 'done', output: node.compete ? frame.input : [] };
  for (const [slot, branch] of node.branches.entries()) {
    const child = turn.interpreter.enter(turn, branch, frame.input, frameId, slot);
    if (child === undefined) continue;
    const ended = branchEnded(turn, frameId, slot, child);
    if (ended !== undefined) return ended;
  }
  return undefined;
}

/**
 * A branch has ended. Undefined: the fork goes on. All: the first error ends the fork; the output is an array in declared order.
 * Compete: the first branch that completes wins; failed and skipped ones only drop out, and when none is left the last error counts.
 */
export function branchEnded(
  turn: Turn,
  frameId: string,
  slot: number,
  child: TaskResult,
): BodyResult | undefined {
  const frame = turn.own(frameId);
  const node = turn.node(frame.node);
  if (child.kind === 'end' || child.kind === 'cancelled') return child;
  if (child.kind === 'done' && child.goTo === 'end') return { kind: 'end', output: child.output };
  frame.left = (frame.left ?? 1) - 1;
  if (node.kind === 'fork' && node.compete) {
    if (child.kind === 'done' && child.skipped !== true) return { kind: 'done', output: child.output };
    if (child.kind === 'error') frame.error = child.error;
    if (frame.left > 0) return undefined;
    return frame.error === undefined
      ? { kind: 'done', output: frame.input }
      : { kind: 'error', error: frame.error };
  }
  if (child.kind === 'error') return child;
  const results: Json[] = frame.results ?? [];
  results[slot] = child.output;
  return frame.left > 0 ? undefined : { kind: 'done', output: results };
}
