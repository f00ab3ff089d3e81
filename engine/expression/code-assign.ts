import type { Json } from '../../domain/json.ts';
import type { AssignOperator, ValueOperator } from './ast.ts';
import { many, single } from './code-basic.ts';
import { valueOperations } from './operators.ts';
import { getPath, type Owned, deletePaths, setPath } from './places.ts';
import { type Code, type Env, placeToPath } from './runtime.ts';
import { isTruthy } from './values.ts';

/** Every path that `code` selects in `input`, as arrays of keys. */
export function pathsOf(code: Code, input: Json, env: Env): Json[][] {
  const paths: Json[][] = [];
  code.places(undefined, input, env, (place) => {
    env.context.tick();
    paths.push(placeToPath(place));
    return undefined;
  });
  return paths;
}

function withPaths(
  target: Code,
  input: Json,
  env: Env,
  change: (root: Json, path: Json[], owned: Owned) => Json,
): Json {
  const owned: Owned = new Set();
  let root = input;
  for (const path of pathsOf(target, input, env)) root = change(root, path, owned);
  return root;
}

/** `target |= update`: the first output replaces the value, no output deletes it (all deletions at the end). */
function modify(target: Code, update: Code): Code {
  return single(
    (input, env) => {
      const removed: Json[][] = [];
      const token = {};
      const root = withPaths(target, input, env, (current, path, owned) => {
        const old = getPath(current, path, env.context);
        // The update sees this container and may keep it: nothing made so far may be changed in place any more.
        if (old !== null && typeof old === 'object' && owned.has(old)) owned.clear();
        let next: { value: Json } | undefined;
        update.run(old, env, (value) => {
          next = { value };
          return token;
        });
        if (next === undefined) {
          removed.push(path);
          return current;
        }
        return setPath(current, path, next.value, env.context, owned);
      });
      return removed.length === 0 ? root : deletePaths(root, removed, env.context);
    },
    target.weight + update.weight + 3,
  );
}

/** All assignment operators. For every one but `|=` the right side sees the whole input and each of its outputs gives a result. */
export function assignment(operator: AssignOperator, target: Code, source: Code): Code {
  if (operator === '|=') return modify(target, source);
  const change = (old: Json, value: Json, env: Env): Json => {
    if (operator === '=') return value;
    if (operator === '//=') return isTruthy(old) ? old : value;
    return valueOperations[operator.slice(0, -1) as ValueOperator](old, value, env.context);
  };
  const apply = (input: Json, value: Json, env: Env): Json =>
    withPaths(target, input, env, (root, path, owned) => {
      const old = operator === '=' ? null : getPath(root, path, env.context);
      return setPath(root, path, change(old, value, env), env.context, owned);
    });
  const weight = target.weight + source.weight + 3;
  const one = source.one;
  if (one !== undefined) return single((input, env) => apply(input, one(input, env), env), weight);
  return many(
    (input, env, emit) => source.run(input, env, (value) => emit(apply(input, value, env))),
    weight,
  );
}
