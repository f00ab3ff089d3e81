import { type IsoDate, nextTradingDay } from '../calendar/index.ts';
import { sha256Hex } from '../json.ts';
import type { ComparedField, Difference, MatchResult } from './match.ts';
import { MATCH_RULE_NAMES } from './match.ts';
import { type Position, type PositionColumns, positionAt } from './position.ts';

/** Every kind of break. The first three concern a whole source, the others a position. */
export const BREAK_CLASSES = [
  'source-missing',
  'source-stale',
  'control-total',
  'missing-left',
  'missing-right',
  'duplicate-key',
  'ambiguous',
  'quantity',
  'side',
  'hedge-flag',
  'date-split',
  'open-price',
  'settlement-price',
  'margin',
  'reference-data',
  'combination-leg',
] as const;

/** One kind. */
export type BreakClass = (typeof BREAK_CLASSES)[number];

/** A break as a run found it. Identity is the place, not the row: the same break of tomorrow is the same break, one day older. */
export interface FoundBreak {
  readonly breakId: string;
  readonly class: BreakClass;
  /** Account, contract, side and hedge flag in words, or the name of the source. */
  readonly key: string;
  readonly left: readonly Position[];
  readonly right: readonly Position[];
  readonly fields: readonly ComparedField[];
}

/** What a match came to, without the rows. */
export interface MatchSummary {
  readonly leftRows: number;
  readonly rightRows: number;
  readonly matched: number;
  readonly byRule: Readonly<Record<string, number>>;
  readonly byClass: Readonly<Partial<Record<BreakClass, number>>>;
}

/** Identity of a break: hash of reconciliation, key and class. */
export function breakIdOf(reconciliation: string, key: string, breakClass: BreakClass): string {
  return sha256Hex(`${reconciliation}\n${key}\n${breakClass}`).slice(0, 32);
}

/** Turns differences into breaks, in the order of their keys. */
export function breaksOf(
  reconciliation: string,
  left: PositionColumns,
  right: PositionColumns,
  differences: readonly Difference[],
): FoundBreak[] {
  const breaks = differences.map((difference): FoundBreak => {
    const lefts = difference.left.map((row) => positionAt(left, row));
    const rights = difference.right.map((row) => positionAt(right, row));
    const shown = lefts[0] ?? rights[0];
    const key = shown === undefined ? '' : keyOf(shown);
    const breakClass = classOf(difference, lefts, rights);
    return {
      breakId: breakIdOf(reconciliation, key, breakClass),
      class: breakClass,
      key,
      left: lefts,
      right: rights,
      fields: difference.fields,
    };
  });
  return breaks.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}

/** A combination row that the other side lacks is not missing: the other side holds its legs. */
function classOf({ kind }: Difference, left: readonly Position[], right: readonly Position[]): BreakClass {
  if (kind !== 'missing-left' && kind !== 'missing-right') return kind;
  const [row] = [...left, ...right];
  return row?.contract.includes('&') === true ? 'combination-leg' : kind;
}

/** `1001 SHFE.al2110 long speculation`. */
export function keyOf({ account, contract, side, hedge }: Position): string {
  return `${account} ${contract} ${side} ${hedge}`;
}

/** Counts by rule and by class. */
export function summarize(
  left: PositionColumns,
  right: PositionColumns,
  result: MatchResult,
  breaks: readonly FoundBreak[],
): MatchSummary {
  const byRule: Record<string, number> = {};
  for (const code of result.rule) {
    const name = MATCH_RULE_NAMES[code] ?? '';
    if (name !== '') byRule[name] = (byRule[name] ?? 0) + 1;
  }
  const byClass: Partial<Record<BreakClass, number>> = {};
  for (const found of breaks) byClass[found.class] = (byClass[found.class] ?? 0) + 1;
  return { leftRows: left.size, rightRows: right.size, matched: result.matched, byRule, byClass };
}

/** Where a break stands. */
export const BREAK_STATUSES = [
  'new',
  'known',
  'assigned',
  'explained',
  'proposed-close',
  'closed',
  'reopened',
] as const;

/** One standing. */
export type BreakStatus = (typeof BREAK_STATUSES)[number];

/** What a person does with a break. */
export type BreakMove =
  | { readonly kind: 'assign'; readonly to: string }
  | { readonly kind: 'comment' }
  | { readonly kind: 'explain'; readonly cause: string }
  | { readonly kind: 'propose-close'; readonly reason: string }
  | { readonly kind: 'close' }
  | { readonly kind: 'reject-close' };

/** Why a move is refused. */
export type MoveRefusal = 'already-closed' | 'not-proposed' | 'maker-is-checker' | 'reason-missing';

/**
 * The standing after a move, or why it is refused. Closing takes two people: whoever proposed it never checks it. A comment changes
 * nothing; a closed break is moved by the run that finds it again, never by hand.
 */
export function moveBreak(
  standing: { readonly status: BreakStatus; readonly proposedBy: string | null },
  move: BreakMove,
  person: string,
): { readonly status: BreakStatus } | { readonly refused: MoveRefusal } {
  const { status, proposedBy } = standing;
  if (move.kind === 'comment') return { status };
  if (status === 'closed') return { refused: 'already-closed' };
  switch (move.kind) {
    case 'assign':
      return { status: status === 'proposed-close' ? status : 'assigned' };
    case 'explain':
      return move.cause.trim() === '' ? { refused: 'reason-missing' } : { status: 'explained' };
    case 'propose-close':
      return move.reason.trim() === '' ? { refused: 'reason-missing' } : { status: 'proposed-close' };
    case 'close':
    case 'reject-close': {
      if (status !== 'proposed-close') return { refused: 'not-proposed' };
      if (move.kind === 'reject-close') return { status: 'assigned' };
      return proposedBy === person ? { refused: 'maker-is-checker' } : { status: 'closed' };
    }
  }
}

/** The standing of a break that a run finds: first seen, still there, or back after it was closed. */
export function standingWhenFound(known: BreakStatus | undefined): BreakStatus {
  if (known === undefined) return 'new';
  if (known === 'new') return 'known';
  return known === 'closed' ? 'reopened' : known;
}

/** Age in trading days from the day a break was first seen: 0 on that day. Throws `CalendarYearError` past the published calendar. */
export function ageInTradingDays(market: string, firstSeen: IsoDate, day: IsoDate): number {
  let age = 0;
  for (let at = firstSeen; at < day; at = nextTradingDay(market, at)) age += 1;
  return age;
}
