import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';

const MAX_DEPTH = 8;

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
  if (type === 'string') return '';
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number')
    return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
  if (type === 'array') {
    const isAsked = typeof schema['minItems'] === 'number' && schema['minItems'] > 0;
    return isAsked ? [exampleInput(schema['items'], depth + 1)] : [];
  }
  const { properties, required } = schema;
  if (!isJsonObject(properties) || !Array.isArray(required)) return {};
  const names = required.filter((name) => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, exampleInput(properties[name], depth + 1)]));
}
