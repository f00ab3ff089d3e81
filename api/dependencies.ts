import type { Logger } from 'pino';
import type { Json, JsonObject } from '../domain/json.ts';
import type { RestartStart } from '../engine/restart/types.ts';
import type { HandOffQueueHandle, QueueName } from '../platform/queues.ts';
import type { PendingEvent } from '../prisma/records/approval-types.ts';
import type { FlowVersionRow, Records, RunRow } from '../prisma/records/types.ts';

/** The execution engine cannot be reached. What was recorded stays recorded; the relay delivers it later. */
export class FlowEngineUnavailable extends Error {}

/** What the api asks of the execution engine. Every call throws `FlowEngineUnavailable` when it cannot be reached. */
export interface FlowClient {
  /** Starts the workflow of an accepted run, at its beginning or at a step; the same run twice is one workflow. */
  startRun(run: RunRow, version: FlowVersionRow, restart?: RestartStart): Promise<void>;
  cancelRun(run: RunRow, by: string, reason: string): Promise<void>;
  /** Resolves when the run has taken the event up or is over; `false` when the run does not count it. */
  tellApproval(pending: Pick<PendingEvent, 'event' | 'workflowId' | 'commandId'>): Promise<boolean>;
  /** Offers an event to a waiting run; false when the engine no longer knows the run. */
  deliverEvent(workflowId: string, event: JsonObject): Promise<boolean>;
  /** Logs in to a device from its zone and reports what was seen; never changes anything. */
  probeDevice(deviceName: string, zone: string): Promise<Json>;
}

/** Sealing of secrets: the api writes them and never reads them back. */
export interface SecretSealer {
  seal(name: string, version: number, value: string): Uint8Array;
}

/** Everything the app is made of; tests pass their own clock and flow client. */
export interface AppDependencies {
  readonly records: Records;
  readonly flowClient: FlowClient;
  readonly secrets: SecretSealer;
  /** Opens a secret of the name `webhook/…`: what a sender signs with is checked here. No other secret is opened by the api. */
  readonly webhookSecret: (reference: string) => Promise<string>;
  /** HMAC-SHA256 with the namespace key, lower-case hex: how clear keys become workflow ids. */
  readonly opaque: (text: string) => string;
  readonly log: Logger;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly settings: ApiSettings;
  /** The hand-off queues, to look into and act on; null in a process that has none of them open. */
  readonly queues: ReadonlyMap<QueueName, HandOffQueueHandle> | null;
}

/** Settings of the app; hours and names as in the configuration. */
export interface ApiSettings {
  readonly publicUrl: string;
  readonly sessionHours: number;
  readonly secureCookie: boolean;
  readonly timeZone: string;
  /** Folder of the built pages; null serves none. */
  readonly pagesFolder: string | null;
  /** Sign-in attempts per minute and address. */
  readonly signInAttemptsPerMinute: number;
}
