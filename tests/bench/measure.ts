/** What one pass of a side over a workload came to. */
export interface Pass {
  readonly flows: number;
  readonly flowsPerSecond: number;
  /** CPU of this Node process, client and worker together, all threads. */
  readonly cpuMsPerFlow: number;
  /** Median duration of a flow divided by its steps. */
  readonly msPerStep: number;
}

/** A side ready to run: `run` drives one flow to its end, `settle` waits for what the side still owes after it. */
export interface Runner {
  run(index: number): Promise<void>;
  settle(): Promise<void>;
}

/** Closed loop: `concurrency` flows at a time until `flows` are through and settled. */
export async function measurePass(
  runner: Runner,
  size: { readonly flows: number; readonly concurrency: number; readonly steps: number },
): Promise<Pass> {
  const durations: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < size.flows) {
      const index = next;
      next += 1;
      const from = performance.now();
      await runner.run(index);
      durations.push(performance.now() - from);
    }
  };
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: size.concurrency }, lane));
  await runner.settle();
  const elapsedMs = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    flows: size.flows,
    flowsPerSecond: (size.flows * 1000) / elapsedMs,
    cpuMsPerFlow: (cpu.user + cpu.system) / 1000 / size.flows,
    msPerStep: median(durations) / size.steps,
  };
}

/** Middle value; the mean of the two middle ones when there is no single one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Median, smallest and largest. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Median with its spread. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}
