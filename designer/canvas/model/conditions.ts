import type { Json } from '../../../domain/json.ts';

/** Ways to compare, in the order they are offered. */
export const OPERATORS = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'contains',
  'startsWith',
  'endsWith',
  'isEmpty',
  'isNotEmpty',
  'isTrue',
  'isFalse',
  'lengthGt',
  'lengthEq',
] as const;

/** One of them. */
export type Operator = (typeof OPERATORS)[number];

/** One row: a field (source of an expression that is a plain path), a comparison and a value. */
export interface ConditionRow {
  readonly field: string;
  readonly operator: Operator;
  readonly value: Json;
}

/** Rows that all hold, or of which one holds. */
export interface ConditionRows {
  readonly join: 'and' | 'or';
  readonly rows: readonly ConditionRow[];
}

/** Operators that take no value. */
export const WITHOUT_VALUE: ReadonlySet<Operator> = new Set(['isEmpty', 'isNotEmpty', 'isTrue', 'isFalse']);

const COMPARE: ReadonlyMap<Operator, string> = new Map([
  ['eq', '=='],
  ['ne', '!='],
  ['gt', '>'],
  ['ge', '>='],
  ['lt', '<'],
  ['le', '<='],
]);
const CALLS: ReadonlyMap<Operator, string> = new Map([
  ['contains', 'contains'],
  ['startsWith', 'startswith'],
  ['endsWith', 'endswith'],
]);
const LENGTHS: ReadonlyMap<Operator, string> = new Map([
  ['lengthGt', '>'],
  ['lengthEq', '=='],
]);

/** The expression of rows, without `${ }`. Without rows it always holds. */
export function compileRows({ join, rows }: ConditionRows): string {
  return rows.length === 0 ? 'true' : rows.map(compileRow).join(` ${join} `);
}

function compileRow({ field, operator, value }: ConditionRow): string {
  const literal = JSON.stringify(value);
  const compare = COMPARE.get(operator);
  if (compare !== undefined) return `${field} ${compare} ${literal}`;
  const call = CALLS.get(operator);
  if (call !== undefined) return `(${field} | ${call}(${literal}))`;
  const length = LENGTHS.get(operator);
  if (length !== undefined) return `(${field} | length ${length} ${literal})`;
  if (operator === 'isEmpty' || operator === 'isNotEmpty')
    return `(${field} | length ${operator === 'isEmpty' ? '==' : '>'} 0)`;
  return `${field} == ${operator === 'isTrue'}`;
}

const PATH = String.raw`(?:\$[A-Za-z_]\w*(?:\.\w+)*(?:\.[A-Za-z_]\w*)*|\.(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)?)`;
const LITERAL = String.raw`(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)`;
const COMPARISON = new RegExp(`^(${PATH}) ?(==|!=|>=|<=|>|<) ?(${LITERAL})$`);
const CALL = new RegExp(String.raw`^\(?(${PATH}) ?\| ?(contains|startswith|endswith)\((${LITERAL})\)\)?$`);
const LENGTH = new RegExp(String.raw`^\(?(${PATH}) ?\| ?length ?(==|>) ?(\d+)\)?$`);

/** The rows of an expression that has their shape; undefined for any other, which is then edited as text. */
export function readRows(source: string): ConditionRows | undefined {
  const text = source.trim();
  if (text === 'true' || text === 'false' || text === '') return { join: 'and', rows: [] };
  const ands = splitTop(text, 'and');
  const ors = splitTop(text, 'or');
  if (ands.length > 1 && ors.length > 1) return undefined;
  const join = ors.length > 1 ? 'or' : 'and';
  const rows = (join === 'or' ? ors : ands).map(readRow);
  return rows.every((row) => row !== undefined) ? { join, rows } : undefined;
}

function readRow(part: string): ConditionRow | undefined {
  const text = part.trim();
  const compared = COMPARISON.exec(text);
  if (compared !== null)
    return comparedRow(compared[1] ?? '', compared[2] ?? '', JSON.parse(compared[3] ?? 'null') as Json);
  const called = CALL.exec(text);
  if (called !== null) {
    const operator = [...CALLS].find(([, name]) => name === called[2])?.[0];
    return operator === undefined
      ? undefined
      : { field: called[1] ?? '', operator, value: JSON.parse(called[3] ?? 'null') as Json };
  }
  const length = LENGTH.exec(text);
  if (length === null) return undefined;
  const field = length[1] ?? '';
  const count = Number(length[3]);
  if (count === 0) return { field, operator: length[2] === '>' ? 'isNotEmpty' : 'isEmpty', value: null };
  return { field, operator: length[2] === '>' ? 'lengthGt' : 'lengthEq', value: count };
}

function comparedRow(field: string, sign: string, value: Json): ConditionRow | undefined {
  if (sign === '==' && typeof value === 'boolean')
    return { field, operator: value ? 'isTrue' : 'isFalse', value: null };
  const operator = [...COMPARE].find(([, each]) => each === sign)?.[0];
  return operator === undefined ? undefined : { field, operator, value };
}

/** Splits at a word outside of quotes and brackets. */
function splitTop(text: string, word: 'and' | 'or'): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isQuoted) {
      if (character === '\\') at += 1;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === '(' || character === '[' || character === '{') depth += 1;
    else if (character === ')' || character === ']' || character === '}') depth -= 1;
    else if (depth === 0 && text.startsWith(` ${word} `, at)) {
      parts.push(text.slice(from, at));
      from = at + word.length + 2;
      at = from - 1;
    }
  }
  return [...parts, text.slice(from)];
}
