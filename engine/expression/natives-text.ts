import { isJsonObject, type Json } from '../../domain/json.ts';
import { raise } from './error.ts';
import type { Native } from './natives.ts';
import { splitText } from './operators.ts';
import { regexNatives } from './natives-regex.ts';
import type { Context } from './runtime.ts';
import { describe, numberText } from './values.ts';

function text(apply: (value: string, context: Context) => Json, what: string): Native {
  return (context, input) => {
    if (typeof input !== 'string') throw raise(`${describe(input)} ${what}`);
    context.tick(input.length >> 4);
    return apply(input, context);
  };
}

function trimmed(trim: (value: string) => string): Native {
  return text((value) => trim(value), 'cannot be trimmed');
}

function edgeTest(name: string, test: (value: string, edge: string) => boolean): Native {
  return (_context, input, edge = null) => {
    if (typeof input !== 'string' || typeof edge !== 'string')
      throw raise(`${name}() requires string inputs`);
    return test(input, edge);
  };
}

function changeCase(value: string, pattern: RegExp, change: (letters: string) => string): string {
  return value.replace(pattern, change);
}

function fromJson(value: string): Json {
  const trimmedValue = value.trim();
  if (trimmedValue === 'nan') return Number.NaN;
  try {
    const parsed: Json = JSON.parse(trimmedValue) as Json;
    return parsed;
  } catch {
    throw raise(`${describe(value)} cannot be parsed as JSON`);
  }
}

function explode(value: string, context: Context): Json[] {
  const points = Array.from(value, (char) => char.codePointAt(0) ?? 0);
  context.tick(points.length);
  return points;
}

function implode(_context: Context, input: Json): Json {
  if (!Array.isArray(input)) throw raise(`${describe(input)} cannot be imploded`);
  const parts = input.map((point) => {
    if (typeof point !== 'number') throw raise('Unicode codepoint must be numeric');
    const whole = Math.trunc(point);
    const isValid = whole >= 0 && whole <= 0x10ffff && (whole < 0xd800 || whole > 0xdfff);
    return isValid ? String.fromCodePoint(whole) : '\ufffd';
  });
  return parts.join('');
}

function join(context: Context, given: Json, separator: Json = null): Json {
  const input = isJsonObject(given) && context.revision >= 2 ? Object.values(given) : given;
  if (!Array.isArray(input)) throw raise(`Cannot iterate over ${describe(input)}`);
  if (input.length === 0) return '';
  if (typeof separator !== 'string' && (separator !== null || input.length > 1)) {
    throw raise(`string ("") and ${describe(separator)} cannot be added`);
  }
  const glue = separator ?? '';
  let length = 0;
  const parts = input.map((item) => {
    const part = joinPart(item);
    length += part.length + glue.length;
    context.tick();
    context.checkLength(length);
    return part;
  });
  return parts.join(glue);
}

function joinPart(item: Json): string {
  if (item === null) return '';
  if (typeof item === 'string') return item;
  if (typeof item === 'number') return numberText(item);
  if (typeof item === 'boolean') return String(item);
  throw raise(`string ("") and ${describe(item)} cannot be added`);
}

function utf8Length(value: string): number {
  let bytes = 0;
  for (const char of value) {
    const point = char.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Functions of texts. */
export const textNatives: Readonly<Record<string, Native>> = {
  ...regexNatives,
  'ascii_downcase/0': text(
    (value) => changeCase(value, /[A-Z]+/g, (letters) => letters.toLowerCase()),
    'cannot be lower-cased',
  ),
  'ascii_upcase/0': text(
    (value) => changeCase(value, /[a-z]+/g, (letters) => letters.toUpperCase()),
    'cannot be upper-cased',
  ),
  'startswith/1': edgeTest('startswith', (value, edge) => value.startsWith(edge)),
  'endswith/1': edgeTest('endswith', (value, edge) => value.endsWith(edge)),
  'ltrimstr/1': (_context, input, edge = null) =>
    typeof input === 'string' && typeof edge === 'string' && input.startsWith(edge)
      ? input.slice(edge.length)
      : input,
  'rtrimstr/1': (_context, input, edge = null) =>
    typeof input === 'string' && typeof edge === 'string' && edge !== '' && input.endsWith(edge)
      ? input.slice(0, -edge.length)
      : input,
  'trim/0': trimmed((value) => value.trim()),
  'ltrim/0': trimmed((value) => value.trimStart()),
  'rtrim/0': trimmed((value) => value.trimEnd()),
  'explode/0': text(explode, 'cannot be exploded'),
  'implode/0': implode,
  'fromjson/0': text(fromJson, 'cannot be parsed as JSON'),
  'split/1': (context, input, separator = null) => {
    if (typeof input !== 'string' || typeof separator !== 'string')
      throw raise('split input and separator must be strings');
    return splitText(input, separator, context);
  },
  'join/1': join,
  'utf8bytelength/0': text(utf8Length, 'only strings have UTF-8 byte length'),
};
