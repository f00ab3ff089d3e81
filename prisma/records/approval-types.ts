import type { ApprovalAct, ApprovalEvent, LevelRequest } from '../../domain/approval/approval.ts';
import type { LevelRule, Seat } from '../../domain/approval/quorum.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Page, PageOf } from './types.ts';

/** Where an approval stands. `voided`: the request was changed, nothing decided holds. */
export type ApprovalStatus =
  | 'open'
  | 'approved'
  | 'refused'
  | 'returned'
  | 'withdrawn'
  | 'expired'
  | 'cancelled'
  | 'voided';

/** What the run does when the deadline of a level passes. */
export type OnDeadline = 'expire' | 'remind' | 'escalate';

/** An approval request as stored. `content` is what was shown; `contentHash` binds every decision to it. */
export interface ApprovalRow {
  readonly approvalId: string;
  readonly runId: string;
  readonly commandId: string;
  readonly pointer: string;
  readonly title: string;
  readonly content: JsonObject;
  readonly contentHash: string;
  readonly attemptNonce: string;
  /** Rule of the first level. */
  readonly rule: LevelRule;
  /** Everybody the flow asks at any level: `role:net-reviewer` or `person:wang.min`. */
  readonly candidates: readonly string[];
  /** Levels as asked, in order; never empty when read. */
  readonly levels: readonly LevelRequest[];
  readonly requesterId: string;
  readonly authorId: string;
  /** In whose name a system asked; null when the requester asked for himself. */
  readonly applicantId: string | null;
  readonly copyTo: readonly string[];
  readonly onDeadline: OnDeadline;
  /** Time each level has, in milliseconds; null: no deadline. */
  readonly deadlineMs: number | null;
  /** Who is asked now, as candidates. */
  readonly asked: readonly string[];
  readonly status: ApprovalStatus;
  readonly openedAt: Date;
  readonly deadlineAt: Date | null;
  readonly closedAt: Date | null;
}

type LaterMembers = 'levels' | 'applicantId' | 'copyTo' | 'onDeadline' | 'deadlineMs';

/** An approval to open. Without levels it has one, of `rule` and `candidates`. */
export type NewApproval = Omit<ApprovalRow, 'status' | 'openedAt' | 'closedAt' | 'asked' | LaterMembers> &
  Partial<Pick<ApprovalRow, LaterMembers>>;

/** One person's decision. Unique per (approvalId, attemptNonce, personId) and per seat; never updated but for `acknowledgedAt`. */
export interface DecisionRow {
  readonly decisionId: string;
  readonly approvalId: string;
  readonly personId: string;
  readonly decision: 'approve' | 'refuse';
  readonly comment: string;
  readonly contentHash: string;
  readonly sequence: number;
  /** Whose word it is. */
  readonly seatId: string;
  readonly onBehalfOf: string | null;
  readonly decidedAt: Date;
  readonly acknowledgedAt: Date | null;
}

/** An act on an approval as a person or the run offers it. `roles` are those held now. */
export interface OfferedAct {
  /** Id of the row; the same act twice is one. */
  readonly eventId: string;
  readonly approvalId: string;
  readonly personId: string;
  readonly roles: readonly string[];
  readonly onBehalfOf: Seat | null;
  readonly act: ApprovalAct;
  readonly comment: string;
  readonly contentHash: string;
}

/** What became of an offered act. `refused` carries the sentence and, when the rules refused, their code. */
export type Recorded =
  | {
      readonly outcome: 'recorded' | 'replayed';
      readonly event: ApprovalEvent;
      readonly acknowledgedAt: Date | null;
    }
  | { readonly outcome: 'refused'; readonly reason: string; readonly code: string };

/** A recorded event with the address of the run that has not confirmed it. */
export interface PendingEvent {
  readonly event: ApprovalEvent;
  readonly runId: string;
  readonly workflowId: string;
  readonly commandId: string;
}

/** Which approvals a list shows. Absent members do not filter. */
export interface ApprovalFilter {
  readonly status?: ApprovalStatus;
  /** One of these is asked now. */
  readonly asked?: readonly string[];
  readonly runId?: string;
  /** Asked by or in the name of this person. */
  readonly requestedBy?: string;
  readonly copiedTo?: string;
}

/** Approvals with their log of decisions and moves: every act is a row, in one order, before the run hears of it. */
export interface ApprovalRecords {
  open(row: NewApproval): Promise<ApprovalRow>;
  close(approvalId: string, status: ApprovalStatus, at: Date): Promise<void>;
  find(approvalId: string): Promise<ApprovalRow | undefined>;
  list(filter: ApprovalFilter, page: Page): Promise<PageOf<ApprovalRow>>;
  /** Records an act when the rules of the approval let it count now; the next reader sees it in its place. */
  act(offered: OfferedAct): Promise<Recorded>;
  decisions(approvalId: string): Promise<DecisionRow[]>;
  /** Runs with an open approval; one entry per approval. */
  openRuns(): Promise<string[]>;
  /** The whole log in order. */
  log(approvalId: string): Promise<ApprovalEvent[]>;
  /** Events the run has not confirmed, oldest first. */
  unacknowledged(limit: number): Promise<PendingEvent[]>;
  acknowledge(eventId: string, at: Date): Promise<void>;
}

/** A stand-in for a span of time: `delegateId` may act in the seat of `personId` from `startsAt` until before `endsAt`. */
export interface DelegationRow {
  readonly delegationId: string;
  readonly personId: string;
  readonly delegateId: string;
  readonly reason: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdAt: Date;
  /** Set when it was taken back early. */
  readonly endedAt: Date | null;
}

/** Delegations of approvals. */
export interface DelegationRecords {
  put(row: Omit<DelegationRow, 'createdAt' | 'endedAt'>): Promise<DelegationRow>;
  find(delegationId: string): Promise<DelegationRow | undefined>;
  end(delegationId: string, at: Date): Promise<void>;
  /** Those a person gave or holds, newest first, at most 200. */
  ofPerson(personId: string): Promise<DelegationRow[]>;
  /** Those a person holds at this moment. */
  liveFor(delegateId: string, at: Date): Promise<DelegationRow[]>;
}

/** A right for a while, by an approval. Live while started, before its end and not ended early. */
export interface AccessGrantRow {
  readonly grantId: string;
  readonly personId: string;
  readonly kind: 'role' | 'permission';
  readonly name: string;
  readonly reason: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly runId: string;
  readonly approvalId: string;
  readonly grantedBy: readonly string[];
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
}

/** Temporary rights. */
export interface AccessGrantRecords {
  /** Writing the same grant id again gives the first row back. */
  grant(
    row: Omit<AccessGrantRow, 'createdAt' | 'endedAt' | 'endedBy' | 'endReason'>,
  ): Promise<AccessGrantRow>;
  find(grantId: string): Promise<AccessGrantRow | undefined>;
  /** Ends a grant; one that has ended keeps its first end. Undefined when there is none. */
  end(grantId: string, by: string, reason: string, at: Date): Promise<AccessGrantRow | undefined>;
  liveFor(personId: string, at: Date): Promise<AccessGrantRow[]>;
  list(filter: { personId?: string; liveAt?: Date }, page: Page): Promise<PageOf<AccessGrantRow>>;
}
