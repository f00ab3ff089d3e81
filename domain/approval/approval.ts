import type { LevelRule, Seat } from './quorum.ts';

/** One level as it is asked: who, and how many of them. `need` is read under `at-least`. */
export interface LevelRequest {
  readonly name: string;
  /** `role:net-reviewer` or `person:wang.min`. */
  readonly from: readonly string[];
  readonly rule: LevelRule;
  readonly need: number;
}

/** A seat handed on: the last hand-over of a seat says who holds it. */
export interface Transfer {
  readonly seat: Seat;
  readonly by: string;
  readonly to: string;
}

/** A decision that counted. `seat` is whose word it is; it differs from `username` for delegates and after a transfer. */
export interface CountedDecision {
  readonly decisionId: string;
  readonly username: string;
  readonly seat: Seat;
  readonly decision: 'approve' | 'refuse';
  readonly comment: string;
  readonly atMs: number;
}

/** A level with what has happened at it. `addedBy` names the person who added it, null for levels of the flow. */
export interface ApprovalLevel extends LevelRequest {
  readonly levelId: string;
  readonly addedBy: string | null;
  /** Asked too after the deadline; one of them is enough. */
  readonly escalatedTo: readonly string[];
  readonly transfers: readonly Transfer[];
  readonly decisions: readonly CountedDecision[];
}

/** How an approval ended. Only `approved` is a yes; `voided` means that the request was changed and nothing decided holds. */
export type ApprovalOutcome = 'approved' | 'refused' | 'returned' | 'withdrawn' | 'voided';

/** The end of an approval and who brought it about. */
export interface ApprovalResult {
  readonly outcome: ApprovalOutcome;
  readonly by: string;
  readonly comment: string;
  readonly atMs: number;
}

/** What an approval asks for, fixed at the asking. `contentHash` and `attemptNonce` bind every event to this content and this asking. */
export interface ApprovalRequestFacts {
  readonly approvalId: string;
  readonly contentHash: string;
  readonly attemptNonce: string;
  readonly requestedBy: string;
  readonly authoredBy: string;
  /** In whose name the request is made, when a system asks for somebody; never decides, may withdraw. */
  readonly applicant: string | null;
  readonly levels: readonly LevelRequest[];
  readonly copyTo: readonly string[];
}

/** An approval with everything that counted so far. JSON all through: a run carries it over continue-as-new. */
export interface ApprovalState extends Omit<ApprovalRequestFacts, 'levels'> {
  readonly levels: readonly ApprovalLevel[];
  /** Index of the level that is asked now; the number of levels when all are through. */
  readonly current: number;
  /** Last event of the log that was taken up. */
  readonly lastSequence: number;
  /** Events that came before their turn. */
  readonly held: readonly ApprovalEvent[];
  readonly reminders: number;
  readonly result: ApprovalResult | null;
}

/** What somebody does. `remind` and `escalate` are the run's own, at a deadline. People are user names. */
export type ApprovalAct =
  | { readonly kind: 'approve' | 'refuse' | 'return' | 'withdraw' | 'change' | 'remind' }
  | { readonly kind: 'add-sign'; readonly place: 'before' | 'after'; readonly people: readonly string[] }
  | { readonly kind: 'transfer'; readonly to: string }
  | { readonly kind: 'copy'; readonly people: readonly string[] }
  | { readonly kind: 'escalate'; readonly people: readonly string[] };

/**
 * One line of an approval's log. `sequence` is given by the store, from 1 without gaps, so that every reader comes to the same state
 * whatever the order of arrival; without it the event counts on arrival. `onBehalfOf` is the person a delegate acts for.
 */
export interface ApprovalEvent {
  readonly eventId: string;
  readonly sequence?: number | undefined;
  readonly approvalId: string;
  readonly contentHash: string;
  readonly attemptNonce: string;
  readonly by: string;
  readonly roles: readonly string[];
  readonly onBehalfOf: Seat | null;
  readonly act: ApprovalAct;
  readonly comment: string;
  readonly atMs: number;
}

/** The approval before anybody said anything. */
export function openApproval({ levels, ...facts }: ApprovalRequestFacts): ApprovalState {
  return {
    ...facts,
    levels: levels.map((level, index) => newLevel(level, `level-${index + 1}`, null)),
    current: 0,
    lastSequence: 0,
    held: [],
    reminders: 0,
    result: null,
  };
}

/** A level nobody has said anything at. */
export function newLevel(request: LevelRequest, levelId: string, addedBy: string | null): ApprovalLevel {
  const { name, from, rule, need } = request;
  return { name, from, rule, need, levelId, addedBy, escalatedTo: [], transfers: [], decisions: [] };
}

/** The level that is asked now; undefined when the approval is over. */
export function currentLevel(state: ApprovalState): ApprovalLevel | undefined {
  return state.result === null ? state.levels[state.current] : undefined;
}

/** Every decision that counted, in the order of levels. */
export function countedDecisions(state: ApprovalState): CountedDecision[] {
  return state.levels.flatMap((level) => level.decisions);
}
