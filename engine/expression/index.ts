import type { Json } from '../../domain/json.ts';
import type { ExpressionAst } from './ast.ts';
import { compileAst } from './compile.ts';
import { overBudget } from './error.ts';
import { parseSource } from './parser.ts';
import { type Code, Context, Env, type ExpressionBudget, maxNesting } from './runtime.ts';
import { memberOf, setMember } from './values.ts';

export type {
  AssignOperator,
  ExpressionAst,
  Parameter,
  Pattern,
  PatternMember,
  ValueOperator,
} from './ast.ts';
export { ExpressionError } from './error.ts';
export { defaultBudget, type ExpressionBudget, expressionRevision } from './runtime.ts';

/** What an evaluation may see besides its input. */
export interface EvaluateScope {
  /** Values of free variables, names without `$`. A name that is missing fails with `expression-unknown-variable` when used. */
  readonly variables?: Readonly<Record<string, Json>>;
  /** Run time for `now`, epoch ms. Without it `now` fails with `expression-no-clock`. */
  readonly nowMs?: number;
  /** Meaning of expressions to keep to; the newest when absent. */
  readonly revision?: number;
  /** Overrides of single bounds; the rest keeps its default. */
  readonly budget?: Partial<ExpressionBudget>;
}

/**
 * A compiled jq-core expression. Evaluation is synchronous, pure and bounded; it throws only ExpressionError. Outputs may share
 * structure with the input: treat both as immutable.
 */
export interface Expression {
  readonly source: string;
  /** Names used free, without `$`, sorted. */
  readonly variables: readonly string[];
  /** Every output, in order. */
  evaluate(input: Json, scope?: EvaluateScope): Json[];
  /** The first output, null when there is none; later outputs are not computed. */
  first(input: Json, scope?: EvaluateScope): Json;
}

/** Compiled expressions kept; the oldest goes first. */
const cacheSize = 2_000;
const cache = new Map<string, Expression>();

/**
 * Compiles a source (without `${ }`). Compiled expressions are kept per source. Fails with `expression-syntax`,
 * `expression-unknown-function` or `expression-unknown-variable`, each with an offset.
 */
export function compileExpression(source: string): Expression {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const free = new Set<string>();
  const code = withinStack(() => compileAst(parseSource(source), free));
  const expression = new CompiledExpression(source, code, [...free].sort());
  if (cache.size >= cacheSize) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  cache.set(source, expression);
  return expression;
}

/** Parses a source into its syntax tree, for tools that show or edit expressions. Fails with `expression-syntax`. */
export function parseExpression(source: string): ExpressionAst {
  return withinStack(() => parseSource(source));
}

/** The source inside `${ ... }`, trimmed; undefined when the text as a whole is not wrapped. */
export function unwrapExpression(text: string): string | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('${') || !trimmed.endsWith('}')) return undefined;
  return trimmed.slice(2, -1).trim();
}

class CompiledExpression implements Expression {
  readonly source: string;
  readonly variables: readonly string[];
  private readonly code: Code;

  constructor(source: string, code: Code, variables: readonly string[]) {
    this.source = source;
    this.code = code;
    this.variables = variables;
  }

  evaluate(input: Json, scope?: EvaluateScope): Json[] {
    const context = new Context(scope?.budget, scope?.variables, scope?.nowMs, scope?.revision);
    const outputs: Json[] = [];
    const seal = createSealer(context);
    withinStack(() =>
      this.code.run(input, new Env(context, undefined, null, undefined), (value) => {
        if (outputs.length >= context.maxOutputs) throw overBudget('too many outputs');
        outputs.push(seal(value, 0));
        return undefined;
      }),
    );
    return outputs;
  }

  first(input: Json, scope?: EvaluateScope): Json {
    const context = new Context(scope?.budget, scope?.variables, scope?.nowMs, scope?.revision);
    const env = new Env(context, undefined, null, undefined);
    const { one } = this.code;
    if (one !== undefined) return withinStack(() => createSealer(context)(one(input, env), 0));
    let found: Json = null;
    withinStack(() =>
      this.code.run(input, env, (value) => {
        found = createSealer(context)(value, 0);
        return env;
      }),
    );
    return found;
  }
}

/** Runs and turns exhaustion of the engine's own stack or text size, should a budget be set that high, into a budget error. */
function withinStack<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) throw overBudget('nested too deeply');
    throw error;
  }
}

/**
 * Makes outputs pure JSON: not-a-number becomes null, the infinities the largest doubles, -0 becomes 0. Counts the size of their
 * JSON text against the byte budget. Values without such numbers are returned as they are.
 */
function createSealer(context: Context): (value: Json, depth: number) => Json {
  let bytesLeft = context.maxBytes;
  const pay = (bytes: number): void => {
    bytesLeft -= bytes;
    if (bytesLeft < 0) throw overBudget('the outputs are too large');
  };
  const seal = (value: Json, depth: number): Json => {
    if (typeof value === 'string') pay(value.length + 2);
    else pay(4);
    if (typeof value === 'number') {
      if (Number.isNaN(value)) return null;
      if (value === 0) return 0;
      return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
    }
    if (value === null || typeof value !== 'object') return value;
    if (depth > maxNesting) throw overBudget('a value is nested too deeply');
    if (Array.isArray(value)) {
      context.charge(value.length >> 2);
      let copy: Json[] | undefined;
      for (const [at, item] of value.entries()) {
        const sealed = seal(item, depth + 1);
        if (Object.is(sealed, item)) continue;
        copy ??= value.slice();
        copy[at] = sealed;
      }
      return copy ?? value;
    }
    let copy: { [key: string]: Json } | undefined;
    const keys = Object.keys(value);
    context.charge(keys.length >> 1);
    for (const key of keys) {
      pay(key.length + 3);
      const item = memberOf(value, key);
      const sealed = seal(item, depth + 1);
      if (Object.is(sealed, item)) continue;
      copy ??= { ...value };
      setMember(copy, key, sealed);
    }
    return copy ?? value;
  };
  return seal;
}
