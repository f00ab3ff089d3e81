import { useTranslation } from 'react-i18next';
import type { Problem } from '../../engine/types.ts';
import { useFlow } from './designer-context.ts';
import { stepOfProblem } from './flow-store.ts';
import { fieldsOf, wordOf } from './words.ts';

/** Codes of findings that have words of their own; any other is said as the check says it. */
const WORDS = {
  'reserved-name': 'reservedName',
  'duplicate-name': 'duplicateName',
  'unknown-reference': 'unknownReference',
  'unknown-function': 'unknownFunction',
  'unknown-target': 'unknownTarget',
  'target-out-of-scope': 'targetOutOfScope',
  'unknown-variable': 'unknownVariable',
  'unreachable-task': 'unreachableTask',
  'output-never-used': 'outputNeverUsed',
  'endless-jump': 'endlessJump',
  'missing-field': 'missingField',
  'wrong-shape': 'wrongShape',
  'yaml-syntax': 'yamlSyntax',
  'duplicate-key': 'duplicateKey',
  'expression-syntax': 'expressionSyntax',
  'expression-unknown-function': 'expressionUnknown',
  'expression-unknown-variable': 'unknownVariable',
  'script-beside-controlled-step': 'scriptBeside',
  'script-not-enabled': 'scriptOff',
  'script-language': 'scriptLanguage',
  'script-from-data': 'scriptFromData',
  'script-environment': 'scriptEnvironment',
} as const;

const isWorded = (code: string): code is keyof typeof WORDS => Object.hasOwn(WORDS, code);

/** Says a finding in the words of the form: what is missing by the label of its field. */
export function useProblemWords(): (problem: Problem) => string {
  const { t, i18n } = useTranslation();
  const index = useFlow((state) => state.index);
  return (problem) => {
    const missing = /must have required properties (.+)$/.exec(problem.message)?.[1];
    if (missing !== undefined) {
      const step = index.blocks.get(stepOfProblem(problem, index) ?? '');
      const fields = step === undefined ? [] : fieldsOf(step.block);
      const labels = missing.split(', ').map((name) => {
        const field = fields.find((each) => each.name === name);
        return field === undefined ? name : wordOf(field.label, i18n.language);
      });
      return t('fields.problem.missing', { names: labels.join(t('canvas.does.comma')) });
    }
    if (problem.code === 'input-mismatch')
      return t('fields.problem.mismatch', { detail: problem.message.replace(/^the value /, '') });
    return isWorded(problem.code) ? t(`fields.problem.${WORDS[problem.code]}`) : problem.message;
  };
}
