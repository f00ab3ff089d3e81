import type { Json } from '../domain/json.ts';

/**
 * Bounds of the data of a run. Values over 64 KiB do not travel through the history of a run but by their hash (platform/data-converter.ts);
 * these are the ends of what may be carried at all.
 */
export const dataLimits = {
  /** Bytes of JSON text that one step may give. */
  resultBytes: 4 * 1024 * 1024,
  /** Characters of JSON text that one step may be handed, or a run may give at its end. */
  valueChars: 8 * 1024 * 1024,
  /** Characters of JSON text of all that a run holds when it continues as new. */
  runChars: 32 * 1024 * 1024,
} as const;

/** What is said of a value over a limit; undefined for one that fits. `what` begins the sentence. */
export function excessOf(what: string, value: Json, mostChars: number): string | undefined {
  const { length } = JSON.stringify(value);
  if (length <= mostChars) return undefined;
  return `${what} has ${length} characters of JSON, ${mostChars} are allowed: hand large data over by reference`;
}
