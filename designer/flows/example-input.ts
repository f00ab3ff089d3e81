import { type Json, type JsonObject, isJsonObject } from './json-shape.ts';

const MAX_DEPTH = 8;

/**
 * An input to start from: the schema's own `examples` or `default` where it has them, else the least that its required parts ask
 * for, with empty values where only a person knows the value. Parts that are not required are left out.
 */
export function exampleInput(schema: Json | undefined, depth = 0): Json {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return {};
  const given = givenExample(schema);
  if (given !== undefined) return given;
  const { type } = schema;
  if (type === 'array') return arrayExample(schema, depth);
  if (type === 'string') return '';
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number')
    return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
  if (type === 'null') return null;
  return objectExample(schema, depth);
}

function givenExample(schema: JsonObject): Json | undefined {
  const { examples, const: fixed, enum: choices } = schema;
  if (Array.isArray(examples) && examples[0] !== undefined) return examples[0];
  if (schema['default'] !== undefined) return schema['default'];
  if (fixed !== undefined) return fixed;
  return Array.isArray(choices) ? choices[0] : undefined;
}

function arrayExample(schema: JsonObject, depth: number): Json {
  return schema['items'] === undefined || schema['minItems'] === undefined || schema['minItems'] === 0
    ? []
    : [exampleInput(schema['items'], depth + 1)];
}

function objectExample(schema: JsonObject, depth: number): Json {
  const { properties, required } = schema;
  if (!isJsonObject(properties) || !Array.isArray(required)) return {};
  const names = required.filter((name) => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, exampleInput(properties[name], depth + 1)]));
}
