import type { JsonObject } from '../../domain/json.ts';

/** A CloudEvent as stored. `envelope` is the whole event. */
export interface EventRow {
  readonly sequence: bigint;
  readonly source: string;
  readonly eventId: string;
  readonly type: string;
  readonly subject: string | null;
  readonly envelope: JsonObject;
  /** Person, `token:<name>`, `trigger:<name>` or `run:<runId>` that brought it. */
  readonly receivedBy: string;
  readonly receivedAt: Date;
}

/** One filter of a waiting listen task, for handing events out. Both key texts are canonical JSON arrays of the same length. */
export interface EventWaitRow {
  readonly type: string | null;
  readonly keySources: string;
  readonly keyValues: string;
}

/** A run that wants to hear of an event. */
export interface WaitingRun {
  readonly runId: string;
  readonly workflowId: string;
}

export interface EventRecords {
  /** Stores events, each once per (source, event id); returns how many were new. */
  accept(
    events: ReadonlyArray<
      Pick<EventRow, 'source' | 'eventId' | 'type' | 'subject' | 'envelope' | 'receivedBy'>
    >,
  ): Promise<{ readonly stored: number }>;
  /** Undispatched events, oldest first, claimed for `leaseMs` so that two processes do not work on the same. */
  claim(limit: number, leaseMs: number): Promise<EventRow[]>;
  markDispatched(sequences: readonly bigint[]): Promise<void>;
  /** Gives a claim back, to be taken again after `afterMs`. */
  release(sequences: readonly bigint[], afterMs: number): Promise<void>;
  /** The different key expressions of the waits for a type. */
  keySources(type: string): Promise<string[]>;
  /** Runs that wait for this type with these key values. */
  waiting(type: string, keySources: string, keyValues: string): Promise<WaitingRun[]>;
  /** Writes what a listen task waits for and forgets every wait of the run that is not among `openCommands`. */
  openWait(
    run: WaitingRun,
    commandId: string,
    routes: readonly EventWaitRow[],
    openCommands: readonly string[],
  ): Promise<void>;
  /** Forgets all waits of a run the engine no longer knows. */
  closeWaits(runId: string): Promise<void>;
  /** Events of these types (null: any) received since a run was accepted, oldest first, after a sequence; at most `limit`. */
  since(
    runId: string,
    types: readonly string[] | null,
    afterSequence: bigint,
    limit: number,
  ): Promise<EventRow[]>;
  /** Newest first. */
  list(filter: { readonly type?: string }, limit: number): Promise<EventRow[]>;
}

/** Kinds of triggers. Their settings are checked by `domain/calendar/trigger.ts` before they are stored. */
export type TriggerKind = 'schedule' | 'event' | 'webhook';

/** What starts a flow without a person. */
export interface TriggerRow {
  readonly triggerName: string;
  readonly kind: TriggerKind;
  readonly flowName: string;
  readonly settings: JsonObject;
  readonly pausedBy: string | null;
  readonly pausedAt: Date | null;
  readonly changedBy: string;
  readonly changedAt: Date;
}

/** One occasion of a trigger and what came of it. */
export interface TriggerFiringRow {
  readonly triggerName: string;
  /** The day, the event or the press of a button; a repeat is the same row. */
  readonly occasion: string;
  readonly cause: 'schedule' | 'event' | 'webhook' | 'person';
  readonly outcome: 'started' | 'not-due' | 'paused' | 'skipped' | 'refused';
  readonly runId: string | null;
  readonly detail: string | null;
  readonly firedAt: Date;
}

export interface TriggerRecords {
  put(
    row: Pick<TriggerRow, 'triggerName' | 'kind' | 'flowName' | 'settings' | 'changedBy'>,
  ): Promise<TriggerRow>;
  find(triggerName: string): Promise<TriggerRow | undefined>;
  list(kind?: TriggerKind): Promise<TriggerRow[]>;
  setPaused(triggerName: string, pausedBy: string | null): Promise<TriggerRow | undefined>;
  /** Writes what came of an occasion; the first word stands. */
  recordFiring(row: Omit<TriggerFiringRow, 'firedAt'>): Promise<void>;
  /** Newest first. */
  firings(triggerName: string | undefined, limit: number): Promise<TriggerFiringRow[]>;
}
