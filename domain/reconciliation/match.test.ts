import { describe, expect, it } from 'vitest';
import { breakIdOf, breaksOf, summarize } from './breaks.ts';
import { matchPositions } from './match.ts';
import { columnsOf, HEDGES, type Position, positionAt, SIDES } from './position.ts';

const base: Position = {
  account: '1001',
  contract: 'SHFE.al2110',
  side: 'long',
  hedge: 'speculation',
  quantity: 12,
  today: 4,
  yesterday: 8,
  openPrice: 222_833_333,
  settlementPrice: 223_000_000,
  margin: 10_694_400,
};
const position = (more: Partial<Position> = {}): Position => ({ ...base, ...more });

function found(left: Position[], right: Position[]) {
  const [one, other] = [columnsOf(left), columnsOf(right)];
  const result = matchPositions(one, other);
  const breaks = breaksOf('futures', one, other, result.differences);
  return { result, breaks, summary: summarize(one, other, result, breaks) };
}

describe('one pair', () => {
  it.each<[string, Partial<Position>, string[]]>([
    ['equal', {}, []],
    ['a cent of margin is rounding', { margin: 10_694_401 }, []],
    ['what one side does not tell is not compared', { openPrice: null, today: null }, []],
    ['lots differ', { quantity: 11, today: 3 }, ['quantity']],
    ['same lots, today and yesterday divided otherwise', { today: 5, yesterday: 7 }, ['date-split']],
    ['open price', { openPrice: 222_833_334 }, ['open-price']],
    ['settlement price', { settlementPrice: 1 }, ['settlement-price']],
    ['margin of broker and exchange', { margin: 12_000_000 }, ['margin']],
    ['the other side', { side: 'short' }, ['side']],
    ['another hedge flag', { hedge: 'hedge' }, ['hedge-flag']],
    ['another contract', { contract: 'SHFE.cu2110' }, ['missing-right', 'missing-left']],
  ])('%s', (_name, more, classes) => {
    expect(
      found([position()], [position(more)])
        .breaks.map((each) => each.class)
        .sort(),
    ).toEqual([...classes].sort());
  });

  it('names the most important field first and keeps the others', () => {
    const { breaks } = found([position()], [position({ quantity: 1, today: null, margin: 1 })]);
    expect(breaks[0]).toMatchObject({ class: 'quantity', fields: ['quantity', 'margin'] });
  });
});

describe('rows that repeat a key', () => {
  const today = position({ quantity: 4, today: 4, yesterday: 0 });
  const yesterday = position({ quantity: 8, today: 0, yesterday: 8 });

  it('are merged when they are the two records of SHFE and INE', () => {
    const { breaks, summary } = found([position()], [today, yesterday]);
    expect(breaks).toEqual([]);
    expect(summary.byRule).toEqual({ 'date-split-merged': 1 });
    expect(found([today, yesterday], [yesterday, today]).summary.byRule).toEqual({ 'date-split-merged': 2 });
  });

  it('are a break of their own otherwise, never matched by order', () => {
    expect(found([position(), position()], [position()]).breaks.map((each) => each.class)).toEqual([
      'duplicate-key',
    ]);
    expect(found([position({ quantity: 11 })], [today, yesterday]).breaks.map((each) => each.class)).toEqual([
      'duplicate-key',
    ]);
  });
});

describe('rows without a partner', () => {
  it('are ambiguous when more than one row could explain them', () => {
    const { breaks } = found([position()], [position({ side: 'short' }), position({ hedge: 'arbitrage' })]);
    expect(breaks.map((each) => each.class)).toEqual(['ambiguous']);
    expect(breaks[0]?.right).toHaveLength(2);
  });

  it('of a combination are told apart from missing ones', () => {
    const pair = position({ contract: 'DCE.m1905&m1909', quantity: 3 });
    expect(found([pair], []).breaks.map((each) => each.class)).toEqual(['combination-leg']);
  });
});

it('gives a break the same identity on another day, whatever row it stands in', () => {
  const [first] = found([position()], [position({ quantity: 1 })]).breaks;
  const [second] = found(
    [position({ account: '2002' }), position({ margin: null })],
    [position({ quantity: 2 }), position({ account: '2002' })],
  ).breaks;
  expect(second?.breakId).toBe(first?.breakId);
  expect(first?.breakId).toBe(breakIdOf('futures', '1001 SHFE.al2110 long speculation', 'quantity'));
});

/** The plain reading of the rules: maps of texts, one row after the other. */
function naive(left: readonly Position[], right: readonly Position[]): { matched: number; broken: number } {
  const key = (row: Position) => [row.account, row.contract, row.side, row.hedge].join('|');
  const group = (rows: readonly Position[]) => {
    const groups = new Map<string, Position[]>();
    for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
    return groups;
  };
  const [lefts, rights] = [group(left), group(right)];
  let [matched, broken] = [0, 0];
  for (const [name, rows] of lefts) {
    const others = rights.get(name) ?? [];
    if (rows.length > 1 || others.length > 1) continue;
    const [row, other] = [rows[0], others[0]];
    if (row === undefined || other === undefined) continue;
    const isEqual = row.quantity === other.quantity && Math.abs((row.margin ?? 0) - (other.margin ?? 0)) <= 1;
    if (isEqual) matched += 1;
    else broken += 1;
  }
  return { matched, broken };
}

function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('thousands of random books', () => {
  it('give what the plain reading gives, and the same again', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomOf(seed);
      const row = (): Position =>
        position({
          account: `a${random(4)}`,
          contract: `SHFE.cu21${10 + random(3)}`,
          side: SIDES[random(2)] ?? 'long',
          hedge: HEDGES[random(2)] ?? 'hedge',
          quantity: 1 + random(3),
          today: null,
          yesterday: null,
          openPrice: null,
          settlementPrice: null,
          margin: random(3),
        });
      const left = Array.from({ length: random(30) }, row);
      const right = Array.from({ length: random(30) }, row);
      const { result, breaks } = found(left, right);
      const wanted = naive(left, right);
      expect(result.matched).toBe(wanted.matched);
      expect(breaks.filter((each) => each.fields.length > 0)).toHaveLength(wanted.broken);
      expect(found(left, right).breaks).toEqual(breaks);
      const told = breaks.flatMap((each) => each.left).length + result.matched;
      expect(told).toBe(left.length);
    }
  });

  it('keep a million keys apart', () => {
    const size = 1_000_000;
    const books = columnsOf([]);
    const column = (start: number) => ({
      ...books,
      size,
      account: { values: ['1', '2'], codes: Int32Array.from({ length: size }, (_unused, row) => row & 1) },
      contract: {
        values: Array.from({ length: size / 2 }, (_unused, index) => `SHFE.x${index}`),
        codes: Int32Array.from({ length: size }, (_unused, row) => ((row >> 1) + start) % (size / 2)),
      },
      side: new Uint8Array(size),
      hedge: new Uint8Array(size),
      quantity: new Int32Array(size).fill(3),
      today: new Float64Array(size).fill(Number.NaN),
      yesterday: new Float64Array(size).fill(Number.NaN),
      openPrice: new Float64Array(size).fill(Number.NaN),
      settlementPrice: new Float64Array(size).fill(Number.NaN),
      margin: new Float64Array(size).fill(Number.NaN),
    });
    const [left, right] = [column(0), column(77_777)];
    const result = matchPositions(left, right);
    expect(result.matched).toBe(size);
    const partner = result.partner[123_456] ?? -1;
    expect(positionAt(right, partner).contract).toBe(positionAt(left, 123_456).contract);
  });
});
