import { HEDGES, type PositionColumns } from './position.ts';
import { RowTable } from './row-table.ts';

/** How much two money or price fields may differ: absolute, plus a share of the right side. Lots never may. */
export interface Tolerance {
  /** In the field's own unit: 1/10,000 for prices, cents for money. */
  readonly absolute: number;
  /** Share of the right side's value, such as 0.0001. */
  readonly relative: number;
}

/** Rules of a match. */
export interface MatchRules {
  readonly openPrice: Tolerance;
  readonly settlementPrice: Tolerance;
  readonly margin: Tolerance;
}

/** Prices must be equal; money may differ by a cent per row (rounding of two systems). */
export const DEFAULT_RULES: MatchRules = {
  openPrice: { absolute: 0, relative: 0 },
  settlementPrice: { absolute: 0, relative: 0 },
  margin: { absolute: 1, relative: 0 },
};

/** Name of the rule behind a match, by the code in `MatchResult.rule`. 0 stands for no match. */
export const MATCH_RULE_NAMES = ['', 'exact', 'within-tolerance', 'date-split-merged'] as const;

/** Fields that are compared, most important first: the first that differs names the break. */
export const COMPARED = ['quantity', 'date-split', 'open-price', 'settlement-price', 'margin'] as const;
/** One of them. */
export type ComparedField = (typeof COMPARED)[number];

/** Why a pair or a single row did not match. Rows are indices into their side; several rows of a side where a key repeats. */
export interface Difference {
  readonly kind:
    | ComparedField
    | 'side'
    | 'hedge-flag'
    | 'missing-left'
    | 'missing-right'
    | 'duplicate-key'
    | 'ambiguous';
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly fields: readonly ComparedField[];
}

/** Result of a match. */
export interface MatchResult {
  /** Per left row: code of the rule that matched it (MATCH_RULE_NAMES), 0 for none. */
  readonly rule: Uint8Array;
  /** Per left row: the right row it was matched with, -1 for none. */
  readonly partner: Int32Array;
  readonly matched: number;
  readonly differences: readonly Difference[];
}

const EXACT = 1;
const TOLERATED = 2;
const MERGED = 3;

/**
 * Matches two sides by account, contract, side and hedge flag. Passes in order: equal in all both sides tell; equal lots and the rest
 * within tolerance; rows of one key that are today's and yesterday's lots of one position, merged. Whatever repeats a key otherwise, or
 * could be explained by more than one row, is never matched by itself. Pure: the same columns give the same result in the same order.
 */
export function matchPositions(
  left: PositionColumns,
  right: PositionColumns,
  rules: MatchRules = DEFAULT_RULES,
): MatchResult {
  const run = new Matching(left, right, rules);
  run.pair();
  run.compare();
  run.mergeRepeats();
  run.explainSingles();
  return run.result();
}

class Matching {
  private readonly left: PositionColumns;
  private readonly right: PositionColumns;
  private readonly rules: MatchRules;
  /** Every key is below it. */
  private readonly keySpace: number;
  private readonly leftKeys: Float64Array;
  private readonly rightKeys: Float64Array;
  private readonly rule: Uint8Array;
  private readonly partner: Int32Array;
  private readonly takenBy: Int32Array;
  private readonly repeats = new Map<number, { left: Set<number>; right: Set<number> }>();
  private readonly singlesLeft: number[] = [];
  private readonly differences: Difference[] = [];
  private matched = 0;

  constructor(left: PositionColumns, right: PositionColumns, rules: MatchRules) {
    this.left = left;
    this.right = right;
    this.rules = rules;
    const accounts = sharedCodes(left.account.values, right.account.values);
    const contracts = sharedCodes(left.contract.values, right.contract.values);
    this.keySpace = accounts.count * contracts.count * 2 * HEDGES.length;
    this.leftKeys = keysOf(left, accounts.left, contracts.left, contracts.count);
    this.rightKeys = keysOf(right, accounts.right, contracts.right, contracts.count);
    this.rule = new Uint8Array(left.size);
    this.partner = new Int32Array(left.size).fill(-1);
    this.takenBy = new Int32Array(right.size).fill(-1);
  }

  /** Finds the right row of every left one; keys that repeat on a side are set aside. */
  pair(): void {
    const table = new RowTable(this.right.size, this.keySpace);
    for (let row = 0; row < this.right.size; row += 1) {
      const key = this.rightKeys[row] ?? 0;
      const held = table.add(key, row);
      if (held !== -1) this.repeatOf(key).right.add(held).add(row);
    }
    const singles: number[] = [];
    for (let row = 0; row < this.left.size; row += 1) {
      const key = this.leftKeys[row] ?? 0;
      const found = table.find(key);
      if (found === -1) singles.push(row);
      else if ((this.takenBy[found] ?? -1) === -1) {
        this.partner[row] = found;
        this.takenBy[found] = row;
      } else
        this.repeatOf(key)
          .left.add(this.takenBy[found] ?? -1)
          .add(row);
    }
    // Only rows without a partner can repeat unseen: a table of all left rows would cost as much as the match.
    const own = new RowTable(singles.length, this.keySpace);
    for (const row of singles) {
      const key = this.leftKeys[row] ?? 0;
      const held = own.add(key, row);
      if (held !== -1) this.repeatOf(key).left.add(held).add(row);
    }
    for (const row of singles) if (!this.isRepeated(row)) this.singlesLeft.push(row);
    this.releaseRepeats();
  }

  private isRepeated(row: number): boolean {
    return this.repeats.size > 0 && this.repeats.has(this.leftKeys[row] ?? 0);
  }

  private releaseRepeats(): void {
    if (this.repeats.size === 0) return;
    for (let row = 0; row < this.left.size; row += 1) {
      const group = this.repeats.get(this.leftKeys[row] ?? 0);
      if (group === undefined) continue;
      group.left.add(row);
      const found = this.partner[row] ?? -1;
      if (found === -1) continue;
      group.right.add(found);
      this.takenBy[found] = -1;
      this.partner[row] = -1;
    }
  }

  private repeatOf(key: number): { left: Set<number>; right: Set<number> } {
    let group = this.repeats.get(key);
    if (group === undefined) {
      group = { left: new Set(), right: new Set() };
      this.repeats.set(key, group);
    }
    return group;
  }

  /** Exact pass, then tolerance; what is left of a pair is a difference. */
  compare(): void {
    const { left, right } = this;
    const told = TOLD.filter((field) => isTold(left[field]) && isTold(right[field])).map(
      (field) => [left[field], right[field]] as const,
    );
    for (let row = 0; row < left.size; row += 1) {
      const other = this.partner[row] ?? -1;
      if (other === -1) continue;
      if (left.quantity[row] === right.quantity[other] && allAgree(told, row, other)) {
        this.accept(row, EXACT);
        continue;
      }
      const fields = differingFields(left, row, right, other, this.rules);
      if (fields.length === 0) this.accept(row, TOLERATED);
      else {
        this.partner[row] = -1;
        this.differences.push({ kind: fields[0] ?? 'quantity', left: [row], right: [other], fields });
      }
    }
  }

  private accept(row: number, rule: number): void {
    this.rule[row] = rule;
    this.matched += 1;
  }

  /** SHFE and INE give today's and yesterday's lots of a position as two records, other sources as one. */
  mergeRepeats(): void {
    for (const group of this.repeats.values()) {
      const [lefts, rights] = [[...group.left], [...group.right]];
      const isSplit =
        lefts.length > 0 &&
        rights.length > 0 &&
        isDateSplit(this.left, lefts) &&
        isDateSplit(this.right, rights);
      const isEqual =
        isSplit &&
        (['quantity', 'today', 'yesterday'] as const).every((field) =>
          agrees(sumOf(this.left[field], lefts), sumOf(this.right[field], rights)),
        );
      if (!isEqual) {
        this.differences.push({ kind: 'duplicate-key', left: lefts, right: rights, fields: [] });
        continue;
      }
      for (const row of lefts) {
        this.accept(row, MERGED);
        this.partner[row] = rights[0] ?? -1;
      }
    }
  }

  /** Rows without a partner: the same lots under another side or hedge flag explain each other, when only one row can. */
  explainSingles(): void {
    const inRepeat = (row: number): boolean => this.repeats.has(this.rightKeys[row] ?? 0);
    const singlesRight: number[] = [];
    for (let row = 0; row < this.right.size; row += 1) {
      if ((this.takenBy[row] ?? -1) === -1 && !inRepeat(row)) singlesRight.push(row);
    }
    const byContract = new Map<string, number[]>();
    for (const row of singlesRight) {
      const key = placeOf(this.right, row);
      byContract.set(key, [...(byContract.get(key) ?? []), row]);
    }
    const explained = new Set<number>();
    for (const row of this.singlesLeft) {
      const candidates = (byContract.get(placeOf(this.left, row)) ?? []).filter(
        (other) => !explained.has(other) && this.right.quantity[other] === this.left.quantity[row],
      );
      const [only] = candidates;
      if (only === undefined)
        this.differences.push({ kind: 'missing-right', left: [row], right: [], fields: [] });
      else if (candidates.length > 1)
        this.differences.push({ kind: 'ambiguous', left: [row], right: candidates, fields: [] });
      else {
        const isSide = this.right.side[only] !== this.left.side[row];
        this.differences.push({
          kind: isSide ? 'side' : 'hedge-flag',
          left: [row],
          right: [only],
          fields: [],
        });
      }
      for (const other of candidates) explained.add(other);
    }
    for (const row of singlesRight) {
      if (!explained.has(row))
        this.differences.push({ kind: 'missing-left', left: [], right: [row], fields: [] });
    }
  }

  result(): MatchResult {
    return {
      rule: this.rule,
      partner: this.partner,
      matched: this.matched,
      differences: this.differences,
    };
  }
}

/** Codes of two lists of texts in one numbering. */
function sharedCodes(
  left: readonly string[],
  right: readonly string[],
): { left: Int32Array; right: Int32Array; count: number } {
  const codes = new Map<string, number>();
  const codeOf = (text: string): number => {
    let code = codes.get(text);
    if (code === undefined) {
      code = codes.size;
      codes.set(text, code);
    }
    return code;
  };
  const [leftCodes, rightCodes] = [Int32Array.from(left, codeOf), Int32Array.from(right, codeOf)];
  return { left: leftCodes, right: rightCodes, count: codes.size };
}

/** One whole number per row for account, contract, side and hedge flag: below 2^53 for a million accounts and a billion contracts. */
function keysOf(
  columns: PositionColumns,
  accounts: Int32Array,
  contracts: Int32Array,
  contractCount: number,
): Float64Array {
  const keys = new Float64Array(columns.size);
  const perContract = 2 * HEDGES.length;
  const perAccount = contractCount * perContract;
  for (let row = 0; row < columns.size; row += 1) {
    const account = accounts[columns.account.codes[row] ?? 0] ?? 0;
    const contract = contracts[columns.contract.codes[row] ?? 0] ?? 0;
    const flags = (columns.side[row] ?? 0) * HEDGES.length + (columns.hedge[row] ?? 0);
    keys[row] = account * perAccount + contract * perContract + flags;
  }
  return keys;
}

/** Columns a source may leave out. One that a whole side leaves out is not looked at again for every row. */
const TOLD = ['today', 'yesterday', 'openPrice', 'settlementPrice', 'margin'] as const;

/** A plain loop: a closure per row would cost as much as the comparison. */
function allAgree(
  told: ReadonlyArray<readonly [Float64Array, Float64Array]>,
  row: number,
  other: number,
): boolean {
  for (const [one, another] of told) if (!agrees(one[row], another[other])) return false;
  return true;
}

function isTold(column: Float64Array): boolean {
  return column.some((value) => !Number.isNaN(value));
}

/** Equal, or one side does not tell (NaN). */
function agrees(left: number | undefined, right: number | undefined): boolean {
  return left === right || left !== left || right !== right;
}

function differingFields(
  left: PositionColumns,
  row: number,
  right: PositionColumns,
  other: number,
  rules: MatchRules,
): ComparedField[] {
  const fields: ComparedField[] = [];
  if (left.quantity[row] !== right.quantity[other]) fields.push('quantity');
  else if (
    !agrees(left.today[row], right.today[other]) ||
    !agrees(left.yesterday[row], right.yesterday[other])
  )
    fields.push('date-split');
  if (!isWithin(left.openPrice[row], right.openPrice[other], rules.openPrice)) fields.push('open-price');
  if (!isWithin(left.settlementPrice[row], right.settlementPrice[other], rules.settlementPrice))
    fields.push('settlement-price');
  if (!isWithin(left.margin[row], right.margin[other], rules.margin)) fields.push('margin');
  return fields;
}

function isWithin(left: number | undefined, right: number | undefined, tolerance: Tolerance): boolean {
  if (agrees(left, right)) return true;
  return (
    Math.abs((left ?? 0) - (right ?? 0)) <= tolerance.absolute + tolerance.relative * Math.abs(right ?? 0)
  );
}

/** A single row, or two of which one is all today's and the other all yesterday's lots. */
function isDateSplit(columns: PositionColumns, rows: readonly number[]): boolean {
  if (rows.length === 1) return true;
  const isAll = (row: number, own: Float64Array, other: Float64Array): boolean =>
    other[row] === 0 && (own[row] ?? 0) > 0;
  const kinds = rows.map((row) =>
    isAll(row, columns.today, columns.yesterday)
      ? 'today'
      : isAll(row, columns.yesterday, columns.today)
        ? 'yesterday'
        : 'other',
  );
  return rows.length === 2 && kinds.includes('today') && kinds.includes('yesterday');
}

function sumOf(column: Int32Array | Float64Array, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + (column[row] ?? 0), 0);
}

function placeOf(columns: PositionColumns, row: number): string {
  const account = columns.account.values[columns.account.codes[row] ?? -1] ?? '';
  return `${account}\n${columns.contract.values[columns.contract.codes[row] ?? -1] ?? ''}`;
}
