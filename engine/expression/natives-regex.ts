import type { Json, JsonObject } from '../../domain/json.ts';
import { raise } from './error.ts';
import type { Native } from './natives.ts';
import { compileRegex, findMatches, type MatchPositions, type Regex } from './regex.ts';
import type { Context } from './runtime.ts';
import { describe, setMember, typeName } from './values.ts';

/** A search of one text. */
export interface Search {
  readonly regex: Regex;
  readonly points: readonly number[];
  readonly matches: readonly MatchPositions[];
}

/** Searches `input` for a pattern; the pattern may be `[pattern, flags]`. `extra` flags are added. */
export function searchText(context: Context, input: Json, pattern: Json, flags: Json, extra = ''): Search {
  const hasFlags = Array.isArray(pattern);
  const source = hasFlags ? (pattern[0] ?? null) : pattern;
  const given = hasFlags && pattern.length > 1 ? (pattern[1] ?? null) : flags;
  if (typeof input !== 'string') throw raise(`${describe(input)} cannot be matched, as it is not a string`);
  if (typeof source !== 'string') throw raise(`${describe(source)} cannot be matched, as it is not a string`);
  if (given !== null && typeof given !== 'string') throw raise(`${describe(given)} is not a string`);
  const regex = compileRegex(source, `${given ?? ''}${extra}`);
  // Paid before it is done: a text of millions of characters takes longer to lay out than an evaluation may.
  const length = pointCount(input);
  context.tick(length >> 2);
  const points = pointsOf(input, length);
  return { regex, points, matches: findMatches(regex, points, context) };
}

function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

function pointCount(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) if (isPair(text, at)) count -= 1;
  return count;
}

function pointsOf(text: string, length: number): number[] {
  const points: number[] = Array.from({ length }, () => 0);
  for (let at = 0, place = 0; place < length; place += 1) {
    const point = text.codePointAt(at) ?? 0;
    points[place] = point;
    at += point > 0xffff ? 2 : 1;
  }
  return points;
}

/** The text between two positions. */
export function cut(points: readonly number[], from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += 1) text += String.fromCodePoint(points[at] ?? 0xfffd);
  return text;
}

/** The text of every group, null for one that took no part. */
export function groupTexts({ regex, points }: Search, match: MatchPositions): (string | null)[] {
  return regex.groups.map((_, index) => {
    const [from = -1, to = -1] = match.slice(index * 2 + 2, index * 2 + 4);
    return from < 0 || to < 0 ? null : cut(points, from, to);
  });
}

/** What `match` gives for one match. */
export function matchObject(search: Search, match: MatchPositions): Json {
  const [start = 0, end = 0] = match;
  const captures = groupTexts(search, match).map((string, index): Json => {
    const from = match[index * 2 + 2] ?? -1;
    const to = match[index * 2 + 3] ?? -1;
    const name = search.regex.groups[index] ?? null;
    return string === null
      ? { offset: -1, length: 0, string: null, name }
      : { offset: from, length: to - from, string, name };
  });
  return { offset: start, length: end - start, string: cut(search.points, start, end), captures };
}

/** What `capture` gives for one match: the named groups. */
export function captureObject(search: Search, match: MatchPositions): JsonObject {
  const result: JsonObject = {};
  for (const [index, string] of groupTexts(search, match).entries()) {
    const name = search.regex.groups[index];
    if (name !== undefined && name !== null) setMember(result, name, string);
  }
  return result;
}

/** The parts of a text between the matches. */
export function splitByRegex(context: Context, input: Json, pattern: Json, flags: Json): Json[] {
  const { points, matches } = searchText(context, input, pattern, flags, 'g');
  const parts: Json[] = [];
  let last = 0;
  for (const [start = 0, end = 0] of matches) {
    parts.push(cut(points, last, start));
    last = end;
  }
  parts.push(cut(points, last, points.length));
  return parts;
}

function splitTwo(context: Context, input: Json, pattern: Json = null, flags: Json = null): Json {
  if (typeof input !== 'string') throw raise(`${typeName(input)} cannot be split`);
  return splitByRegex(context, input, pattern, flags);
}

/** Regex functions with one output. */
export const regexNatives: Readonly<Record<string, Native>> = {
  'test/1': (context, input, pattern = null) => searchText(context, input, pattern, null).matches.length > 0,
  'test/2': (context, input, pattern = null, flags = null) =>
    searchText(context, input, pattern, flags).matches.length > 0,
  'split/2': splitTwo,
};
