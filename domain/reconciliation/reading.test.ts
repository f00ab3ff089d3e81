import { describe, expect, it } from 'vitest';
import { ageInTradingDays, moveBreak, standingWhenFound } from './breaks.ts';
import { normalizeContract } from './contract.ts';
import { gateFaults, totalsOf } from './control-totals.ts';
import { parseDecimal, renderDecimal } from './decimal.ts';
import { readPositions } from './position-file.ts';
import { hedgeOf, sideOf } from './position.ts';

const DAY = '2021-09-15';

describe('decimals', () => {
  it.each<[string, number, number | undefined]>([
    ['3,142.4', 4, 31_424_000],
    ['22283.3330', 4, 222_833_330],
    ['-0.01', 2, -1],
    ['0.001', 2, undefined],
    ['1.500', 2, 150],
    ['23,946,109.11', 2, 2_394_610_911],
    ['12,34', 2, undefined],
    ['1e5', 2, undefined],
    ['', 2, undefined],
    ['99999999999999999', 2, undefined],
  ])('%s with %d digits is %s', (text, scale, value) => {
    expect(parseDecimal(text, scale)).toBe(value);
  });

  it('come back as they were', () => {
    expect(renderDecimal(31_424_000, 4)).toBe('3142.4000');
    expect(renderDecimal(-1, 2)).toBe('-0.01');
    expect(renderDecimal(12, 0)).toBe('12');
  });
});

describe('contract codes', () => {
  it.each<[Parameters<typeof normalizeContract>[0], string, string, string | undefined]>([
    ['CZCE', 'AP111', DAY, 'CZCE.AP2111'],
    ['CZCE', 'ap111', DAY, 'CZCE.AP2111'],
    ['CZCE', 'SR901', '2018-11-01', 'CZCE.SR1901'],
    ['CZCE', 'SR001', '2019-11-01', 'CZCE.SR2001'],
    ['SHFE', 'AL2110', DAY, 'SHFE.al2110'],
    ['CFFEX', 'ih2109', DAY, 'CFFEX.IH2109'],
    ['DCE', 'SP m1905&m1909', '2019-01-02', 'DCE.m1905&m1909'],
    ['CZCE', 'SPD RM905&RM909', '2019-01-02', 'CZCE.RM1905&RM1909'],
    ['DCE', 'm2205-C-3200', '2022-01-05', 'DCE.m2205-C-3200'],
    ['SHFE', 'al2113', DAY, undefined],
    ['SHFE', 'gold', DAY, undefined],
  ])('%s %s on %s is %s', (exchange, code, day, canonical) => {
    expect(normalizeContract(exchange, code, day)?.code).toBe(canonical);
  });
});

describe('words', () => {
  it('of CFFEX mean the same as those of the others', () => {
    expect([hedgeOf('交易'), hedgeOf('投机'), hedgeOf('1')]).toEqual(Array(3).fill('speculation'));
    expect([hedgeOf('套保'), hedgeOf('保值'), hedgeOf('5'), hedgeOf('x')]).toEqual([
      'hedge',
      'hedge',
      'market-maker',
      undefined,
    ]);
    expect([sideOf(' 买 '), sideOf('空头'), sideOf('3'), sideOf('hold')]).toEqual([
      'long',
      'short',
      'short',
      undefined,
    ]);
  });
});

const HEAD = [
  '客户号',
  '交易所',
  '合约',
  '买/卖',
  '投/保',
  '手数',
  '今仓',
  '昨仓',
  '结算价',
  '保证金',
  '交易日',
];
const ROW = ['1001', '中金所', 'IH2109', '买', '交易', '2', '0', '2', '3,142.4', '282816.00', '20210915'];

describe('a position file', () => {
  it('is read by its headings, whatever their order', () => {
    const order = [10, 3, 0, 9, 1, 2, 8, 7, 6, 5, 4];
    const shuffled = [HEAD, ROW].map((row) => order.map((at) => row[at] ?? ''));
    const file = readPositions([...shuffled, ['共1条']], DAY);
    expect(file.faults).toEqual([]);
    expect(file).toMatchObject({ tradingDay: DAY, promisedRows: 1 });
    expect(file.positions).toEqual([
      {
        account: '1001',
        contract: 'CFFEX.IH2109',
        side: 'long',
        hedge: 'speculation',
        quantity: 2,
        today: 0,
        yesterday: 2,
        openPrice: null,
        settlementPrice: 31_424_000,
        margin: 28_281_600,
      },
    ]);
  });

  it('tells every fault with its place', () => {
    const bad = ['1001', '火星', 'IH2109', '买', '交易', '2.5', '', '', 'abc', '1', '20210915'];
    const file = readPositions([HEAD, bad, [...ROW.slice(0, 10), '20210914'], ROW, ['合计 9 行']], DAY);
    expect(file.positions).toHaveLength(2);
    expect(file.faults.map(({ line, column }) => [line, column])).toEqual([
      [2, '交易所'],
      [2, '手数'],
      [2, '结算价'],
      [1, '交易日'],
      [1, 'trailer'],
    ]);
    expect(readPositions([['a', 'b']], DAY).faults).toHaveLength(5);
  });

  it('may use headings of its own', () => {
    const file = readPositions(
      [
        ['Acct', 'exchange', 'contract', 'side', 'lots'],
        ['7', 'DCE', 'm2201', 'buy', '3'],
      ],
      DAY,
      {
        account: 'Acct',
      },
    );
    expect(file.faults).toEqual([]);
    expect(file.positions[0]?.account).toBe('7');
  });
});

// The published SimNow statement of 2021-09-15: eight detail rows of aluminium, 12 lots, 8,912 margin a lot.
describe('control totals', () => {
  const rows = [1, 2, 1, 1, 3, 2, 1, 1].map((lots) => [
    '1',
    '上期所',
    'al2110',
    '买',
    '投机',
    String(lots),
    '',
    '',
    '',
    String(lots * 8912),
    '20210915',
  ]);
  const { positions, tradingDay } = readPositions([HEAD, ...rows], DAY);
  const data = { totals: totalsOf(positions), tradingDay };

  it('hold where details add up to the summary', () => {
    expect(data.totals).toEqual({ rows: 8, longLots: 12, shortLots: 0, margin: 10_694_400 });
    const stated = { rows: 8, longLots: 12, margin: 10_694_400 };
    expect(gateFaults('counter', data, { tradingDay: DAY, stated })).toEqual([]);
  });

  it('stop an empty, an old and a wrong source', () => {
    const classes = (faults: ReturnType<typeof gateFaults>) => faults.map((fault) => fault.class);
    const empty = { totals: totalsOf([]), tradingDay: null };
    expect(classes(gateFaults('counter', empty, { tradingDay: DAY }))).toEqual(['source-missing']);
    expect(classes(gateFaults('counter', data, { tradingDay: '2021-09-16' }))).toEqual(['source-stale']);
    const wrong = gateFaults('counter', data, {
      tradingDay: DAY,
      stated: { rows: 9, longLots: 13, margin: 1 },
    });
    expect(classes(wrong)).toEqual(['control-total', 'control-total', 'control-total']);
    expect(wrong[2]?.reason).toBe('margin of the rows 106944.00, the source says 0.01');
  });
});

describe('the life of a break', () => {
  it('needs two people to end', () => {
    const proposed = { status: 'proposed-close' as const, proposedBy: 'wang.min' };
    expect(moveBreak(proposed, { kind: 'close' }, 'wang.min')).toEqual({ refused: 'maker-is-checker' });
    expect(moveBreak(proposed, { kind: 'close' }, 'li.na')).toEqual({ status: 'closed' });
    expect(moveBreak(proposed, { kind: 'reject-close' }, 'li.na')).toEqual({ status: 'assigned' });
    expect(moveBreak({ status: 'new', proposedBy: null }, { kind: 'close' }, 'li.na')).toEqual({
      refused: 'not-proposed',
    });
    expect(
      moveBreak({ status: 'new', proposedBy: null }, { kind: 'propose-close', reason: ' ' }, 'a'),
    ).toEqual({
      refused: 'reason-missing',
    });
    expect(moveBreak({ status: 'closed', proposedBy: null }, { kind: 'assign', to: 'a' }, 'a')).toEqual({
      refused: 'already-closed',
    });
  });

  it('goes on when the break is found again', () => {
    expect([
      standingWhenFound(undefined),
      standingWhenFound('new'),
      standingWhenFound('assigned'),
      standingWhenFound('closed'),
    ]).toEqual(['new', 'known', 'assigned', 'reopened']);
  });

  it('is counted in trading days', () => {
    expect(ageInTradingDays('SHFE', '2026-02-13', '2026-02-13')).toBe(0);
    expect(ageInTradingDays('SHFE', '2026-02-13', '2026-02-24')).toBe(1);
    expect(ageInTradingDays('SHFE', '2026-11-20', '2026-11-24')).toBe(2);
  });
});
