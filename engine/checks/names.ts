import { errorAt } from '../problems.ts';
import { textMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import { loopVariables, type TaskView } from '../walk.ts';
import type { Check } from './check.ts';

const DIRECTIVES = ['continue', 'exit', 'end'];
const VARIABLES = [
  'context',
  'input',
  'output',
  'task',
  'workflow',
  'runtime',
  'secrets',
  'authorization',
  'ENV',
  '__loc__',
];
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names are unique in their list, are no directives, and variables do not hide those of the language. */
export const checkNames: Check = ({ tasks }) => {
  const problems: Problem[] = [];
  for (const view of tasks) {
    const { name, pointer, list, position } = view;
    if (DIRECTIVES.includes(name))
      problems.push(errorAt(pointer, 'reserved-name', `${name} is a directive, not a name for a task`));
    if (list.names.indexOf(name) < position && list.names[position] === name) {
      problems.push(errorAt(pointer, 'duplicate-name', `there is another task ${name} in the same list`));
    }
    problems.push(...variablesOf(view));
  }
  return problems;
};

function variablesOf({ task, kind, pointer }: TaskView): Problem[] {
  const named: (readonly [string, string])[] = [];
  if (kind === 'for') {
    const [each, at] = loopVariables(task);
    named.push([each, `${pointer}/for/each`], [at, `${pointer}/for/at`]);
    if (each === at) {
      return [
        errorAt(`${pointer}/for/at`, 'duplicate-name', `the item and its position are both called ${at}`),
      ];
    }
  }
  if (kind === 'try') named.push([textMember(task, 'catch', 'as') ?? 'error', `${pointer}/catch/as`]);
  return named.flatMap(([name, at]) => {
    if (VARIABLES.includes(name)) return [errorAt(at, 'reserved-name', `$${name} has a meaning of its own`)];
    return IDENTIFIER.test(name)
      ? []
      : [errorAt(at, 'reserved-name', `${name} is not a name expressions can use`)];
  });
}
