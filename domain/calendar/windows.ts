import { addDays, type IsoDate, instantOf, wallClock } from './civil.ts';
import { isMarket, isOfficeDay, isTradingDay } from './days.ts';

/** The part of a change window row the rules need (prisma/records/types.ts, ChangeWindowRow). Lengths in milliseconds. */
export interface WindowRule {
  readonly name: string;
  /** `office-days`, a market's trading days such as `SHFE`, or `every` for a period round the clock. */
  readonly calendar: string;
  readonly timeZone: string;
  readonly opens: string | null;
  readonly closes: string | null;
  readonly periodMs: number | null;
  readonly lengthMs: number | null;
  readonly lastStartMarginMs: number;
}

/** One opening of a window. A step may start from `opensAtMs` until `lastStartAtMs` inclusive. Epoch milliseconds. */
export interface WindowSpan {
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  readonly lastStartAtMs: number;
}

const MAX_DAYS_AHEAD = 40;

/** The opening an instant lies in, also when it is too late to start; undefined while the window is closed. */
export function windowAt(rule: WindowRule, nowMs: number): WindowSpan | undefined {
  for (const span of spansFrom(rule, nowMs)) {
    if (span.opensAtMs > nowMs) return undefined;
    if (nowMs < span.closesAtMs) return span;
  }
  return undefined;
}

/** True when a step may start at an instant: the window is open and the last-start margin is left. */
export function isWindowOpen(rule: WindowRule, nowMs: number): boolean {
  const span = windowAt(rule, nowMs);
  return span !== undefined && nowMs <= span.lastStartAtMs;
}

/** The first opening that begins after an instant. Throws `CalendarYearError` where the calendar ends before it. */
export function nextWindow(rule: WindowRule, nowMs: number): WindowSpan {
  for (const span of spansFrom(rule, nowMs)) if (span.opensAtMs > nowMs) return span;
  throw new RangeError(`window “${rule.name}” does not open within ${MAX_DAYS_AHEAD} days`);
}

/** Openings in order, beginning with today's. Lazy: a window today must not fail because next year's calendar is not out. */
function spansFrom(rule: WindowRule, nowMs: number): Iterable<WindowSpan> {
  return rule.calendar === 'every' ? periodSpans(rule, nowMs) : calendarSpans(rule, nowMs);
}

function periodSpans(rule: WindowRule, nowMs: number): WindowSpan[] {
  const { periodMs, lengthMs } = rule;
  if (periodMs === null || lengthMs === null || lengthMs <= 0 || lengthMs > periodMs) {
    throw new RangeError(`window “${rule.name}” needs periodMs and a lengthMs from 1 to periodMs`);
  }
  const opensAtMs = Math.floor(nowMs / periodMs) * periodMs;
  return [opensAtMs, opensAtMs + periodMs].map((start) => spanOf(rule, start, start + lengthMs));
}

function* calendarSpans(rule: WindowRule, nowMs: number): Generator<WindowSpan> {
  const { opens, closes } = rule;
  if (opens === null || closes === null || closes <= opens) {
    throw new RangeError(`window “${rule.name}” needs opens before closes, both HH:mm`);
  }
  const today = wallClock(nowMs, rule.timeZone).date;
  for (let ahead = 0; ahead < MAX_DAYS_AHEAD; ahead += 1) {
    const date = addDays(today, ahead);
    if (isOpenDay(rule, date)) {
      yield spanOf(rule, instantOf(date, opens, rule.timeZone), instantOf(date, closes, rule.timeZone));
    }
  }
}

function isOpenDay(rule: WindowRule, date: IsoDate): boolean {
  if (rule.calendar === 'office-days') return isOfficeDay(date);
  if (isMarket(rule.calendar)) return isTradingDay(rule.calendar, date);
  throw new RangeError(`window “${rule.name}”: “${rule.calendar}” is not a calendar`);
}

function spanOf(rule: WindowRule, opensAtMs: number, closesAtMs: number): WindowSpan {
  return { opensAtMs, closesAtMs, lastStartAtMs: closesAtMs - rule.lastStartMarginMs };
}
