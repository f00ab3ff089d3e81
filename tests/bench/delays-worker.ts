import { readFileSync } from 'node:fs';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createPostgresBackend, withBackend } from 'bullmq';
import pg from 'pg';
import { NAMESPACE } from './servers.ts';

/** What the measurement tells its worker process, as JSON in `BENCH_DELAYS`. */
export interface DelaysWorkerInput {
  readonly side: 'temporal' | 'bullmq';
  readonly address: string;
  readonly databaseUrl: string;
  readonly bundlePath: string;
}

/** Queue of both sides. */
export const DELAYS_QUEUE = 'bench-delays';
const AT_ONCE = 60;

/** Keeps when a run acted; the row is the act. */
function actor(pool: pg.Pool, side: string): (id: string) => Promise<void> {
  return async (id) => {
    await pool.query('INSERT INTO bench_fired (side, id, fired_at_ms) VALUES ($1, $2, $3)', [
      side,
      id,
      Date.now(),
    ]);
  };
}

async function main(): Promise<void> {
  const input = JSON.parse(process.env['BENCH_DELAYS'] ?? '{}') as DelaysWorkerInput;
  const pool = new pg.Pool({ connectionString: input.databaseUrl, max: 10 });
  await pool.query('SELECT 1');
  const act = actor(pool, input.side);
  if (input.side === 'bullmq') {
    const worker = new (withBackend(createPostgresBackend).Worker)<{ id: string }>(
      DELAYS_QUEUE,
      async (job) => act(job.data.id),
      { connection: input.databaseUrl, concurrency: AT_ONCE, lockDuration: 10_000, stalledInterval: 5_000 },
    );
    await worker.waitUntilReady();
    process.stdout.write('ready\n');
    return;
  }
  Runtime.install({ telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } } });
  const connection = await NativeConnection.connect({
    address: input.address,
    grpcCompression: { codec: 'none' },
  });
  const worker = await Worker.create({
    connection,
    namespace: NAMESPACE,
    taskQueue: DELAYS_QUEUE,
    workflowBundle: { code: readFileSync(input.bundlePath, 'utf8') },
    activities: { act },
    maxConcurrentWorkflowTaskExecutions: AT_ONCE,
    maxCachedWorkflows: 500,
  });
  process.stdout.write('ready\n');
  await worker.run();
}

if (process.env['BENCH_DELAYS'] !== undefined) await main();
