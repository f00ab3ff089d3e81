import { describe, expect, it } from 'vitest';
import { lineStarts, rangeOf } from './source-map.ts';

const TEXT = 'document: { name: x }\ndo:\n  - 审批:\n      wait: PT1S\n';
const at = (pointer: string, message = '') => {
  const { from, to } = rangeOf(TEXT, lineStarts(TEXT), { pointer, message });
  return TEXT.slice(from, to);
};

describe('places in the text', () => {
  it('are the keys that pointers lead to, or the nearest around', () => {
    expect(at('/do/0/审批')).toBe('审批');
    expect(at('/do/0/审批/wait')).toBe('wait');
    expect(at('/do/0/审批/with/title')).toBe('审批');
    expect(at('/document/name')).toBe('name');
    expect(at('')).toBe('d');
  });

  it('follow line and column of a mistake in the text itself', () => {
    expect(at('', 'line 3, column 5: something')).toBe('审');
    expect(rangeOf(TEXT, lineStarts(TEXT), { pointer: '', message: 'line 99, column 1: x' }).from).toBe(0);
  });
});
