import { describe, expect, it } from 'vitest';
import { dueItems, figuresOf, QUICK_LOAD } from './delays-load.ts';

describe('figures of delays', () => {
  const items = dueItems(QUICK_LOAD, 1_000_000);

  it('spread evenly, then all on one instant', () => {
    expect(items).toHaveLength(QUICK_LOAD.spread + QUICK_LOAD.atOnce);
    expect(items[1]?.dueAtMs).toBe(1_000_100);
    expect(new Set(items.filter((item) => item.phase === 'at-once').map((item) => item.dueAtMs)).size).toBe(
      1,
    );
  });

  it('count early, lost and repeated ones, and keep the kill apart', () => {
    const killedAtMs = 1_030_000;
    const firings = items.map((item) => {
      const isShadowed = item.phase === 'spread' && item.dueAtMs >= 1_029_000 && item.dueAtMs < 1_060_000;
      return { id: item.id, firedAtMs: item.dueAtMs + (isShadowed ? 5_000 : 20) };
    });
    const clean = figuresOf(
      'x',
      10,
      items,
      [...firings, { id: 'spread-0', firedAtMs: 1_000_900 }],
      killedAtMs,
    );
    expect(clean).toMatchObject({ early: 0, lost: 0, repeated: 1, drainMs: 20 });
    expect([clean.spread.p99, clean.aroundKill.p50]).toEqual([20, 5_000]);
    const broken = figuresOf('x', 10, items, [{ id: 'spread-9', firedAtMs: 1 }], killedAtMs);
    expect(broken).toMatchObject({ early: 1, lost: items.length - 1 });
  });
});
