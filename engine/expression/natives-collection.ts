import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { overBudget, raise } from './error.ts';
import type { Native } from './natives.ts';
import { valueOperations } from './operators.ts';
import { deletePaths, setPath } from './places.ts';
import { type Context, maxNesting } from './runtime.ts';
import {
  areEqual,
  compareValues,
  describe,
  isTruthy,
  jsonText,
  memberOf,
  membersOf,
  positionsOf,
  setMember,
  sortedKeys,
  textLength,
  typeName,
} from './values.ts';

function asArray(value: Json, what: string): Json[] {
  if (!Array.isArray(value)) throw raise(`${describe(value)} ${what}`);
  return value;
}

function asPath(value: Json): Json[] {
  if (!Array.isArray(value)) throw raise('Path must be specified as an array');
  return value;
}

function length(input: Json): number {
  if (input === null) return 0;
  if (typeof input === 'number') return Math.abs(input);
  if (typeof input === 'string') return textLength(input);
  if (typeof input === 'boolean') throw raise(`${describe(input)} has no length`);
  return Array.isArray(input) ? input.length : Object.keys(input).length;
}

function keys(input: Json, context: Context): Json[] {
  if (Array.isArray(input)) return input.map((_, at) => at);
  if (!isJsonObject(input)) throw raise(`${describe(input)} has no keys`);
  const found = sortedKeys(input);
  context.tick(found.length);
  return found;
}

function hasKey(input: Json, key: Json, context: Context): boolean {
  if (input === null && context.revision >= 2) return false;
  if (isJsonObject(input) && typeof key === 'string') return Object.hasOwn(input, key);
  if (Array.isArray(input) && typeof key === 'number') return key >= 0 && Math.floor(key) < input.length;
  const shown = typeof key === 'string' ? 'a string key' : `a ${typeName(key)} key`;
  throw raise(`Cannot check whether ${typeName(input)} has ${shown}`);
}

function contains(whole: Json, part: Json, context: Context, depth = 0): boolean {
  context.tick();
  if (depth > maxNesting) throw overBudget('a value is nested too deeply');
  if (isJsonObject(whole) && isJsonObject(part)) {
    return Object.keys(part).every(
      (key) =>
        Object.hasOwn(whole, key) && contains(memberOf(whole, key), memberOf(part, key), context, depth + 1),
    );
  }
  if (Array.isArray(whole) && Array.isArray(part)) {
    return part.every((wanted) =>
      whole.some((item) => typeName(item) === typeName(wanted) && contains(item, wanted, context, depth + 1)),
    );
  }
  if (typeof whole === 'string' && typeof part === 'string') return whole.includes(part);
  const isUnlikeFlag = typeof whole === 'boolean' && whole !== part && depth === 0 && context.revision >= 2;
  if (typeName(whole) === typeName(part) && !isUnlikeFlag) return areEqual(whole, part, context);
  if (depth > 0 && context.revision >= 2) return false;
  throw raise(`${describe(whole)} and ${describe(part)} cannot have their containment checked`);
}

function add(input: Json, context: Context): Json {
  const items = membersOf(input);
  context.tick(items.length);
  const [first] = items;
  if (Array.isArray(first) && items.every((item) => Array.isArray(item))) {
    const sum: Json[] = [];
    for (const item of items) {
      context.tick(item.length >> 2);
      for (const element of item) sum.push(element);
    }
    return sum;
  }
  let sum: Json = null;
  for (const item of items) sum = valueOperations['+'](sum, item, context);
  return sum;
}

function flatten(input: Json, depth: Json, context: Context): Json {
  if (typeof depth !== 'number') throw raise('flatten depth must be a number');
  if (depth < 0) throw raise('flatten depth must not be negative');
  const flat: Json[] = [];
  const visit = (items: readonly Json[], left: number, nesting: number): void => {
    if (nesting > maxNesting) throw overBudget('a value is nested too deeply');
    for (const item of items) {
      context.tick();
      if (Array.isArray(item) && left > 0) visit(item, left - 1, nesting + 1);
      else flat.push(item);
    }
  };
  visit(membersOf(input), depth, 0);
  return flat;
}

/** Sorts items by keys (stable). */
export function sortByKeys(
  items: readonly Json[],
  sortKeys: readonly Json[],
  context: Context,
): { item: Json; key: Json }[] {
  context.tick(items.length * 8);
  return items
    .map((item, at) => ({ item, key: sortKeys[at] ?? null }))
    .sort((left, right) => compareValues(left.key, right.key, context));
}

/** Groups of items with equal keys, ordered by key. */
export function groupByKeys(items: readonly Json[], sortKeys: readonly Json[], context: Context): Json[][] {
  const groups: Json[][] = [];
  let last: { key: Json; group: Json[] } | undefined;
  for (const { item, key } of sortByKeys(items, sortKeys, context)) {
    if (last !== undefined && compareValues(last.key, key, context) === 0) last.group.push(item);
    else {
      last = { key, group: [item] };
      groups.push(last.group);
    }
  }
  return groups;
}

/** The item with the least key (first of equals) or the greatest (last of equals); null when there is none. */
export function extremeByKeys(
  items: readonly Json[],
  sortKeys: readonly Json[],
  wantsLeast: boolean,
  context: Context,
): Json {
  let best = 0;
  context.tick(items.length);
  for (let at = 1; at < items.length; at += 1) {
    const isBelow = compareValues(sortKeys[at] ?? null, sortKeys[best] ?? null, context) < 0;
    if (isBelow === wantsLeast) best = at;
  }
  return items[best] ?? null;
}

function indices(input: Json, wanted: Json, context: Context): Json {
  if (input === null) return null;
  if (Array.isArray(input)) return positionsOf(input, Array.isArray(wanted) ? wanted : [wanted], context);
  if (isJsonObject(input) && typeof wanted === 'string' && context.revision >= 2)
    return memberOf(input, wanted);
  if (typeof input !== 'string' || typeof wanted !== 'string')
    throw raise(`Cannot determine indices of ${describe(wanted)} in ${describe(input)}`);
  if (wanted === '') return null;
  const found: Json[] = [];
  let points = 0;
  let last = 0;
  for (let at = input.indexOf(wanted); at >= 0; at = input.indexOf(wanted, at + 1)) {
    context.tick(1 + ((at - last) >> 4));
    points += textLength(input.slice(last, at));
    last = at;
    found.push(points);
  }
  return found;
}

function entryKey(entry: Json): string {
  for (const name of ['key', 'k', 'name', 'Name', 'K', 'Key']) {
    const key = isJsonObject(entry) ? memberOf(entry, name) : null;
    if (isTruthy(key)) return keyText(key);
  }
  return isJsonObject(entry) && memberOf(entry, 'key') === false ? 'false' : 'null';
}

function keyText(key: Json): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'boolean') return String(key);
  throw raise(`Cannot use ${describe(key)} as object key`);
}

function fromEntries(input: Json, context: Context): Json {
  const result: JsonObject = {};
  for (const entry of membersOf(input)) {
    context.tick();
    if (!isJsonObject(entry)) throw raise(`Cannot index ${typeName(entry)} with string "key"`);
    const name = ['value', 'v', 'Value', 'V'].find((candidate) => Object.hasOwn(entry, candidate));
    setMember(result, entryKey(entry), name === undefined ? null : memberOf(entry, name));
  }
  return result;
}

function transpose(input: Json, context: Context): Json {
  if (context.revision >= 2 && isFlat(input)) return [];
  const rows = asArray(input, 'cannot be transposed').map((row) =>
    asArray(row ?? [], 'cannot be transposed'),
  );
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  context.tick(width * rows.length);
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
}

/** Rows, also those of an object, of which none has a column. */
function isFlat(input: Json): boolean {
  const rows = isJsonObject(input) ? Object.keys(input).map((key) => memberOf(input, key)) : input;
  return Array.isArray(rows) && rows.length > 0 && rows.every((row) => length(row) === 0);
}

function bsearch(input: Json, wanted: Json, context: Context): Json {
  const items = asArray(input, 'cannot be searched from');
  let low = 0;
  let high = items.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareValues(items[middle] ?? null, wanted, context);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1 - low;
}

function sorted(input: Json, context: Context): Json[] {
  const items = asArray(input, 'cannot be sorted, as it is not an array');
  return sortByKeys(items, items, context).map(({ item }) => item);
}

function reversed(input: Json, context: Context): Json {
  if (input === null) return [];
  if (typeof input === 'string') return Array.from(input).reverse().join('');
  const items = asArray(input, 'cannot be reversed');
  context.tick(items.length >> 4);
  return items.toReversed();
}

/** Functions of arrays, objects and values in general. */
export const collectionNatives: Readonly<Record<string, Native>> = {
  'length/0': (_context, input) => length(input),
  'not/0': (_context, input) => !isTruthy(input),
  'type/0': (_context, input) => typeName(input),
  'keys/0': (context, input) => keys(input, context),
  'keys_unsorted/0': (context, input) => (isJsonObject(input) ? Object.keys(input) : keys(input, context)),
  'has/1': (context, input, key = null) => hasKey(input, key, context),
  'contains/1': (context, input, part = null) => contains(input, part, context),
  'inside/1': (context, input, whole = null) => contains(whole, input, context),
  'add/0': (context, input) => add(input, context),
  'any/0': (_context, input) => membersOf(input).some(isTruthy),
  'all/0': (_context, input) => membersOf(input).every(isTruthy),
  'flatten/0': (context, input) => flatten(input, Number.POSITIVE_INFINITY, context),
  'flatten/1': (context, input, depth = null) => flatten(input, depth, context),
  'sort/0': (context, input) => sorted(input, context),
  'unique/0': (context, input) => {
    const items = asArray(input, 'cannot be sorted, as it is not an array');
    return groupByKeys(items, items, context).map((group) => group[0] ?? null);
  },
  'min/0': (context, input) => {
    const items = asArray(input, 'cannot be iterated over');
    return extremeByKeys(items, items, true, context);
  },
  'max/0': (context, input) => {
    const items = asArray(input, 'cannot be iterated over');
    return extremeByKeys(items, items, false, context);
  },
  'reverse/0': (context, input) => reversed(input, context),
  'transpose/0': (context, input) => transpose(input, context),
  'indices/1': (context, input, wanted = null) => indices(input, wanted, context),
  'index/1': (context, input, wanted = null) => edge(indices(input, wanted, context), 0),
  'rindex/1': (context, input, wanted = null) => edge(indices(input, wanted, context), -1),
  'to_entries/0': (context, input) => {
    if (!isJsonObject(input)) throw raise(`${describe(input)} has no keys`);
    const names = Object.keys(input);
    context.tick(names.length);
    return names.map((key) => ({ key, value: memberOf(input, key) }));
  },
  'from_entries/0': (context, input) => fromEntries(input, context),
  'setpath/2': (context, input, path = null, value = null) => setPath(input, asPath(path), value, context),
  'delpaths/1': (context, input, paths = null) => {
    if (!Array.isArray(paths)) throw raise('Paths must be specified as an array');
    return deletePaths(input, paths.map(asPath), context);
  },
  'bsearch/1': (context, input, wanted = null) => bsearch(input, wanted, context),
  'toarray/0': (_context, input) => (Array.isArray(input) ? input : [input]),
  'tojson/0': (context, input) => jsonText(input, context),
  'tostring/0': (context, input) => (typeof input === 'string' ? input : jsonText(input, context)),
};

function edge(found: Json, at: number): Json {
  // Only a list of places has a first and a last; a member found by name has none.
  if (found !== null && !Array.isArray(found)) throw raise(`Cannot index ${typeName(found)} with number`);
  return Array.isArray(found) ? (found.at(at) ?? null) : null;
}
