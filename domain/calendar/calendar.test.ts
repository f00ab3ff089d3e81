import { describe, expect, it } from 'vitest';
import { CALENDAR_YEARS } from './closed-days.ts';
import {
  CalendarYearError,
  instantOf,
  isOfficeDay,
  isTradingDay,
  isWindowOpen,
  lastCompletedTradingDays,
  MARKETS,
  marketClock,
  nextTradingDay,
  nextWindow,
  previousTradingDays,
  sessionsOf,
  wallClock,
  type WindowRule,
  windowAt,
} from './index.ts';

const at = (local: string): number => Date.parse(`${local}:00+08:00`);
const iso = (ms: number): string => new Date(ms).toISOString();

describe('trading days and office days', () => {
  it.each([
    ['2026-11-23', true, true],
    ['2026-11-22', false, false],
    ['2026-02-13', true, true],
    // A make-up Saturday is worked in offices; exchanges stay closed.
    ['2026-02-14', false, true],
    ['2026-02-16', false, false],
    ['2026-02-24', true, true],
    ['2026-10-10', false, true],
    ['2025-01-27', true, true],
    ['2025-01-26', false, true],
    ['2025-10-08', false, false],
  ])('%s: trading %s, office %s', (date, trading, office) => {
    for (const market of MARKETS) expect(isTradingDay(market, date)).toBe(trading);
    expect(isOfficeDay(date)).toBe(office);
  });

  it('counts 242 trading days in 2026 and 243 in 2025, as the exchanges do', () => {
    const count = (year: number) => {
      const days = Array.from({ length: 365 }, (_unused, index) =>
        new Date(Date.UTC(year, 0, 1 + index)).toISOString().slice(0, 10),
      );
      return days.filter((day) => isTradingDay('SSE', day)).length;
    };
    expect([count(2025), count(2026)]).toEqual([243, 242]);
  });

  it('has make-up days on weekends only, and no day twice', () => {
    for (const { holidays, makeUpDays } of CALENDAR_YEARS) {
      expect(makeUpDays.every((day) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()))).toBe(true);
      expect(new Set([...holidays, ...makeUpDays]).size).toBe(holidays.length + makeUpDays.length);
    }
  });

  it('stops at an unpublished year instead of guessing', () => {
    expect(() => isTradingDay('SSE', '2027-01-04')).toThrow(new CalendarYearError(2027));
    expect(() => nextTradingDay('SSE', '2026-12-31')).toThrow('calendar for 2027 not published');
    expect(() => isOfficeDay('2024-12-31')).toThrow('calendar for 2024 not published');
    expect(() => isTradingDay('NYSE', '2026-01-05')).toThrow('NYSE');
    expect(() => isOfficeDay('2026-1-5')).toThrow('YYYY-MM-DD');
  });

  it('steps over holidays and weekends', () => {
    expect(nextTradingDay('SHFE', '2026-02-13')).toBe('2026-02-24');
    expect(previousTradingDays('SHFE', '2026-11-23', 2)).toEqual(['2026-11-19', '2026-11-20']);
    expect(previousTradingDays('SHFE', '2026-10-09', 2)).toEqual(['2026-09-30', '2026-10-08']);
  });

  it('counts today as completed from 15:15 on', () => {
    expect(lastCompletedTradingDays('SSE', at('2026-11-23T15:14'), 2)).toEqual(['2026-11-19', '2026-11-20']);
    expect(lastCompletedTradingDays('SSE', at('2026-11-23T15:15'), 2)).toEqual(['2026-11-20', '2026-11-23']);
    expect(lastCompletedTradingDays('SSE', at('2026-11-22T12:00'), 2)).toEqual(['2026-11-19', '2026-11-20']);
  });
});

describe('sessions', () => {
  it('gives a night session to the next trading day', () => {
    const [night, ...day] = sessionsOf('SHFE', '2026-11-24');
    expect([night?.kind, iso(night?.opensAtMs ?? 0), iso(night?.closesAtMs ?? 0)]).toEqual([
      'night',
      '2026-11-23T13:00:00.000Z',
      '2026-11-23T18:30:00.000Z',
    ]);
    expect(day).toHaveLength(3);
  });

  it('holds the night session of a Monday on Friday', () => {
    expect(iso(sessionsOf('SHFE', '2026-11-23')[0]?.opensAtMs ?? 0)).toBe('2026-11-20T13:00:00.000Z');
  });

  it('holds none on the eve of a holiday and on days without trading', () => {
    expect(sessionsOf('SHFE', '2026-02-24').map((session) => session.kind)).toEqual(['day', 'day', 'day']);
    expect(sessionsOf('SHFE', '2026-06-22').map((session) => session.kind)).toEqual(['day', 'day', 'day']);
    expect(sessionsOf('SHFE', '2026-02-14')).toEqual([]);
    expect(sessionsOf('SSE', '2026-11-23').map((session) => session.kind)).toEqual(['day', 'day']);
  });

  it('knows the first trading day of the first published year', () => {
    expect(sessionsOf('SHFE', '2025-01-02').map((session) => session.kind)).toEqual(['day', 'day', 'day']);
  });

  it('shows what is open and what comes next', () => {
    const evening = marketClock(at('2026-11-23T20:00'));
    expect([evening.tradingDay, evening.open, evening.next?.kind]).toEqual(['2026-11-23', null, 'night']);
    const night = marketClock(at('2026-11-24T01:00'));
    expect([night.tradingDay, night.open?.kind]).toEqual(['2026-11-24', 'night']);
    const sunday = marketClock(at('2026-11-22T12:00'));
    expect([sunday.tradingDay, sunday.isTradingDay]).toEqual(['2026-11-20', false]);
    expect(marketClock(at('2026-12-31T18:00')).next).toBeNull();
  });
});

const DAILY: WindowRule = {
  name: 'network-daily',
  calendar: 'office-days',
  timeZone: 'Asia/Shanghai',
  opens: '16:00',
  closes: '16:30',
  periodMs: null,
  lengthMs: null,
  lastStartMarginMs: 300_000,
};
const DEMO: WindowRule = {
  ...DAILY,
  name: 'demo',
  calendar: 'every',
  opens: null,
  closes: null,
  periodMs: 120_000,
  lengthMs: 90_000,
  lastStartMarginMs: 30_000,
};

describe('change windows', () => {
  it('opens on office days at its wall time', () => {
    expect(windowAt(DAILY, at('2026-11-23T15:59'))).toBeUndefined();
    expect(iso(nextWindow(DAILY, at('2026-11-23T15:59')).opensAtMs)).toBe('2026-11-23T08:00:00.000Z');
    expect(isWindowOpen(DAILY, at('2026-11-23T16:00'))).toBe(true);
    expect(isWindowOpen(DAILY, at('2026-11-23T16:25'))).toBe(true);
    expect(isWindowOpen(DAILY, at('2026-11-23T16:26'))).toBe(false);
    expect(windowAt(DAILY, at('2026-11-23T16:26'))).toBeDefined();
    expect(windowAt(DAILY, at('2026-11-23T16:30'))).toBeUndefined();
  });

  it('opens on a make-up Saturday and not on a holiday', () => {
    expect(isWindowOpen(DAILY, at('2026-02-14T16:05'))).toBe(true);
    expect(iso(nextWindow(DAILY, at('2026-02-14T16:31')).opensAtMs)).toBe('2026-02-24T08:00:00.000Z');
  });

  it('follows trading days when the row says so', () => {
    expect(iso(nextWindow({ ...DAILY, calendar: 'SHFE' }, at('2026-02-13T17:00')).opensAtMs)).toBe(
      '2026-02-24T08:00:00.000Z',
    );
  });

  it('serves today although next year is not published', () => {
    expect(isWindowOpen(DAILY, at('2026-12-31T16:05'))).toBe(true);
    expect(() => nextWindow(DAILY, at('2026-12-31T16:31'))).toThrow('calendar for 2027 not published');
  });

  it('opens every two minutes for 90 seconds', () => {
    const opens = Math.floor(at('2026-11-23T03:00') / 120_000) * 120_000;
    expect(windowAt(DEMO, opens)).toEqual({
      opensAtMs: opens,
      closesAtMs: opens + 90_000,
      lastStartAtMs: opens + 60_000,
    });
    expect(isWindowOpen(DEMO, opens + 61_000)).toBe(false);
    expect(windowAt(DEMO, opens + 95_000)).toBeUndefined();
    expect(nextWindow(DEMO, opens).opensAtMs).toBe(opens + 120_000);
  });

  it('names what is wrong with a row', () => {
    expect(() => windowAt({ ...DAILY, calendar: 'moon' }, 0)).toThrow();
    expect(() => windowAt({ ...DAILY, opens: '17:00' }, at('2026-11-23T16:00'))).toThrow(
      'opens before closes',
    );
    expect(() => windowAt({ ...DEMO, lengthMs: 200_000 }, 0)).toThrow('periodMs');
  });

  it('keeps the wall time over a clock change', () => {
    expect(iso(instantOf('2026-03-28', '16:00', 'Europe/London'))).toBe('2026-03-28T16:00:00.000Z');
    expect(iso(instantOf('2026-03-30', '16:00', 'Europe/London'))).toBe('2026-03-30T15:00:00.000Z');
    expect(wallClock(Date.parse('2026-07-01T15:30:00Z'), 'Europe/London')).toEqual({
      date: '2026-07-01',
      time: '16:30',
    });
  });
});
