import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { pathsOf } from './code-assign.ts';
import { collect, identity, iterate, many, pipe, single } from './code-basic.ts';
import { take } from './code-control.ts';
import { raise, RaisedError } from './error.ts';
import { regexForms } from './forms-regex.ts';
import { extremeByKeys, groupByKeys, sortByKeys } from './natives-collection.ts';
import { deletePaths } from './places.ts';
import {
  type Code,
  type Emit,
  type EmitPlace,
  type Env,
  type Place,
  placeToPath,
  type Stop,
} from './runtime.ts';
import { describe, indexOf, isTruthy, jsonText, memberOf, membersOf, setMember } from './values.ts';

/** A built-in that works on the code of its arguments, not on their values. */
type Form = (args: readonly Code[]) => Code;

function arg(args: readonly Code[], at: number): Code {
  return args[at] ?? identity;
}

function select(condition: Code): Code {
  const one = condition.one;
  return many(
    (input, env, emit) => {
      if (one !== undefined) return isTruthy(one(input, env)) ? emit(input) : undefined;
      return condition.run(input, env, (value) => (isTruthy(value) ? emit(input) : undefined));
    },
    condition.weight,
    (place, input, env, emit) =>
      condition.run(input, env, (value) => (isTruthy(value) ? emit(place, input) : undefined)),
  );
}

function map(body: Code): Code {
  const one = body.one;
  if (one === undefined)
    return single((input, env) => collect(pipe(iterate(identity), body), input, env), body.weight + 3);
  return single((input, env) => {
    const members = membersOf(input);
    env.context.tick(members.length);
    return members.map((member) => one(member, env));
  }, body.weight + 2);
}

function mapValues(body: Code): Code {
  const firstOf = (value: Json, env: Env): { value: Json } | undefined => {
    if (body.one !== undefined) return { value: body.one(value, env) };
    let found: { value: Json } | undefined;
    take(
      1,
      (emit) => body.run(value, env, emit),
      (output) => {
        found = { value: output };
        return undefined;
      },
    );
    return found;
  };
  return single((input, env) => {
    env.context.tick(membersOf(input).length);
    if (Array.isArray(input)) return input.flatMap((member) => wrapped(firstOf(member, env)));
    const result: JsonObject = {};
    if (!isJsonObject(input)) return result;
    for (const key of Object.keys(input)) {
      const next = firstOf(memberOf(input, key), env);
      if (next !== undefined) setMember(result, key, next.value);
    }
    return result;
  }, body.weight + 3);
}

function wrapped(found: { value: Json } | undefined): Json[] {
  return found === undefined ? [] : [found.value];
}

/** `recurse(step)`: the input, then the same for every output of `step`. */
function recurse(step: Code): Code {
  const weight = step.weight + 3;
  const run = (input: Json, env: Env, emit: Emit): Stop => {
    const stop = emit(input);
    if (stop !== undefined) return stop;
    env.context.enter(weight);
    const inner = step.run(input, env, (value) => run(value, env, emit));
    env.context.depthLeft += weight;
    return inner;
  };
  const places = (place: Place | undefined, input: Json, env: Env, emit: EmitPlace): Stop => {
    const stop = emit(place, input);
    if (stop !== undefined) return stop;
    env.context.enter(weight);
    const inner = step.places(place, input, env, (next, value) => places(next, value, env, emit));
    env.context.depthLeft += weight;
    return inner;
  };
  return many(run, weight, places);
}

/** The members of an array or object; nothing for other values. */
const optionalMembers: Code = many(
  (input, env, emit) =>
    input !== null && typeof input === 'object' ? iterate(identity).run(input, env, emit) : undefined,
  2,
  (place, input, env, emit) =>
    input !== null && typeof input === 'object'
      ? iterate(identity).places(place, input, env, emit)
      : undefined,
);

function asNumber(value: Json, what: string): number {
  if (typeof value !== 'number') throw raise(`${what} must be numeric`);
  return value;
}

function countUp(from: number, to: number, by: number, env: Env, emit: Emit): Stop {
  for (let value = from; by > 0 ? value < to : by < 0 && value > to; value += by) {
    env.context.tick();
    const stop = emit(value);
    if (stop !== undefined) return stop;
  }
  return undefined;
}

/** `range`: the first argument is the outermost loop. */
function range(from: Code | undefined, to: Code, by: Code | undefined): Code {
  const each = (
    code: Code | undefined,
    otherwise: number,
    input: Json,
    env: Env,
    then: (value: number) => Stop,
  ): Stop =>
    code === undefined
      ? then(otherwise)
      : code.run(input, env, (value) => then(asNumber(value, 'Range bounds')));
  return many(
    (input, env, emit) =>
      each(from, 0, input, env, (start) =>
        each(to, 0, input, env, (end) =>
          each(by, 1, input, env, (step) => countUp(start, end, step, env, emit)),
        ),
      ),
    to.weight + 2,
  );
}

/** Runs `step` on values one after the other without nesting while each gives exactly one output; nests otherwise. */
function loop(
  step: Code,
  visit: (value: Json, env: Env, emit: Emit) => { stop?: Stop; isDone: boolean },
): Code {
  const weight = step.weight + 3;
  const run = (input: Json, env: Env, emit: Emit): Stop => {
    let value = input;
    for (;;) {
      env.context.tick();
      const { stop, isDone } = visit(value, env, emit);
      if (stop !== undefined || isDone) return stop;
      if (step.one === undefined) break;
      value = step.one(value, env);
    }
    env.context.enter(weight);
    const stop = step.run(value, env, (next) => run(next, env, emit));
    env.context.depthLeft += weight;
    return stop;
  };
  return many(run, weight);
}

function holds(condition: Code, value: Json, env: Env): boolean {
  if (condition.one !== undefined) return isTruthy(condition.one(value, env));
  let result = false;
  take(
    1,
    (emit) => condition.run(value, env, emit),
    (output) => {
      result = isTruthy(output);
      return undefined;
    },
  );
  return result;
}

function limit(count: Code, body: Code): Code {
  const places: Code['places'] = (place, input, env, emit) =>
    count.run(input, env, (value) => {
      let left = asNumber(value, 'limit');
      if (left <= 0) return left === 0 ? undefined : body.places(place, input, env, emit);
      const token = {};
      const stop = body.places(place, input, env, (next, output) => {
        left -= 1;
        return emit(next, output) ?? (left <= 0 ? token : undefined);
      });
      return stop === token ? undefined : stop;
    });
  return many(
    (input, env, emit) =>
      count.run(input, env, (value) => {
        const most = asNumber(value, 'limit');
        if (most < 0) return body.run(input, env, emit);
        return most === 0 ? undefined : take(most, (inner) => body.run(input, env, inner), emit);
      }),
    count.weight + body.weight + 2,
    places,
  );
}

/** `last(body)` */
function last(body: Code): Code {
  return many(
    (input, env, emit) => {
      let found: { value: Json } | undefined;
      const stop = body.run(input, env, (value) => {
        found = { value };
        return undefined;
      });
      return stop ?? (found === undefined ? undefined : emit(found.value));
    },
    body.weight + 1,
    (place, input, env, emit) => {
      let found: { place: Place | undefined; value: Json } | undefined;
      const stop = body.places(place, input, env, (next, value) => {
        found = { place: next, value };
        return undefined;
      });
      return stop ?? (found === undefined ? undefined : emit(found.place, found.value));
    },
  );
}

/** `any`/`all` over a generator; stops at the first output that decides. */
function quantified(decidedBy: boolean, generator: Code, condition: Code): Code {
  return single((input, env) => {
    const token = {};
    const stop = generator.run(input, env, (item) =>
      condition.run(item, env, (value) => (isTruthy(value) === decidedBy ? token : undefined)),
    );
    return (stop === token) === decidedBy;
  }, generator.weight + condition.weight);
}

function keysOf(items: readonly Json[], body: Code, env: Env): Json[] {
  return items.map((item) => {
    env.context.tick();
    return body.one === undefined ? collect(body, item, env) : [body.one(item, env)];
  });
}

function keyed(apply: (items: Json[], keys: Json[], env: Env) => Json): Form {
  return (args) => {
    const body = arg(args, 0);
    return single((input, env) => {
      if (!Array.isArray(input)) throw raise(`Cannot index ${describe(input)} with number`);
      return apply(input, keysOf(input, body, env), env);
    }, body.weight + 2);
  };
}

function getPathForm(path: Code): Code {
  return many(
    (input, env, emit) => path.run(input, env, (keys) => emit(follow(input, keys, undefined, env).value)),
    path.weight + 1,
    (place, input, env, emit) =>
      path.run(input, env, (keys) => {
        const found = follow(input, keys, place, env);
        return emit(found.place, found.value);
      }),
  );
}

function follow(
  input: Json,
  keys: Json,
  start: Place | undefined,
  env: Env,
): { place: Place | undefined; value: Json } {
  if (!Array.isArray(keys)) throw raise('Path must be specified as an array');
  let place = start;
  let value = input;
  for (const key of keys) {
    env.context.tick();
    place = { parent: place, key };
    value = value === null ? null : indexOf(value, key, env.context);
  }
  return { place, value };
}

function errorWith(value: Json, env: Env): RaisedError {
  if (typeof value === 'string') return new RaisedError(value, value);
  return new RaisedError(value, `${jsonText(value, env.context)} (not a string)`);
}

function ofType(test: (value: Json) => boolean): Form {
  return () => select(single((input) => test(input), 0));
}

const isScalar = (value: Json): boolean => value === null || typeof value !== 'object';

/** Forms by `name/arity`. */
export const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...regexForms,
  ['empty/0', () => many(() => undefined, 0)],
  [
    'error/0',
    () =>
      many((input, env) => {
        throw errorWith(input, env);
      }, 0),
  ],
  [
    'error/1',
    (args) =>
      many(
        (input, env) =>
          arg(args, 0).run(input, env, (value) => {
            throw errorWith(value, env);
          }),
        arg(args, 0).weight,
      ),
  ],
  ['select/1', (args) => select(arg(args, 0))],
  ['map/1', (args) => map(arg(args, 0))],
  ['map_values/1', (args) => mapValues(arg(args, 0))],
  ['recurse/0', () => recurse(optionalMembers)],
  ['recurse/1', (args) => recurse(arg(args, 0))],
  ['recurse/2', (args) => recurse(pipe(arg(args, 0), select(arg(args, 1))))],
  ['range/1', (args) => range(undefined, arg(args, 0), undefined)],
  ['range/2', (args) => range(arg(args, 0), arg(args, 1), undefined)],
  ['range/3', (args) => range(arg(args, 0), arg(args, 1), arg(args, 2))],
  ['limit/2', (args) => limit(arg(args, 0), arg(args, 1))],
  [
    'first/1',
    (args) =>
      limit(
        single(() => 1, 0),
        arg(args, 0),
      ),
  ],
  ['last/1', (args) => last(arg(args, 0))],
  [
    'until/2',
    (args) =>
      loop(arg(args, 1), (value, env, emit) =>
        holds(arg(args, 0), value, env) ? { stop: emit(value), isDone: true } : { isDone: false },
      ),
  ],
  [
    'while/2',
    (args) =>
      loop(arg(args, 1), (value, env, emit) =>
        holds(arg(args, 0), value, env) ? { stop: emit(value), isDone: false } : { isDone: true },
      ),
  ],
  ['repeat/1', (args) => loop(arg(args, 0), (value, _env, emit) => ({ stop: emit(value), isDone: false }))],
  ['any/1', (args) => quantified(true, iterate(identity), arg(args, 0))],
  ['any/2', (args) => quantified(true, arg(args, 0), arg(args, 1))],
  ['all/1', (args) => quantified(false, iterate(identity), arg(args, 0))],
  ['all/2', (args) => quantified(false, arg(args, 0), arg(args, 1))],
  ['sort_by/1', keyed((items, keys, env) => sortByKeys(items, keys, env.context).map(({ item }) => item))],
  ['group_by/1', keyed((items, keys, env) => groupByKeys(items, keys, env.context))],
  [
    'unique_by/1',
    keyed((items, keys, env) => groupByKeys(items, keys, env.context).map((group) => group[0] ?? null)),
  ],
  ['min_by/1', keyed((items, keys, env) => extremeByKeys(items, keys, true, env.context))],
  ['max_by/1', keyed((items, keys, env) => extremeByKeys(items, keys, false, env.context))],
  [
    'path/1',
    (args) =>
      many(
        (input, env, emit) => arg(args, 0).places(undefined, input, env, (place) => emit(placeToPath(place))),
        arg(args, 0).weight,
      ),
  ],
  ['getpath/1', (args) => getPathForm(arg(args, 0))],
  [
    'del/1',
    (args) =>
      single(
        (input, env) => deletePaths(input, pathsOf(arg(args, 0), input, env), env.context),
        arg(args, 0).weight + 3,
      ),
  ],
  ['arrays/0', ofType(Array.isArray)],
  ['objects/0', ofType(isJsonObject)],
  ['iterables/0', ofType((value) => !isScalar(value))],
  ['scalars/0', ofType(isScalar)],
  ['booleans/0', ofType((value) => typeof value === 'boolean')],
  ['numbers/0', ofType((value) => typeof value === 'number')],
  ['strings/0', ofType((value) => typeof value === 'string')],
  ['nulls/0', ofType((value) => value === null)],
  ['values/0', ofType((value) => value !== null)],
]);
