import { joinPointer } from '../pointer.ts';
import { warningAt } from '../problems.ts';
import { listTasks, member } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** Parts of the profile that this release reads but does not carry out yet: a warning while editing, an error when publishing. */
export const checkNotYet: Check = ({ document, tasks }) => {
  const problems: Problem[] = [];
  for (const [at, name] of listTasks(member(document, 'use', 'extensions'))) {
    problems.push(
      warningAt(
        joinPointer('/use/extensions', at, name),
        'extension-not-yet-supported',
        'extensions are read, but not woven in yet',
      ),
    );
  }
  for (const { task, pointer } of tasks) {
    if (task['foreach'] !== undefined)
      problems.push(
        warningAt(
          `${pointer}/foreach`,
          'task-not-yet-supported',
          'listen with foreach is not carried out yet',
        ),
      );
  }
  return problems;
};
