import { expect, it } from 'vitest';
import type { Position } from '../../domain/reconciliation/position.ts';
import { sideRows } from './side-rows.ts';

const left: Position = {
  account: '1001',
  contract: 'SHFE.al2110',
  side: 'long',
  hedge: 'speculation',
  quantity: 12,
  today: null,
  yesterday: null,
  openPrice: 222_833_333,
  settlementPrice: null,
  margin: 10_694_400,
};

it('shows the sides beside each other, marks what differs and leaves out what nobody tells', () => {
  const rows = sideRows([left], [{ ...left, quantity: 11, openPrice: null, margin: 10_694_400 }]);
  expect(rows.map(({ field, differs }) => [field, differs])).toEqual([
    ['account', false],
    ['contract', false],
    ['side', false],
    ['hedge', false],
    ['quantity', true],
    ['openPrice', false],
    ['margin', false],
  ]);
  expect(rows.find((row) => row.field === 'margin')).toMatchObject({
    left: ['106944.00'],
    right: ['106944.00'],
  });
  expect(sideRows([left], []).every((row) => !row.differs)).toBe(true);
});
