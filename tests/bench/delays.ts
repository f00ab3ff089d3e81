import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleWorkflowCode } from '@temporalio/worker';
import pg from 'pg';
import { createDatabase } from '../../prisma/migrate.ts';
import {
  type DelayFigures,
  type DelayLoad,
  dueItems,
  figuresOf,
  type Firing,
  FULL_LOAD,
  QUICK_LOAD,
  renderDelays,
} from './delays-load.ts';
import { type DelaySide, openBullSide, openTemporalSide, startDelayWorker } from './delays-sides.ts';
import { type BenchServers, startServers } from './servers.ts';

const OUTPUT_FOLDER = new URL('../.output/', import.meta.url);
const WORKFLOW = fileURLToPath(new URL('./delays-workflow.ts', import.meta.url));
const DAY_MS = 86_400_000;
const GOAL_MS = 1_000;
/** Runs not there so long after the instant count as lost. */
const PATIENCE_MS = 180_000;
/** What loading the due ones may take before the first of them is due. */
const HEAD_START_MS = 15_000;

const silent = (): void => undefined;
const QUIET = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Bench {
  readonly servers: BenchServers;
  /** Database of BullMQ and of the acts of both sides. */
  readonly databaseUrl: string;
  readonly bundlePath: string;
  readonly pool: pg.Pool;
}

async function measureSide(bench: Bench, side: DelaySide, load: DelayLoad): Promise<DelayFigures> {
  const name = side.name as 'temporal' | 'bullmq';
  const farOff = Array.from({ length: load.pending - load.spread - load.atOnce }, (_unused, index) => ({
    id: `far-${index}`,
    phase: 'spread' as const,
    dueAtMs: Date.now() + DAY_MS,
  }));
  const loadingFromMs = Date.now();
  await side.add(farOff);
  const loadedPerSecond = (farOff.length * 1000) / (Date.now() - loadingFromMs);
  say(`${name}: ${farOff.length} pending, ${loadedPerSecond.toFixed(0)} loaded per s`);
  const worker = await startDelayWorker({
    side: name,
    address: bench.servers.address(),
    databaseUrl: bench.databaseUrl,
    bundlePath: bench.bundlePath,
  });
  try {
    // Loading at the measured rate must end before the first one is due.
    const headMs = Math.max(HEAD_START_MS, ((load.spread + load.atOnce) / loadedPerSecond) * 2_000);
    const items = dueItems(load, Date.now() + headMs);
    await side.add(items);
    const firstMs = items[0]?.dueAtMs ?? 0;
    if (Date.now() > firstMs)
      throw new Error('loading took longer than the head start; nothing was measured');
    await delay(firstMs + load.killAfter * load.spreadMs - Date.now());
    const killedAtMs = await worker.killAndReplace();
    say(`${name}: worker killed, the next one works after ${Date.now() - killedAtMs} ms`);
    const lastMs = items.at(-1)?.dueAtMs ?? 0;
    await delay(Math.max(0, lastMs - Date.now()));
    const firings = await firingsOf(bench.pool, name, items.length, lastMs + PATIENCE_MS);
    return figuresOf(name, loadedPerSecond, items, firings, killedAtMs);
  } finally {
    await worker.stop();
  }
}

async function firingsOf(pool: pg.Pool, side: string, expected: number, untilMs: number): Promise<Firing[]> {
  for (;;) {
    const { rows } = await pool.query<{ id: string; fired_at_ms: string }>(
      `SELECT id, fired_at_ms FROM bench_fired WHERE side = $1 AND id NOT LIKE 'far-%'`,
      [side],
    );
    const seen = new Set(rows.map((row) => row.id)).size;
    if (seen >= expected || Date.now() > untilMs)
      return rows.map((row) => ({ id: row.id, firedAtMs: Number(row.fired_at_ms) }));
    await delay(500);
  }
}

async function openBench(): Promise<Bench> {
  const servers = await startServers(say);
  const databaseUrl = await createDatabase(servers.databaseUrl, 'bench_delays');
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  await pool.query('CREATE TABLE bench_fired (side text, id text, fired_at_ms bigint)');
  const { code } = await bundleWorkflowCode({ workflowsPath: WORKFLOW, logger: QUIET });
  const bundlePath = join(servers.folder, 'delays.js');
  writeFileSync(bundlePath, code);
  return { servers, databaseUrl, bundlePath, pool };
}

/** The load as asked for: the full one, `--quick`, or the full one with another number of pending runs. */
function loadOf(): DelayLoad {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, pending: { type: 'string' } },
  });
  const load = values.quick ? QUICK_LOAD : FULL_LOAD;
  const pending = Number(values.pending ?? load.pending);
  if (!Number.isSafeInteger(pending) || pending < load.spread + load.atOnce)
    throw new Error(`--pending must be a whole number of ${load.spread + load.atOnce} or more`);
  return { ...load, pending };
}

async function main(): Promise<void> {
  const load = loadOf();
  const bench = await openBench();
  const figures: DelayFigures[] = [];
  try {
    for (const open of [
      () => openTemporalSide(bench.servers.address()),
      () => openBullSide(bench.databaseUrl),
    ]) {
      const side = await open();
      try {
        figures.push(await measureSide(bench, side, load));
      } finally {
        await side.close();
      }
    }
  } finally {
    await bench.pool.end();
    await bench.servers.stop();
  }
  mkdirSync(OUTPUT_FOLDER, { recursive: true });
  const result = {
    server: bench.servers.kind,
    cores: availableParallelism(),
    node: process.version,
    load,
    figures,
  };
  writeFileSync(new URL('bench-delays.json', OUTPUT_FOLDER), `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(
    `Temporal: ${bench.servers.kind}; ${load.pending} pending\n\n${renderDelays(figures)}\n\n`,
  );
  const [temporal] = figures;
  const isHeld =
    temporal !== undefined && temporal.spread.p99 <= GOAL_MS && temporal.early === 0 && temporal.lost === 0;
  process.stdout.write(
    `goal: spread p99 <= ${GOAL_MS} ms, 0 early, 0 lost: ${isHeld ? 'held' : 'not held'}\n`,
  );
  process.exitCode = isHeld ? 0 : 1;
}

await main();
