import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { joinPointer } from './pointer.ts';
import { kindOf, listTasks, member, objectMember, type TaskKind, textMember } from './tasks.ts';

/** A scope as the checks see it. */
export interface ListView {
  readonly pointer: string;
  /** `branches` run side by side: no jumps between them. */
  readonly kind: 'list' | 'branches';
  readonly names: readonly string[];
}

/** One task of a document with everything around it. */
export interface TaskView {
  readonly pointer: string;
  readonly name: string;
  readonly kind: TaskKind | undefined;
  readonly task: JsonObject;
  readonly list: ListView;
  /** Position in the list. */
  readonly position: number;
  /** Variables of enclosing loops, catches and listeners, without `$`. */
  readonly variables: readonly string[];
  /** Pointers of the enclosing tasks, outermost first. */
  readonly ancestors: readonly string[];
}

type Around = Pick<TaskView, 'variables' | 'ancestors'>;

/** All tasks of a document, in document order: the flow, then functions and extensions of `use`. */
export function walkTasks(document: JsonObject): readonly TaskView[] {
  const found: TaskView[] = [];
  const around: Around = { variables: [], ancestors: [] };
  walkList(document['do'], '/do', 'list', around, found);
  for (const [name, task] of Object.entries(objectMember(document, 'use', 'functions') ?? {})) {
    if (!isJsonObject(task)) continue;
    const list: ListView = { pointer: '/use/functions', kind: 'branches', names: [] };
    walkTask(task, name, joinPointer('/use/functions', name), list, 0, around, found);
  }
  for (const [at, name, extension] of listTasks(member(document, 'use', 'extensions'))) {
    const base = joinPointer('/use/extensions', at, name);
    walkList(extension['before'], `${base}/before`, 'list', around, found);
    walkList(extension['after'], `${base}/after`, 'list', around, found);
  }
  return found;
}

function walkList(
  tasks: Json | undefined,
  pointer: string,
  kind: ListView['kind'],
  around: Around,
  found: TaskView[],
): void {
  const entries = listTasks(tasks);
  const list: ListView = { pointer, kind, names: entries.map(([, name]) => name) };
  for (const [position, [at, name, task]] of entries.entries()) {
    walkTask(task, name, joinPointer(pointer, at, name), list, position, around, found);
  }
}

function walkTask(
  task: JsonObject,
  name: string,
  pointer: string,
  list: ListView,
  position: number,
  around: Around,
  found: TaskView[],
): void {
  const kind = kindOf(task);
  found.push({ pointer, name, kind, task, list, position, ...around });
  const inside = (...variables: readonly string[]): Around => ({
    variables: [...around.variables, ...variables],
    ancestors: [...around.ancestors, pointer],
  });
  if (kind === 'do') walkList(task['do'], `${pointer}/do`, 'list', inside(), found);
  if (kind === 'for') walkList(task['do'], `${pointer}/do`, 'list', inside(...loopVariables(task)), found);
  if (kind === 'fork')
    walkList(member(task, 'fork', 'branches'), `${pointer}/fork/branches`, 'branches', inside(), found);
  if (kind === 'try') {
    walkList(task['try'], `${pointer}/try`, 'list', inside(), found);
    const as = textMember(task, 'catch', 'as') ?? 'error';
    walkList(member(task, 'catch', 'do'), `${pointer}/catch/do`, 'list', inside(as), found);
  }
  if (kind === 'listen') {
    const names = [
      textMember(task, 'foreach', 'item') ?? 'item',
      textMember(task, 'foreach', 'at') ?? 'index',
    ];
    walkList(member(task, 'foreach', 'do'), `${pointer}/foreach/do`, 'list', inside(...names), found);
  }
}

/** Names a loop gives its item and position. */
export function loopVariables(task: JsonObject): [string, string] {
  return [textMember(task, 'for', 'each') ?? 'item', textMember(task, 'for', 'at') ?? 'index'];
}
