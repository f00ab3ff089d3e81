import type { Json } from '../../domain/json.ts';
import { literal, many } from './code-basic.ts';
import { raise } from './error.ts';
import {
  captureObject,
  cut,
  groupTexts,
  matchObject,
  type Search,
  searchText,
  splitByRegex,
} from './natives-regex.ts';
import type { MatchPositions } from './regex.ts';
import type { Code, Emit, Env, Stop } from './runtime.ts';
import { describe } from './values.ts';

type Form = (args: readonly Code[]) => Code;

/** Runs `then` for every pattern and flags; the pattern is the outermost loop. */
function searching(
  args: readonly Code[],
  extra: string,
  then: (search: Search, env: Env, emit: Emit) => Stop,
): Code {
  const pattern = args[0] ?? literal(null);
  const flags = args[1] ?? literal(null);
  return many(
    (input, env, emit) =>
      pattern.run(input, env, (source) =>
        flags.run(input, env, (given) =>
          then(searchText(env.context, input, source, given, extra), env, emit),
        ),
      ),
    pattern.weight + flags.weight + 2,
  );
}

function eachMatch(extra: string, show: (search: Search, match: MatchPositions) => Json): Form {
  return (args) =>
    searching(args, extra, (search, env, emit) => {
      for (const match of search.matches) {
        env.context.tick();
        const stop = emit(show(search, match));
        if (stop !== undefined) return stop;
      }
      return undefined;
    });
}

/** What `scan` gives: the groups when there are any, else the match. */
function scanned(search: Search, match: MatchPositions): Json {
  if (search.regex.groups.length > 0) return groupTexts(search, match);
  return cut(search.points, match[0] ?? 0, match[1] ?? 0);
}

function splits(args: readonly Code[]): Code {
  const pattern = args[0] ?? literal(null);
  const flags = args[1] ?? literal(null);
  const run = (input: Json, env: Env, emit: Emit): Stop =>
    pattern.run(input, env, (source) =>
      flags.run(input, env, (given) => {
        for (const part of splitByRegex(env.context, input, source, given)) {
          const stop = emit(part);
          if (stop !== undefined) return stop;
        }
        return undefined;
      }),
    );
  return many(run, pattern.weight + flags.weight + 2);
}

/** `sub` and `gsub`: the replacement sees the named groups; several replacements give several results, the first match varying fastest. */
function substitute(args: readonly Code[], extra: string): Code {
  const [pattern, replacement, flags] = args;
  const body = replacement ?? literal('');
  return searching(
    flags === undefined ? [pattern ?? literal(null)] : [pattern ?? literal(null), flags],
    extra,
    (search, env, emit) => {
      const { points, matches } = search;
      const build = (at: number, tail: string, next: number): Stop => {
        env.context.checkLength(tail.length);
        const match = matches[at];
        if (match === undefined) return emit(cut(points, 0, next) + tail);
        const [start = 0, end = 0] = match;
        env.context.enter(4);
        const stop = body.run(captureObject(search, match), env, (text) => {
          if (typeof text !== 'string') throw raise(`${describe(text)} cannot be added to a string`);
          return build(at - 1, text + cut(points, end, next) + tail, start);
        });
        env.context.depthLeft += 4;
        return stop;
      };
      const one = body.one;
      if (one === undefined) return build(matches.length - 1, '', points.length);
      let done = '';
      let last = 0;
      for (const match of matches) {
        const text = one(captureObject(search, match), env);
        if (typeof text !== 'string') throw raise(`${describe(text)} cannot be added to a string`);
        done += cut(points, last, match[0] ?? 0) + text;
        env.context.checkLength(done.length);
        last = match[1] ?? 0;
      }
      return emit(done + cut(points, last, points.length));
    },
  );
}

/** Regex built-ins that may give several outputs, by `name/arity`. */
export const regexForms: readonly (readonly [string, Form])[] = [
  ['match/1', eachMatch('', matchObject)],
  ['match/2', eachMatch('', matchObject)],
  ['capture/1', eachMatch('', captureObject)],
  ['capture/2', eachMatch('', captureObject)],
  ['scan/1', eachMatch('g', scanned)],
  ['scan/2', eachMatch('g', scanned)],
  ['splits/1', splits],
  ['splits/2', splits],
  ['sub/2', (args) => substitute(args, '')],
  ['sub/3', (args) => substitute(args, '')],
  ['gsub/2', (args) => substitute(args, 'g')],
  ['gsub/3', (args) => substitute(args, 'g')],
];
