import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { CAUGHT_STEPS, raise, RaisedError } from './error.ts';
import type { ValueOperation } from './operators.ts';
import type { Code, Emit, EmitPlace, Env, Place, Stop } from './runtime.ts';
import { describe, indexOf, isTruthy, membersOf, memberOf, setMember } from './values.ts';

type One = (input: Json, env: Env) => Json;
type Run = Code['run'];
type Places = Code['places'];

/** Path form of code that is no path: allowed only while its result is the very value at the current place. */
function placesOf(run: Run): Places {
  return (place, input, env, emit) =>
    run(input, env, (value) => {
      if (value !== input)
        throw raise(
          `Invalid path expression with result ${describe(value).replace(/^\w+ \((.*)\)$/s, '$1')}`,
        );
      return emit(place, value);
    });
}

/** Code that always gives one output. */
export function single(one: One, weight: number, places?: Places): Code {
  const run: Run = (input, env, emit) => emit(one(input, env));
  return { one, run, places: places ?? placesOf(run), weight: weight + 1 };
}

/** Code that may give any number of outputs. */
export function many(run: Run, weight: number, places?: Places): Code {
  return { one: undefined, run, places: places ?? placesOf(run), weight: weight + 1 };
}

/** Weight of two nodes of which the inner one runs for every output of the outer one; a single outer one has returned by then. */
export function nestedWeight(outer: Code, inner: Code): number {
  return outer.one === undefined ? outer.weight + inner.weight : Math.max(outer.weight, inner.weight);
}

/** `.` */
export const identity: Code = single(
  (input) => input,
  0,
  (place, input, _env, emit) => emit(place, input),
);

/** A constant. */
export function literal(value: Json): Code {
  return single(() => value, 0);
}

/** `left | right` */
export function pipe(left: Code, right: Code): Code {
  const weight = nestedWeight(left, right);
  const places: Places = (place, input, env, emit) =>
    left.places(place, input, env, (next, value) => right.places(next, value, env, emit));
  const first = left.one;
  const second = right.one;
  if (first !== undefined && second !== undefined)
    return single((input, env) => second(first(input, env), env), weight, places);
  if (first !== undefined)
    return many((input, env, emit) => right.run(first(input, env), env, emit), weight, places);
  if (second !== undefined) {
    return many(
      (input, env, emit) => left.run(input, env, (value) => emit(second(value, env))),
      weight,
      places,
    );
  }
  return many(
    (input, env, emit) => left.run(input, env, (value) => right.run(value, env, emit)),
    weight,
    places,
  );
}

/** `left, right` */
export function comma(left: Code, right: Code): Code {
  return many(
    (input, env, emit) => {
      env.context.tick();
      return left.run(input, env, emit) ?? right.run(input, env, emit);
    },
    Math.max(left.weight, right.weight),
    (place, input, env, emit) => {
      env.context.tick();
      return left.places(place, input, env, emit) ?? right.places(place, input, env, emit);
    },
  );
}

/** Path form shared by `.[key]` and `.[a:b]`: the key is the outer loop, the target the inner one. */
function placesAtKey(target: Code, key: Code): Places {
  return (place, input, env, emit) =>
    key.run(input, env, (at) =>
      target.places(place, input, env, (parent, value) =>
        emit({ parent, key: at }, indexOf(value, at, env.context)),
      ),
    );
}

/** `target[key]`, and `target.name` when the key is a constant text. */
export function index(target: Code, key: Code, name?: string, isOptional = false): Code {
  if (isOptional) return optionalIndex(target, key);
  const weight = nestedWeight(key, target);
  const places = placesAtKey(target, key);
  const one = target.one;
  if (name !== undefined && one !== undefined) {
    const member: One = (input, env) => {
      const value = one(input, env);
      return isJsonObject(value) ? memberOf(value, name) : indexOf(value, name, env.context);
    };
    const own: One = (input, env) =>
      isJsonObject(input) ? memberOf(input, name) : indexOf(input, name, env.context);
    return single(target === identity ? own : member, weight, places);
  }
  const keyOne = key.one;
  if (one !== undefined && keyOne !== undefined) {
    return single((input, env) => indexOf(one(input, env), keyOne(input, env), env.context), weight, places);
  }
  return many(
    (input, env, emit) =>
      key.run(input, env, (at) => target.run(input, env, (value) => emit(indexOf(value, at, env.context)))),
    weight,
    places,
  );
}

/** `target[key]?`: drops the errors of this access only. */
function optionalIndex(target: Code, key: Code): Code {
  const accessed = (value: Json, at: Json, env: Env, then: (found: Json) => Stop): Stop => {
    let found: Json;
    try {
      found = indexOf(value, at, env.context);
    } catch (error) {
      if (!(error instanceof RaisedError)) throw error;
      env.context.charge(CAUGHT_STEPS);
      return undefined;
    }
    return then(found);
  };
  return many(
    (input, env, emit) =>
      key.run(input, env, (at) => target.run(input, env, (value) => accessed(value, at, env, emit))),
    target.weight + key.weight + 1,
    (place, input, env, emit) =>
      key.run(input, env, (at) =>
        target.places(place, input, env, (parent, value) =>
          accessed(value, at, env, (found) => emit({ parent, key: at }, found)),
        ),
      ),
  );
}

/** The key object of a slice, `{start, end}`. */
export function sliceKey(from: Code | undefined, to: Code | undefined): Code {
  return object([
    { key: literal('start'), value: from ?? literal(null) },
    { key: literal('end'), value: to ?? literal(null) },
  ]);
}

/** `target[]`, or `target[]?`, which passes over values that have no members. */
export function iterate(target: Code, isOptional = false): Code {
  return many(
    (input, env, emit) =>
      target.run(input, env, (value) => {
        if (isOptional && (value === null || typeof value !== 'object')) return undefined;
        for (const member of membersOf(value)) {
          env.context.tick();
          const stop = emit(member);
          if (stop !== undefined) return stop;
        }
        return undefined;
      }),
    target.weight + 1,
    (place, input, env, emit) =>
      target.places(place, input, env, (parent, value) =>
        isOptional && (value === null || typeof value !== 'object')
          ? undefined
          : iteratePlaces(parent, value, env, emit),
      ),
  );
}

function iteratePlaces(parent: Place | undefined, value: Json, env: Env, emit: EmitPlace): Stop {
  if (!Array.isArray(value) && !isJsonObject(value)) membersOf(value);
  const keys: Json[] = Array.isArray(value) ? value.map((_, at) => at) : Object.keys(value ?? {});
  env.context.tick(keys.length);
  for (const key of keys) {
    const stop = emit({ parent, key }, indexOf(value, key, env.context));
    if (stop !== undefined) return stop;
  }
  return undefined;
}

/** `- body` */
export function negate(body: Code): Code {
  const apply = (value: Json): Json => {
    if (typeof value !== 'number') throw raise(`${describe(value)} cannot be negated`);
    return -value;
  };
  const one = body.one;
  if (one !== undefined) return single((input, env) => apply(one(input, env)), body.weight);
  return many((input, env, emit) => body.run(input, env, (value) => emit(apply(value))), body.weight);
}

/** A binary operator: the right side is the outer loop, the left side the inner one. */
export function binary(operation: ValueOperation, left: Code, right: Code): Code {
  const weight = nestedWeight(right, left);
  const leftOne = left.one;
  const rightOne = right.one;
  if (leftOne !== undefined && rightOne !== undefined) {
    return single((input, env) => {
      const second = rightOne(input, env);
      return operation(leftOne(input, env), second, env.context);
    }, weight);
  }
  return many(
    (input, env, emit) =>
      right.run(input, env, (second) =>
        left.run(input, env, (first) => emit(operation(first, second, env.context))),
      ),
    weight,
  );
}

/** `and` (decided by false) and `or` (decided by true). */
export function logical(decidedBy: boolean, left: Code, right: Code): Code {
  const weight = nestedWeight(left, right);
  const leftOne = left.one;
  const rightOne = right.one;
  if (leftOne !== undefined && rightOne !== undefined) {
    return single(
      (input, env) =>
        isTruthy(leftOne(input, env)) === decidedBy ? decidedBy : isTruthy(rightOne(input, env)),
      weight,
    );
  }
  return many(
    (input, env, emit) =>
      left.run(input, env, (first) =>
        isTruthy(first) === decidedBy
          ? emit(decidedBy)
          : right.run(input, env, (second) => emit(isTruthy(second))),
      ),
    weight,
  );
}

/** Every output of `code`, in an array. */
export function collect(code: Code, input: Json, env: Env): Json[] {
  const items: Json[] = [];
  code.run(input, env, (value) => {
    env.context.tick();
    items.push(value);
    return undefined;
  });
  return items;
}

/**
 * `[body]`. A stop asked for by a label outside the brackets cannot be swallowed: it is passed on and no array is given.
 */
export function array(body: Code | undefined): Code {
  if (body === undefined) return single(() => [], 0);
  const one = body.one;
  if (one !== undefined)
    return single((input, env) => {
      env.context.charge(1);
      return [one(input, env)];
    }, body.weight);
  return many((input, env, emit) => {
    env.context.charge(1);
    const items: Json[] = [];
    const stop = body.run(input, env, (value) => {
      env.context.tick();
      items.push(value);
      return undefined;
    });
    return stop ?? emit(items);
  }, body.weight);
}

/** `{key: value, ...}`; the first member is the outermost loop. */
export function object(members: readonly { readonly key: Code; readonly value: Code }[]): Code {
  const weight = members.reduce((sum, member) => sum + member.key.weight + member.value.weight, 0);
  const ones: { key: One; value: One }[] = [];
  for (const { key, value } of members) {
    if (key.one !== undefined && value.one !== undefined) ones.push({ key: key.one, value: value.one });
  }
  if (ones.length === members.length) {
    return single((input, env) => {
      const result: JsonObject = {};
      env.context.charge(1 + ones.length);
      for (const { key, value } of ones) setMember(result, memberName(key(input, env)), value(input, env));
      return result;
    }, weight);
  }
  const build = (at: number, made: JsonObject, input: Json, env: Env, emit: Emit): Stop => {
    const member = members[at];
    if (member === undefined) return emit(made);
    return member.key.run(input, env, (key) =>
      member.value.run(input, env, (value) => {
        env.context.tick(1 + (at >> 2));
        const next = { ...made };
        setMember(next, memberName(key), value);
        return build(at + 1, next, input, env, emit);
      }),
    );
  };
  return many((input, env, emit) => build(0, {}, input, env, emit), weight);
}

function memberName(key: Json): string {
  if (typeof key !== 'string') throw raise(`Object keys must be strings`);
  return key;
}

/** A text with interpolations, each through `format`; the last interpolation is the outermost loop. */
export function interpolation(
  parts: readonly (string | Code)[],
  format: (value: Json, env: Env) => string,
): Code {
  const weight = parts.reduce((sum, part) => sum + (typeof part === 'string' ? 0 : part.weight), 0);
  const build = (at: number, tail: string, input: Json, env: Env, emit: Emit): Stop => {
    const part = parts[at];
    env.context.checkLength(tail.length);
    if (part === undefined) return emit(tail);
    if (typeof part === 'string') return build(at - 1, part + tail, input, env, emit);
    return part.run(input, env, (value) => build(at - 1, format(value, env) + tail, input, env, emit));
  };
  if (parts.every((part) => typeof part === 'string' || part.one !== undefined)) {
    return single((input, env) => {
      let text = '';
      for (const part of parts)
        text += typeof part === 'string' ? part : format(part.one?.(input, env) ?? null, env);
      env.context.checkLength(text.length);
      return text;
    }, weight);
  }
  return many((input, env, emit) => build(parts.length - 1, '', input, env, emit), weight);
}
