import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import type { FieldMetadata, Words } from '../../../steps/define-step.ts';

/** How a literal value is entered. `map` is a table of names and values, `list` some texts, `rows` a list of small forms, `json` anything. */
export type Widget =
  | 'text'
  | 'textarea'
  | 'number'
  | 'switch'
  | 'select'
  | 'people'
  | 'device'
  | 'window'
  | 'duration'
  | 'secret'
  | 'map'
  | 'list'
  | 'rows'
  | 'json';

/** One field of a step's form, derived from the schema of its input. */
export interface FieldSpec {
  readonly name: string;
  readonly label: Words;
  readonly help: Words;
  readonly unit: Words | undefined;
  readonly placeholder: string;
  readonly isRequired: boolean;
  readonly widget: Widget;
  /** Several values instead of one; of people, devices and texts. */
  readonly isMany: boolean;
  /** For `rows`: the fields of each. */
  readonly row: readonly FieldSpec[];
  /** For `select`. */
  readonly choices: readonly string[];
  /** Value that holds when the field is left empty. */
  readonly fallback: Json | undefined;
}

/** The fields of a step, in the order of its schema. */
export function stepFields(schema: JsonObject): FieldSpec[] {
  const properties = schema['properties'];
  if (!isJsonObject(properties)) return [];
  const required = schema['required'];
  return Object.entries(properties).flatMap(([name, part]) =>
    isJsonObject(part) ? [fieldOf(name, part, Array.isArray(required) && required.includes(name))] : [],
  );
}

function fieldOf(name: string, part: JsonObject, isRequired: boolean): FieldSpec {
  // TypeBox keeps what `field()` wrote as it is; the catalogue test holds every field to it.
  const metadata = part['x-field'] as unknown as FieldMetadata | undefined;
  const alternatives = alternativesOf(part);
  const shape = alternatives[0] ?? part;
  const isMany = alternatives.some((each) => each['type'] === 'array');
  const choices = choicesOf(part);
  const list = alternatives.find((each) => each['type'] === 'array') ?? shape;
  const row = rowOf(list);
  return {
    name,
    label: metadata?.label ?? { zh: name, en: name },
    help: metadata?.help ?? { zh: '', en: '' },
    unit: metadata?.unit,
    placeholder: metadata?.placeholder ?? '',
    isRequired,
    widget: row.length > 0 ? 'rows' : widgetOf(metadata, isMany ? list : shape, choices),
    isMany,
    row,
    choices,
    fallback: part['default'],
  };
}

/** The fields of the objects of a list, when every one of them has words of its own; none else. */
function rowOf(list: JsonObject): FieldSpec[] {
  const { items } = list;
  if (list['type'] !== 'array' || !isJsonObject(items) || !isJsonObject(items['properties'])) return [];
  const parts = Object.values(items['properties']);
  return parts.every((part) => isJsonObject(part) && part['x-field'] !== undefined) ? stepFields(items) : [];
}

/** The shapes a value may have, without “nothing”. */
function alternativesOf(part: JsonObject): JsonObject[] {
  const any = part['anyOf'];
  if (!Array.isArray(any)) return [part];
  return any.filter((each): each is JsonObject => isJsonObject(each) && each['type'] !== 'null');
}

function choicesOf(part: JsonObject): string[] {
  const literals = alternativesOf(part).flatMap(({ const: fixed, enum: several }) =>
    Array.isArray(several) ? several : fixed === undefined ? [] : [fixed],
  );
  const texts = literals.filter((each) => typeof each === 'string');
  if (texts.length > 0) return texts;
  const pattern = part['pattern'];
  const words =
    typeof pattern === 'string' ? /^\^\(\?:([\w|-]+)\)\$$/.exec(pattern)?.[1]?.split('|') : undefined;
  // A pattern that takes both cases of a word offers the small one.
  return (words ?? []).filter((word) => word === word.toLowerCase());
}

function widgetOf(
  metadata: FieldMetadata | undefined,
  shape: JsonObject,
  choices: readonly string[],
): Widget {
  if (metadata?.secret === true) return 'secret';
  if (metadata?.widget !== undefined && metadata.widget !== 'json' && metadata.widget !== 'text')
    return metadata.widget === 'select' && choices.length === 0 ? 'text' : metadata.widget;
  if (choices.length > 0) return 'select';
  switch (shape['type']) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'switch';
    case 'array': {
      const items = shape['items'];
      return isJsonObject(items) && items['type'] === 'string' ? 'list' : 'json';
    }
    case 'object':
      return isJsonObject(shape['properties']) ? 'json' : 'map';
    default:
      return 'json';
  }
}
