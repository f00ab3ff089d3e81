import type { PlanNode, PlanRoot } from '../plan.ts';
import { nodesBefore, type Place, placesOf } from './places.ts';
import type { StepKey } from './types.ts';

/**
 * The name of the first step before a place that another version has otherwise: other name, position or kind, one more or one less.
 * Undefined when the recorded results of `ran` fit `next` up to there.
 */
export function differsBefore(
  ran: PlanRoot,
  next: PlanRoot,
  place: Place,
  kept: readonly StepKey[],
): string | undefined {
  const earlier = placesOf(ran).find(({ node }) => node.pointer === place.node.pointer);
  if (earlier === undefined) return place.node.name;
  const around = firstDifference(earlier.around, place.around);
  if (around !== undefined) return around;
  for (const [depth, outer] of place.around.entries())
    if (loopsOf(ran, earlier.around[depth]) !== loopsOf(next, outer)) return outer.name;
  const before = firstDifference(nodesBefore(ran, earlier), nodesBefore(next, place));
  return before ?? keptDifference(ran, next, kept);
}

function firstDifference(ran: readonly PlanNode[], next: readonly PlanNode[]): string | undefined {
  const length = Math.max(ran.length, next.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [ran[at], next[at]];
    if (left === undefined || right === undefined || describe(left) !== describe(right))
      return left?.name ?? right?.name;
  }
  return undefined;
}

/** Of lists a jump leads back in, steps further down have results too. */
function keptDifference(ran: PlanRoot, next: PlanRoot, kept: readonly StepKey[]): string | undefined {
  const [left, right] = [byPointer(ran), byPointer(next)];
  const differing = kept.find(({ pointer }) => left.get(pointer) !== right.get(pointer));
  return differing?.pointer.split('/').at(-1);
}

function byPointer({ nodes }: PlanRoot): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const node of nodes) found.set(node.pointer, `${found.get(node.pointer) ?? ''}\n${describe(node)}`);
  return found;
}

function describe(node: PlanNode): string {
  const called = node.kind === 'call' ? node.function : node.kind === 'run' ? JSON.stringify(node.flow) : '';
  return `${node.pointer} ${node.kind} ${called}`;
}

function loopsOf(root: PlanRoot, node: PlanNode | undefined): boolean {
  return (
    node !== undefined && 'list' in node && node.list !== undefined && root.lists[node.list]?.loops === true
  );
}
