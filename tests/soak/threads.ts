import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** A part of a soak that a thread carries out: schedules of the simulator by seed, or generated expressions of one seed. */
export interface SoakWork {
  readonly what: 'schedules' | 'expressions';
  readonly first: number;
  readonly count: number;
}

const ENTRY = new URL('./thread-boot.mjs', import.meta.url);

/** Carries the parts out on as many threads as there are cores; results in the order of the parts. */
export async function inThreads<Result>(parts: readonly SoakWork[]): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < parts.length; at = next++) {
      const part = parts[at];
      if (part !== undefined) results[at] = await inThread<Result>(part);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return results;
}

function inThread<Result>(part: SoakWork): Promise<Result> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(ENTRY, { workerData: part });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => {
      if (code !== 0) reject(new Error(`a soak thread ended with ${code}`));
    });
  });
}
