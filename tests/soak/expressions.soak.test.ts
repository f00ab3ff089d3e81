import { expect, it } from 'vitest';
import { disagreements } from '../conformance/jq/batch.ts';
import { ExpressionMaker } from '../conformance/jq/generate.ts';
import type { WatchReport } from '../conformance/jq/watch.ts';
import { inThreads, type SoakWork } from './threads.ts';

const EXPRESSIONS = 200_000;
const PER_PART = 10_000;
const MINUTES = 60_000;

it(
  '200,000 generated expressions reach nothing of the host, fail only in the way they may, and take at most 50 ms',
  async () => {
    const parts = Array.from(
      { length: EXPRESSIONS / PER_PART },
      (_, at): SoakWork => ({
        what: 'expressions',
        first: 1_000 + at,
        count: PER_PART,
      }),
    );
    const reports = await inThreads<WatchReport>(parts);
    const ends: Record<string, number> = {};
    for (const report of reports)
      for (const [end, count] of Object.entries(report.ends)) ends[end] = (ends[end] ?? 0) + count;
    const longestMs = Math.max(...reports.map((report) => report.longestMs));
    console.log(`${EXPRESSIONS} expressions, the longest ${longestMs.toFixed(1)} ms`, JSON.stringify(ends));
    expect(reports.flatMap(({ broken }) => broken)).toEqual([]);
    expect(reports.reduce((sum, { evaluated }) => sum + evaluated, 0)).toBe(EXPRESSIONS);
    expect(ends['ok']).toBeGreaterThan(EXPRESSIONS / 3);
    expect(ends['expression-budget']).toBeGreaterThan(EXPRESSIONS / 100);
  },
  20 * MINUTES,
);

it(
  '20,000 more agree with jq',
  async () => {
    expect(await disagreements(new ExpressionMaker(7, 'agreeing').distinct(20_000))).toEqual([]);
  },
  10 * MINUTES,
);
