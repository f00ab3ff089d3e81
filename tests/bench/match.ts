import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { matchPositions } from '../../domain/reconciliation/match.ts';
import type { PositionColumns } from '../../domain/reconciliation/position.ts';
import { SIDES, HEDGES } from '../../domain/reconciliation/position.ts';
import { median, spreadOf } from './measure.ts';

const OUTPUT_FOLDER = new URL('../.output/', import.meta.url);
const ROWS = 1_000_000;
const QUICK_ROWS = 100_000;
const ROUNDS = 5;
/** One row in so many differs in lots, so that every side has breaks to find. */
const PLANTED_EVERY = 1_000;

type SideName = 'ours' | 'map' | 'duckdb';

/** One book as columns, with its rows in an order of their own. */
function bookOf(rows: number, seed: number, isChanged: boolean): PositionColumns {
  const accounts = Math.ceil(rows / 200);
  const contracts = 50;
  const order = Uint32Array.from({ length: rows }, (_unused, row) => row);
  let state = seed >>> 0;
  for (let at = rows - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (at + 1);
    const kept = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = kept;
  }
  const column = <Column>(
    make: (id: number) => number,
    into: { from(source: ArrayLike<number>, map: (id: number) => number): Column },
  ) => into.from(order, make);
  const nothing = (): Float64Array => new Float64Array(rows).fill(Number.NaN);
  return {
    size: rows,
    account: {
      values: Array.from({ length: accounts }, (_unused, index) => `A${index}`),
      codes: column((id) => Math.floor(id / 200), Int32Array),
    },
    contract: {
      values: Array.from({ length: contracts }, (_unused, index) => `SHFE.x${2601 + index}`),
      codes: column((id) => Math.floor(id / 4) % contracts, Int32Array),
    },
    side: column((id) => id % 2, Uint8Array),
    hedge: column((id) => Math.floor(id / 2) % 2, Uint8Array),
    quantity: column((id) => (id % 90) + 1 + (isChanged && id % PLANTED_EVERY === 0 ? 1 : 0), Int32Array),
    today: nothing(),
    yesterday: nothing(),
    openPrice: nothing(),
    settlementPrice: nothing(),
    margin: column((id) => (id % 90) * 8_912, Float64Array),
  };
}

/** What a script with a Map of texts does: the key of every row as one text. */
function matchByMap(left: PositionColumns, right: PositionColumns): { matched: number; broken: number } {
  const keyOf = (columns: PositionColumns, row: number): string =>
    `${columns.account.values[columns.account.codes[row] ?? 0]}|${columns.contract.values[columns.contract.codes[row] ?? 0]}|` +
    `${SIDES[columns.side[row] ?? 0]}|${HEDGES[columns.hedge[row] ?? 0]}`;
  const rows = new Map<string, number>();
  for (let row = 0; row < right.size; row += 1) rows.set(keyOf(right, row), row);
  let [matched, broken] = [0, 0];
  for (let row = 0; row < left.size; row += 1) {
    const other = rows.get(keyOf(left, row));
    if (other === undefined) continue;
    const isEqual =
      left.quantity[row] === right.quantity[other] &&
      Math.abs((left.margin[row] ?? 0) - (right.margin[other] ?? 0)) <= 1;
    if (isEqual) matched += 1;
    else broken += 1;
  }
  return { matched, broken };
}

const JOIN = `
  SELECT count(*) FILTER (WHERE l.quantity = r.quantity AND abs(l.margin - r.margin) <= 1)::INTEGER AS matched,
    count(*) FILTER (WHERE r.account IS NOT NULL AND NOT (l.quantity = r.quantity AND abs(l.margin - r.margin) <= 1))::INTEGER AS broken
  FROM lefts l LEFT JOIN rights r USING (account, contract, side, hedge)`;

async function load(connection: DuckDBConnection, table: string, book: PositionColumns): Promise<void> {
  await connection.run(
    `CREATE TABLE ${table} (account VARCHAR, contract VARCHAR, side VARCHAR, hedge VARCHAR, quantity INTEGER, margin DOUBLE)`,
  );
  const appender = await connection.createAppender(table);
  for (let row = 0; row < book.size; row += 1) {
    appender.appendVarchar(book.account.values[book.account.codes[row] ?? 0] ?? '');
    appender.appendVarchar(book.contract.values[book.contract.codes[row] ?? 0] ?? '');
    appender.appendVarchar(SIDES[book.side[row] ?? 0] ?? '');
    appender.appendVarchar(HEDGES[book.hedge[row] ?? 0] ?? '');
    appender.appendInteger(book.quantity[row] ?? 0);
    appender.appendDouble(book.margin[row] ?? 0);
    appender.endRow();
  }
  appender.closeSync();
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, strict: { type: 'boolean' } } });
  const rows = values.quick === true ? QUICK_ROWS : ROWS;
  const [left, right] = [bookOf(rows, 1, false), bookOf(rows, 2, true)];
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await load(connection, 'lefts', left);
  await load(connection, 'rights', right);
  const planted = rows / PLANTED_EVERY;
  const sides: Readonly<Record<SideName, () => Promise<{ matched: number; broken: number }>>> = {
    ours: async () => {
      const result = matchPositions(left, right);
      return { matched: result.matched, broken: result.differences.length };
    },
    map: async () => matchByMap(left, right),
    duckdb: async () => {
      const [answer] = (await connection.runAndReadAll(JOIN)).getRowObjects();
      return { matched: Number(answer?.['matched']), broken: Number(answer?.['broken']) };
    },
  };
  const times: Record<SideName, number[]> = { ours: [], map: [], duckdb: [] };
  let peakBytes = 0;
  const order: readonly SideName[] = ['ours', 'map', 'duckdb'];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of round % 2 === 0 ? order : [...order].reverse()) {
      const from = performance.now();
      const { matched, broken } = await sides[name]();
      const took = performance.now() - from;
      if (matched !== rows - planted || broken !== planted)
        throw new Error(
          `${name} found ${matched} matches and ${broken} breaks of ${rows - planted} and ${planted}`,
        );
      // The first round warms up.
      if (round > 0) times[name].push(took);
      peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
    }
  }
  report(rows, times, peakBytes, values.strict === true);
}

function report(rows: number, times: Record<SideName, number[]>, peakBytes: number, isStrict: boolean): void {
  const ms = (name: SideName): number => median(times[name]);
  const goals = [
    { goal: 'Map of texts / ours', ratio: ms('map') / ms('ours'), atLeast: 2 },
    { goal: 'DuckDB / ours', ratio: ms('duckdb') / ms('ours'), atLeast: 0.7 },
  ];
  const result = {
    measuredAt: new Date().toISOString(),
    rows,
    cores: availableParallelism(),
    peakMiB: Math.round(peakBytes / 2 ** 20),
    ms: Object.fromEntries((['ours', 'map', 'duckdb'] as const).map((name) => [name, spreadOf(times[name])])),
    goals,
  };
  mkdirSync(OUTPUT_FOLDER, { recursive: true });
  writeFileSync(new URL('bench-match.json', OUTPUT_FOLDER), `${JSON.stringify(result, null, 2)}\n`);
  const lines = [
    `${rows} x ${rows} rows, ${result.cores} cores, ${ROUNDS} rounds, peak memory of the process ${result.peakMiB} MiB. Median (least to most), ms.`,
    '',
    '| side | ms |',
    '|---|---|',
    ...(['ours', 'map', 'duckdb'] as const).map((name) => {
      const { median: middle, least, most } = spreadOf(times[name]);
      return `| ${NAMES[name]} | ${middle.toFixed(0)} (${least.toFixed(0)} to ${most.toFixed(0)}) |`;
    }),
    '',
    '| goal | measured | bound | |',
    '|---|---|---|---|',
    ...goals.map(
      ({ goal, ratio, atLeast }) =>
        `| ${goal} | ${ratio.toFixed(2)} | at least ${atLeast} | ${ratio >= atLeast ? 'held' : '**not held**'} |`,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exit(isStrict && goals.some(({ ratio, atLeast }) => ratio < atLeast) ? 1 : 0);
}

const NAMES: Readonly<Record<SideName, string>> = {
  ours: 'Afterbell: columns and typed arrays, one thread, repeats and fields judged',
  map: 'a script with a Map keyed by text',
  duckdb: 'DuckDB join on loaded tables, all cores, counts only',
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
