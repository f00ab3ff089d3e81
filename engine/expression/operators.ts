import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { ValueOperator } from './ast.ts';
import { overBudget, raise } from './error.ts';
import { type Context, maxNesting } from './runtime.ts';
import { areEqual, compareValues, describe, memberOf, setMember } from './values.ts';

/** A binary operator on two values. */
export type ValueOperation = (left: Json, right: Json, context: Context) => Json;

function add(left: Json, right: Json, context: Context): Json {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === 'string' && typeof right === 'string') {
    context.checkLength(left.length + right.length);
    context.charge((left.length + right.length) >> 8);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    context.tick((left.length + right.length) >> 4);
    context.charge(1);
    return left.concat(right);
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    const sum = { ...left, ...right };
    context.tick(Object.keys(sum).length >> 2);
    context.charge(2);
    return sum;
  }
  throw raise(`${describe(left)} and ${describe(right)} cannot be added`);
}

function subtract(left: Json, right: Json, context: Context): Json {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (Array.isArray(left) && Array.isArray(right)) {
    context.tick(left.length * right.length);
    return left.filter((item) => !right.some((removed) => areEqual(item, removed, context)));
  }
  throw raise(`${describe(left)} and ${describe(right)} cannot be subtracted`);
}

function multiply(left: Json, right: Json, context: Context): Json {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  if (typeof left === 'string' && typeof right === 'number') return repeatText(left, right, context);
  if (typeof left === 'number' && typeof right === 'string') return repeatText(right, left, context);
  if (isJsonObject(left) && isJsonObject(right)) return mergeObjects(left, right, context, 0);
  throw raise(`${describe(left)} and ${describe(right)} cannot be multiplied`);
}

function repeatText(text: string, count: number, context: Context): Json {
  if (!(count > 0)) return null;
  const times = count < 1 ? 1 : Math.floor(count);
  context.checkLength(text.length * times);
  context.charge(1 + ((text.length * times) >> 6));
  return text.repeat(times);
}

function mergeObjects(left: JsonObject, right: JsonObject, context: Context, depth: number): JsonObject {
  if (depth > maxNesting) throw overBudget('a value is nested too deeply');
  const merged = { ...left };
  context.tick(1 + (Object.keys(merged).length >> 2));
  context.charge(3);
  for (const key of Object.keys(right)) {
    context.tick();
    const old = memberOf(merged, key);
    const added = memberOf(right, key);
    setMember(
      merged,
      key,
      isJsonObject(old) && isJsonObject(added) ? mergeObjects(old, added, context, depth + 1) : added,
    );
  }
  return merged;
}

function divide(left: Json, right: Json, context: Context): Json {
  if (typeof left === 'number' && typeof right === 'number') {
    if (right === 0)
      throw raise(`${describe(left)} and ${describe(right)} cannot be divided because the divisor is zero`);
    return left / right;
  }
  if (typeof left === 'string' && typeof right === 'string') return splitText(left, right, context);
  throw raise(`${describe(left)} and ${describe(right)} cannot be divided`);
}

/** Cuts a text at every separator; the empty text has no parts, the empty separator cuts between characters. */
export function splitText(text: string, separator: string, context: Context): Json[] {
  context.tick(text.length >> 3);
  if (text === '') return [];
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  context.tick(parts.length);
  return parts;
}

function modulo(left: Json, right: Json): Json {
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw raise(`${describe(left)} and ${describe(right)} cannot be divided`);
  }
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  const limit = Number.MAX_SAFE_INTEGER;
  const whole = (value: number): number => Math.max(-limit, Math.min(limit, Math.trunc(value)));
  const divisor = Math.abs(whole(right));
  if (divisor === 0)
    throw raise(
      `${describe(left)} and ${describe(right)} cannot be divided (remainder) because the divisor is zero`,
    );
  return (whole(left) % divisor) + 0;
}

function isBelow(left: Json, right: Json, context: Context): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right || Number.isNaN(left);
  return compareValues(left, right, context) < 0;
}

function isAbove(left: Json, right: Json, context: Context): boolean {
  if (typeof left === 'number' && typeof right === 'number')
    return left > right || (Number.isNaN(right) && !Number.isNaN(left));
  return compareValues(left, right, context) > 0;
}

/** Every binary operator by its sign. */
export const valueOperations: Readonly<Record<ValueOperator, ValueOperation>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': modulo,
  '==': areEqual,
  '!=': (left, right, context) => !areEqual(left, right, context),
  '<': isBelow,
  '>': isAbove,
  '<=': (left, right, context) => !isAbove(left, right, context),
  '>=': (left, right, context) => !isBelow(left, right, context),
};
