import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecords } from '../../prisma/records/index.ts';
import { createTestDatabase } from '../../prisma/records/test-database.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { CallContext } from '../../steps/define-step.ts';
import { createReconciliationActivities } from './reconciliation-activities.ts';

const DAY = '2026-11-23';
const NAME = 'futures-positions';
const HEAD = '客户号,交易所,合约,买/卖,投/保,手数,今仓,昨仓,开仓价,结算价,保证金,交易日';

let records: Records;
let activities: ReturnType<typeof createReconciliationActivities>;

beforeAll(async () => {
  records = openRecords(await createTestDatabase('reconciliation'));
  activities = createReconciliationActivities({
    records,
    clock: () => Date.parse('2026-11-23T21:00:00+08:00'),
  });
});
afterAll(async () => {
  await records.close();
});

function contextOf(runId: string, pointer: string): CallContext {
  return {
    runId,
    flowName: 'nightly',
    planHash: '',
    businessKey: runId,
    requestedBy: 'trigger:nightly',
    authoredBy: 'author',
    pointer,
    visit: '0',
    attempt: 1,
    commandId: pointer,
  };
}

/** A position line: account, exchange, contract, side, hedge, lots, today, yesterday, open, settlement, margin. */
type Line = readonly string[];
const BOOK: readonly Line[] = [
  ['1001', '上期所', 'al2612', '买', '投机', '12', '4', '8', '22283.33', '22300', '106944.00'],
  ['1001', '郑商所', 'AP701', '卖', '套保', '5', '0', '5', '8123', '8100', '40500.00'],
  ['1002', '中金所', 'IH2612', '买', '交易', '2', '2', '0', '3142.4', '3191', '282816.00'],
  ['1003', '大商所', 'm2701', '卖', '投机', '30', '10', '20', '3010', '3012', '90360.00'],
  ['1004', '上期所', 'cu2612', '买', '套利', '7', '7', '0', '88000', '88100', '616700.00'],
];

async function parse(runId: string, source: string, lines: readonly Line[], encoding: 'utf-8' | 'gb18030') {
  const text = [HEAD, ...lines.map((line) => [...line, '20261123'].join(',')), `共${lines.length}条`].join(
    '\r\n',
  );
  const content = encoding === 'utf-8' ? Buffer.from(text) : gb18030(text);
  const { sha256 } = await records.evidence.putPayload(content);
  return activities.parsePositionFile({
    context: contextOf(runId, `/do/parse-${source}`),
    input: { file: { sha256, name: `${source}.csv` }, source, tradingDay: DAY },
  });
}

/** Node decodes GB18030 but does not encode it: the few characters of the test by table, taken from the decoder itself. */
function gb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, number[]>();
  for (let high = 0x81; high <= 0xfe; high += 1) {
    for (let low = 0x40; low <= 0xfe; low += 1) {
      const character = decoder.decode(Uint8Array.of(high, low));
      if (low !== 0x7f && character.length === 1) table.set(character, [high, low]);
    }
  }
  return Buffer.from(Array.from(text).flatMap((letter) => table.get(letter) ?? [letter.charCodeAt(0)]));
}

async function night(left: readonly Line[], right: readonly Line[], runId: string = randomUUID()) {
  const [one, other] = [
    await parse(runId, 'counter', left, 'gb18030'),
    await parse(runId, 'clearing', right, 'utf-8'),
  ];
  const result = await activities.reconcilePositions({
    context: contextOf(runId, '/do/match'),
    input: { reconciliation: NAME, tradingDay: DAY, left: one, right: other },
  });
  const published = await activities.publishBreaks({
    context: contextOf(runId, '/do/publish'),
    input: { result },
  });
  return { runId, result, published };
}

const changed = (at: number, column: number, value: string): Line[] =>
  BOOK.map((line, index) =>
    index === at ? line.map((cell, cellAt) => (cellAt === column ? value : cell)) : line,
  );

describe('a night of reconciliation on PostgreSQL', () => {
  it('finds nothing where both sides agree, in two encodings', async () => {
    const { result, published } = await night(BOOK, BOOK);
    expect(result.summary).toMatchObject({ leftRows: 5, rightRows: 5, matched: 5, byRule: { exact: 5 } });
    expect(published).toEqual({ open: 0, added: 0, stillThere: 0, reopened: 0, gone: 0 });
  });

  it('finds exactly the planted breaks, keeps them over days and closes what is gone', async () => {
    const first = await night(BOOK, changed(0, 5, '11').slice(0, 4));
    expect(first.result.summary.byClass).toEqual({ quantity: 1, 'missing-right': 1 });
    expect(first.published).toMatchObject({ open: 2, added: 2 });
    const repeat = await activities.publishBreaks({
      context: contextOf(first.runId, '/do/publish'),
      input: { result: first.result },
    });
    expect(repeat).toMatchObject({ open: 2, added: 2, stillThere: 0 });
    const second = await night(BOOK, changed(0, 5, '11'));
    expect(second.published).toMatchObject({ open: 1, stillThere: 1, gone: 1 });
    const third = await night(BOOK, BOOK.slice(0, 4));
    expect(third.published).toMatchObject({ open: 1, reopened: 1, gone: 1 });
    const { items } = await records.reconciliation.list({ status: 'open' }, { limit: 10 });
    expect(items.map((row) => [row.class, row.status])).toEqual([['missing-right', 'reopened']]);
    await night(BOOK, BOOK);
  });

  it('stops an empty, an old and a wrong source, and puts that on the desk', async () => {
    const runId = randomUUID();
    const data = await parse(runId, 'counter', BOOK, 'utf-8');
    const check = (more: object) =>
      activities.checkControlTotals({
        context: contextOf(runId, '/do/check'),
        input: { reconciliation: 'gated', tradingDay: DAY, data, ...more },
      });
    expect(await check({ stated: { rows: 5, longLots: 21, shortLots: 35 } })).toEqual({
      source: 'counter',
      rows: 5,
    });
    await expect(check({ stated: { rows: 6 } })).rejects.toThrow('the source says 6');
    await expect(check({ tradingDay: '2026-11-24' })).rejects.toThrow('expected is 2026-11-24');
    const empty = await parse(runId, 'counter', [], 'utf-8');
    await expect(check({ data: empty })).rejects.toThrow('no position at all');
    const { items } = await records.reconciliation.list({ reconciliation: 'gated' }, { limit: 10 });
    expect(items.map((row) => row.class).sort()).toEqual(['control-total', 'source-missing', 'source-stale']);
  });

  it('names line and column of what cannot be read', async () => {
    await expect(parse(randomUUID(), 'counter', changed(1, 5, 'many'), 'gb18030')).rejects.toThrow(
      'line 3, 手数 “many”: must be a whole number of lots',
    );
  });
});

describe('people', () => {
  it('close a break and sign a day in twos; the database refuses one for both', async () => {
    const { published, runId } = await night(BOOK, changed(2, 9, '3190'));
    expect(published.open).toBe(1);
    const { items } = await records.reconciliation.list(
      { reconciliation: NAME, status: 'open' },
      { limit: 1 },
    );
    const breakId = items[0]?.breakId ?? '';
    const move = (kind: 'propose-close' | 'close', person: string) =>
      records.reconciliation.move(
        breakId,
        kind === 'close' ? { kind } : { kind, reason: 'rounded by the exchange' },
        person,
        '',
      );
    expect(await move('close', 'li.na')).toEqual({ refused: 'not-proposed' });
    await move('propose-close', 'li.na');
    expect(await move('close', 'li.na')).toEqual({ refused: 'maker-is-checker' });
    expect(await move('close', 'wang.min')).toMatchObject({
      row: { status: 'closed', closedBy: 'wang.min' },
    });
    const opened = await activities.openSignOff({
      context: contextOf(runId, '/do/sign'),
      input: { reconciliation: NAME, tradingDay: DAY },
    });
    expect(opened).toMatchObject({
      deadlineAt: '2026-11-24T00:30:00.000Z',
      remainingMs: 41_400_000,
      openBreaks: 0,
    });
    const sign = (signOffId: string, person: string, comment: string) =>
      records.reconciliation.sign(signOffId, person, comment);
    expect(await sign(opened.signOffId, 'li.na', '')).toMatchObject({
      row: { maker: 'li.na', checker: null },
    });
    expect(await sign(opened.signOffId, 'li.na', '')).toEqual({ refused: 'maker-is-checker' });
    expect(await sign(opened.signOffId, 'wang.min', 'ok')).toMatchObject({ row: { checker: 'wang.min' } });
    expect(await sign(opened.signOffId, 'zhou.hao', '')).toEqual({ refused: 'already-signed' });
  });
});

it('keeps the raw file as it came', async () => {
  const runId = randomUUID();
  await parse(runId, 'counter', BOOK, 'gb18030');
  const [file] = await records.evidence.ofRun(runId);
  const stored = file === undefined ? undefined : await records.evidence.read(file.fileId);
  expect(
    createHash('sha256')
      .update(stored?.content ?? '')
      .digest('hex'),
  ).toBe(file?.sha256);
});
