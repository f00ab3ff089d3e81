import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import {
  driveRun,
  judge,
  type SoakChoice,
  type SoakPace,
  type SoakReport,
  type SoakRun,
  soakRuns,
} from './documents.ts';
import { Trace, type ToldTurn } from './trace.ts';
import { bundleTraced } from './traced-bundle.ts';

/** A report of runs whose worker process was killed after every step. */
export interface RestartReport extends SoakReport {
  readonly restarts: number;
}

const WORKER = fileURLToPath(new URL('./restart-worker.ts', import.meta.url));
const AT_ONCE = 2;
/** Every killed process holds a task that has to run out, and a new one takes seconds to start. */
const PACE: SoakPace = { longestMs: 600_000, cancelWithinMs: 30_000, taskTimeoutMs: 1_000 };

/** Runs random flows, each with a worker process of its own that is killed with SIGKILL after every step and started again. */
export async function soakRestarts(address: string, choice: SoakChoice): Promise<RestartReport> {
  const folder = mkdtempSync(join(tmpdir(), 'afterbell-soak-'));
  const bundlePath = join(folder, 'traced.js');
  await bundleTraced(bundlePath);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const trace = new Trace();
  const runs = await soakRuns(choice);
  let restarts = 0;
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < runs.length; at = next++) {
      const run = runs[at];
      if (run === undefined) continue;
      const options: WorkerOptions = { address, bundlePath, cached: at % 2 === 0 ? '0' : '1' };
      restarts += await driveRestarting(client, options, run, trace);
    }
  };
  try {
    const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
    return { ...judge(trace, runs), restarts };
  } finally {
    await connection.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface WorkerOptions {
  readonly address: string;
  readonly bundlePath: string;
  readonly cached: '0' | '1';
}

/** Returns how many worker processes it took. */
async function driveRestarting(
  client: Client,
  options: WorkerOptions,
  run: SoakRun,
  trace: Trace,
): Promise<number> {
  let isOver = false;
  const taskQueue = `restart-${run.workflowId}`;
  const ended = driveRun(client, taskQueue, run, PACE).finally(() => {
    isOver = true;
  });
  // Its rejection is heard below; one that comes while a worker runs must not count as unheard.
  ended.catch(() => undefined);
  let processes = 0;
  while (!isOver) {
    processes += 1;
    await oneProcess(options, taskQueue, trace, ended);
  }
  await ended;
  return processes;
}

/** Starts a worker process and waits until it has killed itself, or ends it when the run is over. */
async function oneProcess(
  { address, bundlePath, cached }: WorkerOptions,
  taskQueue: string,
  trace: Trace,
  ended: Promise<unknown>,
): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER, address, bundlePath, taskQueue, cached], {
    env: { ...process.env, SOAK_KNOWN: JSON.stringify(trace.lengths()) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    // A line cut off by the kill is no loss: the next worker tells the turn again.
    if (line.endsWith('}')) trace.tell(JSON.parse(line) as ToldTurn);
  });
  const stop = (): void => void child.kill('SIGKILL');
  void ended.then(stop, stop);
  await exited;
}
