import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { joinPointer } from '../pointer.ts';
import { walkTasks, type TaskView } from '../walk.ts';

/** One value that differs. `path` is a JSON pointer inside the step, or inside the document for the flow itself; undefined = not there. */
export interface FieldChange {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/**
 * One difference of two versions of a flow, as a person would say it. `pointer` leads into the later document, for a removed step into the
 * earlier one.
 */
export type FlowChange =
  | {
      readonly kind: 'added' | 'removed';
      readonly pointer: string;
      readonly name: string;
      readonly task: string;
    }
  | {
      readonly kind: 'moved';
      readonly pointer: string;
      readonly name: string;
      readonly fromPointer: string;
      /** Name of the step it now stands behind; null at the beginning of its list. */
      readonly behind: string | null;
    }
  | { readonly kind: 'renamed'; readonly pointer: string; readonly name: string; readonly oldName: string }
  | {
      readonly kind: 'changed';
      readonly pointer: string;
      readonly name: string;
      readonly fields: readonly FieldChange[];
    }
  | { readonly kind: 'flow'; readonly fields: readonly FieldChange[] };

/** Members of a task that hold other tasks: those are compared as steps of their own. */
const NESTED: ReadonlySet<string> = new Set(['do', 'try', 'fork', 'foreach', 'catch']);

interface Entry extends TaskView {
  readonly key: string;
  readonly own: JsonObject;
  readonly content: string;
}

/**
 * What changed between two versions: steps added, removed, moved and renamed, and the fields of those that stayed. Writing, comments and order of
 * keys are no change. A step is the same when its name and the names of the blocks around it are; else when its content is.
 */
export function diffFlows(before: JsonObject, after: JsonObject): FlowChange[] {
  const [left, right] = [entriesOf(before), entriesOf(after)];
  const pairs = pairUp(left, right);
  const kept = new Set(pairs.map(([old]) => old));
  const found = new Set(pairs.map(([, now]) => now));
  const moved = movedIn(pairs);
  const changes: FlowChange[] = [];
  const fields = valueChanges(flowOwn(before), flowOwn(after));
  if (fields.length > 0) changes.push({ kind: 'flow', fields });
  for (const entry of left) {
    if (!kept.has(entry) && !left.some((outer) => !kept.has(outer) && isInside(entry, outer)))
      changes.push({ kind: 'removed', pointer: entry.pointer, name: entry.name, task: entry.kind ?? '' });
  }
  for (const entry of right) {
    if (!found.has(entry)) {
      if (!right.some((outer) => !found.has(outer) && isInside(entry, outer)))
        changes.push({ kind: 'added', pointer: entry.pointer, name: entry.name, task: entry.kind ?? '' });
      continue;
    }
    const old = pairs.find(([, now]) => now === entry)?.[0];
    if (old !== undefined) changes.push(...changesOf(old, entry, moved.has(entry)));
  }
  return changes;
}

/** Steps of the earlier version by pointer, each with the pointer of the same step in the later one. Steps added or removed have no pair. */
export function stepPairs(before: JsonObject, after: JsonObject): ReadonlyMap<string, string> {
  return new Map(pairUp(entriesOf(before), entriesOf(after)).map(([old, now]) => [old.pointer, now.pointer]));
}

function changesOf(old: Entry, now: Entry, isMoved: boolean): FlowChange[] {
  const { pointer, name } = now;
  const changes: FlowChange[] = [];
  if (old.name !== name) changes.push({ kind: 'renamed', pointer, name, oldName: old.name });
  if (isMoved) {
    const behind = now.position === 0 ? null : (now.list.names[now.position - 1] ?? null);
    changes.push({ kind: 'moved', pointer, name, fromPointer: old.pointer, behind });
  }
  const fields = valueChanges(old.own, now.own);
  if (fields.length > 0) changes.push({ kind: 'changed', pointer, name, fields });
  return changes;
}

function entriesOf(document: JsonObject): Entry[] {
  const keys = new Map<string, string>();
  return walkTasks(document).map((view) => {
    const parent = view.ancestors.at(-1);
    const lane = parent === undefined ? view.list.pointer : view.list.pointer.slice(parent.length);
    const key = `${parent === undefined ? '' : (keys.get(parent) ?? '')}${lane}>${view.name}`;
    keys.set(view.pointer, key);
    const own = ownOf(view.task);
    return { ...view, key, own, content: canonicalJson([view.kind ?? '', view.task]) };
  });
}

function isInside(entry: Entry, outer: Entry): boolean {
  return entry !== outer && entry.ancestors.includes(outer.pointer);
}

/** A task without the tasks inside it. */
function ownOf(task: JsonObject): JsonObject {
  const own: JsonObject = {};
  for (const [name, value] of Object.entries(task)) {
    if (!NESTED.has(name)) own[name] = value;
    else if (isJsonObject(value)) {
      const { do: _do, branches: _branches, ...rest } = value;
      if (Object.keys(rest).length > 0) own[name] = rest;
    }
  }
  return own;
}

function flowOwn(document: JsonObject): JsonObject {
  const { do: _do, use, ...rest } = document;
  if (!isJsonObject(use)) return rest;
  const { functions: _functions, extensions: _extensions, ...others } = use;
  return { ...rest, use: others };
}

/** Same place and name first; then the same content under the same name elsewhere; then the same content under another name. */
function pairUp(left: readonly Entry[], right: readonly Entry[]): Array<readonly [Entry, Entry]> {
  const pairs: Array<readonly [Entry, Entry]> = [];
  const [leftOver, rightOver] = [new Set(left), new Set(right)];
  const match = (keyOf: (entry: Entry) => string): void => {
    const byKey = new Map<string, Entry[]>();
    for (const entry of rightOver) byKey.set(keyOf(entry), [...(byKey.get(keyOf(entry)) ?? []), entry]);
    for (const old of leftOver) {
      const now = byKey.get(keyOf(old))?.shift();
      if (now === undefined) continue;
      pairs.push([old, now]);
      leftOver.delete(old);
      rightOver.delete(now);
    }
  };
  match((entry) => entry.key);
  match((entry) => `${entry.name}\n${entry.content}`);
  match((entry) => `${entry.list.pointer.replaceAll(/\/\d+\//g, '/')}\n${entry.content}`);
  match((entry) => `${entry.name}\n${entry.kind ?? ''}\n${canonicalJson(entry.own['call'] ?? null)}`);
  return pairs;
}

/** Steps that stand elsewhere: in another list, or out of the longest run of steps of their list that kept their order. */
function movedIn(pairs: ReadonlyArray<readonly [Entry, Entry]>): Set<Entry> {
  const moved = new Set<Entry>();
  const byList = new Map<string, Array<readonly [Entry, Entry]>>();
  const oldOf = new Map(pairs.map(([old, now]) => [now.pointer, old.pointer]));
  for (const [old, now] of pairs) {
    const parent = now.ancestors.at(-1);
    const oldParent = old.ancestors.at(-1);
    const isSameParent = parent === undefined ? oldParent === undefined : oldOf.get(parent) === oldParent;
    const isSameLane =
      now.list.pointer.slice(parent?.length ?? 0) === old.list.pointer.slice(oldParent?.length ?? 0);
    if (!isSameParent || !isSameLane) moved.add(now);
    else byList.set(now.list.pointer, [...(byList.get(now.list.pointer) ?? []), [old, now]]);
  }
  for (const list of byList.values()) {
    const inOrder = [...list].sort((a, b) => a[1].position - b[1].position);
    const stay = longestRising(inOrder.map(([old]) => old.position));
    for (const [at, [, now]] of inOrder.entries()) if (!stay.has(at)) moved.add(now);
  }
  return moved;
}

/** Positions of a longest rising subsequence. */
function longestRising(values: readonly number[]): Set<number> {
  const tails: number[] = [];
  const before = values.map(() => -1);
  for (const [at, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[at] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = at;
  }
  const stay = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) stay.add(at);
  return stay;
}

/** Leaves that differ, in order of the later value, then what only the earlier one has. */
export function valueChanges(before: Json | undefined, after: Json | undefined, path = ''): FieldChange[] {
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after))
    return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return names.flatMap((name) => valueChanges(before[name], after[name], joinPointer(path, name)));
  }
  return [{ path, before, after }];
}
