import { Check, Errors } from 'typebox/schema';
import type { JsonObject } from '../domain/json.ts';
import { joinPointer } from './pointer.ts';
import { errorAt } from './problems.ts';
import { foreignCalls } from './profile-tasks.ts';
import { shellSchema, taskSchema } from './profile-schema.ts';
import { kindOf, taskKinds, member, textMember } from './tasks.ts';
import type { Problem } from './types.ts';
import type { TaskView } from './walk.ts';

const CODES: Readonly<Record<string, string>> = {
  required: 'missing-field',
  type: 'wrong-type',
  pattern: 'wrong-format',
  enum: 'wrong-value',
  const: 'wrong-value',
  minLength: 'wrong-value',
  minItems: 'wrong-shape',
  minProperties: 'wrong-shape',
  maxProperties: 'wrong-shape',
};

/** Compares a document with the profile schema: the document first, then task by task, so that each finding names its task. */
export function checkShape(document: JsonObject, tasks: readonly TaskView[]): Problem[] {
  const problems = compare(shellSchema(), document, '');
  for (const view of tasks) {
    const kind = kindOf(view.task);
    if (kind === undefined) {
      const keys = Object.keys(view.task).slice(0, 5).join(', ');
      problems.push(
        errorAt(
          view.pointer,
          'unknown-task',
          `task ${view.name} has none of the keywords ${taskKinds.join(', ')} (it has: ${keys})`,
        ),
      );
    } else if (!isForeign(view.task)) {
      problems.push(...compare(taskSchema(definitionOf(view.task)), view.task, view.pointer));
    }
  }
  return problems;
}

/** Tasks of tier C: their shape is not checked, a check of its own names them. */
export function isForeign(task: JsonObject): boolean {
  const call = textMember(task, 'call');
  return foreignCalls.some((name) => name === call) || member(task, 'run', 'container') !== undefined;
}

function definitionOf(task: JsonObject): string {
  const kind = kindOf(task) ?? 'do';
  if (kind !== 'call') return `${kind}Task`;
  const call = textMember(task, 'call');
  return call === 'http' ? 'callHttp' : call === 'openapi' ? 'callOpenapi' : 'callFunction';
}

function compare(schema: JsonObject, value: JsonObject, base: string): Problem[] {
  if (Check(schema, value)) return [];
  const [, errors] = Errors(schema, value);
  const problems = new Map<string, Problem>();
  const forms = new Set(
    errors
      .filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')
      .map((error) => error.instancePath),
  );
  for (const error of errors) {
    const at = base + error.instancePath;
    const inForm = [...forms].some((path) => error.instancePath.startsWith(path));
    if (error.keyword === 'anyOf' || error.keyword === 'oneOf') {
      put(problems, errorAt(at, 'wrong-shape', `the value has none of the forms allowed here`));
    } else if (inForm || error.keyword === 'boolean') continue;
    else if (error.keyword === 'additionalProperties') {
      const { additionalProperties } = error.params as { additionalProperties: readonly string[] };
      for (const key of additionalProperties) {
        put(problems, errorAt(joinPointer(at, key), 'unknown-field', `the field ${key} is not known here`));
      }
    } else if (error.keyword === 'required') {
      const { requiredProperties } = error.params as { requiredProperties: readonly string[] };
      for (const key of requiredProperties) {
        put(problems, errorAt(at, 'missing-field', `the field ${key} is required here`));
      }
    } else {
      put(problems, errorAt(at, CODES[error.keyword] ?? 'wrong-shape', `the value ${error.message}`));
    }
  }
  if (problems.size === 0)
    put(problems, errorAt(base, 'wrong-shape', 'the value does not have the form required here'));
  return [...problems.values()];
}

function put(problems: Map<string, Problem>, problem: Problem): void {
  problems.set(`${problem.pointer} ${problem.code} ${problem.message}`, problem);
}
