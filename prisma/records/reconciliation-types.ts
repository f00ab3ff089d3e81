import type { JsonObject } from '../../domain/json.ts';
import type {
  BreakClass,
  BreakMove,
  BreakStatus,
  FoundBreak,
  MoveRefusal,
} from '../../domain/reconciliation/breaks.ts';
import type { Page, PageOf } from './types.ts';

/** A break as it stands. Days are `YYYY-MM-DD`. */
export interface BreakRow extends FoundBreak {
  readonly reconciliation: string;
  readonly status: BreakStatus;
  /** What is wrong, for breaks that concern a whole source. */
  readonly detail: string | null;
  readonly owner: string | null;
  readonly cause: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Run that saw it last. */
  readonly runId: string;
  readonly proposedBy: string | null;
  readonly proposedReason: string | null;
  readonly closedBy: string | null;
  readonly closedAt: Date | null;
  readonly changedAt: Date;
}

/** One line of the history of a break. */
export interface BreakEntryRow {
  readonly actor: string;
  readonly action: string;
  readonly text: string;
  readonly at: Date;
}

/** The signing of one day. `snapshot` is what was signed: inputs, counts, open breaks. */
export interface SignOffRow {
  readonly signOffId: string;
  readonly reconciliation: string;
  readonly tradingDay: string;
  readonly runId: string;
  readonly deadlineAt: Date;
  readonly snapshot: JsonObject;
  readonly openedAt: Date;
  readonly maker: string | null;
  readonly makerComment: string | null;
  readonly madeAt: Date | null;
  readonly checker: string | null;
  readonly checkerComment: string | null;
  readonly checkedAt: Date | null;
}

/** One match as recorded. */
export interface ReconciliationRunRow {
  readonly reconciliationRunId: string;
  readonly reconciliation: string;
  readonly tradingDay: string;
  readonly runId: string;
  readonly leftSource: string;
  readonly leftSha256: string;
  readonly rightSource: string;
  readonly rightSha256: string;
  readonly rulesVersion: string;
  readonly summary: JsonObject;
  readonly createdAt: Date;
}

/** What publishing did. */
export interface PublishedBreaks {
  readonly open: number;
  readonly added: number;
  readonly stillThere: number;
  readonly reopened: number;
  readonly gone: number;
}

export interface ReconciliationRecords {
  /** Records a match; a repeat changes nothing. */
  recordRun(row: Omit<ReconciliationRunRow, 'createdAt'>): Promise<void>;
  /** Newest first. */
  runs(reconciliation: string, limit: number): Promise<ReconciliationRunRow[]>;
  /** Puts the breaks of one day on the desk and closes those that are gone; a repeat changes nothing more. */
  publish(call: {
    readonly reconciliation: string;
    readonly tradingDay: string;
    readonly runId: string;
    readonly breaks: readonly FoundBreak[];
  }): Promise<PublishedBreaks>;
  /** Puts one break of a source on the desk. */
  publishSourceBreak(call: {
    readonly reconciliation: string;
    readonly tradingDay: string;
    readonly runId: string;
    readonly break: FoundBreak;
    readonly detail: string;
  }): Promise<void>;
  list(
    filter: {
      readonly reconciliation?: string;
      readonly class?: BreakClass;
      readonly owner?: string;
      /** `open` is everything that is not closed. */
      readonly status?: BreakStatus | 'open';
    },
    page: Page,
  ): Promise<PageOf<BreakRow>>;
  find(breakId: string): Promise<BreakRow | undefined>;
  entries(breakId: string): Promise<BreakEntryRow[]>;
  /** Carries out a person's move, or says why not. */
  move(
    breakId: string,
    move: BreakMove,
    person: string,
    text: string,
  ): Promise<{ readonly row: BreakRow } | { readonly refused: MoveRefusal | 'unknown' }>;
  openCount(reconciliation?: string): Promise<number>;
  openSignOff(
    row: Pick<
      SignOffRow,
      'signOffId' | 'reconciliation' | 'tradingDay' | 'runId' | 'deadlineAt' | 'snapshot'
    >,
  ): Promise<SignOffRow>;
  findSignOff(signOffId: string): Promise<SignOffRow | undefined>;
  /** Newest first. */
  signOffs(limit: number): Promise<SignOffRow[]>;
  /** Signs as maker, or as checker when a maker has signed; the same person never does both. */
  sign(
    signOffId: string,
    person: string,
    comment: string,
  ): Promise<
    { readonly row: SignOffRow } | { readonly refused: 'unknown' | 'maker-is-checker' | 'already-signed' }
  >;
}
