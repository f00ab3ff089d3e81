import type { Json } from '../../domain/json.ts';
import { many, nestedWeight, single } from './code-basic.ts';
import { CAUGHT_STEPS, RaisedError } from './error.ts';
import { type Code, type Emit, type EmitPlace, Env, linkAt, type Place, type Stop } from './runtime.ts';
import { isTruthy } from './values.ts';

/** Binds the names of a pattern to parts of a value, once for every way the pattern matches. */
export type Binder = (value: Json, env: Env, then: (env: Env) => Stop) => Stop;

/** `if condition then yes else no end` */
export function conditional(condition: Code, yes: Code, no: Code): Code {
  const weight = Math.max(nestedWeight(condition, yes), nestedWeight(condition, no));
  const places: Code['places'] = (place, input, env, emit) =>
    condition.run(input, env, (value) => (isTruthy(value) ? yes : no).places(place, input, env, emit));
  const test = condition.one;
  const yesOne = yes.one;
  const noOne = no.one;
  if (test !== undefined && yesOne !== undefined && noOne !== undefined) {
    return single(
      (input, env) => (isTruthy(test(input, env)) ? yesOne(input, env) : noOne(input, env)),
      weight,
      places,
    );
  }
  if (test !== undefined) {
    return many(
      (input, env, emit) => (isTruthy(test(input, env)) ? yes : no).run(input, env, emit),
      weight,
      places,
    );
  }
  return many(
    (input, env, emit) =>
      condition.run(input, env, (value) => (isTruthy(value) ? yes : no).run(input, env, emit)),
    weight,
    places,
  );
}

/**
 * Runs `body`; an error raised by the body itself goes to `recover`, one raised by whoever consumes its outputs goes on upward.
 */
function guarded(
  env: Env,
  body: (consume: (deliver: () => Stop) => Stop) => Stop,
  recover: (error: RaisedError) => Stop,
): Stop {
  const depth = env.context.depthLeft;
  let isInside = true;
  let caught: RaisedError;
  try {
    return body((deliver) => {
      isInside = false;
      const stop = deliver();
      isInside = true;
      return stop;
    });
  } catch (error) {
    if (!isInside || !(error instanceof RaisedError)) throw error;
    env.context.charge(CAUGHT_STEPS);
    caught = error;
  }
  env.context.depthLeft = depth;
  return recover(caught);
}

/** `try body catch handler`; without a handler the error only ends the outputs. */
export function attempt(body: Code, handler: Code | undefined): Code {
  const weight = body.weight + (handler?.weight ?? 0) + 3;
  const one = body.one;
  const handlerOne = handler?.one;
  const places: Code['places'] = (place, input, env, emit) =>
    guarded(
      env,
      (consume) => body.places(place, input, env, (next, value) => consume(() => emit(next, value))),
      (error) => handler?.places(undefined, error.value, env, emit),
    );
  if (one !== undefined && handlerOne !== undefined) {
    return single(
      (input, env) => {
        const depth = env.context.depthLeft;
        try {
          return one(input, env);
        } catch (error) {
          if (!(error instanceof RaisedError)) throw error;
          env.context.charge(CAUGHT_STEPS);
          env.context.depthLeft = depth;
          return handlerOne(error.value, env);
        }
      },
      weight,
      places,
    );
  }
  return many(
    (input, env, emit) =>
      guarded(
        env,
        (consume) => body.run(input, env, (value) => consume(() => emit(value))),
        (error) => handler?.run(error.value, env, emit),
      ),
    weight,
    places,
  );
}

/** `left // right`: the true outputs of the left side, or the right side when it has none; errors of the left side are dropped. */
export function alternative(left: Code, right: Code): Code {
  const weight = left.weight + right.weight + 3;
  const places: Code['places'] = (place, input, env, emit) => {
    let isFound = false;
    const stop = guarded(
      env,
      (consume) =>
        left.places(place, input, env, (next, value) => {
          if (!isTruthy(value)) return undefined;
          isFound = true;
          return consume(() => emit(next, value));
        }),
      () => undefined,
    );
    if (stop !== undefined || isFound) return stop;
    return right.places(place, input, env, emit);
  };
  const leftOne = left.one;
  const rightOne = right.one;
  if (leftOne !== undefined && rightOne !== undefined) {
    return single(
      (input, env) => {
        const depth = env.context.depthLeft;
        try {
          const value = leftOne(input, env);
          if (isTruthy(value)) return value;
        } catch (error) {
          if (!(error instanceof RaisedError)) throw error;
          env.context.charge(CAUGHT_STEPS);
          env.context.depthLeft = depth;
        }
        return rightOne(input, env);
      },
      weight,
      places,
    );
  }
  const run = (input: Json, env: Env, emit: Emit): Stop => {
    let isFound = false;
    const stop = guarded(
      env,
      (consume) =>
        left.run(input, env, (value) => {
          if (!isTruthy(value)) return undefined;
          isFound = true;
          return consume(() => emit(value));
        }),
      () => undefined,
    );
    if (stop !== undefined || isFound) return stop;
    return right.run(input, env, emit);
  };
  return many(run, weight, places);
}

/** `source as $name | body` with a plain name. */
export function bindName(source: Code, body: Code): Code {
  const weight = nestedWeight(source, body);
  const places: Code['places'] = (place, input, env, emit) =>
    source.run(input, env, (value) =>
      body.places(place, input, new Env(env.context, env, value, undefined), emit),
    );
  const sourceOne = source.one;
  const bodyOne = body.one;
  if (sourceOne !== undefined && bodyOne !== undefined) {
    return single(
      (input, env) => bodyOne(input, new Env(env.context, env, sourceOne(input, env), undefined)),
      weight,
      places,
    );
  }
  return many(
    (input, env, emit) =>
      source.run(input, env, (value) => body.run(input, new Env(env.context, env, value, undefined), emit)),
    weight,
    places,
  );
}

/** `source as <pattern> | body` */
export function bindPattern(source: Code, bind: Binder, body: Code): Code {
  return many(
    (input, env, emit) =>
      source.run(input, env, (value) => bind(value, env, (inner) => body.run(input, inner, emit))),
    source.weight + body.weight + 3,
    (place, input, env, emit) =>
      source.run(input, env, (value) => bind(value, env, (inner) => body.places(place, input, inner, emit))),
  );
}

/** `reduce source as <pattern> (start; update)`: the last output of each update is the next state, null when it has none. */
export function reduction(source: Code, bind: Binder, start: Code, update: Code): Code {
  const weight = source.weight + start.weight + update.weight + 3;
  const run: Code['run'] = (input, env, emit) =>
    start.run(input, env, (first) => {
      let state = first;
      const stop = source.run(input, env, (item) =>
        bind(item, env, (inner) => {
          env.context.tick();
          if (update.one !== undefined) {
            state = update.one(state, inner);
            return undefined;
          }
          let next: Json = null;
          const inside = update.run(state, inner, (value) => {
            next = value;
            return undefined;
          });
          state = next;
          return inside;
        }),
      );
      return stop ?? emit(state);
    });
  const places: Code['places'] = (place, input, env, emit) =>
    start.places(place, input, env, (firstPlace, first) => {
      let state: { place: Place | undefined; value: Json } = { place: firstPlace, value: first };
      const stop = source.run(input, env, (item) =>
        bind(item, env, (inner) => {
          env.context.tick();
          let next: typeof state = { place: undefined, value: null };
          const inside = update.places(state.place, state.value, inner, (nextPlace, value) => {
            next = { place: nextPlace, value };
            return undefined;
          });
          state = next;
          return inside;
        }),
      );
      return stop ?? emit(state.place, state.value);
    });
  return many(run, weight, places);
}

/** `foreach source as <pattern> (start; update; extract)` */
export function iteration(source: Code, bind: Binder, start: Code, update: Code, extract: Code): Code {
  const run: Code['run'] = (input, env, emit) =>
    start.run(input, env, (first) => {
      let state = first;
      return source.run(input, env, (item) =>
        bind(item, env, (inner) => {
          env.context.tick();
          return update.run(state, inner, (value) => {
            state = value;
            return extract.run(value, inner, emit);
          });
        }),
      );
    });
  const places: Code['places'] = (place, input, env, emit: EmitPlace) =>
    start.places(place, input, env, (firstPlace, first) => {
      let state: { place: Place | undefined; value: Json } = { place: firstPlace, value: first };
      return source.run(input, env, (item) =>
        bind(item, env, (inner) => {
          env.context.tick();
          return update.places(state.place, state.value, inner, (nextPlace, value) => {
            state = { place: nextPlace, value };
            return extract.places(nextPlace, value, inner, emit);
          });
        }),
      );
    });
  return many(run, source.weight + start.weight + update.weight + extract.weight + 3, places);
}

/** `label $name | body`: the environment link is the token that `break` hands upward. */
export function labelled(body: Code): Code {
  const enter = (env: Env, inside: (link: Env) => Stop): Stop => {
    const link = new Env(env.context, env, null, undefined);
    const { depthLeft } = env.context;
    const stop = inside(link);
    env.context.depthLeft = depthLeft;
    return stop === link ? undefined : stop;
  };
  return many(
    (input, env, emit) => enter(env, (link) => body.run(input, link, emit)),
    body.weight + 1,
    (place, input, env, emit) => enter(env, (link) => body.places(place, input, link, emit)),
  );
}

/** `break $name`, the label being `links` environment links up. */
export function breakTo(links: number): Code {
  return many((_input, env) => linkAt(env, links), 0);
}

/** Runs `run` until it has given `count` outputs. */
export function take(count: number, run: (emit: Emit) => Stop, emit: Emit): Stop {
  const token = {};
  let left = count;
  const stop = run((value) => {
    left -= 1;
    return emit(value) ?? (left <= 0 ? token : undefined);
  });
  return stop === token ? undefined : stop;
}
