import { type Document, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import {
  clearIn,
  EditRefused,
  entryOf,
  freeName,
  insertItems,
  listAt,
  namesIn,
  newItem,
  setIn,
  takeItems,
  taskAt,
} from './nodes.ts';
import { renameReferences } from './references.ts';
import type { Edit } from './types.ts';

type Of<Kind extends Edit['kind']> = Extract<Edit, { readonly kind: Kind }>;

/** The parts of a branch block: its list, the cases of its switch, and where the body of each case stands in the list. */
interface Block {
  readonly list: YAMLSeq;
  readonly cases: YAMLSeq;
}

function blockAt(document: Document, pointer: string): Block {
  const list = listAt(document, `${pointer}/do`);
  const head = entryOf(list.items[0])?.value;
  const cases = isMap(head) ? head.get('switch') : undefined;
  if (!isSeq(cases)) throw new EditRefused(pointer, 'not-a-branch-block', 'this is not a branch block');
  cases.flow = false;
  return { list, cases };
}

function caseAt({ cases }: Block, pointer: string, index: number): { name: string; map: YAMLMap } {
  const entry = entryOf(cases.items[index]);
  if (entry === undefined || !isMap(entry.value))
    throw new EditRefused(pointer, 'no-such-case', `the branch block has no case ${index + 1}`);
  return { name: entry.name, map: entry.value };
}

const isDefault = (item: unknown): boolean => {
  const map = entryOf(item)?.value;
  return isMap(map) && !map.has('when');
};

/** Edits of the cases of a branch block. A case and its body go together; the one for all other cases stays last. */
export const caseEdits = {
  'add-case': (document: Document, { block, name, when }: Of<'add-case'>) => {
    const parts = blockAt(document, block);
    const free = freeName([...namesIn(parts.list), ...namesIn(parts.cases)], name);
    const end = parts.cases.items.length;
    const at = isDefault(parts.cases.items[end - 1]) ? end - 1 : end;
    insertItems(parts.cases, at, [newItem(document, free, { when, then: free })]);
    insertItems(parts.list, at + 1, [newItem(document, free, { do: [], then: 'exit' })]);
    return [block];
  },
  'remove-case': (document: Document, { block, index }: Of<'remove-case'>) => {
    const parts = blockAt(document, block);
    const { map } = caseAt(parts, block, index);
    if (parts.cases.items.length < 2)
      throw new EditRefused(block, 'last-case', 'a branch block keeps at least one case');
    const target: unknown = map.get('then');
    takeItems(parts.cases, [index]);
    const at = parts.list.items.findIndex((item) => entryOf(item)?.name === target);
    if (at > 0) takeItems(parts.list, [at]);
    return [block];
  },
  'move-case': (document: Document, { block, from, to }: Of<'move-case'>) => {
    const parts = blockAt(document, block);
    caseAt(parts, block, from);
    if (isDefault(parts.cases.items[from]))
      throw new EditRefused(block, 'default-case-last', 'the case for all other cases stays last');
    const last = parts.cases.items.length - (isDefault(parts.cases.items.at(-1)) ? 2 : 1);
    const at = Math.max(0, Math.min(to, last));
    insertItems(parts.cases, at, takeItems(parts.cases, [from]));
    insertItems(parts.list, at + 1, takeItems(parts.list, [from + 1]));
    return [block];
  },
  'rename-case': (document: Document, { block, index, name }: Of<'rename-case'>) => {
    const parts = blockAt(document, block);
    const { name: old, map } = caseAt(parts, block, index);
    const others = namesIn(parts.cases).filter((_, at) => at !== index);
    if (name.trim() === '' || others.includes(name))
      throw new EditRefused(block, 'name-taken', `“${name}” is empty or the name of another case`);
    const target: unknown = map.get('then');
    const key = entryOf(parts.cases.items[index])?.key;
    if (key !== undefined) key.value = name;
    const body = parts.list.items.map(entryOf).find((entry) => entry?.name === target);
    if (body !== undefined && target === old && !namesIn(parts.list).includes(name)) {
      body.key.value = name;
      renameReferences(parts.list, old, name);
    }
    return [block];
  },
  'set-case': (document: Document, { block, index, when }: Of<'set-case'>) => {
    const parts = blockAt(document, block);
    const { map } = caseAt(parts, block, index);
    if (when === null && index !== parts.cases.items.length - 1)
      throw new EditRefused(
        block,
        'default-case-last',
        'only the last case can be the one for all other cases',
      );
    if (when === null) clearIn(map, ['when']);
    else setIn(document, map, ['when'], when);
    taskAt(document, block);
    return [block];
  },
} as const;
