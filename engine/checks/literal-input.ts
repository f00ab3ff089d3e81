import { Check as matches, Errors } from 'typebox/schema';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { unwrapExpression } from '../expression/index.ts';
import { httpArguments, httpFunction } from '../plan-builder.ts';
import { joinPointer } from '../pointer.ts';
import { errorAt } from '../problems.ts';
import { member, objectMember, parseCall, textMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** What is literal in `with` fits the input schema of the function; what is an expression is checked at run time. */
export const checkLiteralInput: Check = ({ document, tasks, catalogue }) =>
  tasks.flatMap(({ task, pointer }) => {
    const call = textMember(task, 'call');
    if (call === undefined || member(document, 'use', 'functions', call) !== undefined) return [];
    const http = call === 'http';
    const wanted = http ? httpFunction : parseCall(call);
    const found = wanted === undefined ? undefined : catalogue.find(wanted.name, wanted.version);
    if (found === undefined) return [];
    const args = http ? httpArguments(task) : (objectMember(task, 'with') ?? {});
    return compare(found.input, args, `${pointer}/with`);
  });

function compare(schema: JsonObject, args: JsonObject, base: string): Problem[] {
  if (matches(schema, args)) return [];
  const open = expressionsIn(args, '');
  const [, errors] = Errors(schema, args);
  const forms = errors
    .filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')
    .map((error) => error.instancePath);
  const unsure = forms.filter((path) => open.some((place) => isInside(place, path)));
  const problems = new Map<string, Problem>();
  for (const error of errors) {
    const path = error.instancePath;
    if (error.keyword === 'boolean' || open.some((place) => isInside(path, place))) continue;
    if (unsure.some((form) => isInside(path, form))) continue;
    if (forms.some((form) => isInside(path, form)) && error.keyword !== 'anyOf' && error.keyword !== 'oneOf')
      continue;
    problems.set(
      `${path} ${error.message}`,
      errorAt(base + path, 'input-mismatch', `the value ${error.message}`),
    );
  }
  return [...problems.values()];
}

function isInside(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}/`);
}

function expressionsIn(value: Json, pointer: string): string[] {
  if (typeof value === 'string') return unwrapExpression(value) === undefined ? [] : [pointer];
  if (Array.isArray(value)) return value.flatMap((item, at) => expressionsIn(item, joinPointer(pointer, at)));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => expressionsIn(item, joinPointer(pointer, key)));
}
