import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { joinPointer } from './pointer.ts';

/** Task keywords of the language, in the order a task is recognised by: `for` and `try` hold a `do` or other keywords too. */
export const taskKinds = [
  'call',
  'fork',
  'emit',
  'for',
  'listen',
  'raise',
  'run',
  'set',
  'switch',
  'try',
  'wait',
  'do',
] as const;

/** Kind of a task. */
export type TaskKind = (typeof taskKinds)[number];

/** The kind of a task definition, undefined when it has no task keyword. */
export function kindOf(task: JsonObject): TaskKind | undefined {
  return taskKinds.find((kind) => Object.hasOwn(task, kind));
}

/** Own member of a JSON value, undefined when it is not an object or has no such member. */
export function member(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = value;
  for (const key of path) {
    if (!isJsonObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** Own member when it is a text. */
export function textMember(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** Own member when it is an object. */
export function objectMember(value: Json | undefined, ...path: readonly string[]): JsonObject | undefined {
  const found = member(value, ...path);
  return isJsonObject(found) ? found : undefined;
}

/** The tasks of a task list as [position, name, definition]; what is no single-key map is left out (the schema check names it). */
export function listTasks(list: Json | undefined): readonly (readonly [number, string, JsonObject])[] {
  if (!Array.isArray(list)) return [];
  const tasks: [number, string, JsonObject][] = [];
  for (const [index, item] of list.entries()) {
    if (!isJsonObject(item)) continue;
    const entry = Object.entries(item)[0];
    if (entry !== undefined && isJsonObject(entry[1])) tasks.push([index, entry[0], entry[1]]);
  }
  return tasks;
}

/** Parts of a call text: `name:version@catalog`; catalog is `default` when left out. Undefined when it has another form. */
export function parseCall(call: string): { name: string; version: string; catalog: string } | undefined {
  const match =
    /^([A-Za-z0-9][A-Za-z0-9._-]*):(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)(?:@([A-Za-z0-9][A-Za-z0-9._-]*))?$/.exec(
      call,
    );
  if (match === null) return undefined;
  return { name: match[1] ?? '', version: match[2] ?? '', catalog: match[3] ?? 'default' };
}

/** A place of a task that says where to go: a name in its list, or a directive. */
export interface Jump {
  readonly pointer: string;
  readonly target: string;
}

/** Every place of a task that says where to go; `pointer` is that of the task. */
export function jumpsOf(task: JsonObject, pointer: string): Jump[] {
  const jumps: Jump[] = [];
  const add = (at: string, target: string | undefined): void => {
    if (target !== undefined) jumps.push({ pointer: at, target });
  };
  add(`${pointer}/then`, textMember(task, 'then'));
  add(`${pointer}/catch/then`, textMember(task, 'catch', 'then'));
  for (const [at, name, item] of listTasks(task['switch'])) {
    add(joinPointer(pointer, 'switch', at, name, 'then'), textMember(item, 'then'));
  }
  return jumps;
}

/** Names a task may jump to, out of its own list. */
export function targetsOf(task: JsonObject): readonly string[] {
  return jumpsOf(task, '')
    .map(({ target }) => target)
    .filter((target) => !['continue', 'exit', 'end'].includes(target));
}
