import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  Pair,
  Scalar,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import type { Json } from '../../domain/json.ts';
import { errorAt } from '../problems.ts';
import type { Problem } from '../types.ts';

/** An edit that cannot be made to this document. */
export class EditRefused extends Error {
  readonly problem: Problem;

  constructor(pointer: string, code: string, message: string) {
    super(message);
    this.problem = errorAt(pointer, code, message);
  }
}

/** Tokens of a JSON pointer; numbers where the token is one. */
export function pathOf(pointer: string): (string | number)[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((raw) => {
      const token = raw.replaceAll('~1', '/').replaceAll('~0', '~');
      return /^(?:0|[1-9]\d*)$/.test(token) ? Number(token) : token;
    });
}

/** Pointer of the list an item stands in, its position and its name: of a task, a branch, a case. */
export function placeOf(pointer: string): { list: string; index: number; name: string } {
  const match = /^(.*)\/(\d+)\/([^/]+)$/.exec(pointer);
  if (match === null) throw new EditRefused(pointer, 'not-a-step', `${pointer} is not a step in a list`);
  return {
    list: match[1] ?? '',
    index: Number(match[2]),
    name: (match[3] ?? '').replaceAll('~1', '/').replaceAll('~0', '~'),
  };
}

/** The node at a pointer; keys that look like numbers are found in maps too. */
export function nodeAt(document: Document, pointer: string): Node | undefined {
  let node: unknown = document.contents;
  for (const token of pathOf(pointer)) {
    if (isSeq(node) && typeof token === 'number') node = node.items[token];
    else if (isMap(node)) node = pairOf(node, String(token))?.value;
    else return undefined;
  }
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}

/** The pair of a key. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => String(isScalar(pair.key) ? pair.key.value : pair.key) === key);
}

/** The map of a task. */
export function taskAt(document: Document, pointer: string): YAMLMap {
  const node = nodeAt(document, pointer);
  if (!isMap(node)) throw new EditRefused(pointer, 'no-such-step', `there is no step at ${pointer}`);
  return node;
}

/** The task list at a pointer; made where the task has none yet. Its ancestors are written as blocks from then on. */
export function listAt(document: Document, pointer: string): YAMLSeq {
  const path = pathOf(pointer);
  let node = nodeAt(document, pointer);
  if (!isSeq(node)) {
    const parent = nodeAt(document, pointer.slice(0, pointer.lastIndexOf('/')));
    const key = path.at(-1);
    const held = node === undefined || (isScalar(node) && node.value === null);
    if (!isMap(parent) || typeof key !== 'string' || !held)
      throw new EditRefused(pointer, 'no-such-list', `there is no list of steps at ${pointer}`);
    node = new YAMLSeq();
    parent.set(key, node);
  }
  spread(document, path);
  return node as YAMLSeq;
}

/** Writes the collections along a path as blocks: a step cannot be put into `{ }` on one line and stay readable. */
function spread(document: Document, path: readonly (string | number)[]): void {
  let node: unknown = document.contents;
  for (const token of [undefined, ...path]) {
    if (token !== undefined) {
      if (isSeq(node) && typeof token === 'number') node = node.items[token];
      else if (isMap(node)) node = pairOf(node, String(token))?.value;
    }
    if (isCollection(node)) node.flow = false;
  }
}

/** Name and definition of an item of a task list. */
export function entryOf(item: unknown): { key: Scalar; name: string; value: Node } | undefined {
  const pair = isMap(item) ? item.items[0] : undefined;
  if (!isPair(pair) || !isScalar(pair.key)) return undefined;
  const { value } = pair;
  return isMap(value) || isSeq(value) || isScalar(value)
    ? { key: pair.key, name: String(pair.key.value), value }
    : undefined;
}

/** Names in a list. */
export function namesIn(list: YAMLSeq): string[] {
  return list.items.flatMap((item) => entryOf(item)?.name ?? []);
}

/** A name that is not taken: the wish, else with the next number behind it. */
export function freeName(taken: Iterable<string>, wish: string): string {
  const used = new Set(taken);
  if (!used.has(wish)) return wish;
  const stem = wish.replace(/\d+$/, '');
  for (let n = 2; ; n += 1) if (!used.has(`${stem}${n}`)) return `${stem}${n}`;
}

/** An item of a task list. */
export function newItem(document: Document, name: string, task: Json): YAMLMap {
  const item = document.createNode({ [name]: task }) as YAMLMap;
  return item;
}

/** Puts items into a list; an index past the end is the end. Returns the position of the first. */
export function insertItems(list: YAMLSeq, index: number, items: readonly unknown[]): number {
  const at = Math.max(0, Math.min(index, list.items.length));
  list.flow = false;
  const first = list.items[0];
  // A comment over the first step stands at the list in some documents and belongs to that step.
  if (at === 0 && list.commentBefore && isMap(first) && !first.commentBefore) {
    first.commentBefore = list.commentBefore;
    delete list.commentBefore;
  }
  list.items.splice(at, 0, ...items);
  return at;
}

/** Takes items out of a list by position; what stood over the first step goes with it. */
export function takeItems(list: YAMLSeq, positions: readonly number[]): unknown[] {
  const wanted = new Set(positions);
  const first = list.items[0];
  if (wanted.has(0) && list.commentBefore && isMap(first) && !first.commentBefore) {
    first.commentBefore = list.commentBefore;
    delete list.commentBefore;
  }
  const taken = list.items.filter((_, at) => wanted.has(at));
  list.items = list.items.filter((_, at) => !wanted.has(at));
  if (list.items.length === 0) list.flow = true;
  return taken;
}

/** Sets a member deep inside a map, making maps on the way; numbers are positions in lists that exist. */
export function setIn(
  document: Document,
  map: YAMLMap,
  path: readonly (string | number)[],
  value: Json,
): void {
  let at: YAMLMap | YAMLSeq = map;
  for (const [depth, token] of path.slice(0, -1).entries()) {
    const next: unknown = isSeq(at) ? at.items[Number(token)] : pairOf(at, String(token))?.value;
    if (isMap(next) || isSeq(next)) at = next;
    else {
      const made = typeof path[depth + 1] === 'number' ? new YAMLSeq() : new YAMLMap();
      if (isSeq(at)) at.items[Number(token)] = made;
      else at.set(String(token), made);
      at = made;
    }
  }
  const last = path.at(-1) ?? '';
  const before: unknown = isSeq(at) ? at.items[Number(last)] : pairOf(at, String(last))?.value;
  const node = scalarKept(document, before, value);
  if (isSeq(at)) at.items[Number(last)] = node;
  else if (at.has(String(last))) at.set(String(last), node);
  else at.add(new Pair(document.createNode(String(last)), node));
}

/** A new value in the writing of the old one where both are texts; comments at the old value stay. */
function scalarKept(document: Document, before: unknown, value: Json): Node {
  const node = document.createNode(value) as Node;
  if (isScalar(before)) {
    if (before.comment !== undefined) node.comment = before.comment;
    if (before.commentBefore !== undefined) node.commentBefore = before.commentBefore;
    const { type } = before;
    const isQuoted = type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
    if (isScalar(node) && typeof value === 'string' && isQuoted) node.type = type;
  }
  return node;
}

/** Removes a member deep inside a map, and maps that become empty by it, up to the map itself. */
export function clearIn(map: YAMLMap, path: readonly (string | number)[]): void {
  const parents: Array<YAMLMap | YAMLSeq> = [map];
  for (const token of path.slice(0, -1)) {
    const at = parents.at(-1);
    const next: unknown = isSeq(at)
      ? at.items[Number(token)]
      : at === undefined
        ? undefined
        : pairOf(at, String(token))?.value;
    if (!isMap(next) && !isSeq(next)) return;
    parents.push(next);
  }
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const parent = parents[depth];
    const token = path[depth];
    if (isSeq(parent)) parent.items.splice(Number(token), 1);
    else parent?.delete(String(token));
    if (parent === undefined || parent.items.length > 0 || isSeq(parent)) return;
  }
}
