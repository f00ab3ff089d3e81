import type { JsonObject } from '../../domain/json.ts';
import { unwrapExpression } from '../expression/index.ts';
import { joinPointer } from '../pointer.ts';
import { errorAt, warningAt } from '../problems.ts';
import { type NamedProcess, processOf } from '../process-plan.ts';
import { objectMember, parseCall, textMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

const LANGUAGES = ['js', 'python'];
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** An expression of the flow language inside a command: a shell would not know it either. */
const EXPRESSION_INSIDE = /\$\{(?:[\s.]|\$[a-z])/;

/**
 * Scripts and shell commands are refused at publish unless an administrator has switched them on, and never stand in one flow with a step
 * that changes production. What they run stands in the document: it is neither fetched nor made from data.
 */
export const checkScripts: Check = ({ tasks, catalogue, rules }) => {
  const controlled = tasks.find(({ task }) => {
    const wanted = parseCall(textMember(task, 'call') ?? '');
    return wanted !== undefined && catalogue.find(wanted.name, wanted.version)?.controlled === true;
  });
  return tasks.flatMap(({ task, pointer }): Problem[] => {
    const named = processOf(task);
    if (named === undefined) return [];
    const base = `${pointer}/run/${named.kind}`;
    const problems = [...codeProblems(named, base), ...environmentProblems(named.settings, base)];
    if (rules.scripts !== true)
      problems.push(
        warningAt(base, 'script-not-enabled', `run: ${named.kind} is not enabled on this installation`),
      );
    if (controlled !== undefined) {
      const message = `a flow with a controlled step (${controlled.pointer}) may not run scripts`;
      problems.push(errorAt(base, 'script-beside-controlled-step', message));
    }
    return problems;
  });
};

function codeProblems({ kind, settings }: NamedProcess, base: string): Problem[] {
  const problems: Problem[] = [];
  const language = textMember(settings, 'language');
  if (kind === 'script' && language !== undefined && !LANGUAGES.includes(language))
    problems.push(
      errorAt(
        `${base}/language`,
        'script-language',
        `scripts are written in ${LANGUAGES.join(' or ')}, not in ${language}`,
      ),
    );
  if (kind === 'script' && settings['source'] !== undefined)
    problems.push(
      errorAt(`${base}/source`, 'external-resource', 'a script stands in the document, it is not fetched'),
    );
  const field = kind === 'shell' ? 'command' : 'code';
  const code = textMember(settings, field) ?? '';
  if (unwrapExpression(code) !== undefined || (kind === 'shell' && EXPRESSION_INSIDE.test(code)))
    problems.push(
      errorAt(
        `${base}/${field}`,
        'script-from-data',
        `${field} is taken to the letter: hand data over in arguments, environment or stdin`,
      ),
    );
  return problems;
}

function environmentProblems(settings: JsonObject, base: string): Problem[] {
  return Object.keys(objectMember(settings, 'environment') ?? {})
    .filter((name) => !VARIABLE.test(name))
    .map((name) =>
      errorAt(
        joinPointer(base, 'environment', name),
        'script-environment',
        `${name} is no name of a variable: letters, digits and underscores, no digit first`,
      ),
    );
}
