import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { overBudget, raise } from './error.ts';
import { type Context, maxNesting } from './runtime.ts';

/** jq's name of a value's type. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/** Everything but null and false counts as true. */
export function isTruthy(value: Json): boolean {
  return value !== null && value !== false;
}

/** The own member of an object, null when absent; never looks at a prototype. */
export function memberOf(object: JsonObject, key: string): Json {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null;
}

/** Sets an own member, also for keys such as `__proto__` that plain assignment would treat specially. */
export function setMember(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else object[key] = value;
}

/** A text of the value for error messages, cut as jq cuts it. */
export function describe(value: Json): string {
  const text = shortText(value, 0);
  const shown = text.length > 14 ? `${text.slice(0, 11)}...` : text;
  return `${typeName(value)} (${shown})`;
}

function shortText(value: Json, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 20));
  if (typeof value === 'number') return numberText(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (depth > 14) return '';
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 15)) text += `${text === '' ? '' : ','}${shortText(item, depth + 1)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value).slice(0, 15)) {
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${shortText(memberOf(value, key), depth + 1)}`;
    if (text.length > 20) break;
  }
  return `{${text}}`;
}

/** A number as JSON text: not-a-number is null, the infinities are the largest doubles. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (value === Number.POSITIVE_INFINITY) return String(Number.MAX_VALUE);
  if (value === Number.NEGATIVE_INFINITY) return String(-Number.MAX_VALUE);
  return String(value);
}

/** JSON text of a value; pays steps and refuses texts over the byte budget. */
export function jsonText(value: Json, context: Context): string {
  const parts: string[] = [];
  let length = 0;
  const add = (text: string): void => {
    length += text.length;
    context.checkLength(length);
    parts.push(text);
  };
  const write = (item: Json, depth: number): void => {
    context.tick();
    context.charge(2);
    if (depth > maxNesting) throw overBudget('a value is nested too deeply');
    if (typeof item === 'string') add(JSON.stringify(item));
    else if (typeof item === 'number') add(numberText(item));
    else if (item === null || typeof item === 'boolean') add(String(item));
    else if (Array.isArray(item)) {
      item.forEach((element, index) => {
        add(index === 0 ? '[' : ',');
        write(element, depth + 1);
      });
      add(item.length === 0 ? '[]' : ']');
    } else {
      const keys = Object.keys(item);
      keys.forEach((key, index) => {
        add(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
        write(memberOf(item, key), depth + 1);
      });
      add(keys.length === 0 ? '{}' : '}');
    }
  };
  write(value, 0);
  return parts.join('');
}

/** Orders texts by Unicode code point, as jq does; JavaScript's own order is by UTF-16 code unit. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) {
      const aIsHigh = a >= 0xd800 && a <= 0xdfff;
      const bIsHigh = b >= 0xd800 && b <= 0xdfff;
      if (aIsHigh !== bIsHigh) return aIsHigh ? 1 : -1;
      return a < b ? -1 : 1;
    }
  }
  return left.length < right.length ? -1 : 1;
}

function rank(value: Json): number {
  if (value === null) return 0;
  if (value === false) return 1;
  if (value === true) return 2;
  if (typeof value === 'number') return 3;
  if (typeof value === 'string') return 4;
  return Array.isArray(value) ? 5 : 6;
}

/** Keys in jq's order. */
export function sortedKeys(object: JsonObject): string[] {
  return Object.keys(object).sort(compareTexts);
}

/** jq's total order of values: negative, zero or positive. Not-a-number sorts below every number. */
export function compareValues(left: Json, right: Json, context: Context, depth = 0): number {
  if (typeof left === 'number' && typeof right === 'number') {
    if (Number.isNaN(left)) return -1;
    if (Number.isNaN(right)) return 1;
    return left - right;
  }
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  const order = rank(left) - rank(right);
  if (order !== 0) return order;
  if (left === null || typeof left !== 'object' || right === null || typeof right !== 'object') return 0;
  context.tick();
  if (depth > maxNesting) throw overBudget('a value is nested too deeply');
  if (Array.isArray(left) && Array.isArray(right)) return compareArrays(left, right, context, depth);
  if (!isJsonObject(left) || !isJsonObject(right)) return 0;
  const leftKeys = sortedKeys(left);
  const rightKeys = sortedKeys(right);
  const keyOrder = compareArrays(leftKeys, rightKeys, context, depth);
  if (keyOrder !== 0) return keyOrder;
  for (const key of leftKeys) {
    const memberOrder = compareValues(memberOf(left, key), memberOf(right, key), context, depth + 1);
    if (memberOrder !== 0) return memberOrder;
  }
  return 0;
}

function compareArrays(
  left: readonly Json[],
  right: readonly Json[],
  context: Context,
  depth: number,
): number {
  const length = Math.min(left.length, right.length);
  context.tick(length);
  for (let at = 0; at < length; at += 1) {
    const order = compareValues(left[at] ?? null, right[at] ?? null, context, depth + 1);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Equality of JSON values. */
export function areEqual(left: Json, right: Json, context: Context): boolean {
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object')
    return left === right;
  return compareValues(left, right, context) === 0;
}

/** True when no character needs two code units, so that positions are plain indexes. */
export function isPlain(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text);
}

/** Number of code points of a text. */
export function textLength(text: string): number {
  return isPlain(text) ? text.length : Array.from(text).length;
}

/** `value[from:to]` for arrays, texts and null; bounds may be null, negative or fractional. */
export function sliceOf(value: Json, from: Json, to: Json, context: Context): Json {
  if (value === null) return null;
  if (typeof value !== 'string' && !Array.isArray(value))
    throw raise(`Cannot index ${typeName(value)} with object`);
  const length = typeof value === 'string' ? textLength(value) : value.length;
  const [start, end] = sliceBounds(length, from, to);
  context.tick(Math.max(0, end - start) >> 4);
  if (typeof value !== 'string') return value.slice(start, end);
  return isPlain(value) ? value.slice(start, end) : Array.from(value).slice(start, end).join('');
}

/** Start and end (start <= end) of a slice of something of this length. */
export function sliceBounds(length: number, from: Json, to: Json): readonly [number, number] {
  if ((from !== null && typeof from !== 'number') || (to !== null && typeof to !== 'number')) {
    throw raise('Start and end indices of an array slice must be numbers');
  }
  const clamp = (bound: number): number => Math.max(0, Math.min(length, bound < 0 ? bound + length : bound));
  const start = from === null || Number.isNaN(from) ? 0 : Math.floor(clamp(from));
  const end = to === null || Number.isNaN(to) ? length : Math.ceil(clamp(to));
  return [start, Math.max(start, end)];
}

/** `value[key]` for every kind of value and key jq knows. */
export function indexOf(value: Json, key: Json, context: Context): Json {
  if (typeof key === 'string') {
    if (value === null) return null;
    if (isJsonObject(value)) return memberOf(value, key);
    throw raise(`Cannot index ${typeName(value)} with string ${JSON.stringify(key)}`);
  }
  if (typeof key === 'number') {
    if (value === null) return null;
    if (!Array.isArray(value)) throw raise(`Cannot index ${typeName(value)} with number`);
    if (Number.isNaN(key)) return null;
    const at = Math.trunc(Math.floor(key));
    return value[at < 0 ? at + value.length : at] ?? null;
  }
  if (isJsonObject(key) && (value === null || Array.isArray(value) || typeof value === 'string')) {
    return sliceOf(value, memberOf(key, 'start'), memberOf(key, 'end'), context);
  }
  if (Array.isArray(key) && Array.isArray(value)) return positionsOf(value, key, context);
  throw raise(`Cannot index ${typeName(value)} with ${typeName(key)}`);
}

/** Where the array `wanted` occurs inside `items`. */
export function positionsOf(items: readonly Json[], wanted: readonly Json[], context: Context): Json {
  if (wanted.length === 0) return [];
  const found: Json[] = [];
  for (let at = 0; at + wanted.length <= items.length; at += 1) {
    context.tick();
    if (wanted.every((item, offset) => areEqual(items[at + offset] ?? null, item, context))) found.push(at);
  }
  return found;
}

/** The members of an array or the values of an object; fails for anything else. */
export function membersOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  if (isJsonObject(value)) return Object.values(value);
  throw raise(`Cannot iterate over ${describe(value)}`);
}
