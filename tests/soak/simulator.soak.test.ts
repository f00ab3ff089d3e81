import { expect, it } from 'vitest';
import { gapsOf, type Tally } from '../../engine/testing/tally.ts';
import { inThreads, type SoakWork } from './threads.ts';

const SCHEDULES = 100_000;
const PER_PART = 5_000;
const MINUTES = 60_000;

it(
  '100,000 random schedules keep every invariant',
  async () => {
    const parts = Array.from(
      { length: SCHEDULES / PER_PART },
      (_, at): SoakWork => ({
        what: 'schedules',
        first: 1 + at * PER_PART,
        count: PER_PART,
      }),
    );
    const startedAt = performance.now();
    const tallies = await inThreads<Tally>(parts);
    const tookMs = performance.now() - startedAt;
    const counts: Record<string, number> = {};
    for (const tally of tallies)
      for (const [name, value] of Object.entries(tally.counts)) counts[name] = (counts[name] ?? 0) + value;
    console.log(`${SCHEDULES} schedules in ${Math.round(tookMs / 1000)} s`, JSON.stringify(counts));
    expect(tallies.flatMap(({ violation }) => violation ?? [])).toEqual([]);
    const schedules = tallies.reduce((sum, tally) => sum + tally.schedules, 0);
    expect(schedules).toBe(SCHEDULES);
    expect(gapsOf({ schedules, counts })).toEqual([]);
    expect(tookMs).toBeLessThan(10 * MINUTES);
  },
  30 * MINUTES,
);
