import { type Document, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { Json } from '../../domain/json.ts';
import { joinPointer } from '../pointer.ts';
import {
  clearIn,
  EditRefused,
  freeName,
  insertItems,
  listAt,
  namesIn,
  newItem,
  pairOf,
  placeOf,
  setIn,
  takeItems,
  taskAt,
} from './nodes.ts';
import type { Edit } from './types.ts';

type Of<Kind extends Edit['kind']> = Extract<Edit, { readonly kind: Kind }>;

/** Sets or clears one member of a step; null clears. */
function put(document: Document, task: string, path: readonly (string | number)[], value: Json): string[] {
  const map = taskAt(document, task);
  if (value === null) clearIn(map, path);
  else setIn(document, map, path, value);
  return [task];
}

const words = (text: string): Json => (text.trim() === '' ? null : text);

/** Edits of one step that set a member of it. */
export const stepFields = {
  'set-title': (document: Document, edit: Of<'set-title'>) =>
    put(document, edit.task, ['metadata', 'afterbell', 'title'], words(edit.title)),
  'set-note': (document: Document, edit: Of<'set-note'>) =>
    put(document, edit.task, ['metadata', 'afterbell', 'note'], words(edit.note)),
  'set-field': (document: Document, { task, path, value }: Of<'set-field'>) => {
    setIn(document, taskAt(document, task), path, value);
    return [task];
  },
  'clear-field': (document: Document, { task, path }: Of<'clear-field'>) => put(document, task, path, null),
  'set-condition': (document: Document, { task, expression }: Of<'set-condition'>) => {
    const map = taskAt(document, task);
    const isOff = map.getIn(['metadata', 'afterbell', 'off']) === true;
    return put(document, task, isOff ? ['metadata', 'afterbell', 'if'] : ['if'], expression);
  },
  'set-step-version': (document: Document, { task, call }: Of<'set-step-version'>) =>
    put(document, task, ['call'], call),
  'set-next': (document: Document, { task, then }: Of<'set-next'>) => put(document, task, ['then'], then),
  'set-timeout': (document: Document, { task, after }: Of<'set-timeout'>) =>
    put(document, task, ['timeout'], after === null ? null : { after }),
  'set-export': (document: Document, { task, as }: Of<'set-export'>) =>
    put(document, task, ['export'], as === null ? null : { as }),
  'set-loop': (document: Document, { task, each, at, in: items, while: condition }: Of<'set-loop'>) => {
    const map = taskAt(document, task);
    if (each !== undefined) setIn(document, map, ['for', 'each'], each);
    if (items !== undefined) setIn(document, map, ['for', 'in'], items);
    if (at !== undefined) putMember(document, map, ['for', 'at'], at);
    if (condition !== undefined) putMember(document, map, ['while'], condition);
    return [task];
  },
  'set-retry': (document: Document, { task, retry }: Of<'set-retry'>) =>
    put(document, task, ['catch', 'retry'], retry),
  'set-catch': (document: Document, { task, errors, when }: Of<'set-catch'>) => {
    const map = taskAt(document, task);
    putMember(document, map, ['catch', 'errors'], errors === null ? null : { with: errors });
    putMember(document, map, ['catch', 'when'], when);
    if (!map.has('catch')) setIn(document, map, ['catch'], {});
    return [task];
  },
  'set-compete': (document: Document, { task, compete }: Of<'set-compete'>) =>
    put(document, task, ['fork', 'compete'], compete ? true : null),
} as const;

function putMember(document: Document, map: YAMLMap, path: readonly string[], value: Json): void {
  if (value === null) clearIn(map, path);
  else setIn(document, map, path, value);
}

/** Edits of the parallel ways of a fork. */
export const branches = {
  'add-branch': (document: Document, { task, name }: Of<'add-branch'>) => {
    const pointer = `${task}/fork/branches`;
    const list = listAt(document, pointer);
    const free = freeName(namesIn(list), name);
    insertItems(list, list.items.length, [newItem(document, free, { do: [] })]);
    return [task];
  },
  'remove-branch': (document: Document, { branch }: Of<'remove-branch'>) => {
    const { list, index } = placeOf(branch);
    const seq = listAt(document, list);
    if (seq.items.length < 2)
      throw new EditRefused(branch, 'last-branch', 'a parallel block keeps at least one way');
    takeItems(seq, [index]);
    return [list.replace(/\/fork\/branches$/, '')];
  },
  'move-branch': (document: Document, { branch, index: to }: Of<'move-branch'>) => {
    const { list, index, name } = placeOf(branch);
    const seq = listAt(document, list);
    const at = insertItems(seq, to, takeItems(seq, [index]));
    return [joinPointer(list, at, name)];
  },
} as const;

/** Edits of the flow itself. */
export const flowFields = {
  'set-document': (document: Document, { field, value }: Of<'set-document'>) =>
    flowMember(document, ['document', field], words(value)),
  'set-input-schema': (document: Document, { schema }: Of<'set-input-schema'>) =>
    flowMember(document, ['input', 'schema'], schema === null ? null : { document: schema }),
  'set-output': (document: Document, { as }: Of<'set-output'>) => flowMember(document, ['output', 'as'], as),
  'set-flow-timeout': (document: Document, { after }: Of<'set-flow-timeout'>) =>
    flowMember(document, ['timeout'], after === null ? null : { after }),
} as const;

/** Members of the flow stand before its steps. */
function flowMember(document: Document, path: readonly string[], value: Json): string[] {
  const root = document.contents;
  if (!isMap(root)) throw new EditRefused('', 'not-a-map', 'a flow document is a map');
  const isNew = pairOf(root, path[0] ?? '') === undefined;
  putMember(document, root, path, value);
  const steps = root.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === 'do');
  if (isNew && value !== null && steps >= 0 && steps < root.items.length - 1) {
    const added = root.items.pop();
    const first = root.items[steps];
    if (added !== undefined) root.items.splice(steps, 0, added);
    // The comment over the steps stays over the steps.
    if (first !== undefined && isScalar(first.key) && isSeq(first.value))
      first.key.spaceBefore = first.key.spaceBefore ?? false;
  }
  return [];
}
