import type {
  EventStanding,
  FireReason,
  GradeDecision,
  NoEntryReason,
  OutcomeCode,
} from '../../domain/outreach/index.ts';
import type {
  CustomerEvent,
  CustomerState,
  EntryStatus,
  Grade,
  JourneyRules,
} from '../../domain/outreach/index.ts';
import type { Page, PageOf } from './types.ts';

/** A stored event of a customer with what came of it. */
export interface CustomerEventRow extends CustomerEvent {
  readonly standing: EventStanding;
  readonly receivedAt: Date;
}

/** A published version of a journey. */
export interface JourneyVersionRow {
  readonly journey: string;
  readonly title: string;
  readonly version: number;
  readonly rules: JourneyRules;
  readonly publishedBy: string;
  readonly publishedAt: Date;
  readonly pausedBy: string | null;
}

/** One stall of a customer inside a journey. Unique per (customerId, journey, stallKey). */
export interface JourneyEntryRow {
  readonly entryId: string;
  readonly customerId: string;
  readonly journey: string;
  readonly version: number;
  readonly stallKey: string;
  readonly step: string;
  readonly stallSequence: number;
  readonly status: EntryStatus;
  /** Why it ended, or why a call was withdrawn after it was handed on. */
  readonly reason: string | null;
  readonly firstDueAt: Date;
  readonly dueAt: Date;
  readonly frozenBy: string | null;
  readonly runId: string;
  readonly enteredAt: Date;
  readonly endedAt: Date | null;
}

/** A stall that asks to enter. */
export interface StallToEnter {
  readonly journey: string;
  readonly customerId: string;
  readonly step: string;
  readonly sequence: number;
  readonly runId: string;
}

/** What became of a stall. */
export type EntryAnswer =
  | { readonly entered: true; readonly entry: JourneyEntryRow }
  | { readonly entered: false; readonly reason: NoEntryReason | 'unknown-journey' | 'unknown-customer' };

/** What a due entry came to; a repeat of the question gives the same answer. */
export interface FireAnswer {
  readonly entryId: string;
  readonly outcome: 'person' | 'robot' | 'no-call' | 'defer' | 'refuse' | 'expire' | 'cancel';
  readonly reason: FireReason | null;
  readonly dueAt: Date;
  readonly taskId: string | null;
  readonly assignee: string | null;
  readonly grade: GradeDecision | null;
}

/** Status of a call task. */
export type CallTaskStatus = 'open' | 'calling' | 'done' | 'cancelled';

/** A call for a person. */
export interface CallTaskRow {
  readonly taskId: string;
  readonly entryId: string;
  readonly customerId: string;
  readonly journey: string;
  readonly stallKey: string;
  readonly step: string;
  readonly grade: Grade;
  readonly score: number;
  readonly explanation: GradeDecision;
  readonly assignee: string | null;
  readonly routing: string;
  readonly status: CallTaskStatus;
  readonly dueAt: Date;
  readonly calls: number;
  readonly outcome: string | null;
  readonly comment: string;
  /** Told to whoever is calling: the customer has moved on, opted out or closed. */
  readonly notice: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** What was reported after a call. */
export interface CallReportRow {
  readonly ordinal: number;
  readonly outcome: string;
  readonly comment: string;
  readonly reportedBy: string;
  readonly reportedAt: Date;
}

/** Which waiting entries an operator means. Absent members do not filter. */
export interface WaitingQuery {
  readonly journey?: string | undefined;
  readonly step?: string | undefined;
  readonly channel?: string | undefined;
  readonly dueBefore?: Date | undefined;
  readonly frozen?: boolean | undefined;
}

/** Figures of the board. */
export interface OutreachBoard {
  readonly waiting: number;
  readonly frozen: number;
  readonly dueWithinHour: number;
  readonly overdue: number;
  readonly openByGrade: ReadonlyArray<{ readonly grade: string; readonly count: number }>;
  readonly unassigned: number;
  readonly robotToday: number;
  readonly doneToday: number;
  readonly endedToday: ReadonlyArray<{
    readonly status: string;
    readonly reason: string | null;
    readonly count: number;
  }>;
}

/** A representative with what is on the desk. */
export interface RepresentativeRow {
  readonly personId: string;
  readonly skills: readonly string[];
  readonly capacity: number;
  readonly isOnShift: boolean;
  readonly openTasks: number;
}

/** Call tasks and what leads to them. Every method that acts is one transaction and gives the same answer when repeated. */
export interface OutreachRecords {
  /** Stores events once per (source, id), applies those that are not late, withdraws what no longer holds. Answers in input order. */
  applyEvents(
    events: readonly CustomerEvent[],
  ): Promise<ReadonlyArray<{ standing: EventStanding; ended: number }>>;
  customer(customerId: string): Promise<CustomerState | undefined>;
  customerEvents(customerId: string, limit: number): Promise<CustomerEventRow[]>;
  setDoNotCall(customerId: string, isForbidden: boolean): Promise<boolean>;
  /** Publishes the next version of a journey. */
  publishJourney(
    journey: string,
    title: string,
    rules: JourneyRules,
    publishedBy: string,
  ): Promise<JourneyVersionRow>;
  journeys(): Promise<JourneyVersionRow[]>;
  journeyVersion(journey: string, version: number): Promise<JourneyVersionRow | undefined>;
  pauseJourney(journey: string, pausedBy: string | null): Promise<boolean>;
  /** Enters stalls at an instant, in input order. */
  enter(stalls: readonly StallToEnter[], nowMs: number): Promise<EntryAnswer[]>;
  /** Looks at due entries again and acts: task, hand-off, deferral or end. Answers in input order; unknown ids are left out. */
  decide(entryIds: readonly string[], nowMs: number): Promise<FireAnswer[]>;
  entry(entryId: string): Promise<JourneyEntryRow | undefined>;
  entriesOf(customerId: string): Promise<JourneyEntryRow[]>;
  /** Ends a waiting entry; false when it waits no longer. */
  cancelEntry(entryId: string, reason: string, at: Date): Promise<boolean>;
  /** Ends the entry when its customer no longer stands there, and gives it as it is then; undefined for an unknown one. */
  recheck(entryId: string): Promise<JourneyEntryRow | undefined>;
  /** Waiting entries that are due and not frozen, oldest first. */
  due(nowMs: number, limit: number): Promise<string[]>;
  waiting(query: WaitingQuery, page: Page): Promise<PageOf<JourneyEntryRow>>;
  countWaiting(query: WaitingQuery): Promise<number>;
  /** Freezes or resumes what the query means, provided it still means `expected` entries; undefined when the count differs. */
  setFrozen(
    query: WaitingQuery,
    frozenBy: string | null,
    expected: number,
  ): Promise<JourneyEntryRow[] | undefined>;
  board(nowMs: number): Promise<OutreachBoard>;
  tasks(
    filter: { assignee?: string | null; status?: CallTaskStatus; grade?: string; customerId?: string },
    page: Page,
  ): Promise<PageOf<CallTaskRow>>;
  task(taskId: string): Promise<CallTaskRow | undefined>;
  reports(taskId: string): Promise<CallReportRow[]>;
  /** Takes an open task into a call; undefined when it is not open or somebody else's. */
  startCall(taskId: string, personId: string, at: Date): Promise<CallTaskRow | undefined>;
  /** Reports on the call in hand; undefined when this person has none on this task. */
  reportCall(
    taskId: string,
    report: {
      readonly personId: string;
      readonly outcome: OutcomeCode;
      readonly comment: string;
      readonly at: Date;
      readonly callbackAt: Date | null;
    },
  ): Promise<CallTaskRow | undefined>;
  /** Gives open tasks to somebody else (null: the pool); the number that was given. */
  reassign(taskIds: readonly string[], assignee: string | null): Promise<number>;
  putRepresentative(row: Omit<RepresentativeRow, 'openTasks'>): Promise<void>;
  representatives(): Promise<RepresentativeRow[]>;
}
