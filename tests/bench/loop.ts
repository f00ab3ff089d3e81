import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { startN8n, type N8n } from './loop-n8n.ts';
import { type LoopPass, openLoopSides } from './loop-sides.ts';
import { type Spread, spreadOf } from './measure.ts';
import { startServers } from './servers.ts';

const OUTPUT_FOLDER = new URL('../.output/', import.meta.url);
const MOST_MS = 3_000;
const MOST_EVENTS = 400;
const LEAST_OVER_N8N = 5;

interface Size {
  readonly items: number;
  /** Items the plain side goes through: it takes as long for each. */
  readonly plainItems: number;
  readonly rounds: number;
  /** Passes of ours in each of its turns. */
  readonly oursInTurn: number;
}

const FULL: Size = { items: 10_000, plainItems: 10_000, rounds: 1, oursInTurn: 3 };
const QUICK: Size = { items: 10_000, plainItems: 2_000, rounds: 1, oursInTurn: 3 };

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const spread = ({ median, least, most }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;

/** A B B A, each pass told as it ends. A is over so soon that it is measured several times in its turn. */
async function measure(size: Size, ours: () => Promise<LoopPass>, plain: () => Promise<LoopPass>) {
  const passes: { A: LoopPass[]; B: LoopPass[] } = { A: [], B: [] };
  for (let round = 0; round < size.rounds; round += 1) {
    for (const side of ['A', 'B', 'B', 'A'] as const) {
      for (let time = 0; time < (side === 'A' ? size.oursInTurn : 1); time += 1) {
        const pass = await (side === 'A' ? ours() : plain());
        passes[side].push(pass);
        say(
          `${side} ${pass.ms.toFixed(0)} ms, ${pass.historyEvents} history events in ${pass.executions} executions`,
        );
      }
    }
  }
  return passes;
}

async function n8nPasses(
  start: () => Promise<N8n>,
  items: number,
): Promise<{ ms: number[]; skipped: string }> {
  let n8n: N8n | undefined;
  try {
    n8n = await start();
    say(`n8n ${n8n.version} is up`);
    await n8n.loop(100);
    const ms = [await n8n.loop(items), await n8n.loop(items)];
    for (const each of ms) say(`n8n ${each.toFixed(0)} ms`);
    return { ms, skipped: '' };
  } catch (error) {
    const skipped = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    say(`n8n is left out: ${skipped}`);
    return { ms: [], skipped };
  } finally {
    await n8n?.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, strict: { type: 'boolean' }, 'without-n8n': { type: 'boolean' } },
  });
  const size = values.quick === true ? QUICK : FULL;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  });
  const servers = await startServers(say);
  // An interrupted measurement must not leave its servers behind.
  const interrupted = (): void => void servers.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    say(`Temporal: ${servers.kind}`);
    const sides = await openLoopSides(servers);
    await sides.ours(1_000);
    await sides.plain(100);
    const passes = await measure(
      size,
      () => sides.ours(size.items),
      () => sides.plain(size.plainItems),
    );
    await sides.close();
    const n8n =
      values['without-n8n'] === true
        ? { ms: [], skipped: 'not asked for' }
        : await n8nPasses(() => startN8n(servers, say), size.items);
    const result = resultOf(size, passes, n8n, servers.kind);
    mkdirSync(OUTPUT_FOLDER, { recursive: true });
    writeFileSync(new URL('bench-loop.json', OUTPUT_FOLDER), `${JSON.stringify(result, null, 2)}\n`);
    process.stdout.write(`${render(result)}\n`);
    if (values.strict === true && result.goals.some(({ isHeld }) => !isHeld)) process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}

function resultOf(
  size: Size,
  { A, B }: { A: LoopPass[]; B: LoopPass[] },
  n8n: { ms: number[]; skipped: string },
  server: string,
) {
  const perItem = (passes: readonly LoopPass[], items: number): Spread =>
    spreadOf(passes.map(({ ms }) => ms / items));
  const ours = spreadOf(A.map(({ ms }) => ms));
  const events = Math.max(...A.map(({ historyEvents }) => historyEvents));
  const a = perItem(A, size.items);
  const b = perItem(B, size.plainItems);
  const over = n8n.ms.length === 0 ? undefined : spreadOf(n8n.ms).median / ours.median;
  return {
    measuredAt: new Date().toISOString(),
    server,
    machine: {
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 1024 ** 3),
      node: process.versions.node,
    },
    size,
    ours: { ms: ours, historyEvents: events, msPerItem: a },
    plain: {
      ms: spreadOf(B.map(({ ms }) => ms)),
      historyEvents: Math.max(...B.map((pass) => pass.historyEvents)),
      msPerItem: b,
    },
    n8n: n8n.ms.length === 0 ? { skipped: n8n.skipped } : { ms: spreadOf(n8n.ms) },
    plainOverOurs: b.median / a.median,
    n8nOverOurs: over ?? null,
    goals: [
      {
        name: `${size.items} items in at most ${MOST_MS} ms`,
        measured: ours.median,
        isHeld: ours.median <= MOST_MS,
      },
      { name: `at most ${MOST_EVENTS} history events`, measured: events, isHeld: events <= MOST_EVENTS },
      ...(over === undefined
        ? []
        : [
            {
              name: `n8n takes at least ${LEAST_OVER_N8N} times as long`,
              measured: over,
              isHeld: over >= LEAST_OVER_N8N,
            },
          ]),
    ],
  };
}

function render(result: ReturnType<typeof resultOf>): string {
  const { size, ours, plain, n8n, machine } = result;
  const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `Server: ${result.server}. Machine: ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}. ${result.measuredAt.slice(0, 10)}. Median (least to most).`,
    '',
    row('side', 'items', 'ms', 'ms per item', 'history events'),
    '|---|---|---|---|---|',
    row(
      'A: for-each of Afterbell, each item a line in PostgreSQL',
      String(size.items),
      spread(ours.ms, 0),
      spread(ours.msPerItem, 3),
      String(ours.historyEvents),
    ),
    row(
      'B: plain workflow, one activity per item, as new every 1,000',
      String(size.plainItems),
      spread(plain.ms, 0),
      spread(plain.msPerItem, 3),
      String(plain.historyEvents),
    ),
    row(
      'n8n: loop over items, one by one, over a no-op',
      String(size.items),
      'ms' in n8n && n8n.ms !== undefined
        ? spread(n8n.ms, 0)
        : `left out: ${'skipped' in n8n ? n8n.skipped : ''}`,
      '',
      '-',
    ),
    '',
    `B / A per item: ${result.plainOverOurs.toFixed(1)}${result.n8nOverOurs === null ? '' : `; n8n / A: ${result.n8nOverOurs.toFixed(1)}`}`,
    '',
    '| goal | measured | |',
    '|---|---|---|',
    ...result.goals.map(({ name, measured, isHeld }) =>
      row(name, measured.toFixed(1), isHeld ? 'held' : '**not held**'),
    ),
  ].join('\n');
}

await main();
