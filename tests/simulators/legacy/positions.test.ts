import { describe, expect, it } from 'vitest';
import { encodeGbk } from './gbk.ts';
import { makeBooks, ROW_PLANTS } from './positions.ts';

describe('the books of the legacy systems', () => {
  it('are the same on both sides when nothing is planted, and from the same seed', () => {
    const books = makeBooks({ tradingDay: '2026-11-23' });
    expect(books.counter).toEqual(books.clearing);
    expect(makeBooks({ tradingDay: '2026-11-23' })).toEqual(books);
    const keys = books.counter.rows.map((row) => `${row.account} ${row.contract}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('differ in as many rows as were planted', () => {
    const { counter, clearing, planted } = makeBooks({ tradingDay: '2026-11-23', plants: ROW_PLANTS });
    expect(planted.map((entry) => entry.plant)).toEqual([...ROW_PLANTS]);
    const texts = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row));
    const onlyCounter = texts(counter.rows).filter((row) => !texts(clearing.rows).includes(row));
    const onlyClearing = texts(clearing.rows).filter((row) => !texts(counter.rows).includes(row));
    // A row that repeats, or one more on one side, leaves the other side's rows all found.
    expect(onlyCounter).toHaveLength(ROW_PLANTS.length - 3);
    expect(onlyClearing).toHaveLength(ROW_PLANTS.length - 1);
  });

  it('write GBK that reads back', () => {
    const text = '合计,交易日,投机,rb2705,买';
    expect(new TextDecoder('gbk', { fatal: true }).decode(encodeGbk(text))).toBe(text);
    expect(() => encodeGbk('\u{1F600}')).toThrow('GBK has no');
  });
});
