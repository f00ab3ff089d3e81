import type { Json } from '../../domain/json.ts';
import { ExpressionError, raise } from './error.ts';
import type { Context } from './runtime.ts';
import { describe, jsonText, numberText } from './values.ts';

/** Turns a value into text for `@name` and for interpolation. */
export type Format = (value: Json, context: Context) => string;

const htmlMarks: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  "'": '&#39;',
  '"': '&quot;',
};
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function asText(value: Json, context: Context): string {
  return typeof value === 'string' ? value : jsonText(value, context);
}

function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const char of text) {
    let point = char.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else {
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
    }
  }
  return bytes;
}

function toBase64(text: string): string {
  const bytes = utf8Bytes(text);
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.slice(at, at + 3);
    const bits = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    encoded += `${alphabet[bits >> 18] ?? ''}${alphabet[(bits >> 12) & 63] ?? ''}`;
    encoded += second === undefined ? '=' : (alphabet[(bits >> 6) & 63] ?? '');
    encoded += third === undefined ? '=' : (alphabet[bits & 63] ?? '');
  }
  return encoded;
}

function fromBase64(value: Json, context: Context): string {
  const text = asText(value, context);
  const body = text.replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(body) || body.length % 4 === 1)
    throw raise(`${describe(text)} is not valid base64 data`);
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of body) {
    bits = ((bits << 6) | alphabet.indexOf(char)) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 255);
    }
  }
  return utf8Text(bytes);
}

/** Decodes UTF-8; every wrong byte becomes the replacement character. */
function utf8Text(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const extra =
      first < 0x80 ? 0 : first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : -1;
    const rest = extra > 0 ? bytes.slice(at + 1, at + 1 + extra) : [];
    let point = extra === 0 ? first : first & (0x3f >> extra);
    for (const byte of rest) point = (point << 6) | (byte & 63);
    const least = [0, 0x80, 0x800, 0x10000][extra] ?? 0;
    const isWhole =
      extra >= 0 && first < 0xf8 && rest.length === extra && rest.every((byte) => byte >> 6 === 2);
    const isValid = isWhole && point >= least && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    text += isValid ? String.fromCodePoint(point) : '\ufffd';
    at += isValid ? extra + 1 : 1;
  }
  return text;
}

function row(value: Json, what: string, separator: string, quote: (text: string) => string): string {
  if (!Array.isArray(value))
    throw raise(`${describe(value)} cannot be ${what}-formatted, only an array can be`);
  const cells = value.map((cell) => {
    if (cell === null) return '';
    if (typeof cell === 'string') return quote(cell);
    if (typeof cell === 'number') return numberText(cell);
    if (typeof cell === 'boolean') return String(cell);
    throw raise(`${describe(cell)} is not valid in a ${what} row`);
  });
  return cells.join(separator);
}

function tabEscape(text: string): string {
  const marks: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };
  return text.replace(/[\t\n\r\\]/g, (mark) => marks[mark] ?? mark);
}

function shellWord(value: Json, context: Context): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "'\\''")}'`;
  if (value !== null && typeof value === 'object')
    throw raise(`${describe(value)} can not be escaped for shell`);
  return jsonText(value, context);
}

function percentEscape(text: string): string {
  return Array.from(text, (char) => {
    if (/[A-Za-z0-9\-_.~]/.test(char)) return char;
    return utf8Bytes(char)
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join('');
  }).join('');
}

const formats: Readonly<Record<string, Format>> = {
  text: asText,
  json: jsonText,
  html: (value, context) => asText(value, context).replace(/[<>&'"]/g, (mark) => htmlMarks[mark] ?? mark),
  uri: (value, context) => percentEscape(asText(value, context)),
  csv: (value) => row(value, 'csv', ',', (text) => `"${text.replaceAll('"', '""')}"`),
  tsv: (value) => row(value, 'tsv', '\t', tabEscape),
  sh: (value, context) =>
    (Array.isArray(value) ? value : [value]).map((word) => shellWord(word, context)).join(' '),
  base64: (value, context) => toBase64(asText(value, context)),
  base64d: fromBase64,
};

/** The format of this name; its result is held to the byte budget. Unknown names fail with `expression-unknown-function`. */
export function formatNamed(name: string, offset: number): Format {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined)
    throw new ExpressionError('expression-unknown-function', `@${name} is not known (at ${offset})`, offset);
  return (value, context) => {
    const text = format(value, context);
    context.tick(text.length >> 4);
    context.charge(4 + (text.length >> 2));
    context.checkLength(text.length);
    return text;
  };
}
