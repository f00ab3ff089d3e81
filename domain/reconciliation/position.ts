/** Side of a position. */
export const SIDES = ['long', 'short'] as const;
/** What a position is held for. */
export const HEDGES = ['speculation', 'arbitrage', 'hedge', 'market-maker'] as const;

/** One side. */
export type Side = (typeof SIDES)[number];
/** One hedge flag. */
export type Hedge = (typeof HEDGES)[number];

const SIDE_WORDS: Readonly<Record<string, Side>> = {
  买: 'long',
  买入: 'long',
  多: 'long',
  多头: 'long',
  buy: 'long',
  long: 'long',
  b: 'long',
  '2': 'long',
  卖: 'short',
  卖出: 'short',
  空: 'short',
  空头: 'short',
  sell: 'short',
  short: 'short',
  s: 'short',
  '3': 'short',
};

/** CFFEX statements write 交易 where the others write 投机; CTP counts 1, 2, 3 and 5. */
const HEDGE_WORDS: Readonly<Record<string, Hedge>> = {
  投机: 'speculation',
  投: 'speculation',
  交易: 'speculation',
  speculation: 'speculation',
  '1': 'speculation',
  套利: 'arbitrage',
  arbitrage: 'arbitrage',
  '2': 'arbitrage',
  套保: 'hedge',
  保值: 'hedge',
  保: 'hedge',
  hedge: 'hedge',
  '3': 'hedge',
  做市商: 'market-maker',
  做市: 'market-maker',
  'market-maker': 'market-maker',
  '5': 'market-maker',
};

/** The side a word or CTP code means (2 long, 3 short); undefined for an unknown one. */
export function sideOf(word: string): Side | undefined {
  return SIDE_WORDS[word.trim().toLowerCase()];
}

/** The hedge flag a word or CTP code means; undefined for an unknown one. */
export function hedgeOf(word: string): Hedge | undefined {
  return HEDGE_WORDS[word.trim().toLowerCase()];
}

/** One position in business terms. Lots are whole; prices in 1/10,000, money in cents; null where a source does not tell. */
export interface Position {
  readonly account: string;
  /** `SHFE.al2110`. */
  readonly contract: string;
  readonly side: Side;
  readonly hedge: Hedge;
  readonly quantity: number;
  readonly today: number | null;
  readonly yesterday: number | null;
  readonly openPrice: number | null;
  readonly settlementPrice: number | null;
  readonly margin: number | null;
}

/** Texts of a column as codes into a list of the different ones. */
export interface TextColumn {
  readonly values: readonly string[];
  readonly codes: Int32Array;
}

/** Positions as columns: a million of them without a million objects. NaN stands for what a source does not tell. */
export interface PositionColumns {
  readonly size: number;
  readonly account: TextColumn;
  readonly contract: TextColumn;
  /** Index into SIDES. */
  readonly side: Uint8Array;
  /** Index into HEDGES. */
  readonly hedge: Uint8Array;
  readonly quantity: Int32Array;
  readonly today: Float64Array;
  readonly yesterday: Float64Array;
  readonly openPrice: Float64Array;
  readonly settlementPrice: Float64Array;
  readonly margin: Float64Array;
}

/** Turns positions into columns. */
export function columnsOf(positions: readonly Position[]): PositionColumns {
  const size = positions.length;
  const number = (pick: (position: Position) => number | null): Float64Array =>
    Float64Array.from(positions, (position) => pick(position) ?? Number.NaN);
  return {
    size,
    account: textColumn(positions.map((position) => position.account)),
    contract: textColumn(positions.map((position) => position.contract)),
    side: Uint8Array.from(positions, (position) => SIDES.indexOf(position.side)),
    hedge: Uint8Array.from(positions, (position) => HEDGES.indexOf(position.hedge)),
    quantity: Int32Array.from(positions, (position) => position.quantity),
    today: number((position) => position.today),
    yesterday: number((position) => position.yesterday),
    openPrice: number((position) => position.openPrice),
    settlementPrice: number((position) => position.settlementPrice),
    margin: number((position) => position.margin),
  };
}

/** Encodes texts. */
export function textColumn(texts: readonly string[]): TextColumn {
  const known = new Map<string, number>();
  const codes = new Int32Array(texts.length);
  for (const [index, text] of texts.entries()) {
    let code = known.get(text);
    if (code === undefined) {
      code = known.size;
      known.set(text, code);
    }
    codes[index] = code;
  }
  return { values: [...known.keys()], codes };
}

/** One row of columns as a position. */
export function positionAt(columns: PositionColumns, row: number): Position {
  const told = (column: Float64Array): number | null => {
    const value = column[row] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  };
  return {
    account: columns.account.values[columns.account.codes[row] ?? -1] ?? '',
    contract: columns.contract.values[columns.contract.codes[row] ?? -1] ?? '',
    side: SIDES[columns.side[row] ?? 0] ?? 'long',
    hedge: HEDGES[columns.hedge[row] ?? 0] ?? 'speculation',
    quantity: columns.quantity[row] ?? 0,
    today: told(columns.today),
    yesterday: told(columns.yesterday),
    openPrice: told(columns.openPrice),
    settlementPrice: told(columns.settlementPrice),
    margin: told(columns.margin),
  };
}
