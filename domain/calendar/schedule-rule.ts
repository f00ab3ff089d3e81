import { Cron } from 'croner';
import type { Json, JsonObject } from '../json.ts';
import { addDays, type IsoDate, instantOf, wallClock } from './civil.ts';
import { everySecondsLimits } from './schedule-limits.ts';
import { CalendarYearError, isMarket, isOfficeDay, isTradingDay, MARKETS, nextTradingDay } from './days.ts';

/** What happens when a time comes while the run of the last one still goes on. */
export type Overlap = 'skip' | 'allow';

/** When a schedule fires: at a wall time of certain days, by a cron expression of five fields, or in even steps of time. */
export type ScheduleRule = {
  readonly timeZone: string;
  readonly overlap: Overlap;
  /** A time missed by more than this (the engine was away) is not made up for. 0 to 1440. */
  readonly catchUpMinutes: number;
} & (
  | {
      readonly kind: 'days';
      readonly days: 'trading-days' | 'office-days' | 'every-day';
      readonly market: string;
      /** `HH:mm`. */
      readonly at: string;
      /** -1 fires on the trading day before the one it is for (T-1); only with trading days. */
      readonly dayOffset: 0 | -1;
    }
  | { readonly kind: 'cron'; readonly cron: string }
  /** Fires at the multiples of so many seconds since 1970. */
  | { readonly kind: 'every'; readonly everySeconds: number }
);

/** One time a schedule fires. */
export interface FireTime {
  readonly atMs: number;
  /** The day it belongs to in its time zone; with T-1 the trading day it is for. */
  readonly forDay: IsoDate;
}

/** A rule that is not one, with every fault. */
export class ScheduleRuleError extends Error {
  readonly problems: ReadonlyArray<{ readonly pointer: string; readonly message: string }>;

  constructor(problems: ScheduleRuleError['problems']) {
    super(problems.map(({ pointer, message }) => `${pointer}: ${message}`).join('; '));
    this.problems = problems;
  }
}

const DAYS = ['trading-days', 'office-days', 'every-day'] as const;
const OVERLAPS = ['skip', 'allow'] as const;
const MAX_DAYS_AHEAD = 800;

type Fault = (pointer: string, message: string) => void;
type DaysRule = Extract<ScheduleRule, { readonly kind: 'days' }>;

/** Reads the settings of a schedule trigger. Throws `ScheduleRuleError` with all faults at once. */
export function parseScheduleRule(settings: JsonObject): ScheduleRule {
  const problems: Array<{ pointer: string; message: string }> = [];
  const fault: Fault = (pointer, message) => void problems.push({ pointer, message });
  const common = {
    timeZone: zoneOf(settings['timeZone'] ?? 'Asia/Shanghai', fault),
    overlap: wordOf(settings, 'overlap', OVERLAPS, 'skip', fault),
    catchUpMinutes: minutesOf(settings['catchUpMinutes'] ?? 30, fault),
  };
  const rule: ScheduleRule = { ...common, ...readTimes(settings, fault) };
  if (problems.length > 0) throw new ScheduleRuleError(problems);
  return rule;
}

type Times =
  | Pick<DaysRule, 'kind' | 'days' | 'market' | 'at' | 'dayOffset'>
  | Pick<Extract<ScheduleRule, { readonly kind: 'cron' }>, 'kind' | 'cron'>
  | Pick<Extract<ScheduleRule, { readonly kind: 'every' }>, 'kind' | 'everySeconds'>;

function readTimes(settings: JsonObject, fault: Fault): Times {
  const { cron, everySeconds } = settings;
  if (cron !== undefined && everySeconds !== undefined)
    fault('/everySeconds', 'goes without a cron expression');
  if (everySeconds !== undefined) return { kind: 'every', everySeconds: secondsOf(everySeconds, fault) };
  if (cron !== undefined) return { kind: 'cron', cron: readCron(cron, fault) };
  return readDays(settings, fault);
}

function readDays(
  settings: JsonObject,
  fault: Fault,
): Pick<DaysRule, 'kind' | 'days' | 'market' | 'at' | 'dayOffset'> {
  const days = wordOf(settings, 'days', DAYS, 'trading-days', fault);
  const { market = 'SSE', at, dayOffset = 0 } = settings;
  if (typeof market !== 'string' || !isMarket(market))
    fault('/market', `must be one of ${MARKETS.join(', ')}, not ${shown(market)}`);
  if (typeof at !== 'string' || !/^([01]\d|2[0-3]):[0-5]\d$/.test(at))
    fault('/at', `must be a time of day as HH:mm, not ${shown(at)}`);
  if (dayOffset !== 0 && dayOffset !== -1) fault('/dayOffset', `must be 0 or -1, not ${shown(dayOffset)}`);
  if (dayOffset === -1 && days !== 'trading-days')
    fault('/dayOffset', '-1 (T-1) goes with trading-days only');
  return {
    kind: 'days',
    days,
    market: typeof market === 'string' ? market : '',
    at: typeof at === 'string' ? at : '',
    dayOffset: dayOffset === -1 ? -1 : 0,
  };
}

function readCron(value: Json, fault: Fault): string {
  const cron = typeof value === 'string' ? value : '';
  const complaint = cronFault(cron);
  if (complaint !== undefined) fault('/cron', complaint);
  return cron;
}

function wordOf<Word extends string>(
  settings: JsonObject,
  name: string,
  words: readonly Word[],
  preset: Word,
  fault: Fault,
): Word {
  const value = settings[name] ?? preset;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) fault(`/${name}`, `must be one of ${words.join(', ')}, not ${shown(value)}`);
  return word ?? preset;
}

/**
 * The day a schedule's time belongs to when it fires on `date` (of its time zone), or undefined when it does not fire that day. Throws
 * `CalendarYearError` for an unpublished year.
 */
export function dayOfFiring(rule: ScheduleRule, date: IsoDate): IsoDate | undefined {
  if (rule.kind !== 'days') return date;
  const isDay =
    rule.days === 'every-day' ||
    (rule.days === 'office-days' ? isOfficeDay(date) : isTradingDay(rule.market, date));
  if (!isDay) return undefined;
  return rule.dayOffset === -1 ? nextTradingDay(rule.market, date) : date;
}

/**
 * The next times after an instant, at most `count`. Where the calendar ends the list ends too, and `stopped` says why: a time in an
 * unpublished year is never guessed.
 */
export function nextFireTimes(
  rule: ScheduleRule,
  afterMs: number,
  count: number,
): { readonly times: readonly FireTime[]; readonly stopped?: string } {
  const times: FireTime[] = [];
  try {
    for (const time of fireTimes(rule, afterMs)) {
      times.push(time);
      if (times.length === count) break;
    }
  } catch (error) {
    if (!(error instanceof CalendarYearError)) throw error;
    return { times, stopped: error.message };
  }
  return { times };
}

function* fireTimes(rule: ScheduleRule, afterMs: number): Generator<FireTime> {
  if (rule.kind === 'cron') {
    let from = new Date(afterMs);
    const cron = cronOf(rule.cron, rule.timeZone);
    for (;;) {
      const next = cron.nextRun(from);
      if (next === null) return;
      yield { atMs: next.getTime(), forDay: wallClock(next.getTime(), rule.timeZone).date };
      from = next;
    }
  }
  if (rule.kind === 'every') {
    const everyMs = rule.everySeconds * 1_000;
    for (let atMs = (Math.floor(afterMs / everyMs) + 1) * everyMs; ; atMs += everyMs)
      yield { atMs, forDay: wallClock(atMs, rule.timeZone).date };
  }
  let date = wallClock(afterMs, rule.timeZone).date;
  for (let ahead = 0; ahead < MAX_DAYS_AHEAD; ahead += 1) {
    const atMs = instantOf(date, rule.at, rule.timeZone);
    if (atMs > afterMs) {
      const forDay = dayOfFiring(rule, date);
      if (forDay !== undefined) yield { atMs, forDay };
    }
    date = addDays(date, 1);
  }
}

function cronOf(pattern: string, timeZone: string): Cron {
  return new Cron(pattern, { timezone: timeZone, mode: '5-part', paused: true });
}

/** What is wrong with a cron expression of five fields; undefined for a good one. */
export function cronFault(pattern: string): string | undefined {
  try {
    cronOf(pattern, 'UTC');
    return undefined;
  } catch (error) {
    return `“${pattern}” is not a cron expression of five fields: ${error instanceof Error ? error.message : ''}`;
  }
}

function zoneOf(value: unknown, fault: Fault): string {
  try {
    if (typeof value !== 'string') throw new RangeError('not a text');
    return new Intl.DateTimeFormat('en-US', { timeZone: value }).resolvedOptions().timeZone && value;
  } catch {
    fault('/timeZone', `must be an IANA time zone such as Asia/Shanghai, not ${shown(value)}`);
    return 'UTC';
  }
}

function minutesOf(value: unknown, fault: Fault): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1440) return value;
  fault('/catchUpMinutes', `must be a whole number from 0 to 1440, not ${shown(value)}`);
  return 0;
}

function secondsOf(value: Json, fault: Fault): number {
  const { least, most } = everySecondsLimits;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  fault('/everySeconds', `must be a whole number of seconds from ${least} to ${most}, not ${shown(value)}`);
  return least;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}
