import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';

const MAX_DEPTH = 8;

/** Texts of the kinds that flows ask for; the first that fits a schema is its example. */
const TEXTS = [
  '',
  'example',
  'example-1',
  'A-1',
  '1',
  '2026-11-23',
  '2026-11-23T09:30:00+08:00',
  'https://example.invalid/',
  'urn:example:1',
  'name@example.invalid',
  '600000',
  '0'.repeat(64),
];

/** The schema of a flow's input as its document states it; undefined when it states none. */
export function inputSchemaOf(document: JsonObject | undefined): JsonObject | undefined {
  let part: Json | undefined = document;
  for (const name of ['input', 'schema', 'document']) part = isJsonObject(part) ? part[name] : undefined;
  return isJsonObject(part) ? part : undefined;
}

/**
 * An input to start from: the schema's own `examples` or `default` where it has them, else the least that its required parts ask for.
 * Parts that are not required are left out.
 */
export function exampleInput(schema: Json | undefined, depth = 0): Json {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return {};
  const { examples, const: fixed, enum: choices, type } = schema;
  if (Array.isArray(examples) && examples[0] !== undefined) return examples[0];
  if (schema['default'] !== undefined) return schema['default'];
  if (fixed !== undefined) return fixed;
  if (Array.isArray(choices)) return choices[0] ?? null;
  if (type === 'string') return exampleText(schema);
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number') return exampleNumber(schema);
  if (type === 'array') {
    const isAsked = typeof schema['minItems'] === 'number' && schema['minItems'] > 0;
    return isAsked ? [exampleInput(schema['items'], depth + 1)] : [];
  }
  const { properties, required } = schema;
  if (!isJsonObject(properties) || !Array.isArray(required)) return {};
  const names = required.filter((name) => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, exampleInput(properties[name], depth + 1)]));
}

function exampleNumber({ minimum, exclusiveMinimum }: JsonObject): number {
  if (typeof minimum === 'number') return minimum;
  return typeof exclusiveMinimum === 'number' ? Math.floor(exclusiveMinimum) + 1 : 0;
}

function exampleText({ minLength, maxLength, pattern }: JsonObject): string {
  const least = typeof minLength === 'number' ? minLength : 0;
  const most = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY;
  const fits = typeof pattern === 'string' ? patternOf(pattern) : undefined;
  const found = TEXTS.find(
    (text) => text.length >= least && text.length <= most && (fits === undefined || fits.test(text)),
  );
  return found ?? 'x'.repeat(Math.min(least, 1_000));
}

function patternOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
