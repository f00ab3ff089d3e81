import { type Document, isMap, isScalar, isSeq, YAMLMap, type YAMLSeq } from 'yaml';
import type { JsonObject } from '../../domain/json.ts';
import { joinPointer } from '../pointer.ts';
import {
  clearIn,
  EditRefused,
  entryOf,
  freeName,
  insertItems,
  listAt,
  namesIn,
  newItem,
  pairOf,
  placeOf,
  takeItems,
  taskAt,
} from './nodes.ts';
import { dropReferences, renameReferences } from './references.ts';
import type { Edit, Wrapper } from './types.ts';

type Of<Kind extends Edit['kind']> = Extract<Edit, { readonly kind: Kind }>;

/** Puts a new step into a list under a free name; selects it. */
export function insert(document: Document, { list, index, name, task }: Of<'insert'>): string[] {
  const seq = listAt(document, list);
  const free = freeName(namesIn(seq), name);
  const at = insertItems(seq, index, [newItem(document, free, task)]);
  return [joinPointer(list, at, free)];
}

/**
 * Puts a branch block into a list: a `do` whose first task is the switch, which leaves the block when no case holds, followed by one body per
 * case, each of which leaves the block at its end. The last body is the one for all other cases.
 */
export function insertSwitch(document: Document, edit: Of<'insert-switch'>): string[] {
  const seq = listAt(document, edit.list);
  const name = freeName(namesIn(seq), edit.name);
  const at = insertItems(seq, edit.index, [newItem(document, name, switchBlock(edit.cases))]);
  return [joinPointer(edit.list, at, name)];
}

/** The task of a branch block with empty bodies. Every case starts out as one that never holds. */
export function switchBlock(cases: readonly string[]): JsonObject {
  const names: string[] = [];
  for (const wish of cases) names.push(freeName(['choose', 'otherwise', ...names], wish));
  const body = (): JsonObject => ({ do: [], then: 'exit' });
  return {
    do: [
      {
        choose: {
          switch: [
            ...names.map((name) => ({ [name]: { when: '${ false }', then: name } })),
            { otherwise: { then: 'otherwise' } },
          ],
          then: 'exit',
        },
      },
      ...names.map((name) => ({ [name]: body() })),
      { otherwise: body() },
    ],
  };
}

/** Deletes steps. Jumps of the steps around to a deleted one become “continue”. */
export function remove(document: Document, { tasks }: Of<'delete'>): string[] {
  takeTasks(document, tasks);
  return [];
}

/** Moves steps, in their order in the document, to a place that none of them contains. */
export function move(document: Document, { tasks, list, index }: Of<'move'>): string[] {
  for (const task of tasks) {
    if (list === task || list.startsWith(`${task}/`))
      throw new EditRefused(task, 'into-itself', 'a step cannot be moved into itself');
  }
  const target = listAt(document, list);
  const places = tasks.map(placeOf);
  const before = places.filter((place) => place.list === list && place.index < index).length;
  const taken = takeTasks(document, tasks, list);
  const pointer = pointerOfList(document, target) ?? list;
  return putItems(target, pointer, index - before, taken);
}

/** Copies steps to right behind the last of them. */
export function duplicate(document: Document, { tasks }: Of<'duplicate'>): string[] {
  const sorted = sortTasks(tasks);
  const last = sorted.at(-1);
  if (last === undefined) return [];
  const { list, index } = placeOf(last);
  const seq = listAt(document, list);
  const copies = sorted.map((task) => {
    const place = placeOf(task);
    const item = listAt(document, place.list).items[place.index];
    if (!isMap(item)) throw new EditRefused(task, 'no-such-step', `there is no step at ${task}`);
    return item.clone();
  });
  return putItems(seq, list, index + 1, copies);
}

/** Puts steps of one list into a new block that stands where the first of them stood. */
export function wrap(document: Document, { tasks, in: wrapper, name }: Of<'wrap'>): string[] {
  const sorted = sortTasks(tasks);
  const [first] = sorted;
  if (first === undefined) return [];
  const { list, index } = placeOf(first);
  if (sorted.some((task) => placeOf(task).list !== list))
    throw new EditRefused(first, 'several-lists', 'only steps of one list can be put into a block together');
  const seq = listAt(document, list);
  const inner = takeTasks(document, sorted, list);
  const free = freeName(namesIn(seq), name);
  const { task, into } = wrapperTask(wrapper, free);
  insertItems(seq, index, [newItem(document, free, task)]);
  const pointer = joinPointer(list, index, free);
  insertItems(listAt(document, `${pointer}${into}`), 0, inner);
  return [pointer];
}

function wrapperTask(wrapper: Wrapper, name: string): { task: JsonObject; into: string } {
  switch (wrapper) {
    case 'do':
      return { task: { do: [] }, into: '/do' };
    case 'for':
      return { task: { for: { each: 'item', in: '${ [] }' }, do: [] }, into: '/do' };
    case 'try':
      return { task: { try: [], catch: { do: [] } }, into: '/try' };
    case 'fork':
      return {
        task: { fork: { branches: [{ way1: { do: [] } }, { way2: { do: [] } }] } },
        into: '/fork/branches/0/way1/do',
      };
    case 'switch': {
      const first = freeName([name, 'choose', 'otherwise'], 'case1');
      return { task: switchBlock([first]), into: `/do/1/${first}/do` };
    }
  }
}

/** Dissolves a block: its steps stand where it stood. A block with several ways keeps the steps of all of them, in their order. */
export function unwrap(document: Document, { task }: Of<'unwrap'>): string[] {
  const { list, index } = placeOf(task);
  const lists = innerLists(taskAt(document, task));
  if (lists.length === 0) throw new EditRefused(task, 'not-a-block', 'this step holds no other steps');
  const inner = lists.flatMap((each) => each.items);
  const seq = listAt(document, list);
  takeTasks(document, [task], list);
  return putItems(seq, list, index, inner);
}

function innerLists(map: YAMLMap): YAMLSeq[] {
  const members: unknown[] = [
    map.get('do'),
    map.get('try'),
    map.getIn(['catch', 'do']),
    map.getIn(['foreach', 'do']),
  ];
  const branches = map.getIn(['fork', 'branches']);
  if (isSeq(branches)) {
    for (const branch of branches.items) {
      const body = entryOf(branch)?.value;
      members.push(isMap(body) && isSeq(body.get('do')) ? body.get('do') : undefined);
    }
  }
  return members.filter((each) => isSeq(each));
}

/** Gives a step another definition and keeps its name, its words and what stands around it. */
export function replace(document: Document, { task, with: next }: Of<'replace'>): string[] {
  const map = taskAt(document, task);
  const fresh = document.createNode(next);
  if (!isMap(fresh)) throw new EditRefused(task, 'not-a-task', 'a step is a map');
  const kept = map.items.filter((pair) =>
    ['metadata', 'if', 'then'].includes(String(isScalar(pair.key) ? pair.key.value : '')),
  );
  const names = new Set(fresh.items.map((pair) => String(isScalar(pair.key) ? pair.key.value : '')));
  map.items = [
    ...kept.filter((pair) => !names.has(String(isScalar(pair.key) ? pair.key.value : ''))),
    ...fresh.items,
  ];
  return [task];
}

/** Names a step; jumps to it follow. */
export function rename(document: Document, { task, name }: Of<'rename'>): string[] {
  const { list, index, name: old } = placeOf(task);
  if (name.trim() === '') throw new EditRefused(task, 'name-empty', 'a step needs a name');
  const seq = listAt(document, list);
  const entry = entryOf(seq.items[index]);
  if (entry === undefined) throw new EditRefused(task, 'no-such-step', `there is no step at ${task}`);
  if (name !== old && namesIn(seq).includes(name))
    throw new EditRefused(task, 'name-taken', `“${name}” is the name of another step beside it`);
  entry.key.value = name;
  renameReferences(seq, old, name);
  return [joinPointer(list, index, name)];
}

/** Switches steps off: they are skipped. Their own condition is kept for later. */
export function disable(document: Document, { tasks }: Of<'disable'>): string[] {
  for (const pointer of tasks) {
    const map = taskAt(document, pointer);
    if (map.getIn(['metadata', 'afterbell', 'off']) === true) continue;
    const own = pairOf(map, 'if')?.value;
    map.setIn(['metadata', 'afterbell', 'off'], true);
    if (isScalar(own)) map.setIn(['metadata', 'afterbell', 'if'], own.value);
    map.set('if', '${ false }');
  }
  return [...tasks];
}

/** Switches steps on again, with the condition they had. */
export function enable(document: Document, { tasks }: Of<'enable'>): string[] {
  for (const pointer of tasks) {
    const map = taskAt(document, pointer);
    if (map.getIn(['metadata', 'afterbell', 'off']) !== true) continue;
    const own: unknown = map.getIn(['metadata', 'afterbell', 'if']);
    if (typeof own === 'string') map.set('if', own);
    else map.delete('if');
    clearIn(map, ['metadata', 'afterbell', 'if']);
    clearIn(map, ['metadata', 'afterbell', 'off']);
  }
  return [...tasks];
}

/** Puts items into a list under free names; jumps among themselves follow. Returns their pointers. */
export function putItems(list: YAMLSeq, pointer: string, index: number, items: readonly unknown[]): string[] {
  const taken = new Set(namesIn(list));
  const renamed: Array<[string, string]> = [];
  for (const item of items) {
    const entry = entryOf(item);
    if (entry === undefined) continue;
    const free = freeName(taken, entry.name);
    taken.add(free);
    if (free !== entry.name) renamed.push([entry.name, free]);
    entry.key.value = free;
  }
  const among = { items } as unknown as YAMLSeq;
  for (const [old, free] of renamed) renameReferences(among, old, free);
  const at = insertItems(list, index, items);
  dropReferences(among, new Set(namesIn(list)));
  return items.map((item, offset) => joinPointer(pointer, at + offset, entryOf(item)?.name ?? ''));
}

/** Takes tasks out of their lists; `kept` is the list they go back to, where jumps to them stay right. */
function takeTasks(document: Document, tasks: readonly string[], kept?: string): unknown[] {
  const byList = new Map<string, number[]>();
  for (const task of outermost(tasks)) {
    const { list, index, name } = placeOf(task);
    if (entryOf(listAt(document, list).items[index])?.name !== name)
      throw new EditRefused(task, 'no-such-step', `there is no step at ${task}`);
    byList.set(list, [...(byList.get(list) ?? []), index]);
  }
  // Innermost and last lists first, so that the pointers of the others stay right until they are used.
  const seqs = [...byList].map(([pointer, positions]) => ({
    pointer,
    positions,
    seq: listAt(document, pointer),
  }));
  return seqs.flatMap(({ pointer, positions, seq }) => {
    const taken = takeItems(seq, positions);
    if (pointer !== kept) dropReferences(seq, new Set(namesIn(seq)));
    return taken;
  });
}

function outermost(tasks: readonly string[]): string[] {
  return sortTasks(tasks).filter((task) => !tasks.some((other) => task.startsWith(`${other}/`)));
}

/** In document order, each once. */
export function sortTasks(tasks: readonly string[]): string[] {
  const key = (pointer: string) =>
    pointer
      .split('/')
      .map((token) => (/^\d+$/.test(token) ? token.padStart(6, '0') : token))
      .join('/');
  return [...new Set(tasks)].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

/** Where a list stands now: taking steps out before it has moved it. */
function pointerOfList(document: Document, wanted: YAMLSeq): string | undefined {
  const search = (node: unknown, pointer: string): string | undefined => {
    if (node === wanted) return pointer;
    if (isSeq(node)) {
      for (const [at, item] of node.items.entries()) {
        const found = search(item, joinPointer(pointer, at));
        if (found !== undefined) return found;
      }
    }
    if (isMap(node)) {
      for (const pair of node.items) {
        const found = search(
          pair.value,
          joinPointer(pointer, String(isScalar(pair.key) ? pair.key.value : '')),
        );
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
  return search(document.contents, '');
}

/** Steps as they are taken from another document. */
export function itemsOf(node: unknown): YAMLMap[] {
  if (!isSeq(node)) return [];
  return node.items.filter((item): item is YAMLMap => entryOf(item) !== undefined && item instanceof YAMLMap);
}
