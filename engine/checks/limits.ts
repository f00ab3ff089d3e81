import { planLimits } from '../plan.ts';
import { errorAt } from '../problems.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** A flow is bounded in how many tasks it has and how deep they nest, so that every reader of it is. */
export const checkLimits: Check = ({ tasks }) => {
  const problems: Problem[] = [];
  if (tasks.length > planLimits.nodes)
    problems.push(
      errorAt('', 'too-many-tasks', `the flow has ${tasks.length} tasks, ${planLimits.nodes} are allowed`),
    );
  const tooDeep = tasks.find(({ ancestors }) => ancestors.length >= planLimits.depth);
  if (tooDeep !== undefined)
    problems.push(
      errorAt(tooDeep.pointer, 'tasks-too-deep', `tasks nest more than ${planLimits.depth} deep here`),
    );
  return problems;
};
