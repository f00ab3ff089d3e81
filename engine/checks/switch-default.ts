import { joinPointer } from '../pointer.ts';
import { errorAt } from '../problems.ts';
import { listTasks, textMember } from '../tasks.ts';
import type { Check } from './check.ts';

/** A switch has at most one case without a condition. */
export const checkSwitchDefault: Check = ({ tasks }) =>
  tasks.flatMap(({ task, pointer }) =>
    listTasks(task['switch'])
      .filter(([, , item]) => textMember(item, 'when') === undefined)
      .slice(1)
      .map(([at, name]) =>
        errorAt(
          joinPointer(pointer, 'switch', at, name),
          'duplicate-default',
          `case ${name} is a second one without a condition`,
        ),
      ),
  );
