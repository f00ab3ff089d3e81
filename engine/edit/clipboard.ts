import { Document, isMap, parseDocument } from 'yaml';
import type { JsonObject } from '../../domain/json.ts';
import { parseFlowDocument } from '../document.ts';
import { valueAt } from '../pointer.ts';
import { EditRefused, listAt, placeOf } from './nodes.ts';
import { itemsOf, putItems, sortTasks } from './structure.ts';
import type { Edit } from './types.ts';

const MARK = 'afterbell';
const MARK_VALUE = 'steps/1';
const MOST_CHARS = 1_048_576;

/** Steps as text for the clipboard: YAML that a person can read, with a mark by which a paste knows it. Undefined when none of them is there. */
export function copyText(source: string, tasks: readonly string[]): string | undefined {
  const { document } = parseFlowDocument(source);
  if (document === undefined) return undefined;
  const sorted = sortTasks(tasks);
  const steps = sorted
    .filter((task) => !sorted.some((other) => task.startsWith(`${other}/`)))
    .flatMap((task): JsonObject[] => {
      const value = valueAt(document, task);
      return value === undefined ? [] : [{ [placeOf(task).name]: value }];
    });
  if (steps.length === 0) return undefined;
  return new Document({ [MARK]: MARK_VALUE, do: steps }).toString({ lineWidth: 0 });
}

/** True for a text that can be pasted: steps that were copied, or a list of steps. */
export function isPastable(text: string): boolean {
  return stepsOf(text).length > 0;
}

/** Pastes copied steps, or a plain list of steps or a whole flow, under free names. */
export function paste(
  document: Document,
  { list, index, text }: Extract<Edit, { readonly kind: 'paste' }>,
): string[] {
  const steps = stepsOf(text);
  if (steps.length === 0) throw new EditRefused(list, 'nothing-to-paste', 'the clipboard holds no steps');
  return putItems(listAt(document, list), list, index, steps);
}

function stepsOf(text: string): ReturnType<typeof itemsOf> {
  if (text.length > MOST_CHARS) return [];
  const tree = parseDocument(text, { schema: 'core', version: '1.2', merge: false, uniqueKeys: true });
  if (tree.errors.length > 0) return [];
  const root = tree.contents;
  return itemsOf(isMap(root) ? root.get('do') : root);
}
