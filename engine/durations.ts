import { isJsonObject, type Json } from '../domain/json.ts';

const UNIT_MS = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
} as const;
/** Longest duration the language takes: ten years of 366 days, in milliseconds. */
export const longestDurationMs = 3_660 * UNIT_MS.days;

const ISO =
  /^P(?=.)(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/**
 * A literal duration in whole milliseconds: an ISO 8601 text (weeks, days, hours, minutes, seconds, fractions allowed) or an object
 * with days, hours, minutes, seconds, milliseconds. Undefined when it is neither, negative, over ten years, or uses years or months,
 * whose length depends on the calendar.
 */
export function parseDuration(value: Json): number | undefined {
  const ms = typeof value === 'string' ? isoMs(value) : isJsonObject(value) ? objectMs(value) : undefined;
  if (ms === undefined || !Number.isFinite(ms) || ms < 0 || ms > longestDurationMs) return undefined;
  return Math.round(ms);
}

function isoMs(text: string): number | undefined {
  if (text.length > 64) return undefined;
  const match = ISO.exec(text);
  if (match === null || text.endsWith('T')) return undefined;
  const [, weeks, days, hours, minutes, seconds] = match;
  return (
    (Number(weeks ?? 0) * 7 + Number(days ?? 0)) * UNIT_MS.days +
    Number(hours ?? 0) * UNIT_MS.hours +
    Number(minutes ?? 0) * UNIT_MS.minutes +
    Number(seconds ?? 0) * UNIT_MS.seconds
  );
}

function objectMs(value: { [key: string]: Json }): number | undefined {
  const entries = Object.entries(value);
  if (entries.length === 0) return undefined;
  let sum = 0;
  for (const [unit, amount] of entries) {
    if (!Object.hasOwn(UNIT_MS, unit) || typeof amount !== 'number' || !Number.isInteger(amount))
      return undefined;
    sum += amount * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return sum;
}
