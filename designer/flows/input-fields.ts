import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

export { exampleInput, inputSchemaOf } from '../../engine/example-input.ts';

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

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
