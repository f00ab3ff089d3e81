import type { JsonObject } from '../../domain/json.ts';
import { httpFunction, openapiFunction } from '../plan-builder.ts';
import { errorAt } from '../problems.ts';
import { processFunction } from '../process-plan.ts';
import { objectMember, parseCall, textMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check, CheckContext } from './check.ts';

const PROTOCOLS = ['asyncapi', 'grpc', 'a2a', 'mcp'];
const BUILT_IN = new Map<string, { readonly name: string; readonly version: string }>([
  ['http', httpFunction],
  ['openapi', openapiFunction],
]);

/** Called functions exist in `use.functions` or, with their version, in the catalogue of this installation. */
export const checkFunctions: Check = (context) =>
  context.tasks.flatMap(({ task, pointer }) => {
    const call = textMember(task, 'call');
    return call === undefined || PROTOCOLS.includes(call) ? [] : checkCall(context, call, `${pointer}/call`);
  });

function checkCall({ document, catalogue }: CheckContext, call: string, pointer: string): Problem[] {
  const own = objectMember(document, 'use', 'functions');
  if (own !== undefined && Object.hasOwn(own, call)) return [];
  const builtIn = BUILT_IN.get(call);
  const wanted = builtIn === undefined ? parseCall(call) : { ...builtIn, catalog: 'default' };
  if (wanted === undefined) {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(call)) {
      return [
        errorAt(
          pointer,
          'remote-catalog',
          'functions are taken from the catalogue of this installation only, not from an address',
        ),
      ];
    }
    const hint = catalogue.names().includes(call) ? `; write it with its version, ${call}:1.0.0@default` : '';
    return [errorAt(pointer, 'unknown-function', `there is no function ${call}${hint}`)];
  }
  if (wanted.catalog !== 'default') {
    return [
      errorAt(
        pointer,
        'remote-catalog',
        `catalogue ${wanted.catalog} cannot be used: functions come from @default only`,
      ),
    ];
  }
  if (wanted.name === processFunction.name)
    return [errorAt(pointer, 'unknown-function', 'processes are started with run: script or run: shell')];
  if (catalogue.find(wanted.name, wanted.version) !== undefined) return [];
  return catalogue.names().includes(wanted.name)
    ? [
        errorAt(
          pointer,
          'unknown-function-version',
          `function ${wanted.name} has no version ${wanted.version}`,
        ),
      ]
    : [errorAt(pointer, 'unknown-function', `there is no function ${wanted.name}`)];
}

/** Functions of `use` do not call each other in a circle: they are laid out in full where they are called. */
export const checkRecursion: Check = ({ document, tasks }) => {
  const functions = objectMember(document, 'use', 'functions') ?? {};
  const calls = new Map<string, string[]>();
  for (const view of tasks) {
    const owner = /^\/use\/functions\/([^/]+)/
      .exec(view.pointer)?.[1]
      ?.replaceAll('~1', '/')
      .replaceAll('~0', '~');
    const call = textMember(view.task, 'call');
    if (owner !== undefined && call !== undefined) calls.set(owner, [...(calls.get(owner) ?? []), call]);
  }
  return Object.keys(functions)
    .filter((name) => comesBack(name, calls, functions))
    .map((name) =>
      errorAt(
        `/use/functions/${name}`,
        'recursive-function',
        `function ${name} calls itself, directly or through others`,
      ),
    );
};

function comesBack(
  name: string,
  calls: ReadonlyMap<string, readonly string[]>,
  functions: JsonObject,
): boolean {
  const seen = new Set<string>();
  const open = [...(calls.get(name) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === name) return true;
    if (seen.has(next) || !Object.hasOwn(functions, next)) continue;
    seen.add(next);
    open.push(...(calls.get(next) ?? []));
  }
  return false;
}
