import { addDays, instantOf, wallClock } from '../calendar/index.ts';
import { sha256Hex } from '../json.ts';
import type { JourneyRules } from './types.ts';

/** True when the zone is one the calendar of this machine knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return wallClock(0, timeZone).date !== '';
  } catch {
    return false;
  }
}

/** True when an instant lies in the quiet hours of a place. Equal ends mean that there are none. */
export function isQuiet(
  { quietHours: { from, to } }: Pick<JourneyRules, 'quietHours'>,
  atMs: number,
  timeZone: string,
): boolean {
  if (from === to) return false;
  const { time } = wallClock(atMs, timeZone);
  return from < to ? time >= from && time < to : time >= from || time < to;
}

/**
 * End of the quiet hours an instant lies in, epoch milliseconds. The wall time is read in the place's own zone, so that a night with
 * a clock change ends at the same wall time as every other.
 */
export function endOfQuiet(rules: Pick<JourneyRules, 'quietHours'>, atMs: number, timeZone: string): number {
  const { to } = rules.quietHours;
  const { date } = wallClock(atMs, timeZone);
  const today = instantOf(date, to, timeZone);
  return today > atMs ? today : instantOf(addDays(date, 1), to, timeZone);
}

/** A share of `spanMs` that is the same for the same key each time, so that deferred calls spread and a retry finds its place again. */
export function stableJitterMs(key: string, spanMs: number): number {
  if (spanMs <= 0) return 0;
  return Math.floor((Number.parseInt(sha256Hex(key).slice(0, 12), 16) / 2 ** 48) * spanMs);
}

/** When a call that is due now may be made: now, or after the quiet hours with its own share of the jitter. */
export function callableAt(
  rules: Pick<JourneyRules, 'quietHours' | 'jitterMs'>,
  atMs: number,
  timeZone: string,
  key: string,
): number {
  if (!isQuiet(rules, atMs, timeZone)) return atMs;
  const endMs = endOfQuiet(rules, atMs, timeZone);
  const laterMs = endMs + stableJitterMs(key, rules.jitterMs);
  return isQuiet(rules, laterMs, timeZone) ? endMs : laterMs;
}
