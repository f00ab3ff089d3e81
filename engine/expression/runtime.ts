import type { Json } from '../../domain/json.ts';
import { overBudget } from './error.ts';

/** Upper bounds of one evaluation. Going over any of them ends it with `expression-budget`. */
export interface ExpressionBudget {
  /** Elementary steps: loop turns, calls, elements copied or compared. Default 100,000: some 20 ms at worst. */
  readonly steps: number;
  /** Values an evaluation may give. Default 10,000. */
  readonly outputs: number;
  /** Weighted nesting of calls (a call weighs about the size of the called body). Default 5,000. */
  readonly depth: number;
  /** Characters of one text, and of all outputs together as JSON text. Default 4,194,304. */
  readonly bytes: number;
}

/** The budget when the caller gives none. */
export const defaultBudget: ExpressionBudget = {
  steps: 100_000,
  outputs: 10_000,
  depth: 5_000,
  bytes: 4_194_304,
};

/**
 * Revision of what expressions mean. A run keeps the one it was started with, so that a replay computes what the run computed.
 * 2: `has` of null, `join` and `transpose` of objects, `index` in objects, `contains` of unlike members
 * and paths to delete inside one another give what jq gives, no error; true does not contain false; built-ins and
 * errors that are caught count as steps, of which there are fewer.
 */
export const expressionRevision = 2;

/** Steps of an evaluation when the caller gives none, in the first revision. */
const FIRST_STEPS = 1_000_000;

/** Nesting of arrays and objects that the evaluator walks; deeper values end the evaluation with `expression-budget`. */
export const maxNesting = 512;

/** Mutable account of one evaluation: what is left of the budget, the variables given, the run time. */
export class Context {
  stepsLeft: number;
  depthLeft: number;
  readonly maxOutputs: number;
  readonly maxBytes: number;
  readonly variables: Readonly<Record<string, Json>> | undefined;
  readonly nowMs: number | undefined;
  readonly revision: number;

  constructor(
    budget: Partial<ExpressionBudget> | undefined,
    variables: Readonly<Record<string, Json>> | undefined,
    nowMs: number | undefined,
    revision: number = expressionRevision,
  ) {
    this.stepsLeft = budget?.steps ?? (revision >= 2 ? defaultBudget.steps : FIRST_STEPS);
    this.depthLeft = budget?.depth ?? defaultBudget.depth;
    this.maxOutputs = budget?.outputs ?? defaultBudget.outputs;
    this.maxBytes = budget?.bytes ?? defaultBudget.bytes;
    this.variables = variables;
    this.nowMs = nowMs;
    this.revision = revision;
  }

  /** Pays for `count` elementary steps. */
  tick(count = 1): void {
    this.stepsLeft -= count;
    if (this.stepsLeft < 0) throw overBudget('too many steps');
  }

  /** Pays for steps that the first revision gave away. */
  charge(count: number): void {
    if (this.revision >= 2) this.tick(count);
  }

  /** Enters a call of the given weight; the caller leaves it by adding the weight to `depthLeft` again. */
  enter(weight: number): void {
    this.stepsLeft -= 1;
    if (this.stepsLeft < 0) throw overBudget('too many steps');
    this.depthLeft -= weight;
    if (this.depthLeft < 0) throw overBudget('calls nested too deeply');
  }

  /** Refuses a text longer than the byte budget before it is built. */
  checkLength(length: number): void {
    if (length > this.maxBytes) throw overBudget('a text is too long');
  }
}

/** What an emitter or a piece of code returns: undefined to go on, else the token of the label that must stop. */
export type Stop = object | undefined;
export type Emit = (value: Json) => Stop;

/** A path under construction, innermost key first. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: Json;
}
export type EmitPlace = (place: Place | undefined, value: Json) => Stop;

/** Compiled code of one syntax node. */
export interface Code {
  /** Present when the node always gives exactly one output or fails: the fast, direct form. */
  readonly one: ((input: Json, env: Env) => Json) | undefined;
  /** Gives every output to `emit`; stops early when `emit` asks for it. */
  run(input: Json, env: Env, emit: Emit): Stop;
  /** Like `run`, for a value at a known place: gives the places selected. */
  places(place: Place | undefined, input: Json, env: Env, emit: EmitPlace): Stop;
  /** Rough number of JavaScript frames alive while the node runs; charged against the depth budget by calls. */
  readonly weight: number;
}

/** A function argument together with the environment in which it was written. */
export interface Closure {
  readonly code: Code;
  readonly env: Env;
}

/** One link of the immutable environment: a variable, a function argument or a label (then the link itself is the token). */
export class Env {
  readonly context: Context;
  readonly parent: Env | undefined;
  readonly value: Json;
  readonly closure: Closure | undefined;

  constructor(context: Context, parent: Env | undefined, value: Json, closure: Closure | undefined) {
    this.context = context;
    this.parent = parent;
    this.value = value;
    this.closure = closure;
  }
}

/** The environment `count` links up; the compiler knows how many there are. */
export function linkAt(env: Env, count: number): Env {
  let link = env;
  for (let left = count; left > 0; left -= 1) link = link.parent ?? link;
  return link;
}

/** A place as the array of keys that `path` gives. */
export function placeToPath(place: Place | undefined): Json[] {
  const path: Json[] = [];
  for (let at = place; at !== undefined; at = at.parent) path.push(at.key);
  return path.reverse();
}
