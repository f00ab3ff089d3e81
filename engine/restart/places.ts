import { innerNodes } from '../machine/recall.ts';
import type { PlanNode, PlanRoot } from '../plan.ts';

/** A task of a plan with the tasks around it, the flow itself first. */
export interface Place {
  readonly node: PlanNode;
  readonly around: readonly PlanNode[];
  /** It belongs to the `before` or `after` of the innermost extension around it, or of one further out. */
  readonly isExtension: boolean;
}

/** All tasks of a plan in document order; a task with an extension around it comes once, as the extension. */
export function placesOf(root: PlanRoot): readonly Place[] {
  const places: Place[] = [];
  const visit = (index: number, around: readonly PlanNode[], isExtension: boolean): void => {
    const node = root.nodes[index];
    if (node === undefined) return;
    const outer = around.at(-1);
    const isTwin = outer?.kind === 'extended' && outer.pointer === node.pointer;
    if (node.kind !== 'workflow' && !isTwin) places.push({ node, around, isExtension });
    const beside = node.kind === 'extended' ? besideOf(root, node) : undefined;
    for (const inner of innerNodes(root, node))
      visit(inner, [...around, node], isExtension || beside?.has(inner) === true);
  };
  visit(0, [], false);
  return places;
}

function besideOf(root: PlanRoot, node: Extract<PlanNode, { kind: 'extended' }>): ReadonlySet<number> {
  const listed = (list: number | undefined) => (list === undefined ? [] : (root.lists[list]?.items ?? []));
  return new Set([...listed(node.before), ...listed(node.after)]);
}

/** Nodes that lie before a place for good: earlier in its own list or in one around it, where no jump leads back. */
export function nodesBefore(root: PlanRoot, { node, around }: Place): readonly PlanNode[] {
  const before: PlanNode[] = [];
  const chain = [...around, node];
  for (const [depth, outer] of around.entries()) {
    const next = chain[depth + 1];
    const list = 'list' in outer && outer.list !== undefined ? root.lists[outer.list] : undefined;
    if (list === undefined || list.loops) continue;
    for (const item of list.items) {
      const inner = root.nodes[item];
      if (inner === undefined || inner === next) break;
      collect(root, inner, before);
    }
  }
  return before;
}

function collect(root: PlanRoot, node: PlanNode, found: PlanNode[]): void {
  found.push(node);
  for (const inner of innerNodes(root, node)) {
    const next = root.nodes[inner];
    if (next !== undefined) collect(root, next, found);
  }
}
