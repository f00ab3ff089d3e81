/** A position as both systems would hold it if nothing were wrong. Prices and margin in yuan with two decimals, as text. */
export interface Position {
  readonly account: string;
  readonly exchange: 'SHFE' | 'DCE' | 'CZCE' | 'CFFEX';
  /** As the counter writes it: SHFE and DCE lower case, CZCE and CFFEX upper case. */
  readonly contract: string;
  readonly side: 'long' | 'short';
  readonly hedge: 'speculation' | 'arbitrage' | 'hedge';
  readonly yesterday: number;
  readonly today: number;
  readonly openPrice: string;
  readonly settlementPrice: string;
  readonly margin: string;
}

/** Differences that can be planted: those of single rows, then those of a whole source (always on the clearing side). */
export const ROW_PLANTS = [
  'missing-left',
  'missing-right',
  'duplicate-key',
  'quantity',
  'side',
  'hedge-flag',
  'date-split',
  'open-price',
  'settlement-price',
  'margin',
  'ambiguous',
  'combination-leg',
] as const;
export const SOURCE_PLANTS = ['source-missing', 'source-stale', 'control-total'] as const;

export type RowPlant = (typeof ROW_PLANTS)[number];
export type SourcePlant = (typeof SOURCE_PLANTS)[number];

/** One planted difference with the row it was planted in, as the counter writes it. */
export interface Planted {
  readonly plant: RowPlant;
  readonly account: string;
  readonly contract: string;
}

/** What one system serves. */
export interface Book {
  readonly tradingDay: string;
  readonly rows: readonly Position[];
  /** What the system itself says of its rows. */
  readonly totals: { readonly rows: number; readonly longLots: number; readonly shortLots: number };
}

/** Both sides; they differ exactly where `planted` says. */
export interface Books {
  readonly counter: Book;
  readonly clearing: Book;
  readonly planted: readonly Planted[];
}

export interface BookOptions {
  /** YYYY-MM-DD; a process takes `today` as well. */
  readonly tradingDay: string;
  readonly seed?: number;
  /** Rows before planting; 60 unless given, at least 4 times the plants. */
  readonly rows?: number;
  readonly plants?: readonly RowPlant[];
  readonly source?: SourcePlant;
}

const CONTRACTS: ReadonlyArray<{
  exchange: Position['exchange'];
  contract: string;
  price: number;
  lot: number;
}> = [
  { exchange: 'SHFE', contract: 'ag2702', price: 7842, lot: 15 },
  { exchange: 'SHFE', contract: 'cu2701', price: 78_450, lot: 5 },
  { exchange: 'SHFE', contract: 'rb2705', price: 3214, lot: 10 },
  { exchange: 'DCE', contract: 'm2705', price: 2987, lot: 10 },
  { exchange: 'DCE', contract: 'i2705', price: 781, lot: 100 },
  { exchange: 'CZCE', contract: 'AP705', price: 8123, lot: 10 },
  { exchange: 'CZCE', contract: 'RM705', price: 2411, lot: 10 },
  { exchange: 'CFFEX', contract: 'IF2612', price: 4012, lot: 300 },
];

/** Numbers from a seed: the same seed gives the same books everywhere (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Makes both books of a day. Throws when the plants do not fit into the rows. */
export function makeBooks(options: BookOptions): Books {
  const { tradingDay, plants = [], source } = options;
  const count = options.rows ?? 60;
  const rows = makePositions(count, seededNumbers(options.seed ?? 20_261_123));
  if (plants.length * 4 > rows.length)
    throw new Error(`${plants.length} plants need ${plants.length * 4} rows`);
  const counter = [...rows];
  const clearing = [...rows];
  const planted: Planted[] = [];
  plants.forEach((plant, index) => {
    // Far apart, so that no plant touches the row of another.
    const at = index * 4 + 1;
    const row = rows[at];
    if (row === undefined) return;
    planted.push({ plant, account: row.account, contract: row.contract });
    plantInto(plant, row, counter, clearing);
  });
  const served = source === 'source-missing' ? [] : clearing;
  const totals = totalsOf(served);
  return {
    counter: { tradingDay, rows: counter, totals: totalsOf(counter) },
    clearing: {
      tradingDay: source === 'source-stale' ? dayBefore(tradingDay) : tradingDay,
      rows: served,
      totals: source === 'control-total' ? { ...totals, longLots: totals.longLots + 7 } : totals,
    },
    planted,
  };
}

function makePositions(count: number, next: () => number): Position[] {
  return Array.from({ length: count }, (_unused, index) => {
    const { exchange, contract, price, lot } = CONTRACTS[index % CONTRACTS.length] ?? CONTRACTS[0]!;
    const yesterday = 1 + Math.floor(next() * 20);
    const today = Math.floor(next() * 6);
    const openPrice = price * (0.98 + next() * 0.04);
    return {
      account: `8800${String(1001 + Math.floor(index / CONTRACTS.length)).padStart(4, '0')}`,
      exchange,
      contract,
      side: next() < 0.5 ? 'long' : 'short',
      hedge: next() < 0.8 ? 'speculation' : 'hedge',
      yesterday,
      today,
      openPrice: openPrice.toFixed(2),
      settlementPrice: price.toFixed(2),
      margin: (price * lot * (yesterday + today) * 0.12).toFixed(2),
    };
  });
}

function plantInto(plant: RowPlant, row: Position, counter: Position[], clearing: Position[]): void {
  const change = (changes: Partial<Position>): void => {
    clearing[clearing.indexOf(row)] = { ...row, ...changes };
  };
  const plus = (text: string, more: number): string => (Number(text) + more).toFixed(2);
  const CHANGES: Readonly<Record<RowPlant, () => unknown>> = {
    'missing-left': () => counter.splice(counter.indexOf(row), 1),
    'missing-right': () => clearing.splice(clearing.indexOf(row), 1),
    'duplicate-key': () => clearing.splice(clearing.indexOf(row), 0, row),
    quantity: () => change({ yesterday: row.yesterday + 2 }),
    side: () => change({ side: row.side === 'long' ? 'short' : 'long' }),
    'hedge-flag': () => change({ hedge: row.hedge === 'hedge' ? 'speculation' : 'hedge' }),
    'date-split': () => change({ yesterday: row.yesterday - 1, today: row.today + 1 }),
    'open-price': () => change({ openPrice: plus(row.openPrice, 3) }),
    'settlement-price': () => change({ settlementPrice: plus(row.settlementPrice, 5) }),
    margin: () => change({ margin: plus(row.margin, 120.5) }),
    ambiguous: () =>
      clearing.splice(
        clearing.indexOf(row),
        1,
        { ...row, side: row.side === 'long' ? 'short' : 'long' },
        { ...row, hedge: 'arbitrage' },
      ),
    'combination-leg': () => {
      const legs = `${row.contract}&${row.contract.replace(/\d\d$/, '09')}`;
      clearing.splice(clearing.indexOf(row), 0, { ...row, contract: `SP ${legs}` });
    },
  };
  CHANGES[plant]();
}

function totalsOf(rows: readonly Position[]): Book['totals'] {
  const lotsOf = (side: Position['side']): number =>
    rows.filter((row) => row.side === side).reduce((sum, row) => sum + row.yesterday + row.today, 0);
  return { rows: rows.length, longLots: lotsOf('long'), shortLots: lotsOf('short') };
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
