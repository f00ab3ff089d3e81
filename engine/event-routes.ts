import { canonicalJson, type Json, type JsonObject } from '../domain/json.ts';
import { compileExpression, ExpressionError } from './expression/index.ts';
import type { EventRoute } from './types.ts';

/** The key expressions of a route as one text: routes that ask the same of an event share it. */
export function keySourcesOf(route: EventRoute): string {
  return canonicalJson(route.keys.map(({ from }) => from));
}

/** The values a route expects, as one text to compare with `keyValuesOf`. */
export function expectedValuesOf(route: EventRoute): string {
  return canonicalJson(route.keys.map(({ value }) => value));
}

/**
 * What an event gives for the expressions of `keySourcesOf`, as one text. Undefined when an expression fails or gives null: such an
 * event correlates with nothing.
 */
export function keyValuesOf(keySources: string, event: JsonObject, nowMs: number): string | undefined {
  const values: string[] = [];
  for (const source of JSON.parse(keySources) as string[]) {
    const value = valueOf(source, event, nowMs);
    if (value === null) return undefined;
    values.push(canonicalJson(value));
  }
  return canonicalJson(values);
}

function valueOf(source: string, event: JsonObject, nowMs: number): Json {
  try {
    return compileExpression(source).first(event, { variables: {}, nowMs });
  } catch (error) {
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}
