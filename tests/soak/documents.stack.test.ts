import { expect, inject, it } from 'vitest';
import { soakDocuments } from './documents.ts';

it('10 random flows on Temporal give the same command trace as the pure machine, whatever is kept in memory and continued as new', async () => {
  const report = await soakDocuments(inject('temporalAddress'), {
    first: 1,
    count: 10,
    tasks: 14,
    steps: [3, 20],
  });
  expect(report.faults).toEqual([]);
  expect(report.documents).toBe(10);
  expect(report.executions).toBeGreaterThan(20);
  expect(report.repeats).toBeGreaterThan(3);
}, 120_000);
