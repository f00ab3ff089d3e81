import { planRoot, type PlanNode } from '../../engine/plan.ts';
import type { Plan } from '../../engine/types.ts';

const OWN = [
  'if',
  'inputFrom',
  'inputSchema',
  'outputAs',
  'outputSchema',
  'exportAs',
  'exportSchema',
  'timeout',
  'goTo',
  'while',
  'foreach',
  'before',
  'after',
  'process',
  'isDetached',
  'http',
] as const;
/** Steps that a keyword of the language stands for. */
const KEYWORDS = /^(openapi|process):/;

/**
 * What the workflow code may treat differently in a task, as words: its kind, the members it has, and the modes it runs in. What only the
 * step behind a call reads is not among them.
 */
function partsOf(node: PlanNode): readonly string[] {
  const own = OWN.filter((key) => key in node && (node as unknown as Record<string, unknown>)[key] !== false);
  return [node.kind, ...own, ...modesOf(node)];
}

function modesOf(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'call':
      return KEYWORDS.test(node.function) ? [node.function] : [];
    case 'fork':
      return [`compete ${node.compete}`];
    case 'run':
      return [`await ${node.await}`];
    case 'try':
      return Object.keys(node.catch).map((key) => `catch ${key}`);
    case 'listen':
      return [
        node.mode,
        ...(node.until === undefined ? [] : ['expr' in node.until ? 'until condition' : 'until events']),
        ...(node.filters.some(({ correlate }) => correlate !== undefined) ? ['correlate'] : []),
      ];
    default:
      return [];
  }
}

/** The parts of each task of a plan that was reached, or of every task. */
export function partsOfPlan(plan: Plan, reached?: ReadonlySet<string>): readonly ReadonlySet<string>[] {
  return planRoot(plan)
    .nodes.filter(({ kind, pointer }) => kind === 'workflow' || reached === undefined || reached.has(pointer))
    .map((node) => new Set(partsOf(node)));
}
