import { warningAt } from '../problems.ts';
import { member, objectMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** Data settings that do nothing: an export without `as`, an output on a task that always raises. */
export const checkDataFlow: Check = ({ tasks }) =>
  tasks.flatMap(({ task, pointer, kind }): Problem[] => {
    const problems: Problem[] = [];
    if (objectMember(task, 'export') !== undefined && member(task, 'export', 'as') === undefined) {
      problems.push(
        warningAt(
          `${pointer}/export`,
          'export-without-as',
          'nothing is exported: `as` says what goes to the context',
        ),
      );
    }
    if (kind === 'raise' && (task['output'] !== undefined || task['export'] !== undefined)) {
      const key = task['output'] === undefined ? 'export' : 'output';
      problems.push(warningAt(`${pointer}/${key}`, 'output-never-used', 'a raise has no output'));
    }
    return problems;
  });
