import { isJsonObject, type Json } from '../domain/json.ts';
import { unwrapExpression } from './expression/index.ts';
import type { Template } from './plan.ts';

/** The source of a text in a field that is an expression by its nature: with or without `${ }`. */
export function expressionSource(text: string): string {
  return unwrapExpression(text) ?? text;
}

/** Sorts out the `${ }` texts of a value. */
export function templateOf(value: Json): Template {
  if (typeof value === 'string') {
    const source = unwrapExpression(value);
    return source === undefined ? { lit: value } : { expr: source };
  }
  if (Array.isArray(value)) {
    const items = value.map(templateOf);
    return items.every((item) => 'lit' in item) ? { lit: value } : { arr: items };
  }
  if (!isJsonObject(value)) return { lit: value };
  const members: Record<string, Template> = {};
  for (const [key, item] of Object.entries(value)) members[key] = templateOf(item);
  return Object.values(members).every((item) => 'lit' in item) ? { lit: value } : { obj: members };
}

/** A template of a field that is an expression when it is a text (`from`, `as`, `in`, `set`), a value with `${ }` texts otherwise. */
export function expressionTemplate(value: Json): Template {
  return typeof value === 'string' ? { expr: expressionSource(value) } : templateOf(value);
}
