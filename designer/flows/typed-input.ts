import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { InputField } from './input-fields.ts';

/** What the person has typed, by field name: JSON parts as text, so that half a value is not lost. */
export type Typed = Readonly<Record<string, Json>>;

/** Name under which the whole input stands as JSON text. */
export const WHOLE_NAME = '';

/** An input as the form holds it. Members the form has no field for are in `others`; an input that is no object gives an empty form. */
export function typedOf(input: Json, fields: readonly InputField[]): { typed: Typed; others: JsonObject } {
  const given = isJsonObject(input) ? input : {};
  const names = new Set(fields.map(({ name }) => name));
  const typed = fields.flatMap((field): Array<[string, Json]> => {
    const value = given[field.name];
    if (value === undefined) return [];
    if (field.kind === 'json') return [[field.name, JSON.stringify(value, null, 2)]];
    return [[field.name, field.kind === 'choice' ? choiceText(value) : value]];
  });
  return {
    typed: Object.fromEntries(typed),
    others: Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name))),
  };
}

/** The input as it is sent: empty optional parts are left out; `broken` names the parts that are not JSON. */
export function inputOf(
  typed: Typed,
  fields: readonly InputField[],
  others: JsonObject,
): { input: Json; broken: string[] } {
  const broken: string[] = [];
  const input: JsonObject = { ...others };
  for (const field of fields) {
    const value = typed[field.name];
    if (value === undefined || (value === '' && !field.isRequired)) continue;
    if (field.kind === 'json') {
      const parsed = parseJson(value);
      if (parsed === undefined) broken.push(field.name);
      else input[field.name] = parsed;
    } else if (field.kind === 'choice')
      input[field.name] = field.choices.find((choice) => choiceText(choice) === value) ?? value;
    else input[field.name] = value;
  }
  return { input, broken };
}

/** A JSON text as its value, undefined when it is none. */
export function parseJson(text: Json | undefined): Json | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** One choice as the list shows it. */
export function choiceText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
