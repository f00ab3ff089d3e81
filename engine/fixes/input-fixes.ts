import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { httpArguments } from '../plan-builder.ts';
import { tokenText, valueAt } from '../pointer.ts';
import { objectMember, parseCall, textMember } from '../tasks.ts';
import type { Problem, StepCatalogue } from '../types.ts';
import type { TaskView } from '../walk.ts';
import { nearest } from './near.ts';
import type { Fix } from './types.ts';

/** A value in the arguments of a step with what its schema says of it. */
interface Place {
  readonly task: string;
  /** Members that lead to it inside the task, `with` first. */
  readonly path: readonly string[];
  readonly schema: JsonObject;
  readonly value: Json | undefined;
}

/** A mend for an argument that does not fit the input schema of its step; undefined when it is not plain what was meant. */
export function inputFix(view: TaskView, problem: Problem, catalogue: StepCatalogue): Fix | undefined {
  const place = placeOf(view, problem, catalogue);
  if (place === undefined) return undefined;
  const missing = /must have required properties (.+)$/.exec(problem.message)?.[1]?.split(', ');
  if (missing !== undefined) return missingFix(place, missing);
  if (problem.message.endsWith('must not have additional properties')) return extraFix(place);
  return convertFix(place) ?? chooseFix(place);
}

function placeOf({ task, pointer }: TaskView, problem: Problem, catalogue: StepCatalogue): Place | undefined {
  const wanted = parseCall(textMember(task, 'call') ?? '');
  const found = wanted === undefined ? undefined : catalogue.find(wanted.name, wanted.version);
  const base = `${pointer}/with`;
  if (found === undefined || !problem.pointer.startsWith(base)) return undefined;
  const inside = problem.pointer.slice(base.length);
  const path = inside === '' ? [] : inside.slice(1).split('/').map(tokenText);
  const schema = schemaAt(found.input, path);
  const value = valueAt(objectMember(task, 'with') ?? httpArguments(task), inside);
  return schema === undefined ? undefined : { task: pointer, path: ['with', ...path], schema, value };
}

/** The schema of a member; undefined where it depends on a choice between several. */
function schemaAt(schema: JsonObject, path: readonly string[]): JsonObject | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return schema;
  const next =
    /^\d+$/.test(name) && schema['items'] !== undefined
      ? schema['items']
      : objectMember(schema, 'properties')?.[name];
  return isJsonObject(next ?? null) ? schemaAt(next as JsonObject, rest) : undefined;
}

/** A missing field that has one possible value, or one that the step would take by itself. */
function missingFix({ task, path, schema }: Place, missing: readonly string[]): Fix | undefined {
  for (const name of missing) {
    const field = objectMember(schema, 'properties', name);
    const value = field === undefined ? undefined : (field['default'] ?? field['const'] ?? onlyOf(field));
    if (value === undefined) continue;
    return {
      edit: { kind: 'set-field', task, path: [...path, name], value },
      work: { kind: 'fill-default', name, value: textOf(value) },
    };
  }
  return undefined;
}

function onlyOf(schema: JsonObject): Json | undefined {
  const values = choicesOf(schema);
  return values.length === 1 ? values[0] : undefined;
}

function choicesOf(schema: JsonObject): Json[] {
  if (Array.isArray(schema['enum'])) return schema['enum'];
  const forms = schema['anyOf'];
  if (!Array.isArray(forms)) return [];
  return forms.flatMap((form) => (isJsonObject(form) && form['const'] !== undefined ? [form['const']] : []));
}

/** A field that the step does not know: the one that was meant, when it is not given yet, else none. */
function extraFix({ task, path, schema, value }: Place): Fix | undefined {
  const known = Object.keys(objectMember(schema, 'properties') ?? {});
  if (!isJsonObject(value ?? null)) return undefined;
  const given = value as JsonObject;
  const extra = Object.keys(given).find((name) => !known.includes(name));
  if (extra === undefined) return undefined;
  const meant = nearest(
    extra,
    known.filter((name) => !Object.hasOwn(given, name)),
  );
  if (meant === undefined)
    return {
      edit: { kind: 'clear-field', task, path: [...path, extra] },
      work: { kind: 'drop-field', name: extra },
    };
  const renamed = Object.fromEntries(
    Object.entries(given).map(([name, each]) => [name === extra ? meant : name, each]),
  );
  return {
    edit: { kind: 'set-field', task, path: [...path], value: renamed },
    work: { kind: 'rename-field', name: extra, value: meant },
  };
}

/** A number written as text, or text written as a number. */
function convertFix({ task, path, schema, value }: Place): Fix | undefined {
  const converted = convertedTo(schema['type'], value);
  if (converted === undefined) return undefined;
  return {
    edit: { kind: 'set-field', task, path: [...path], value: converted },
    work: { kind: 'convert', name: path.at(-1) ?? '', value: textOf(converted) },
  };
}

function convertedTo(type: Json | undefined, value: Json | undefined): Json | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
    if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
    if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  }
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (type === 'array' && (typeof value === 'string' || typeof value === 'number')) return [value];
  return undefined;
}

/** A word that is nearly one of those allowed. */
function chooseFix({ task, path, schema, value }: Place): Fix | undefined {
  const words = choicesOf(schema).filter((each) => typeof each === 'string');
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  if (meant === undefined) return undefined;
  return {
    edit: { kind: 'set-field', task, path: [...path], value: meant },
    work: { kind: 'choose', name: path.at(-1) ?? '', value: meant },
  };
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
