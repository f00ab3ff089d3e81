import { describe, expect, it } from 'vitest';
import { dayOfFiring, nextFireTimes, parseScheduleRule, ScheduleRuleError } from './schedule-rule.ts';

const at = (local: string): number => Date.parse(`${local}:00+08:00`);
const shanghai = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

describe('fire times', () => {
  it('fires on trading days only, over a holiday and a make-up weekend', () => {
    const rule = parseScheduleRule({ days: 'trading-days', market: 'SHFE', at: '20:30' });
    expect(nextFireTimes(rule, at('2026-02-12T21:00'), 3).times.map((time) => shanghai(time.atMs))).toEqual([
      '2026-02-13 20:30',
      '2026-02-24 20:30',
      '2026-02-25 20:30',
    ]);
  });

  it('fires on office days, make-up Saturdays included', () => {
    const rule = parseScheduleRule({ days: 'office-days', at: '16:00' });
    expect(nextFireTimes(rule, at('2026-02-13T17:00'), 2).times.map((time) => shanghai(time.atMs))).toEqual([
      '2026-02-14 16:00',
      '2026-02-24 16:00',
    ]);
  });

  it('fires the trading day before and says for which day', () => {
    const rule = parseScheduleRule({ days: 'trading-days', at: '18:00', dayOffset: -1 });
    expect(nextFireTimes(rule, at('2026-02-13T10:00'), 2).times).toEqual([
      { atMs: at('2026-02-13T18:00'), forDay: '2026-02-24' },
      { atMs: at('2026-02-24T18:00'), forDay: '2026-02-25' },
    ]);
    expect(dayOfFiring(rule, '2026-02-14')).toBeUndefined();
  });

  it('stops where the calendar is not published', () => {
    const rule = parseScheduleRule({ days: 'trading-days', at: '09:00' });
    const preview = nextFireTimes(rule, at('2026-12-28T10:00'), 20);
    expect(preview.times.map((time) => time.forDay)).toEqual(['2026-12-29', '2026-12-30', '2026-12-31']);
    expect(preview.stopped).toBe('calendar for 2027 not published');
  });

  it('reads cron in its time zone, over a clock change', () => {
    const rule = parseScheduleRule({ cron: '30 8 * * 1-5', timeZone: 'Europe/London' });
    const { times } = nextFireTimes(rule, Date.parse('2026-03-26T12:00:00Z'), 2);
    expect(times.map((time) => new Date(time.atMs).toISOString())).toEqual([
      '2026-03-27T08:30:00.000Z',
      '2026-03-30T07:30:00.000Z',
    ]);
  });

  it('fires in even steps of time', () => {
    const rule = parseScheduleRule({ everySeconds: 900 });
    expect(nextFireTimes(rule, at('2026-02-13T23:45'), 3).times).toEqual([
      { atMs: at('2026-02-14T00:00'), forDay: '2026-02-14' },
      { atMs: at('2026-02-14T00:15'), forDay: '2026-02-14' },
      { atMs: at('2026-02-14T00:30'), forDay: '2026-02-14' },
    ]);
  });
});

describe('reading a rule', () => {
  it.each([
    [59, '/everySeconds: must be a whole number of seconds from 60 to 2678400, not 59'],
    [60.5, '/everySeconds: must be a whole number of seconds from 60 to 2678400, not 60.5'],
    ['PT1M', '/everySeconds: must be a whole number of seconds from 60 to 2678400, not "PT1M"'],
  ])('refuses steps of %s', (everySeconds, why) => {
    expect(() => parseScheduleRule({ everySeconds })).toThrow(why);
  });

  it('takes steps or a cron expression, not both', () => {
    expect(() => parseScheduleRule({ everySeconds: 60, cron: '0 9 * * *' })).toThrow(
      '/everySeconds: goes without',
    );
  });

  it('names every fault at once', () => {
    const read = () =>
      parseScheduleRule({
        days: 'sundays',
        at: '25:00',
        market: 'NYSE',
        timeZone: 'Mars',
        overlap: 'no',
        catchUpMinutes: 9_999,
        dayOffset: 2,
      });
    expect(read).toThrow(ScheduleRuleError);
    try {
      read();
    } catch (error) {
      expect((error as ScheduleRuleError).problems.map(({ pointer }) => pointer).sort()).toEqual([
        '/at',
        '/catchUpMinutes',
        '/dayOffset',
        '/days',
        '/market',
        '/overlap',
        '/timeZone',
      ]);
    }
  });

  it.each(['* * * *', '61 * * * *', 'rm -rf', '0 0 0 * * *'])('refuses the cron expression %s', (cron) => {
    expect(() => parseScheduleRule({ cron })).toThrow('/cron');
  });

  it('has presets a desk would choose', () => {
    expect(parseScheduleRule({ at: '15:20' })).toEqual({
      kind: 'days',
      days: 'trading-days',
      market: 'SSE',
      at: '15:20',
      dayOffset: 0,
      timeZone: 'Asia/Shanghai',
      overlap: 'skip',
      catchUpMinutes: 30,
    });
  });
});
