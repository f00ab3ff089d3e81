import { randomFlow } from './random-flow.ts';
import { reproduceCommand, simulate } from './simulator.ts';

/** What many schedules came to; counts add up over all of them. */
export interface Tally {
  readonly schedules: number;
  readonly counts: Readonly<Record<string, number>>;
  /** The first schedule that broke an invariant, told so that it can be run again. */
  readonly violation?: string;
}

/** Runs `count` schedules from seed `first` on; stops at the first violation. */
export function simulateMany(first: number, count: number): Tally {
  const counts: Record<string, number> = {};
  for (let seed = first; seed < first + count; seed += 1) {
    const { status, violation, ...rest } = simulate(seed);
    if (violation !== undefined) {
      const flow = JSON.stringify(randomFlow(seed), null, 1);
      const told = `seed ${seed}: ${violation}\n${reproduceCommand(seed)}\n${flow}`;
      return { schedules: seed - first, counts, violation: told };
    }
    for (const [name, value] of Object.entries({ ...rest, [status]: 1 }))
      counts[name] = (counts[name] ?? 0) + value;
  }
  return { schedules: count, counts };
}

const LEAST: Readonly<Record<string, number>> = {
  completed: 0.1,
  failed: 0.02,
  cancelled: 0.05,
  commands: 2,
  cancelledCalls: 0.05,
  duplicates: 0.2,
  crashes: 0.3,
  timeouts: 0.1,
  late: 0.1,
  chunks: 0.1,
  subFlows: 0.1,
};

/** What a tally lacks to prove anything: events of its kinds that hardly ever happened. Empty when it is sound. */
export function gapsOf({ schedules, counts }: Tally): string[] {
  return Object.entries(LEAST)
    .filter(([name, share]) => (counts[name] ?? 0) < share * schedules)
    .map(([name]) => `${name}: ${counts[name] ?? 0} in ${schedules} schedules`);
}
