import { expect, inject, it } from 'vitest';
import { soakDocuments } from './documents.ts';
import { soakRestarts } from './restarts.ts';

const MINUTES = 60_000;

it(
  '300 random flows on Temporal, cache 0 or 1, continued as new after each step, 20 of them with a worker process killed after each step',
  async () => {
    const address = inject('temporalAddress');
    const startedAt = performance.now();
    const kept = await soakDocuments(address, { first: 1_001, count: 280, tasks: 40, steps: [3, 60] });
    console.log('280 documents:', JSON.stringify({ ...kept, faults: kept.faults.length }));
    expect(kept.faults).toEqual([]);
    const killed = await soakRestarts(address, { first: 5_001, count: 20, tasks: 20, steps: [12, 30] });
    console.log('20 documents with restarts:', JSON.stringify({ ...killed, faults: killed.faults.length }));
    expect(killed.faults).toEqual([]);
    expect(kept.documents + killed.documents).toBe(300);
    // Runs that end in their first turn, are never continued or never replayed would prove nothing.
    for (const [end, least] of [
      ['complete', 50],
      ['fail', 20],
      ['cancelled', 5],
    ] as const)
      expect(kept.ends[end] ?? 0, end).toBeGreaterThan(least);
    expect(kept.executions).toBeGreaterThan(600);
    expect(kept.subFlows).toBeGreaterThan(50);
    expect(killed.restarts).toBeGreaterThan(60);
    expect(performance.now() - startedAt).toBeLessThan(30 * MINUTES);
  },
  40 * MINUTES,
);
