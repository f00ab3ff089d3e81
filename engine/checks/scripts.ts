import { errorAt, warningAt } from '../problems.ts';
import { member, parseCall, textMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** Scripts and shell commands are refused when publishing, and above all never stand in one flow with a step that changes production. */
export const checkScripts: Check = ({ tasks, catalogue }) => {
  const controlled = tasks.find(({ task }) => {
    const wanted = parseCall(textMember(task, 'call') ?? '');
    return wanted !== undefined && catalogue.find(wanted.name, wanted.version)?.controlled === true;
  });
  return tasks.flatMap(({ task, pointer }): Problem[] => {
    const kind = ['script', 'shell'].find((name) => member(task, 'run', name) !== undefined);
    if (kind === undefined) return [];
    const problems = [
      warningAt(
        `${pointer}/run/${kind}`,
        'script-not-enabled',
        `run: ${kind} is not enabled on this installation`,
      ),
    ];
    if (controlled !== undefined) {
      const message = `a flow with a controlled step (${controlled.pointer}) may not run scripts`;
      problems.push(errorAt(`${pointer}/run/${kind}`, 'script-beside-controlled-step', message));
    }
    return problems;
  });
};
