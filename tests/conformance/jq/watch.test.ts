import { describe, expect, it } from 'vitest';
import { reachedBy, watchExpressions } from './watch.ts';

describe('expressions a hostile author might write', () => {
  it('20,000 generated ones reach nothing of the host, fail only in the way they may, and take at most 50 ms', () => {
    const report = watchExpressions(1, 20_000);
    expect(report.broken).toEqual([]);
    // A generator whose expressions all fail to compile, or never meet a bound, would prove nothing.
    expect(report.ends['ok']).toBeGreaterThan(8_000);
    for (const end of [
      'expression-value',
      'expression-budget',
      'expression-syntax',
      'expression-unknown-function',
    ])
      expect(report.ends[end] ?? 0, end).toBeGreaterThan(300);
  }, 120_000);

  it('the guard sees a reach for the host', () => {
    expect(reachedBy(() => void process.pid)).toContain('process');
    expect(reachedBy(() => void Date.now())).toEqual(['now']);
    expect(reachedBy(() => void Math.random())).toEqual(['random']);
    expect(reachedBy(() => void Reflect.get(() => 1, 'constructor'))).toEqual(['constructor']);
    const prototype: object = Object.prototype;
    expect(
      reachedBy(() => {
        Object.defineProperty(prototype, 'planted', { value: 1, configurable: true });
      }),
    ).toEqual(['a prototype']);
    Reflect.deleteProperty(prototype, 'planted');
    expect(reachedBy(() => void JSON.parse('[1]'))).toEqual([]);
  });
});
