import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { raise } from './error.ts';
import type { Context } from './runtime.ts';
import { areEqual, compareValues, indexOf, memberOf, setMember, sliceBounds, typeName } from './values.ts';

/** Arrays are never grown beyond this length by setting an index. */
export const maxArrayGrowth = 1_000_000;

/** Containers that only the running update has seen, so that they may be changed in place instead of copied. */
export type Owned = Set<object>;

/** The value at a path, null where something on the way is absent. */
export function getPath(root: Json, path: readonly Json[], context: Context): Json {
  let value = root;
  for (const key of path) {
    context.tick();
    if (value === null) return null;
    value = indexOf(value, key, context);
  }
  return value;
}

/** A copy of `root` with the value at the path replaced; missing containers are made. `owned` allows changes in place. */
export function setPath(
  root: Json,
  path: readonly Json[],
  value: Json,
  context: Context,
  owned?: Owned,
): Json {
  return updatePath(root, path, 0, value, context, owned);
}

function updatePath(
  root: Json,
  path: readonly Json[],
  at: number,
  value: Json,
  context: Context,
  owned?: Owned,
): Json {
  const key = path[at];
  if (key === undefined) return value;
  context.tick();
  if (at > 512) throw raise('Path too deep');
  const inner = root === null ? null : indexOf(root, key, context);
  return setChild(root, key, updatePath(inner, path, at + 1, value, context, owned), context, owned);
}

function setChild(root: Json, key: Json, value: Json, context: Context, owned: Owned | undefined): Json {
  if (typeof key === 'string' && (root === null || isJsonObject(root))) {
    const copy = ownObject(root, context, owned);
    setMember(copy, key, value);
    return copy;
  }
  if (typeof key === 'number' && (root === null || Array.isArray(root)))
    return setItem(root ?? [], key, value, context, owned);
  if (isJsonObject(key) && (root === null || Array.isArray(root))) {
    const items = root ?? [];
    if (!Array.isArray(value)) throw raise('A slice of an array can only be assigned another array');
    const [start, end] = sliceBounds(items.length, memberOf(key, 'start'), memberOf(key, 'end'));
    context.tick((items.length + value.length) >> 4);
    return [...items.slice(0, start), ...value, ...items.slice(end)];
  }
  if (isJsonObject(key)) throw raise(`Cannot update field at object index of ${typeName(root)}`);
  if (Array.isArray(key) && Array.isArray(root)) throw raise('Cannot update field at array index of array');
  throw raise(`Cannot index ${typeName(root)} with ${typeof key === 'string' ? `"${key}"` : typeName(key)}`);
}

function ownObject(root: JsonObject | null, context: Context, owned: Owned | undefined): JsonObject {
  if (root !== null && owned?.has(root)) return root;
  const copy = { ...root };
  context.tick(Object.keys(copy).length >> 2);
  owned?.add(copy);
  return copy;
}

function setItem(root: Json[], key: number, value: Json, context: Context, owned: Owned | undefined): Json {
  const floor = Number.isNaN(key) ? 0 : Math.floor(key);
  const position = floor < 0 ? floor + root.length : floor;
  if (position < 0) throw raise('Out of bounds negative array index');
  if (position > maxArrayGrowth && position > root.length) throw raise('Array index too large');
  let items = root;
  if (owned?.has(root) !== true) {
    items = root.slice();
    context.tick(root.length >> 4);
    owned?.add(items);
  }
  if (position > items.length) context.tick(position - items.length);
  while (items.length < position) items.push(null);
  items[position] = value;
  return items;
}

/** A copy of `root` without the values at the paths. Paths that lead nowhere are ignored. */
export function deletePaths(root: Json, paths: readonly (readonly Json[])[], context: Context): Json {
  const ordered = paths.map((path) => [...path]).sort((left, right) => compareValues(right, left, context));
  let result = root;
  const owned: Owned = new Set();
  for (const path of context.revision >= 2 ? withoutInner(ordered, context) : ordered) {
    if (path.length === 0) return null;
    result = deletePath(result, path, 0, context, owned);
  }
  return result;
}

/** The paths, last first as they came, without those inside another: it takes them along, whatever they would lead to. */
function withoutInner(ordered: readonly Json[][], context: Context): Json[][] {
  const kept: Json[][] = [];
  for (let at = ordered.length - 1; at >= 0; at -= 1) {
    const path = ordered[at] ?? [];
    const outer = kept.at(-1);
    context.tick();
    const isInner =
      outer !== undefined &&
      outer.length < path.length &&
      outer.every((key, depth) => areEqual(key, path[depth] ?? null, context));
    if (!isInner) kept.push(path);
  }
  return kept.reverse();
}

function deletePath(root: Json, path: readonly Json[], at: number, context: Context, owned: Owned): Json {
  const key = path[at] ?? null;
  context.tick();
  if (root === null) return null;
  if (at === path.length - 1) return deleteChild(root, key, context, owned);
  const inner = indexOf(root, key, context);
  if (inner === null) return root;
  return setChild(root, key, deletePath(inner, path, at + 1, context, owned), context, owned);
}

function deleteChild(root: Json, key: Json, context: Context, owned: Owned): Json {
  if (typeof key === 'string' && isJsonObject(root)) {
    if (!Object.hasOwn(root, key)) return root;
    const copy = ownObject(root, context, owned);
    delete copy[key];
    return copy;
  }
  if (Array.isArray(root) && (typeof key === 'number' || isJsonObject(key))) {
    const [start, end] =
      typeof key === 'number'
        ? itemRange(root.length, key)
        : sliceBounds(root.length, memberOf(key, 'start'), memberOf(key, 'end'));
    context.tick(root.length >> 4);
    return [...root.slice(0, start), ...root.slice(end)];
  }
  if (isJsonObject(root)) throw raise(`Cannot delete field at object index of ${typeName(key)}`);
  if (Array.isArray(root)) throw raise(`Cannot delete field at array index of ${typeName(key)}`);
  throw raise(`Cannot delete field of ${typeName(root)}`);
}

function itemRange(length: number, key: number): readonly [number, number] {
  const floor = Math.floor(key);
  const position = floor < 0 ? floor + length : floor;
  return position >= 0 && position < length ? [position, position + 1] : [length, length];
}
