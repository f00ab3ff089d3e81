import type { JsonObject } from '../../domain/json.ts';
import type { EffectRow } from './types.ts';

/** The queues that carry hand-offs (design, section 8). */
export type HandOffQueue = 'signed-callback' | 'notification' | 'robot-calls';

/** A hand-off to write: `dedupeKey` names it within its queue, so that a repeat writes nothing. */
export interface HandOff {
  readonly queue: HandOffQueue;
  readonly dedupeKey: string;
  readonly payload: JsonObject;
}

/** How a hand-off ended. `status` is the HTTP status of the receiver's answer, null when it gave none. */
export interface HandOffReceipt {
  readonly outcome: 'delivered' | 'failed';
  readonly status: number | null;
  readonly detail: string;
  readonly attempts: number;
}

/** A stored hand-off. `receipt` is undefined while it is under way. */
export interface HandOffRow {
  readonly outboxId: string;
  readonly queue: string;
  readonly dedupeKey: string;
  readonly payload: JsonObject;
  readonly createdAt: Date;
  readonly receipt?: HandOffReceipt;
}

/** The outbox: what is handed to a queue is a row first, and what became of it is a row too. */
export interface HandOffRecords {
  /** Writes the hand-off, and the intent of the effect it carries out in the same transaction. A repeat changes nothing. */
  put(handOff: HandOff, effect?: Omit<EffectRow, 'status' | 'outcome' | 'evidenceHash'>): Promise<void>;
  /** Rows no queue has yet, oldest first. */
  waiting(limit: number): Promise<HandOffRow[]>;
  /** Marks rows as taken by their queue. */
  take(outboxIds: readonly string[]): Promise<void>;
  find(outboxId: string): Promise<HandOffRow | undefined>;
  /** The row of a key within its queue, with its receipt. */
  findByKey(queue: HandOffQueue, dedupeKey: string): Promise<HandOffRow | undefined>;
  /** Per queue with any: rows no queue has yet, and deliveries since a time. */
  standing(since: Date): Promise<Array<{ queue: string; notTaken: number; delivered: number }>>;
  /** Writes how it ended. What was delivered stays delivered; a failure may become a delivery. */
  putReceipt(outboxId: string, receipt: HandOffReceipt): Promise<void>;
}
