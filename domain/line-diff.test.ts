import { describe, expect, it } from 'vitest';
import { diffLines } from './line-diff.ts';

const marks = (before: string, after: string): string[] =>
  diffLines(before, after).map((line) => `${line.mark}${line.text}`);

describe('diffLines', () => {
  it('finds nothing in equal texts, whatever the last line break', () => {
    expect(marks('a\nb\n', 'a\nb')).toEqual([' a', ' b']);
  });

  it('keeps what is common and shows what was replaced, removed and added', () => {
    expect(marks('a\nb\nc\nd', 'a\nx\nc\nd\ne')).toEqual([' a', '-b', '+x', ' c', ' d', '+e']);
    expect(marks('a\nb\nc', 'b')).toEqual(['-a', ' b', '-c']);
    expect(marks('b', 'a\nb\nc')).toEqual(['+a', ' b', '+c']);
  });

  it('rebuilds both texts from its lines', () => {
    let seed = 7;
    const random = (bound: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % bound;
    };
    for (let round = 0; round < 200; round += 1) {
      const text = (): string =>
        Array.from({ length: 1 + random(12) }, () => 'abcd'[random(4)] ?? '').join('\n');
      const before = text();
      const after = text();
      const lines = diffLines(before, after);
      const side = (mark: '-' | '+'): string =>
        lines
          .filter((line) => line.mark === ' ' || line.mark === mark)
          .map((line) => line.text)
          .join('\n');
      expect(side('-')).toBe(before);
      expect(side('+')).toBe(after);
    }
  });
});
