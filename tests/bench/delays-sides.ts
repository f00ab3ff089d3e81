import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import pg from 'pg';
import type { DueItem } from './delays-load.ts';
import { DELAYS_QUEUE, type DelaysWorkerInput } from './delays-worker.ts';
import { NAMESPACE } from './servers.ts';

const WORKER = fileURLToPath(new URL('./delays-worker.ts', import.meta.url));
const AT_ONCE = 100;
const BULK = 500;

/** One way to hold delayed work. `add` resolves when the store has it. */
export interface DelaySide {
  readonly name: string;
  add(items: readonly DueItem[]): Promise<void>;
  close(): Promise<void>;
}

/** Temporal: one run per item, held back by `startDelay`. */
export async function openTemporalSide(address: string): Promise<DelaySide> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace: NAMESPACE });
  return {
    name: 'temporal',
    add: (items) =>
      inParallel(items, AT_ONCE, async ({ id, dueAtMs }) => {
        await client.workflow.start('delayed', {
          taskQueue: DELAYS_QUEUE,
          workflowId: `delays-${id}`,
          args: [id],
          startDelay: Math.max(1, dueAtMs - Date.now()),
        });
      }),
    close: () => connection.close(),
  };
}

/** BullMQ on PostgreSQL: one delayed job per item. */
export async function openBullSide(databaseUrl: string): Promise<DelaySide> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await runMigrations(client);
  await client.end();
  const { Queue } = withBackend(createPostgresBackend);
  const queue = new Queue<{ id: string }>(DELAYS_QUEUE, { connection: databaseUrl });
  await queue.waitUntilReady();
  return {
    name: 'bullmq',
    add: async (items) => {
      for (let from = 0; from < items.length; from += BULK)
        await queue.addBulk(
          items.slice(from, from + BULK).map(({ id, dueAtMs }) => ({
            name: 'delayed',
            data: { id },
            opts: { jobId: `delays-${id}`, delay: Math.max(1, dueAtMs - Date.now()) },
          })),
        );
    },
    close: () => queue.close(),
  };
}

/** A worker in a process of its own, so that it can be killed. */
export interface DelayWorker {
  /** SIGKILL, then a new process; resolves with when the old one was killed, once the new one works. */
  killAndReplace(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the worker process and waits until it works. */
export async function startDelayWorker(input: DelaysWorkerInput): Promise<DelayWorker> {
  let child = await launch(input);
  return {
    killAndReplace: async () => {
      const atMs = Date.now();
      await end(child, 'SIGKILL');
      child = await launch(input);
      return atMs;
    },
    stop: () => end(child, 'SIGKILL'),
  };
}

async function launch(input: DelaysWorkerInput): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER], {
    env: { ...process.env, BENCH_DELAYS: JSON.stringify(input) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the worker ended with code ${code}`)));
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await gone;
}

async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
