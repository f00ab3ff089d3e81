import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { parseDuration } from './durations.ts';
import type {
  CatchPlan,
  DurationPlan,
  ListenRounds,
  NodeBase,
  PlanList,
  PlanNode,
  PlanRoot,
  RetryPlan,
} from './plan.ts';
import { listenPlan } from './listen-plan.ts';
import { processFunction, processNode } from './process-plan.ts';
import { type Extension, extensionsAround } from './extensions.ts';
import { planLimits } from './plan.ts';
import { joinPointer } from './pointer.ts';
import { kindOf, listTasks, member, objectMember, parseCall, targetsOf, textMember } from './tasks.ts';
import { expressionSource, expressionTemplate, templateOf } from './templates.ts';
import type { CatalogueFunction, Plan, StepCatalogue } from './types.ts';

/** Catalogue function that `call: http` is carried out by. */
export const httpFunction = { name: 'http', version: '1.0.0' } as const;
/** Catalogue function that `call: openapi` is carried out by. */
export const openapiFunction = { name: 'openapi', version: '1.0.0' } as const;

/** Identity of a document, for `Plan.document`. */
export function documentMeta(document: JsonObject): Plan['document'] {
  const of = (key: string): string => textMember(document, 'document', key) ?? '';
  const title = textMember(document, 'document', 'title');
  return {
    dsl: of('dsl'),
    namespace: of('namespace'),
    name: of('name'),
    version: of('version'),
    ...(title === undefined ? {} : { title }),
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Functions and extensions, laid out where they are called, make more nodes than a plan may have. */
export class PlanTooLarge extends Error {}

/** Builds the tables of a plan from a document that has passed all checks. */
export class PlanBuilder {
  readonly functions: Record<string, CatalogueFunction> = {};
  private readonly document: JsonObject;
  private readonly catalogue: StepCatalogue;
  private readonly nodes: PlanNode[] = [];
  private readonly lists: PlanList[] = [];
  /** True while the tasks of an extension are laid out: extensions are not extended. */
  private isExtension = false;

  constructor(document: JsonObject, catalogue: StepCatalogue) {
    this.document = document;
    this.catalogue = catalogue;
  }

  build(): PlanRoot {
    const base = this.base(this.document, '', 'workflow');
    const index = this.reserve();
    this.nodes[index] = { ...base, kind: 'workflow', list: this.list(this.document['do'], '/do') };
    return { nodes: this.nodes, lists: this.lists, definition: this.document };
  }

  private reserve(): number {
    if (this.nodes.length > planLimits.nodes) throw new PlanTooLarge();
    this.nodes.push({ pointer: '', name: '', kind: 'do', list: -1 });
    return this.nodes.length - 1;
  }

  private list(tasks: Json | undefined, pointer: string, definedAt?: string): number {
    const index = this.lists.length;
    this.lists.push({ items: [], names: {}, loops: false });
    const names: Record<string, number> = {};
    const found = listTasks(tasks);
    for (const [position, [, name]] of found.entries()) names[name] = position;
    const items = found.map(([at, name, task]) =>
      this.task(
        task,
        name,
        joinPointer(pointer, at, name),
        definedAt === undefined ? undefined : joinPointer(definedAt, at, name),
      ),
    );
    const loops = found.some(([, , task], position) =>
      targetsOf(task).some((target) => Object.hasOwn(names, target) && (names[target] ?? 0) <= position),
    );
    this.lists[index] = { items, names, loops };
    return index;
  }

  private task(
    task: JsonObject,
    name: string,
    pointer: string,
    definedAt?: string,
    isFunction = false,
  ): number {
    const woven = this.isExtension ? [] : extensionsAround(this.document, task, isFunction);
    return this.extended(woven, task, name, pointer, definedAt);
  }

  /** The task with its extensions around it, the first of the document outermost. */
  private extended(
    around: readonly Extension[],
    task: JsonObject,
    name: string,
    pointer: string,
    definedAt?: string,
  ): number {
    const index = this.reserve();
    const [extension, ...rest] = around;
    if (extension === undefined) {
      const base = this.base(task, pointer, name);
      this.nodes[index] = this.node(task, definedAt === undefined ? base : { ...base, definedAt }, definedAt);
      return index;
    }
    const { if: condition, ...inner } = task;
    const then = textMember(task, 'then');
    const list = this.lists.length;
    this.lists.push({ items: [], names: {}, loops: false });
    const before = this.extensionList(extension, 'before', pointer);
    const after = this.extensionList(extension, 'after', pointer);
    this.nodes[index] = {
      pointer,
      name,
      kind: 'extended',
      list,
      ...(definedAt === undefined ? {} : { definedAt }),
      ...(typeof condition === 'string' ? { if: expressionSource(condition) } : {}),
      ...(then === undefined || then === 'continue' ? {} : { goTo: then }),
      ...sourceMember(extension.definition, 'when'),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
    const item = this.extended(rest, inner, name, pointer, definedAt);
    this.lists[list] = { items: [item], names: {}, loops: false };
    return index;
  }

  private extensionList(
    { name, at, definition }: Extension,
    which: 'before' | 'after',
    pointer: string,
  ): number | undefined {
    if (!Array.isArray(definition[which])) return undefined;
    this.isExtension = true;
    const list = this.list(
      definition[which],
      joinPointer(pointer, name, which),
      joinPointer('/use/extensions', at, name, which),
    );
    this.isExtension = false;
    return list;
  }

  private base(task: JsonObject, pointer: string, name: string): NodeBase {
    const base: Mutable<NodeBase> = { pointer, name };
    const condition = textMember(task, 'if');
    if (condition !== undefined) base.if = expressionSource(condition);
    const from = member(task, 'input', 'from');
    if (from !== undefined) base.inputFrom = expressionTemplate(from);
    const inputSchema = schemaOf(member(task, 'input', 'schema'));
    if (inputSchema !== undefined) base.inputSchema = inputSchema;
    const outputAs = member(task, 'output', 'as');
    if (outputAs !== undefined) base.outputAs = expressionTemplate(outputAs);
    const outputSchema = schemaOf(member(task, 'output', 'schema'));
    if (outputSchema !== undefined) base.outputSchema = outputSchema;
    const exportAs = member(task, 'export', 'as');
    if (exportAs !== undefined) base.exportAs = expressionTemplate(exportAs);
    const exportSchema = schemaOf(member(task, 'export', 'schema'));
    if (exportSchema !== undefined) base.exportSchema = exportSchema;
    const after = member(this.resolve('timeouts', task['timeout']), 'after');
    if (after !== undefined) base.timeout = durationPlan(after);
    const then = textMember(task, 'then');
    if (then !== undefined && then !== 'continue') base.goTo = then;
    return base;
  }

  private node(task: JsonObject, base: NodeBase, definedAt?: string): PlanNode {
    const inner = (...path: readonly string[]): [string, string | undefined] => [
      joinPointer(base.pointer, ...path),
      definedAt === undefined ? undefined : joinPointer(definedAt, ...path),
    ];
    switch (kindOf(task)) {
      case 'set':
        return { ...base, kind: 'set', value: expressionTemplate(task['set'] ?? null) };
      case 'switch':
        return { ...base, kind: 'switch', cases: switchCases(task) };
      case 'for':
        return this.forNode(task, base, ...inner('do'));
      case 'fork': {
        const [pointer, defined] = inner('fork', 'branches');
        const branches = listTasks(member(task, 'fork', 'branches')).map(([at, name, branch]) =>
          this.task(
            branch,
            name,
            joinPointer(pointer, at, name),
            defined === undefined ? undefined : joinPointer(defined, at, name),
          ),
        );
        return { ...base, kind: 'fork', branches, compete: member(task, 'fork', 'compete') === true };
      }
      case 'try':
        return {
          ...base,
          kind: 'try',
          list: this.list(task['try'], ...inner('try')),
          catch: this.catchPlan(task, ...inner('catch', 'do')),
        };
      case 'raise': {
        const error = this.resolve('errors', member(task, 'raise', 'error')) ?? {};
        return { ...base, kind: 'raise', error: templateOf(error) };
      }
      case 'wait':
        return { ...base, kind: 'wait', duration: durationPlan(task['wait'] ?? 'PT0S') };
      case 'listen':
        return {
          ...base,
          ...listenPlan(task),
          ...this.listenRounds(task, ...inner('foreach', 'do')),
        };
      case 'emit':
        return { ...base, kind: 'emit', event: templateOf(member(task, 'emit', 'event', 'with') ?? {}) };
      case 'run':
        return objectMember(task, 'run', 'workflow') === undefined
          ? { ...base, ...processNode(task), function: this.use(processFunction) }
          : runNode(task, base);
      case 'call':
        return this.callNode(task, base);
      default:
        return { ...base, kind: 'do', list: this.list(task['do'], ...inner('do')) };
    }
  }

  private forNode(task: JsonObject, base: NodeBase, pointer: string, definedAt?: string): PlanNode {
    const condition = textMember(task, 'while');
    return {
      ...base,
      kind: 'for',
      each: textMember(task, 'for', 'each') ?? 'item',
      at: textMember(task, 'for', 'at') ?? 'index',
      in: expressionTemplate(member(task, 'for', 'in') ?? []),
      ...(condition === undefined ? {} : { while: expressionSource(condition) }),
      list: this.list(task['do'], pointer, definedAt),
    };
  }

  private listenRounds(task: JsonObject, pointer: string, definedAt?: string): { foreach?: ListenRounds } {
    const foreach = objectMember(task, 'foreach');
    if (foreach === undefined) return {};
    const outputAs = member(foreach, 'output', 'as');
    const exportAs = member(foreach, 'export', 'as');
    return {
      foreach: {
        item: textMember(foreach, 'item') ?? 'item',
        at: textMember(foreach, 'at') ?? 'index',
        ...(Array.isArray(foreach['do']) ? { list: this.list(foreach['do'], pointer, definedAt) } : {}),
        ...(outputAs === undefined ? {} : { outputAs: expressionTemplate(outputAs) }),
        ...(exportAs === undefined ? {} : { exportAs: expressionTemplate(exportAs) }),
      },
    };
  }

  private catchPlan(task: JsonObject, pointer: string, definedAt?: string): CatchPlan {
    const rule = objectMember(task, 'catch') ?? {};
    const filter = objectMember(rule, 'errors', 'with');
    const retry = this.resolve('retries', rule['retry']);
    const then = textMember(rule, 'then');
    return {
      as: textMember(rule, 'as') ?? 'error',
      ...(filter === undefined ? {} : { filter }),
      ...sourceMember(rule, 'when'),
      ...sourceMember(rule, 'exceptWhen'),
      ...(isJsonObject(retry) ? { retry: retryPlan(retry) } : {}),
      ...(Array.isArray(rule['do']) ? { list: this.list(rule['do'], pointer, definedAt) } : {}),
      ...(then === undefined || then === 'continue' ? {} : { goTo: then }),
    };
  }

  private callNode(task: JsonObject, base: NodeBase): PlanNode {
    const call = textMember(task, 'call') ?? '';
    if (call === 'http') {
      return {
        ...base,
        kind: 'call',
        function: this.use(httpFunction),
        with: templateOf(this.authenticated(httpArguments(task))),
        http: true,
      };
    }
    if (call === 'openapi')
      return {
        ...base,
        kind: 'call',
        function: this.use(openapiFunction),
        with: templateOf(this.openapiArguments(task)),
      };
    const own = objectMember(this.document, 'use', 'functions', call);
    if (own !== undefined) {
      const list = this.lists.length;
      this.lists.push({ items: [], names: {}, loops: false });
      const definedAt = joinPointer('/use/functions', call);
      this.lists[list] = {
        items: [this.task(own, call, joinPointer(base.pointer, 'call'), definedAt, true)],
        names: {},
        loops: false,
      };
      const args = member(task, 'with');
      return { ...base, kind: 'inline', list, ...(args === undefined ? {} : { with: templateOf(args) }) };
    }
    const wanted = parseCall(call) ?? { name: call, version: '' };
    return {
      ...base,
      kind: 'call',
      function: this.use(wanted),
      with: templateOf(member(task, 'with') ?? {}),
    };
  }

  /** Arguments as the catalogue function takes them: the address of the document is a text with its authentication beside it. */
  private openapiArguments(task: JsonObject): JsonObject {
    const { document, ...rest } = objectMember(task, 'with') ?? {};
    const endpoint = member(document, 'endpoint') ?? '';
    const place = isJsonObject(endpoint)
      ? { endpoint: endpoint['uri'] ?? '', ...only('authentication', endpoint['authentication']) }
      : { endpoint };
    return this.authenticated({ ...rest, document: this.authenticated(place) });
  }

  private authenticated(args: JsonObject): JsonObject {
    const name = textMember(args['authentication'], 'use');
    if (name === undefined) return args;
    return { ...args, authentication: member(this.document, 'use', 'authentications', name) ?? null };
  }

  private use(wanted: { readonly name: string; readonly version: string }): string {
    const key = `${wanted.name}:${wanted.version}`;
    const found = this.catalogue.find(wanted.name, wanted.version);
    if (found !== undefined) this.functions[key] = plainFunction(found);
    return key;
  }

  private resolve(kind: 'timeouts' | 'retries' | 'errors', value: Json | undefined): Json | undefined {
    return typeof value === 'string' ? member(this.document, 'use', kind, value) : value;
  }
}

function only(key: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [key]: value };
}

/** The data of a catalogue function and nothing else: a catalogue may carry methods and symbols, a plan is JSON. */
function plainFunction({
  name,
  version,
  input,
  output,
  run,
  controlled,
}: CatalogueFunction): CatalogueFunction {
  return JSON.parse(JSON.stringify({ name, version, input, output, run, controlled })) as CatalogueFunction;
}

function schemaOf(value: Json | undefined): JsonObject | undefined {
  return objectMember(value, 'document');
}

function sourceMember<Key extends string>(value: JsonObject, key: Key): { [K in Key]?: string } {
  const text = textMember(value, key);
  const found: { [K in Key]?: string } = {};
  if (text !== undefined) found[key] = expressionSource(text);
  return found;
}

function durationPlan(value: Json): DurationPlan {
  return (
    parseDuration(value) ?? {
      expr: expressionSource(typeof value === 'string' ? value : JSON.stringify(value)),
    }
  );
}

function retryPlan(policy: JsonObject): RetryPlan {
  const backoff = objectMember(policy, 'backoff') ?? {};
  const from = member(policy, 'jitter', 'from');
  const to = member(policy, 'jitter', 'to');
  const count = member(policy, 'limit', 'attempt', 'count');
  const each = member(policy, 'limit', 'attempt', 'duration');
  const total = member(policy, 'limit', 'duration');
  return {
    ...sourceMember(policy, 'when'),
    ...sourceMember(policy, 'exceptWhen'),
    delay: durationPlan(policy['delay'] ?? 'PT0S'),
    backoff: 'exponential' in backoff ? 'exponential' : 'linear' in backoff ? 'linear' : 'constant',
    ...(from === undefined || to === undefined
      ? {}
      : { jitter: { from: durationPlan(from), to: durationPlan(to) } }),
    ...(typeof count === 'number' ? { count } : {}),
    ...(each === undefined ? {} : { attemptDuration: durationPlan(each) }),
    ...(total === undefined ? {} : { duration: durationPlan(total) }),
  };
}

function switchCases(task: JsonObject): { name: string; when?: string; goTo: string }[] {
  return listTasks(task['switch']).map(([, name, item]) => ({
    name,
    ...sourceMember(item, 'when'),
    goTo: textMember(item, 'then') ?? 'continue',
  }));
}

function runNode(task: JsonObject, base: NodeBase): PlanNode {
  const flow = objectMember(task, 'run', 'workflow') ?? {};
  const input = member(flow, 'input');
  return {
    ...base,
    kind: 'run',
    flow: {
      namespace: textMember(flow, 'namespace') ?? '',
      name: textMember(flow, 'name') ?? '',
      version: textMember(flow, 'version') ?? 'latest',
    },
    ...(input === undefined ? {} : { input: templateOf(input) }),
    await: member(task, 'run', 'await') !== false,
  };
}

/** Arguments of `call: http` as the catalogue function takes them: the endpoint is always a text, `authentication` stands beside it. */
export function httpArguments(task: JsonObject): JsonObject {
  const { endpoint, ...rest } = objectMember(task, 'with') ?? {};
  if (!isJsonObject(endpoint)) return { ...rest, endpoint: endpoint ?? '' };
  const { uri, authentication } = endpoint;
  return { ...rest, endpoint: uri ?? '', ...only('authentication', authentication) };
}
