import type { IsoDate } from '../calendar/index.ts';
import { MONEY_SCALE, renderDecimal } from './decimal.ts';
import type { Position } from './position.ts';

/** Totals of one data set. Lots by side; margin in cents, null when a row does not tell it. */
export interface Totals {
  readonly rows: number;
  readonly longLots: number;
  readonly shortLots: number;
  readonly margin: number | null;
}

/** What a source says its own totals are. Absent members are not checked. */
export interface StatedTotals {
  readonly rows?: number;
  readonly longLots?: number;
  readonly shortLots?: number;
  /** Cents. */
  readonly margin?: number;
}

/** A gate that a source did not pass: it is the source that is wrong, not a position. */
export interface GateFault {
  readonly class: 'source-missing' | 'source-stale' | 'control-total';
  readonly source: string;
  readonly reason: string;
}

/** Adds a data set up. */
export function totalsOf(positions: readonly Position[]): Totals {
  let [longLots, shortLots, margin] = [0, 0, 0];
  let isMarginTold = positions.length > 0;
  for (const position of positions) {
    if (position.side === 'long') longLots += position.quantity;
    else shortLots += position.quantity;
    if (position.margin === null) isMarginTold = false;
    else margin += position.margin;
  }
  return { rows: positions.length, longLots, shortLots, margin: isMarginTold ? margin : null };
}

/**
 * Judges a source before anything is matched: not empty, of the right trading day, and adding up to what it says of itself. A run with no
 * break on an empty or old file would be a lie, so each fault stops it. Margin may be off by `marginToleranceCents`.
 */
export function gateFaults(
  source: string,
  data: { readonly totals: Totals; readonly tradingDay: IsoDate | null },
  expected: {
    readonly tradingDay: IsoDate;
    readonly stated?: StatedTotals;
    readonly marginToleranceCents?: number;
  },
): GateFault[] {
  const { totals } = data;
  if (totals.rows === 0)
    return [{ class: 'source-missing', source, reason: 'the source gave no position at all' }];
  if (data.tradingDay !== null && data.tradingDay !== expected.tradingDay)
    return [
      {
        class: 'source-stale',
        source,
        reason: `the source is of ${data.tradingDay}, expected is ${expected.tradingDay}`,
      },
    ];
  const { stated = {}, marginToleranceCents = 0 } = expected;
  const faults: GateFault[] = [];
  const compare = (what: string, is: number, said: number | undefined, tolerance = 0, scale = 0): void => {
    if (said === undefined || Math.abs(is - said) <= tolerance) return;
    faults.push({
      class: 'control-total',
      source,
      reason: `${what} of the rows ${renderDecimal(is, scale)}, the source says ${renderDecimal(said, scale)}`,
    });
  };
  compare('rows', totals.rows, stated.rows);
  compare('long lots', totals.longLots, stated.longLots);
  compare('short lots', totals.shortLots, stated.shortLots);
  if (totals.margin !== null)
    compare('margin', totals.margin, stated.margin, marginToleranceCents, MONEY_SCALE);
  return faults;
}
