import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../engine/durations.ts';
import { DURATION_UNITS, joinDuration, splitDuration } from './duration.ts';

describe('a length of time in a form', () => {
  it('is shown in its largest whole unit', () => {
    expect(splitDuration('PT4H')).toEqual({ amount: 4, unit: 'hours' });
    expect(splitDuration('PT90M')).toEqual({ amount: 90, unit: 'minutes' });
    expect(splitDuration({ hours: 24 })).toEqual({ amount: 1, unit: 'days' });
    expect(splitDuration('PT1.5S')).toEqual({ amount: 1.5, unit: 'seconds' });
    expect(splitDuration('PT0S')).toEqual({ amount: 0, unit: 'seconds' });
    expect(splitDuration('${ .wait }')).toBeUndefined();
  });

  it('is written as the language reads it', () => {
    for (const unit of DURATION_UNITS)
      expect(splitDuration(joinDuration(5, unit))).toEqual({ amount: 5, unit });
    expect(parseDuration(joinDuration(2, 'days'))).toBe(172_800_000);
  });
});
