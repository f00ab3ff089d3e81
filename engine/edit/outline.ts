import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { joinPointer } from '../pointer.ts';
import { kindOf, listTasks, member, objectMember, type TaskKind, textMember } from '../tasks.ts';

/** What a lane is inside its block. */
export type OutlineLaneKind = 'root' | 'case' | 'otherwise' | 'branch' | 'loop' | 'try' | 'catch' | 'group';

/** How a block holds other steps; `switch` is a branch block. */
export type OutlineFrame = 'switch' | 'fork' | 'for' | 'try' | 'do' | 'listen';

/** A step of a flow as a canvas shows it. */
export interface OutlineBlock {
  /** JSON pointer of the task. */
  readonly pointer: string;
  readonly name: string;
  /** Words of a person for it; undefined when there are none. */
  readonly title: string | undefined;
  readonly note: string;
  readonly kind: TaskKind | undefined;
  readonly frame: OutlineFrame | undefined;
  readonly task: JsonObject;
  readonly isOff: boolean;
  /** Executed, but drawn as one closed block: jumps by name, extensions and other things forms do not know. */
  readonly isRaw: boolean;
  readonly lanes: readonly OutlineLane[];
}

/** Steps below one another. */
export interface OutlineLane {
  /** JSON pointer of the task list, which edits name. It may not exist yet (a catch without steps). */
  readonly pointer: string;
  readonly kind: OutlineLaneKind;
  readonly name: string;
  /** Condition of a case, as written. */
  readonly when: string | undefined;
  /** Position of a case in its switch or of a way in its fork; undefined for other lanes. */
  readonly position: number | undefined;
  readonly blocks: readonly OutlineBlock[];
}

/** Kinds of task that have no form: they are executed and shown as written. */
const DIRECTIVES: ReadonlySet<string> = new Set(['continue', 'exit', 'end']);

/** The tree of a flow. Total: any document has one; what is no task is left out of it and stays in the document. */
export function outlineOf(document: JsonObject): OutlineLane {
  return lane(document['do'], '/do', { kind: 'root', name: '' });
}

function lane(
  list: Json | undefined,
  pointer: string,
  head: Pick<OutlineLane, 'kind' | 'name'> & Partial<Pick<OutlineLane, 'when' | 'position'>>,
): OutlineLane {
  return {
    pointer,
    when: undefined,
    position: undefined,
    ...head,
    blocks: listTasks(list).map(([at, name, task]) => block(name, task, joinPointer(pointer, at, name))),
  };
}

function block(name: string, task: JsonObject, pointer: string): OutlineBlock {
  const kind = kindOf(task);
  const words = objectMember(task, 'metadata', 'afterbell');
  const { frame, lanes } = inside(kind, task, pointer);
  return {
    pointer,
    name,
    title: textMember(words, 'title'),
    note: textMember(words, 'note') ?? '',
    kind,
    frame,
    task,
    isOff: member(words, 'off') === true,
    isRaw: kind === undefined || isRaw(kind, task),
    lanes,
  };
}

/** Jumps to a named step are executed as written and have no form: the canvas shows order by standing below. */
function isRaw(kind: TaskKind, task: JsonObject): boolean {
  const then = task['then'];
  if (typeof then === 'string' && !DIRECTIVES.has(then)) return true;
  if (kind === 'switch') return true;
  if (kind === 'run') return objectMember(task, 'run', 'workflow') === undefined;
  return (
    kind === 'call' && ['openapi', 'asyncapi', 'grpc', 'a2a', 'mcp'].includes(textMember(task, 'call') ?? '')
  );
}

function inside(
  kind: TaskKind | undefined,
  task: JsonObject,
  pointer: string,
): { frame: OutlineFrame | undefined; lanes: OutlineLane[] } {
  if (kind === 'do') {
    const cases = casesOf(task, pointer);
    if (cases !== undefined) return { frame: 'switch', lanes: cases };
    return { frame: 'do', lanes: [lane(task['do'], `${pointer}/do`, { kind: 'group', name: '' })] };
  }
  if (kind === 'for')
    return { frame: 'for', lanes: [lane(task['do'], `${pointer}/do`, { kind: 'loop', name: '' })] };
  if (kind === 'try')
    return {
      frame: 'try',
      lanes: [
        lane(task['try'], `${pointer}/try`, { kind: 'try', name: '' }),
        lane(member(task, 'catch', 'do'), `${pointer}/catch/do`, { kind: 'catch', name: '' }),
      ],
    };
  if (kind === 'fork') return { frame: 'fork', lanes: ways(task, pointer) };
  if (kind === 'listen' && isJsonObject(member(task, 'foreach', 'do') ?? null) === false) {
    const each = member(task, 'foreach', 'do');
    if (Array.isArray(each))
      return { frame: 'listen', lanes: [lane(each, `${pointer}/foreach/do`, { kind: 'loop', name: '' })] };
  }
  return { frame: undefined, lanes: [] };
}

/** The ways of a fork. A way that is a single task without a list of its own is a lane with that one step. */
function ways(task: JsonObject, pointer: string): OutlineLane[] {
  const base = `${pointer}/fork/branches`;
  return listTasks(member(task, 'fork', 'branches')).map(([at, name, way]) => {
    const own = joinPointer(base, at, name);
    const head = { kind: 'branch' as const, name, position: at };
    if (kindOf(way) === 'do') return lane(way['do'], `${own}/do`, head);
    return { pointer: `${own}/do`, when: undefined, ...head, blocks: [block(name, way, own)] };
  });
}

/**
 * The cases of a branch block: a `do` whose first task is a switch that leaves the block when nothing holds, followed by exactly one body per
 * case, in the order of the cases, each a `do` that leaves the block. Undefined for any other `do`.
 */
function casesOf(task: JsonObject, pointer: string): OutlineLane[] | undefined {
  const [head, ...bodies] = listTasks(task['do']);
  if (head === undefined || head[2]['then'] !== 'exit') return undefined;
  const cases = listTasks(head[2]['switch']);
  if (cases.length === 0 || cases.length !== bodies.length) return undefined;
  const lanes: OutlineLane[] = [];
  for (const [position, [, name, each]] of cases.entries()) {
    const body = bodies[position];
    if (body === undefined || each['then'] !== body[1]) return undefined;
    const [at, bodyName, content] = body;
    if (kindOf(content) !== 'do' || content['then'] !== 'exit') return undefined;
    const when = textMember(each, 'when');
    if (when === undefined && position !== cases.length - 1) return undefined;
    const list = `${joinPointer(`${pointer}/do`, at, bodyName)}/do`;
    lanes.push(
      lane(content['do'], list, { kind: when === undefined ? 'otherwise' : 'case', name, when, position }),
    );
  }
  return lanes;
}

/** Every block of a tree, in document order. */
export function everyOutlineBlock(root: OutlineLane): OutlineBlock[] {
  return root.blocks.flatMap((each) => [each, ...each.lanes.flatMap(everyOutlineBlock)]);
}
