import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { FlowError } from '../../engine/types.ts';
import type { Row } from './database.ts';

/** A column of a row is not of the kind the schema promises: the code and the migration disagree. */
class ColumnError extends Error {
  constructor(column: string, expected: string) {
    super(`column ${column} is not ${expected}`);
  }
}

/** Text column. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new ColumnError(column, 'text');
  return value;
}

/** Text column or null. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

/** One of the words a check of the database allows. */
export function wordOf<Word extends string>(row: Row, column: string): Word {
  return textOf(row, column) as Word;
}

/** Integer column. */
export function wholeOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new ColumnError(column, 'a number');
  return value;
}

/** 64-bit column, which arrives as text. */
export function bigOf(row: Row, column: string): bigint {
  return BigInt(textOf(row, column));
}

/** Time column. */
export function timeOf(row: Row, column: string): Date {
  const value = row[column];
  if (!(value instanceof Date)) throw new ColumnError(column, 'a time');
  return value;
}

/** Time column or null. */
export function timeOrNull(row: Row, column: string): Date | null {
  return row[column] === null ? null : timeOf(row, column);
}

/** Text array column. */
export function textsOf(row: Row, column: string): string[] {
  const value = row[column];
  if (!Array.isArray(value)) throw new ColumnError(column, 'an array');
  return value.map(String);
}

/** Bytes column. */
export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new ColumnError(column, 'bytes');
  return value;
}

/** JSON column; SQL null reads as null. What was written was JSON, so what is read is. */
export function jsonOf(row: Row, column: string): Json {
  return (row[column] ?? null) as Json;
}

/** JSON object column. */
export function objectOf(row: Row, column: string): JsonObject {
  const value = row[column];
  if (!isJsonObject(value)) throw new ColumnError(column, 'an object');
  return value;
}

/** Error column or null. */
export function errorOf(row: Row, column: string): FlowError | null {
  const value = row[column];
  return isJsonObject(value) ? (value as unknown as FlowError) : null;
}
