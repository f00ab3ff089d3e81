import { expect, test } from 'vitest';
import { simulate } from '../testing/simulator.ts';
import { gapsOf, simulateMany } from '../testing/tally.ts';

/** AFTERBELL_SIMULATION_SEED and AFTERBELL_SIMULATIONS run other schedules, or one again; `npm run test:soak` runs 100,000. */
const count = Number(process.env['AFTERBELL_SIMULATIONS'] ?? 2_000);
const first = Number(process.env['AFTERBELL_SIMULATION_SEED'] ?? 1);

test(`${count} random schedules of random flows keep every invariant`, () => {
  const tally = simulateMany(first, count);
  expect(tally.violation).toBeUndefined();
  expect(tally.schedules).toBe(count);
  // A run of the simulator that never fails, cancels or repeats anything would prove nothing.
  if (count >= 1_000) expect(gapsOf(tally)).toEqual([]);
}, 1_800_000);

test('a seed gives the same schedule again', () => {
  for (const seed of [1, 77, 4_711]) expect(simulate(seed)).toEqual(simulate(seed));
});
