import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';

/** Kinds of fields a start form has. */
export const FIELD_KINDS = ['text', 'number', 'integer', 'switch', 'choice', 'list', 'table'] as const;

/** One of them; `other` is a schema that no kind stands for and that is kept as it is. */
export type FieldKind = (typeof FIELD_KINDS)[number] | 'other';

/** One field of a start form. Columns are those of a table. */
export interface FormField {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly kind: FieldKind;
  readonly isRequired: boolean;
  readonly choices: readonly string[];
  readonly columns: readonly FormField[];
  /** The schema as it stands, so that what no kind knows (patterns, bounds) is kept. */
  readonly schema: JsonObject;
}

/** The fields of an object schema; undefined for a schema that is none. */
export function readForm(schema: JsonObject | undefined): FormField[] | undefined {
  if (schema === undefined) return [];
  if (schema['type'] !== undefined && schema['type'] !== 'object') return undefined;
  const properties = schema['properties'];
  if (properties !== undefined && !isJsonObject(properties)) return undefined;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties ?? {}).map(([name, part]) =>
    readField(name, isJsonObject(part) ? part : {}, required.includes(name)),
  );
}

function readField(name: string, schema: JsonObject, isRequired: boolean): FormField {
  const kind = kindOf(schema);
  const items = schema['items'];
  return {
    name,
    title: textOf(schema['title']),
    help: textOf(schema['description']),
    kind,
    isRequired,
    choices: Array.isArray(schema['enum']) ? schema['enum'].filter((each) => typeof each === 'string') : [],
    columns: kind === 'table' && isJsonObject(items) ? (readForm(items) ?? []) : [],
    schema,
  };
}

function kindOf(schema: JsonObject): FieldKind {
  const choices = schema['enum'];
  if (Array.isArray(choices)) return choices.every((each) => typeof each === 'string') ? 'choice' : 'other';
  switch (schema['type']) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'switch';
    case 'array': {
      const items = schema['items'];
      if (!isJsonObject(items)) return 'other';
      if (items['type'] === 'object') return 'table';
      return items['type'] === 'string' ? 'list' : 'other';
    }
    default:
      return 'other';
  }
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The schema of a form: what the given one says beside its fields stays. */
export function writeForm(before: JsonObject | undefined, fields: readonly FormField[]): JsonObject {
  const {
    properties: _properties,
    required: _required,
    ...rest
  } = before ?? { type: 'object', additionalProperties: false };
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    ...rest,
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(fields.map((field) => [field.name, writeField(field)])),
  };
}

function writeField({ kind, title, help, choices, columns, schema }: FormField): JsonObject {
  const { title: _title, description: _help, ...kept } = schema;
  const words: JsonObject = {
    ...(title === '' ? {} : { title }),
    ...(help === '' ? {} : { description: help }),
  };
  // What the schema says beside its kind holds only as long as the kind stays.
  const rest = kindOf(schema) === kind ? kept : {};
  switch (kind) {
    case 'text':
      return { ...rest, type: 'string', ...words };
    case 'number':
    case 'integer':
      return { ...rest, type: kind, ...words };
    case 'switch':
      return { ...rest, type: 'boolean', ...words };
    case 'choice':
      return { ...rest, enum: [...choices], ...words };
    case 'list':
      return { items: { type: 'string' }, ...rest, type: 'array', ...words };
    case 'table': {
      const items = isJsonObject(rest['items']) ? rest['items'] : undefined;
      // A table whose columns are not known yet takes any row.
      const row =
        columns.length === 0 && items === undefined ? { type: 'object' } : writeForm(items, columns);
      return { ...rest, type: 'array', items: row, ...words };
    }
    default:
      return { ...kept, ...words };
  }
}
