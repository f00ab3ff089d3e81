import type { Json } from '../../domain/json.ts';
import type { Plan, Problem } from '../../engine/types.ts';
import type { TriggerRow } from './event-types.ts';
import type { FlowVersionRow } from './types.ts';

/** A flow under edit. `authors` are all people who wrote in it; `flowName` is null for a flow that has no version yet. */
export interface DraftRow {
  readonly draftId: string;
  readonly flowName: string | null;
  readonly name: string;
  readonly owner: string;
  readonly source: string;
  /** Counts saves from 1. */
  readonly revision: number;
  /** Version the draft began from. */
  readonly baseVersion: string | null;
  readonly authors: readonly string[];
  /** Answers of steps pinned for rehearsals. */
  readonly pins: Json;
  readonly changedBy: string;
  readonly changedAt: Date;
}

/** A saved state of a draft. */
export interface DraftRevisionRow {
  readonly revision: number;
  readonly changedBy: string;
  readonly changedAt: Date;
  readonly chars: number;
}

/** Drafts with an optimistic lock: a save names the revision it was made from. */
export interface DraftRecords {
  create(row: Pick<DraftRow, 'flowName' | 'name' | 'owner' | 'source' | 'baseVersion'>): Promise<DraftRow>;
  find(draftId: string): Promise<DraftRow | undefined>;
  /** Open drafts, last changed first; at most 200. */
  list(): Promise<DraftRow[]>;
  /** Saves over a revision; undefined when the draft is at another one by now. The newest 200 saves are kept. */
  save(draftId: string, revision: number, source: string, by: string): Promise<DraftRow | undefined>;
  /** Sets the pins and counts who set them as an author: they shape the rehearsal that the second person sees. False when there is no such open draft. */
  setPins(draftId: string, pins: Json, by: string): Promise<boolean>;
  close(draftId: string): Promise<void>;
  revisions(draftId: string): Promise<DraftRevisionRow[]>;
  revision(draftId: string, revision: number): Promise<string | undefined>;
}

/** Standing of a submission. */
export type SubmissionStatus = 'open' | 'approved' | 'returned' | 'withdrawn' | 'superseded';

/** What one person asks another to publish, with what the second person is shown. Everything but the decision is fixed. */
export interface SubmissionRow {
  readonly submissionId: string;
  readonly draftId: string | null;
  readonly namespace: string;
  readonly flowName: string;
  readonly version: string;
  readonly title: string;
  readonly source: string;
  /** SHA-256 of the source. */
  readonly contentHash: string;
  readonly planHash: string;
  readonly plan: Plan;
  readonly baseVersion: string | null;
  readonly comment: string;
  readonly authors: readonly string[];
  readonly submittedBy: string;
  readonly submittedAt: Date;
  readonly problems: readonly Problem[];
  readonly rehearsal: Json;
  readonly triggers: Json;
  readonly status: SubmissionStatus;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decisionComment: string | null;
}

/** What a submission is made from. */
export type NewSubmission = Omit<
  SubmissionRow,
  'submissionId' | 'submittedAt' | 'status' | 'decidedBy' | 'decidedAt' | 'decisionComment'
>;

/** A decision of the second person, bound to the hash of what was seen. */
export interface SubmissionDecision {
  readonly submissionId: string;
  readonly decision: 'approve' | 'return';
  readonly decidedBy: string;
  readonly contentHash: string;
  readonly comment: string;
  /** What an approval does to the triggers of the flow. */
  readonly triggers?: TriggerChanges;
}

/** Triggers that a published version puts in place, and the names of those it pauses. */
export interface TriggerChanges {
  readonly put: ReadonlyArray<Pick<TriggerRow, 'triggerName' | 'kind' | 'flowName' | 'settings'>>;
  readonly pause: readonly string[];
}

/** Why a decision was not taken. */
export type DecisionRefusal = 'own-change' | 'content-changed' | 'not-open' | 'version-exists';

/** Submissions: decided once, by somebody else. */
export interface SubmissionRecords {
  /** Takes the place of an open submission of the same draft; `open-already` when another one of the flow is open. */
  create(row: NewSubmission): Promise<SubmissionRow | 'open-already'>;
  find(submissionId: string): Promise<SubmissionRow | undefined>;
  /** Newest first, at most 200. */
  list(filter: { readonly status?: SubmissionStatus; readonly flowName?: string }): Promise<SubmissionRow[]>;
  /** Approval, publishing and the triggers of the flow are one transaction. */
  decide(
    decision: SubmissionDecision,
  ): Promise<{ readonly submission: SubmissionRow; readonly version?: FlowVersionRow } | DecisionRefusal>;
  /** Takes it back; false when it is not open. */
  withdraw(submissionId: string, by: string): Promise<boolean>;
}
