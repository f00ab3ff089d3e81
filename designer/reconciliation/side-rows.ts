import { MONEY_SCALE, PRICE_SCALE, renderDecimal } from '../../domain/reconciliation/decimal.ts';
import type { Position } from '../../domain/reconciliation/position.ts';

/** Fields of a position in the order they are shown. */
export const SHOWN_FIELDS = [
  'account',
  'contract',
  'side',
  'hedge',
  'quantity',
  'today',
  'yesterday',
  'openPrice',
  'settlementPrice',
  'margin',
] as const;

/** One of them. */
export type ShownField = (typeof SHOWN_FIELDS)[number];

/** One line of the comparison: a value per row of each side, and whether the sides differ in it. */
export interface SideRow {
  readonly field: ShownField;
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly differs: boolean;
}

/** The two sides beside each other; a field nobody tells is left out. Values are written as a person reads them, words excepted. */
export function sideRows(left: readonly Position[], right: readonly Position[]): SideRow[] {
  return SHOWN_FIELDS.map((field) => {
    const [lefts, rights] = [left, right].map((rows) => rows.map((row) => shown(field, row)));
    const [one, other] = [lefts ?? [], rights ?? []];
    const isCompared = one.length === 1 && other.length === 1 && one[0] !== '' && other[0] !== '';
    return { field, left: one, right: other, differs: isCompared && one[0] !== other[0] };
  }).filter((row) => [...row.left, ...row.right].some((value) => value !== ''));
}

function shown(field: ShownField, row: Position): string {
  const value = row[field];
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (field === 'margin') return renderDecimal(value, MONEY_SCALE);
  if (field === 'openPrice' || field === 'settlementPrice') return renderDecimal(value, PRICE_SCALE);
  return String(value);
}
