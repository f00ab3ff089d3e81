import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

/** One part of a flow's input as the form asks for it. */
export interface InputField {
  readonly name: string;
  /** Title of the schema, else the name. */
  readonly label: string;
  readonly help: string;
  readonly isRequired: boolean;
  readonly kind: 'text' | 'number' | 'switch' | 'choice' | 'json';
  readonly choices: readonly Json[];
}

const MAX_DEPTH = 8;

/** The schema of a flow's input as its document states it; undefined when it states none. */
export function inputSchemaOf(document: JsonObject | undefined): JsonObject | undefined {
  let part: Json | undefined = document;
  for (const name of ['input', 'schema', 'document']) part = isJsonObject(part) ? part[name] : undefined;
  return isJsonObject(part) ? part : undefined;
}

/** The fields of a schema, required ones first; a schema without properties gives none and is asked for as one JSON value. */
export function inputFields(schema: JsonObject | undefined): InputField[] {
  const properties = schema?.['properties'];
  if (!isJsonObject(properties)) return [];
  const required = Array.isArray(schema?.['required']) ? schema['required'] : [];
  const fields = Object.entries(properties).map(([name, part]): InputField => {
    const given = isJsonObject(part) ? part : {};
    return {
      name,
      label: textOf(given['title']) ?? name,
      help: textOf(given['description']) ?? '',
      isRequired: required.includes(name),
      kind: kindOf(given),
      choices: Array.isArray(given['enum']) ? given['enum'] : [],
    };
  });
  return [...fields.filter((field) => field.isRequired), ...fields.filter((field) => !field.isRequired)];
}

function kindOf(schema: JsonObject): InputField['kind'] {
  if (Array.isArray(schema['enum'])) return 'choice';
  switch (schema['type']) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'switch';
    default:
      return 'json';
  }
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

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
