import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { unwrapExpression } from './expression/index.ts';
import { joinPointer } from './pointer.ts';
import { isForeign } from './schema-check.ts';
import { listTasks, member, objectMember, textMember } from './tasks.ts';
import { expressionSource } from './templates.ts';
import { loopVariables, type TaskView } from './walk.ts';

/** One expression of a document. */
export interface ExpressionPlace {
  readonly pointer: string;
  readonly source: string;
  /** Names it may use beside those every expression has. */
  readonly variables: readonly string[];
}

/** All expressions of a document: texts in fields that are expressions by nature, and `${ }` texts anywhere else. */
export function findExpressions(document: JsonObject, tasks: readonly TaskView[]): ExpressionPlace[] {
  const found: ExpressionPlace[] = [];
  const flow = new Collector('', [], found);
  flow.field(document, 'input', 'from');
  flow.field(document, 'output', 'as');
  flow.texts(member(document, 'timeout', 'after'), '/timeout/after');
  for (const key of ['errors', 'timeouts', 'authentications']) {
    flow.texts(member(document, 'use', key), `/use/${key}`);
  }
  for (const [name, policy] of Object.entries(objectMember(document, 'use', 'retries') ?? {})) {
    new Collector(joinPointer('/use/retries', name), ['error'], found).retry(policy);
  }
  for (const [at, name, extension] of listTasks(member(document, 'use', 'extensions'))) {
    new Collector(joinPointer('/use/extensions', at, name), [], found).field(extension, 'when');
  }
  for (const view of tasks) if (!isForeign(view.task)) ofTask(view, found);
  return found;
}

function ofTask(view: TaskView, found: ExpressionPlace[]): void {
  const { task, kind, pointer } = view;
  const own = new Collector(pointer, view.variables, found);
  own.field(task, 'if');
  own.field(task, 'input', 'from');
  own.field(task, 'output', 'as');
  own.with('output').field(task, 'export', 'as');
  own.texts(member(task, 'timeout', 'after'), `${pointer}/timeout/after`);
  if (kind === 'set') own.field(task, 'set');
  if (kind === 'call') own.texts(task['with'], `${pointer}/with`);
  if (kind === 'wait') own.texts(task['wait'], `${pointer}/wait`);
  if (kind === 'raise') own.texts(member(task, 'raise', 'error'), `${pointer}/raise/error`);
  if (kind === 'emit') own.texts(member(task, 'emit', 'event', 'with'), `${pointer}/emit/event/with`);
  if (kind === 'run') own.texts(task['run'], `${pointer}/run`);
  if (kind === 'listen') ofListen(view, own);
  if (kind === 'for') {
    own.field(task, 'for', 'in');
    own.with(...loopVariables(task)).field(task, 'while');
  }
  if (kind === 'switch') {
    for (const [at, name, item] of listTasks(task['switch'])) {
      new Collector(joinPointer(pointer, 'switch', at, name), view.variables, found).field(item, 'when');
    }
  }
  if (kind === 'try') ofCatch(view, own);
}

function ofCatch({ task, pointer }: TaskView, own: Collector): void {
  const as = member(task, 'catch', 'as');
  const caught = own.with(typeof as === 'string' ? as : 'error');
  caught.field(task, 'catch', 'when');
  caught.field(task, 'catch', 'exceptWhen');
  caught.at(`${pointer}/catch/retry`).retry(member(task, 'catch', 'retry'));
}

function ofListen({ task, pointer }: TaskView, own: Collector): void {
  own.texts(member(task, 'listen', 'to'), `${pointer}/listen/to`);
  const until = member(task, 'listen', 'to', 'until');
  if (typeof until === 'string' && unwrapExpression(until) === undefined)
    own.field(task, 'listen', 'to', 'until');
  const rounds = own.with(
    textMember(task, 'foreach', 'item') ?? 'item',
    textMember(task, 'foreach', 'at') ?? 'index',
  );
  rounds.field(task, 'foreach', 'output', 'as');
  rounds.with('output').field(task, 'foreach', 'export', 'as');
}

class Collector {
  private readonly base: string;
  private readonly variables: readonly string[];
  private readonly found: ExpressionPlace[];

  constructor(base: string, variables: readonly string[], found: ExpressionPlace[]) {
    this.base = base;
    this.variables = variables;
    this.found = found;
  }

  with(...names: readonly string[]): Collector {
    return new Collector(this.base, [...this.variables, ...names], this.found);
  }

  at(base: string): Collector {
    return new Collector(base, this.variables, this.found);
  }

  /** A field that is an expression when it is a text. */
  field(owner: Json | undefined, ...path: readonly string[]): void {
    const value = member(owner, ...path);
    const pointer = joinPointer(this.base, ...path);
    if (typeof value === 'string') this.add(pointer, expressionSource(value));
    else this.texts(value, pointer);
  }

  /** Every `${ }` text inside a value. */
  texts(value: Json | undefined, pointer: string): void {
    if (typeof value === 'string') {
      const source = unwrapExpression(value);
      if (source !== undefined) this.add(pointer, source);
    } else if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) this.texts(item, joinPointer(pointer, at));
    } else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) this.texts(item, joinPointer(pointer, key));
    }
  }

  retry(policy: Json | undefined): void {
    if (!isJsonObject(policy)) return;
    this.field(policy, 'when');
    this.field(policy, 'exceptWhen');
    for (const key of ['delay', 'jitter', 'limit']) this.texts(policy[key], joinPointer(this.base, key));
  }

  private add(pointer: string, source: string): void {
    this.found.push({ pointer, source, variables: this.variables });
  }
}
