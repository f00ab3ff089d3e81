import { cronFault } from '../../domain/calendar/schedule-rule.ts';
import { compileFlow } from '../../engine/index.ts';
import type { FlowRules, Problem } from '../../engine/types.ts';
import { catalogue } from '../../steps/index.ts';
import { CommandFailure, printJson, readArguments, readText } from '../io.ts';
import type { Command } from '../io.ts';

/** What `flow validate --json` prints. `valid` means: no problem of severity error. */
export interface ValidationAnswer {
  valid: boolean;
  problems: Problem[];
}

/** All problems of a flow document, in the fixed shape and member order of the contract. `rules`: what the installation meant allows. */
export function validationOf(source: string, rules: FlowRules = {}): ValidationAnswer {
  const { problems } = compileFlow(source, catalogue, rules);
  return {
    valid: problems.every((problem) => problem.severity !== 'error'),
    problems: problems.map(({ code, pointer, message, severity }) => ({ code, pointer, message, severity })),
  };
}

/** `flow validate FILE`: needs no server; `--scripts` checks as where an administrator has switched them on. Exit code 1 when the document has an error. */
export const validate: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    { json: { type: 'boolean', default: false }, scripts: { type: 'boolean', default: false } },
    'afterbell flow validate FILE [--json] [--scripts]',
    [1, 1],
  );
  let answer: ValidationAnswer;
  try {
    answer = validationOf(readText(io, positionals[0] ?? ''), {
      scripts: values.scripts,
      cronFault,
    });
  } catch (thrown) {
    if (!(thrown instanceof CommandFailure)) throw thrown;
    const { code, message } = thrown;
    answer = { valid: false, problems: [{ code, pointer: '', message, severity: 'error' }] };
  }
  if (values.json) printJson(io, answer);
  else {
    for (const problem of answer.problems) {
      io.out(
        `${problem.severity}  ${problem.pointer || '(document)'}  ${problem.message}  [${problem.code}]`,
      );
    }
    const errors = answer.problems.filter((problem) => problem.severity === 'error').length;
    const warnings = answer.problems.length - errors;
    io.out(
      answer.valid ? `valid, ${warnings} warnings` : `not valid: ${errors} errors, ${warnings} warnings`,
    );
  }
  return answer.valid ? 0 : 1;
};
