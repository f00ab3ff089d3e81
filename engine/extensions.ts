import type { JsonObject } from '../domain/json.ts';
import { kindOf, listTasks, member, textMember } from './tasks.ts';

/** An extension of a document, with its place in `use.extensions`. */
export interface Extension {
  readonly at: number;
  readonly name: string;
  readonly definition: JsonObject;
}

/**
 * The extensions that stand around a task, in document order: those of its kind, of `composite` for a `do`, and of `all`. The task that a
 * function of `use` consists of has none of its own: the call of the function has.
 */
export function extensionsAround(
  document: JsonObject,
  task: JsonObject,
  isFunction: boolean,
): readonly Extension[] {
  if (isFunction) return [];
  const kind = kindOf(task);
  return listTasks(member(document, 'use', 'extensions'))
    .map(([at, name, definition]) => ({ at, name, definition }))
    .filter(({ definition }) => {
      const extend = textMember(definition, 'extend');
      return extend === 'all' || extend === kind || (extend === 'composite' && kind === 'do');
    });
}
