import { addDays, type IsoDate, instantOf, isWeekend, wallClock } from './civil.ts';
import { CALENDAR_YEARS } from './closed-days.ts';

/** Exchanges of mainland China. They share the closed days; sessions differ. */
export const MARKETS = ['SSE', 'SZSE', 'BSE', 'CFFEX', 'SHFE', 'INE', 'DCE', 'CZCE', 'GFEX'] as const;

/** One exchange. */
export type Market = (typeof MARKETS)[number];

/** Time zone of all mainland markets. */
export const MARKET_TIME_ZONE = 'Asia/Shanghai';

/** When a trading day counts as completed: a quarter of an hour after the last day session (CFFEX, 15:00 for stock index futures). */
const COMPLETED_AT = '15:15';

/** A year has no published calendar: the rule stops instead of guessing. */
export class CalendarYearError extends Error {
  readonly year: number;

  constructor(year: number) {
    super(`calendar for ${year} not published`);
    this.name = 'CalendarYearError';
    this.year = year;
  }
}

interface YearDays {
  readonly holidays: ReadonlySet<IsoDate>;
  readonly makeUpDays: ReadonlySet<IsoDate>;
}

const YEARS: ReadonlyMap<number, YearDays> = new Map(
  CALENDAR_YEARS.map((year) => [
    year.year,
    { holidays: new Set(year.holidays), makeUpDays: new Set(year.makeUpDays) },
  ]),
);

/** Years with a published calendar. */
export function publishedYears(): number[] {
  return [...YEARS.keys()];
}

function yearOf(date: IsoDate): YearDays {
  const year = Number(date.slice(0, 4));
  const days = YEARS.get(year);
  if (days === undefined) throw new CalendarYearError(year);
  return days;
}

/** True for a name of an exchange. */
export function isMarket(name: string): name is Market {
  return (MARKETS as readonly string[]).includes(name);
}

/**
 * True on a day the market trades: Monday to Friday and no public holiday. Make-up weekends are office days, never trading days.
 * Throws `CalendarYearError` for an unpublished year and RangeError for an unknown market.
 */
export function isTradingDay(market: string, date: IsoDate): boolean {
  if (!isMarket(market)) throw new RangeError(`“${market}” is not a market; markets: ${MARKETS.join(', ')}`);
  const { holidays } = yearOf(date);
  return !isWeekend(date) && !holidays.has(date);
}

/** True on a day offices work: a weekday that is no holiday, or a make-up weekend day. Throws `CalendarYearError`. */
export function isOfficeDay(date: IsoDate): boolean {
  const { holidays, makeUpDays } = yearOf(date);
  return makeUpDays.has(date) || (!isWeekend(date) && !holidays.has(date));
}

/** The first trading day after a date. */
export function nextTradingDay(market: string, date: IsoDate): IsoDate {
  return seek(market, date, 1);
}

/** The last trading day before a date. */
export function previousTradingDay(market: string, date: IsoDate): IsoDate {
  return seek(market, date, -1);
}

/** The `count` trading days before a date, oldest first. */
export function previousTradingDays(market: string, date: IsoDate, count: number): IsoDate[] {
  const days: IsoDate[] = [];
  let day = date;
  while (days.length < count) {
    day = previousTradingDay(market, day);
    days.unshift(day);
  }
  return days;
}

/** The `count` trading days that are completed at an instant, oldest first: today counts from 15:15 on. */
export function lastCompletedTradingDays(market: string, nowMs: number, count: number): IsoDate[] {
  const today = wallClock(nowMs, MARKET_TIME_ZONE).date;
  const isTodayDone = nowMs >= instantOf(today, COMPLETED_AT, MARKET_TIME_ZONE);
  return previousTradingDays(market, isTodayDone ? addDays(today, 1) : today, count);
}

function seek(market: string, date: IsoDate, step: 1 | -1): IsoDate {
  let day = addDays(date, step);
  while (!isTradingDay(market, day)) day = addDays(day, step);
  return day;
}
