import { expect, test } from 'vitest';
import { randomFlow } from '../testing/random-flow.ts';
import { simulate } from '../testing/simulator.ts';

/** Schedules per unit run; AFTERBELL_SIMULATIONS=100000 for the soak. AFTERBELL_SIMULATION_SEED reproduces from one seed on. */
const count = Number(process.env['AFTERBELL_SIMULATIONS'] ?? 1_500);
const first = Number(process.env['AFTERBELL_SIMULATION_SEED'] ?? 1);

test(`${count} random schedules of random flows keep every invariant`, () => {
  const ends: Record<string, number> = {};
  let commands = 0;
  let drained = 0;
  let duplicates = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const outcome = simulate(seed);
    if (outcome.violation !== undefined) {
      throw new Error(`seed ${seed}: ${outcome.violation}\n${JSON.stringify(randomFlow(seed), null, 1)}`);
    }
    ends[outcome.status] = (ends[outcome.status] ?? 0) + 1;
    commands += outcome.commands;
    drained += outcome.cancelledCalls;
    duplicates += outcome.duplicates;
  }
  // A run of the simulator that never fails, cancels or repeats anything would prove nothing.
  expect(ends['completed'] ?? 0).toBeGreaterThan(count / 10);
  expect(ends['failed'] ?? 0).toBeGreaterThan(count / 50);
  expect(ends['cancelled'] ?? 0).toBeGreaterThan(count / 50);
  expect(commands).toBeGreaterThan(count * 2);
  expect(drained).toBeGreaterThan(count / 20);
  expect(duplicates).toBeGreaterThan(count / 5);
}, 1_800_000);
