import type { Json } from '../../domain/json.ts';
import type { ExpressionAst, Pattern } from './ast.ts';
import { assignment } from './code-assign.ts';
import * as basic from './code-basic.ts';
import * as control from './code-control.ts';
import { ExpressionError } from './error.ts';
import { formatNamed } from './formats.ts';
import { forms } from './forms.ts';
import { callNative, natives } from './natives.ts';
import { valueOperations } from './operators.ts';
import { preludeSource, refusedNames } from './prelude.ts';
import { type Code, Env, linkAt, type Stop } from './runtime.ts';
import { parseSource } from './parser.ts';
import { indexOf } from './values.ts';

/** A name the compiler knows at some place of the source. `links` = environment links that exist once it is bound. */
type Scope =
  | {
      readonly kind: 'variable' | 'label' | 'closure';
      readonly name: string;
      readonly links: number;
      readonly outer: Scope | undefined;
    }
  | {
      readonly kind: 'function';
      readonly definition: Definition;
      readonly links: number;
      readonly outer: Scope | undefined;
    };

/** A user function. `code` is set once its body is compiled; until then only recursive calls refer to it. */
interface Definition {
  readonly name: string;
  readonly arity: number;
  code: Code | undefined;
  /** While its own body is compiled: recursive calls are taken to give exactly one output, which the result then has to confirm. */
  isAssumedSingle?: boolean;
}

function linksOf(scope: Scope | undefined): number {
  return scope?.links ?? 0;
}

function bound(kind: 'variable' | 'label' | 'closure', name: string, outer: Scope | undefined): Scope {
  return { kind, name, links: linksOf(outer) + 1, outer };
}

/** Compiles a syntax tree. `free` collects the names of variables bound nowhere, which the caller must give at evaluation. */
export function compileAst(ast: ExpressionAst, free: Set<string>): Code {
  return new Compiler(free).compile(ast, undefined);
}

const prelude = new Map<string, Definition>();

/** A built-in written in jq itself, compiled at first use and kept. */
function preludeDefinition(name: string, arity: number): Definition | undefined {
  const key = `${name}/${arity}`;
  const known = prelude.get(key);
  if (known !== undefined) return known;
  const source = preludeSource(key);
  if (source === undefined) return undefined;
  const ast = parseSource(`${source} .`);
  if (ast.kind !== 'def') return undefined;
  const definition: Definition = { name, arity, code: undefined };
  prelude.set(key, definition);
  new Compiler(new Set()).define(definition, ast, undefined);
  return definition;
}

class Compiler {
  private readonly free: Set<string>;
  private nesting = 0;

  constructor(free: Set<string>) {
    this.free = free;
  }

  compile(ast: ExpressionAst, scope: Scope | undefined): Code {
    switch (ast.kind) {
      case 'identity':
        return basic.identity;
      case 'literal':
        return basic.literal(ast.value);
      case 'text':
        return this.text(ast, scope);
      case 'format': {
        const format = formatNamed(ast.name, ast.offset);
        return basic.single((input, env) => format(input, env.context), 0);
      }
      case 'index': {
        const name =
          ast.key.kind === 'literal' && typeof ast.key.value === 'string' ? ast.key.value : undefined;
        return basic.index(this.compile(ast.target, scope), this.compile(ast.key, scope), name, ast.optional);
      }
      case 'slice': {
        const [from, to] = [ast.from, ast.to].map((bound) =>
          bound === undefined ? undefined : this.compile(bound, scope),
        );
        return basic.index(
          this.compile(ast.target, scope),
          basic.sliceKey(from, to),
          undefined,
          ast.optional,
        );
      }
      case 'iterate':
        return basic.iterate(this.compile(ast.target, scope), ast.optional);
      case 'array':
        return basic.array(ast.body === undefined ? undefined : this.compile(ast.body, scope));
      case 'object':
        return basic.object(
          ast.members.map(({ key, value }) => ({
            key: this.compile(key, scope),
            value: this.compile(value, scope),
          })),
        );
      case 'negate':
        return basic.negate(this.compile(ast.body, scope));
      case 'pipe':
        return basic.pipe(this.compile(ast.left, scope), this.compile(ast.right, scope));
      case 'comma':
        return basic.comma(this.compile(ast.left, scope), this.compile(ast.right, scope));
      case 'and':
      case 'or':
        return basic.logical(
          ast.kind === 'or',
          this.compile(ast.left, scope),
          this.compile(ast.right, scope),
        );
      case 'alternative':
        return control.alternative(this.compile(ast.left, scope), this.compile(ast.right, scope));
      case 'binary':
        return basic.binary(
          valueOperations[ast.operator],
          this.compile(ast.left, scope),
          this.compile(ast.right, scope),
        );
      case 'assign':
        return assignment(ast.operator, this.compile(ast.left, scope), this.compile(ast.right, scope));
      default:
        return this.compileControl(ast, scope);
    }
  }

  private compileControl(ast: ExpressionAst, scope: Scope | undefined): Code {
    switch (ast.kind) {
      case 'if':
        return control.conditional(
          this.compile(ast.condition, scope),
          this.compile(ast.whenTrue, scope),
          ast.otherwise === undefined ? basic.identity : this.compile(ast.otherwise, scope),
        );
      case 'try':
        return control.attempt(
          this.compile(ast.body, scope),
          ast.handler === undefined ? undefined : this.compile(ast.handler, scope),
        );
      case 'reduce': {
        const { bind, inner } = this.pattern(ast.pattern, scope);
        const [source, start] = [this.compile(ast.source, scope), this.compile(ast.start, scope)];
        return control.reduction(source, bind, start, this.compile(ast.update, inner));
      }
      case 'foreach': {
        const { bind, inner } = this.pattern(ast.pattern, scope);
        const extract = ast.extract === undefined ? basic.identity : this.compile(ast.extract, inner);
        const [source, start] = [this.compile(ast.source, scope), this.compile(ast.start, scope)];
        return control.iteration(source, bind, start, this.compile(ast.update, inner), extract);
      }
      case 'as': {
        const source = this.compile(ast.source, scope);
        const { bind, inner } = this.pattern(ast.pattern, scope);
        const body = this.compile(ast.body, inner);
        return ast.pattern.kind === 'name'
          ? control.bindName(source, body)
          : control.bindPattern(source, bind, body);
      }
      case 'def': {
        const definition: Definition = { name: ast.name, arity: ast.parameters.length, code: undefined };
        const inner = this.define(definition, ast, scope);
        return this.compile(ast.rest, inner);
      }
      case 'call':
        return this.call(ast, scope);
      case 'variable':
        return this.variable(ast, scope);
      case 'label':
        return control.labelled(this.compile(ast.body, bound('label', ast.name, scope)));
      case 'break':
        return this.breakTo(ast, scope);
      default:
        throw new ExpressionError('expression-syntax', `unknown node ${ast.kind}`, ast.offset);
    }
  }

  private text(ast: ExpressionAst & { kind: 'text' }, scope: Scope | undefined): Code {
    const format = formatNamed(ast.format ?? 'text', ast.offset);
    const parts = ast.parts.map((part) => (typeof part === 'string' ? part : this.compile(part, scope)));
    return basic.interpolation(parts, (value, env) => format(value, env.context));
  }

  private variable(ast: ExpressionAst & { kind: 'variable' }, scope: Scope | undefined): Code {
    const { name, offset } = ast;
    const found = findName(scope, 'variable', name);
    if (found !== undefined) {
      const links = linksOf(scope) - found.links;
      if (links === 0) return basic.single((_input, env) => env.value, 0);
      return basic.single((_input, env) => linkAt(env, links).value, 0);
    }
    if (name === 'ENV' || name === '__prog_args') {
      throw new ExpressionError('expression-unknown-variable', `$${name} is not available`, offset);
    }
    this.free.add(name);
    return basic.single((_input, env) => {
      const { variables } = env.context;
      const value = variables !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (value === undefined)
        throw new ExpressionError('expression-unknown-variable', `$${name} is not defined here`, offset);
      return value;
    }, 0);
  }

  private breakTo(ast: ExpressionAst & { kind: 'break' }, scope: Scope | undefined): Code {
    const found = findName(scope, 'label', ast.name);
    if (found === undefined)
      throw new ExpressionError('expression-syntax', `there is no label $${ast.name} here`, ast.offset);
    return control.breakTo(linksOf(scope) - found.links);
  }

  /** Compiles a function and returns the scope in which it can be called. `$name` parameters become bindings around the body. */
  define(definition: Definition, ast: ExpressionAst & { kind: 'def' }, outer: Scope | undefined): Scope {
    const known: Scope = { kind: 'function', definition, links: linksOf(outer), outer };
    let inner: Scope = known;
    for (const parameter of ast.parameters) inner = bound('closure', parameter.name, inner);
    let { body } = ast;
    for (const parameter of ast.parameters.toReversed()) {
      if (!parameter.byValue) continue;
      const source: ExpressionAst = { kind: 'call', name: parameter.name, args: [], offset: ast.offset };
      body = {
        kind: 'as',
        source,
        pattern: { kind: 'name', name: parameter.name },
        body,
        offset: ast.offset,
      };
    }
    definition.code = this.functionBody(definition, body, inner);
    return known;
  }

  /**
   * A recursive function without parameters is first compiled as if it gave one output per call, which needs far less stack; when
   * that does not hold it is compiled again. Functions nested deeper than two are compiled once, so the work stays linear.
   */
  private functionBody(definition: Definition, body: ExpressionAst, inner: Scope): Code {
    this.nesting += 1;
    const mayTry = definition.arity === 0 && this.nesting <= 2;
    definition.isAssumedSingle = mayTry;
    let code = this.compile(body, inner);
    if (mayTry && code.one === undefined) {
      definition.isAssumedSingle = false;
      code = this.compile(body, inner);
    }
    this.nesting -= 1;
    return code;
  }

  private call(ast: ExpressionAst & { kind: 'call' }, scope: Scope | undefined): Code {
    const arity = ast.args.length;
    for (let at = scope; at !== undefined; at = at.outer) {
      if (at.kind === 'closure' && arity === 0 && at.name === ast.name)
        return callClosure(linksOf(scope) - at.links);
      if (at.kind === 'function' && at.definition.arity === arity && at.definition.name === ast.name) {
        return callFunction(at.definition, linksOf(scope) - at.links, this.args(ast, scope));
      }
    }
    const key = `${ast.name}/${arity}`;
    const form = forms.get(key);
    if (form !== undefined) return form(this.args(ast, scope));
    const native = natives.get(key);
    if (native !== undefined) return callNative(native, this.args(ast, scope));
    const definition = preludeDefinition(ast.name, arity);
    if (definition !== undefined) return callFunction(definition, linksOf(scope), this.args(ast, scope));
    const why = refusedNames.has(ast.name) ? 'is refused in flows' : 'is not known';
    throw new ExpressionError('expression-unknown-function', `${key} ${why} (at ${ast.offset})`, ast.offset);
  }

  private args(ast: ExpressionAst & { kind: 'call' }, scope: Scope | undefined): Code[] {
    return ast.args.map((arg) => this.compile(arg, scope));
  }

  /** The binder of a pattern and the scope in which its names are known. */
  private pattern(
    pattern: Pattern,
    scope: Scope | undefined,
  ): { bind: control.Binder; inner: Scope | undefined } {
    if (pattern.kind === 'name') {
      const bind: control.Binder = (value, env, then) => then(new Env(env.context, env, value, undefined));
      return { bind, inner: bound('variable', pattern.name, scope) };
    }
    let inner = scope;
    const steps: control.Binder[] = [];
    if (pattern.kind === 'array') {
      for (const [at, item] of pattern.items.entries()) {
        const child = this.pattern(item, inner);
        inner = child.inner;
        steps.push((value, env, then) => {
          if (value !== null && !Array.isArray(value)) indexOf(value, at, env.context);
          return child.bind(indexOf(value, at, env.context), env, then);
        });
      }
      return { bind: inSequence(steps), inner };
    }
    for (const member of pattern.members) {
      const key = this.compile(member.key, inner);
      const named =
        member.name === undefined ? undefined : this.pattern({ kind: 'name', name: member.name }, inner);
      inner = named?.inner ?? inner;
      const child = member.value === undefined ? undefined : this.pattern(member.value, inner);
      inner = child?.inner ?? inner;
      const binders = [named, child].flatMap((part) => (part === undefined ? [] : [part.bind]));
      const bindMember = inSequence(binders);
      steps.push((value, env, then) =>
        key.run(value, env, (name) => bindMember(patternMember(value, name, env), env, then)),
      );
    }
    return { bind: inSequence(steps), inner };
  }
}

function patternMember(value: Json, name: Json, env: Env): Json {
  return indexOf(value, name, env.context);
}

/** Runs binders one after the other on the same value; each may continue several times. */
function inSequence(steps: readonly control.Binder[]): control.Binder {
  const runFrom = (at: number, value: Json, env: Env, then: (env: Env) => Stop): Stop => {
    const step = steps[at];
    return step === undefined ? then(env) : step(value, env, (next) => runFrom(at + 1, value, next, then));
  };
  return (value, env, then) => runFrom(0, value, env, then);
}

function findName(scope: Scope | undefined, kind: 'variable' | 'label', name: string): Scope | undefined {
  for (let at = scope; at !== undefined; at = at.outer) {
    if (at.kind === kind && at.name === name) return at;
  }
  return undefined;
}

/** A call of a function argument: runs in the environment where the argument was written. */
function callClosure(links: number): Code {
  return basic.many(
    (input, env, emit) => {
      const { closure } = linkAt(env, links);
      if (closure === undefined) return undefined;
      const { context } = env;
      const weight = closure.code.weight + 2;
      context.enter(weight);
      const stop = closure.code.run(input, closure.env, emit);
      context.depthLeft += weight;
      return stop;
    },
    2,
    (place, input, env, emit) => {
      const { closure } = linkAt(env, links);
      if (closure === undefined) return undefined;
      const { context } = env;
      const weight = closure.code.weight + 2;
      context.enter(weight);
      const stop = closure.code.places(place, input, closure.env, emit);
      context.depthLeft += weight;
      return stop;
    },
  );
}

/** A call of a defined function, `links` above which it was defined. */
function callFunction(definition: Definition, links: number, args: readonly Code[]): Code {
  const frameOf = (env: Env): Env => {
    let frame = linkAt(env, links);
    for (const code of args) frame = new Env(env.context, frame, null, { code, env });
    return frame;
  };
  const call = (env: Env, inside: (body: Code, frame: Env) => Stop): Stop => {
    const body = definition.code ?? basic.identity;
    const { context } = env;
    const weight = body.weight + 3;
    context.enter(weight);
    const stop = inside(body, frameOf(env));
    context.depthLeft += weight;
    return stop;
  };
  const places: Code['places'] = (place, input, env, emit) =>
    call(env, (body, frame) => body.places(place, input, frame, emit));
  const isSingle =
    definition.code === undefined ? definition.isAssumedSingle === true : definition.code.one !== undefined;
  if (args.length === 0 && isSingle) {
    return basic.single(
      (input, env) => {
        const { code } = definition;
        if (code?.one === undefined) return input;
        const { context } = env;
        const weight = code.weight + 3;
        context.enter(weight);
        const result = code.one(input, linkAt(env, links));
        context.depthLeft += weight;
        return result;
      },
      3,
      places,
    );
  }
  return basic.many(
    (input, env, emit) => call(env, (body, frame) => body.run(input, frame, emit)),
    3,
    places,
  );
}
