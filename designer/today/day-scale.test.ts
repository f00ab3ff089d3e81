import { describe, expect, it } from 'vitest';
import type { ExpectedRun } from '../api/types.ts';
import { dayScale, endOf, shareOf } from './day-scale.ts';

const at = (time: string): number => Date.parse(`2026-11-23T${time}:00+08:00`);
const run = (more: Partial<ExpectedRun>): ExpectedRun => ({
  triggerName: 'nightly',
  flowName: 'nightly',
  title: '对账',
  at: new Date(at('20:30')).toISOString(),
  forDay: '2026-11-23',
  state: 'next',
  runId: null,
  endedAt: null,
  reason: null,
  ...more,
});

describe('the time line of a day', () => {
  it('holds every run and now, on whole hours of the market', () => {
    const scale = dayScale(
      '2026-11-23',
      [run({}), run({ at: new Date(at('15:20')).toISOString() })],
      at('18:10'),
    );
    expect(scale.hours[0]?.label).toBe('14:00');
    expect(scale.hours.at(-1)?.label).toBe('21:00');
    expect(shareOf(scale, at('17:30'))).toBeCloseTo(0.5);
  });

  it('shows at least six hours and never leaves the day', () => {
    const scale = dayScale('2026-11-23', [], at('23:50'));
    expect(scale.toMs - scale.fromMs).toBeGreaterThanOrEqual(6 * 3_600_000);
    expect(scale.toMs).toBe(at('00:00') + 24 * 3_600_000);
  });

  it('ends a bar where the run ended, at now while it goes on', () => {
    expect(endOf(run({}), at('21:00'))).toBe(at('20:30'));
    expect(endOf(run({ runId: 'r' }), at('21:00'))).toBe(at('21:00'));
    expect(endOf(run({ runId: 'r', endedAt: new Date(at('20:40')).toISOString() }), at('21:00'))).toBe(
      at('20:40'),
    );
  });
});
