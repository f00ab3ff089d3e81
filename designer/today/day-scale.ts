import { instantOf, MARKET_TIME_ZONE, wallClock } from '../../domain/calendar/index.ts';
import type { ExpectedRun } from '../api/types.ts';

/** The part of the day the time line shows, in epoch milliseconds, and its labelled hours. */
export interface DayScale {
  readonly fromMs: number;
  readonly toMs: number;
  readonly hours: ReadonlyArray<{ readonly atMs: number; readonly label: string }>;
}

const HOUR_MS = 3_600_000;
const LEAST_HOURS = 6;

/** From the hour of the first expected run to the one after the last, at least six hours, now always inside; hours of the market. */
export function dayScale(date: string, expected: readonly ExpectedRun[], nowMs: number): DayScale {
  const dayStartMs = instantOf(date, '00:00', MARKET_TIME_ZONE);
  const points = [nowMs, ...expected.flatMap((run) => [Date.parse(run.at), endOf(run, nowMs)])];
  const inDay = (ms: number): number => Math.min(Math.max(ms, dayStartMs), dayStartMs + 24 * HOUR_MS);
  let fromMs = inDay(Math.floor((Math.min(...points) - HOUR_MS / 2) / HOUR_MS) * HOUR_MS);
  let toMs = inDay(Math.ceil((Math.max(...points) + HOUR_MS / 2) / HOUR_MS) * HOUR_MS);
  while (toMs - fromMs < LEAST_HOURS * HOUR_MS) {
    fromMs = inDay(fromMs - HOUR_MS);
    toMs = inDay(toMs + HOUR_MS);
  }
  const step = toMs - fromMs > 12 * HOUR_MS ? 3 : toMs - fromMs > 8 * HOUR_MS ? 2 : 1;
  const count = Math.floor((toMs - fromMs) / (step * HOUR_MS));
  const hours = Array.from({ length: count + 1 }, (_unused, index) => {
    const atMs = fromMs + index * step * HOUR_MS;
    return { atMs, label: wallClock(atMs, MARKET_TIME_ZONE).time };
  });
  return { fromMs, toMs, hours };
}

/** Where an instant lies on the scale, as a share of its width from 0 to 1. */
export function shareOf(scale: DayScale, atMs: number): number {
  return Math.min(1, Math.max(0, (atMs - scale.fromMs) / (scale.toMs - scale.fromMs)));
}

/** When the bar of a run ends: its end, now while it goes on, its own time while it has not begun. Epoch milliseconds. */
export function endOf(run: ExpectedRun, nowMs: number): number {
  if (run.endedAt !== null) return Date.parse(run.endedAt);
  return run.runId === null ? Date.parse(run.at) : Math.max(nowMs, Date.parse(run.at));
}
