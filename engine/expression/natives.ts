import type { Json } from '../../domain/json.ts';
import { many, single } from './code-basic.ts';
import { collectionNatives } from './natives-collection.ts';
import { numberNatives } from './natives-number.ts';
import { textNatives } from './natives-text.ts';
import { timeNatives } from './natives-time.ts';
import type { Code, Context, Emit, Env, Stop } from './runtime.ts';

/** A built-in function of its input and its argument values that gives exactly one output. */
export type Native = (context: Context, input: Json, ...args: Json[]) => Json;

/** Built-ins by `name/arity`. */
export const natives: ReadonlyMap<string, Native> = new Map([
  ...Object.entries(collectionNatives),
  ...Object.entries(numberNatives),
  ...Object.entries(textNatives),
  ...Object.entries(timeNatives),
]);

/** Code that calls a native; arguments with several outputs make a product, the last argument being the outermost loop. */
export function callNative(native: Native, args: readonly Code[]): Code {
  const weight = args.reduce((sum, arg) => sum + arg.weight, 1);
  const [first, second] = args;
  const firstOne = first?.one;
  const secondOne = second?.one;
  if (first === undefined)
    return single((input, env) => {
      env.context.charge(1);
      return native(env.context, input);
    }, weight);
  if (firstOne !== undefined && args.length === 1) {
    return single((input, env) => {
      env.context.charge(1);
      return native(env.context, input, firstOne(input, env));
    }, weight);
  }
  if (firstOne !== undefined && secondOne !== undefined && args.length === 2) {
    return single((input, env) => {
      env.context.charge(1);
      return native(env.context, input, firstOne(input, env), secondOne(input, env));
    }, weight);
  }
  return many((input, env, emit) => product(native, args, args.length - 1, [], input, env, emit), weight);
}

function product(
  native: Native,
  args: readonly Code[],
  at: number,
  values: readonly Json[],
  input: Json,
  env: Env,
  emit: Emit,
): Stop {
  const arg = args[at];
  if (arg === undefined) {
    env.context.charge(1);
    return emit(native(env.context, input, ...values));
  }
  return arg.run(input, env, (value) => product(native, args, at - 1, [value, ...values], input, env, emit));
}
