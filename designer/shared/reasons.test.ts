import { describe, expect, it } from 'vitest';
import { ELIGIBILITY_REASONS } from '../../domain/network/port-eligibility.ts';
import { PortNotPlannable } from '../../domain/network/port-not-plannable.ts';
import { reasonParts } from './reasons.ts';

describe('reasons of ports', () => {
  it('has words for every verdict of the eligibility rules', () => {
    for (const reason of ELIGIBILITY_REASONS)
      expect(reasonParts(reason), reason).toEqual({ code: reason, detail: '' });
  });

  it('parts what the planner says into a code with words and a detail', () => {
    expect(reasonParts(new PortNotPlannable('speed auto: 10').reason)).toEqual({
      code: 'unsupported-config',
      detail: 'speed auto: 10',
    });
  });

  it('gives an unknown reason whole', () => {
    expect(reasonParts('something-new: why')).toEqual({ code: undefined, detail: 'something-new: why' });
    expect(reasonParts('toString: x')).toEqual({ code: undefined, detail: 'toString: x' });
  });
});
