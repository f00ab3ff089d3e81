import type { BotRecords } from './bot-types.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { FlowError, Plan, StepRecord } from '../../engine/types.ts';
import type { AccessGrantRecords, ApprovalRecords, DelegationRecords } from './approval-types.ts';
import type { EventRecords, TriggerRecords } from './event-types.ts';
import type { HandOffRecords } from './hand-off-types.ts';
import type { HealingRecords } from './healing-types.ts';
import type { DraftRecords, SubmissionRecords } from './publish-types.ts';
import type { ReconciliationRecords } from './reconciliation-types.ts';
import type { RestartRecords } from './restart-types.ts';
import type { ScriptRecords } from './scripts.ts';
import type { SwitchRecords } from './switches.ts';
import type { OutreachRecords } from './outreach-types.ts';

export type { ApprovalRow, DecisionRow } from './approval-types.ts';

/** Status of a run as lists and pages show it (look.md). */
export type RunStatus = 'accepted' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

/** A published, immutable flow version. */
export interface FlowVersionRow {
  readonly flowVersionId: string;
  readonly namespace: string;
  readonly flowName: string;
  readonly version: string;
  readonly title: string;
  readonly source: string;
  readonly documentHash: string;
  readonly planHash: string;
  readonly plan: Plan;
  readonly publishedBy: string;
  readonly publishedAt: Date;
  readonly comment: string;
  /** `four-eyes`: from an approved submission; `shipped`: came with Afterbell; `before-four-eyes`: published by one person, in older times. */
  readonly origin: 'before-four-eyes' | 'shipped' | 'four-eyes';
  readonly approvedBy: string | null;
  readonly submissionId: string | null;
}

/** A version that comes with Afterbell and is published without a submission, marked as that. */
export type ShippedVersion = Omit<
  FlowVersionRow,
  'flowVersionId' | 'publishedAt' | 'origin' | 'approvedBy' | 'submissionId'
>;

/** One run. `workflowId` is opaque (HMAC), `businessKey` is clear and lives only in PostgreSQL. */
export interface RunRow {
  readonly runId: string;
  readonly workflowId: string;
  readonly flowVersionId: string;
  readonly flowName: string;
  readonly flowVersion: string;
  readonly planHash: string;
  readonly businessKey: string;
  readonly status: RunStatus;
  readonly input: Json;
  readonly output: Json | null;
  readonly error: FlowError | null;
  readonly requestedBy: string;
  readonly authoredBy: string;
  readonly acceptedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** One step run and attempt as the timeline shows it. Unique per (runId, pointer, visit, attempt). */
export interface StepRunRow {
  readonly runId: string;
  readonly sequence: number;
  readonly pointer: string;
  readonly name: string;
  readonly visit: string;
  readonly attempt: number;
  readonly task: string;
  readonly function: string | null;
  readonly status: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Inline JSON up to 16 KiB, else {"$ref": {sha256, bytes}} into the payload storage. */
  readonly input: Json | null;
  readonly output: Json | null;
  /** What the world answered, where the output does not say it; null else, and for runs before it was kept. */
  readonly answer: Json | null;
  readonly error: FlowError | null;
  /** Run that carried the step out, where this one only kept its result; null otherwise. */
  readonly keptOf: string | null;
}

/** What the timeline writer takes from a workflow sink: idempotent, may arrive twice and late, never out of sequence per run. */
export interface TimelineBatch {
  readonly runId: string;
  readonly records: readonly StepRecord[];
  readonly run?: {
    readonly status: RunStatus;
    readonly output?: Json;
    readonly error?: FlowError;
    readonly atMs: number;
  };
}

/** States of an external effect: intent is committed before it, outcome after. */
export type EffectStatus = 'planned' | 'sent' | 'done' | 'failed' | 'unknown' | 'compensated';

export interface EffectRow {
  /** sha256Hex(`${runId}\n${pointer}\n${visit}\n${part}`): a retry keeps it. `part` names the unit inside a step (device/port). */
  readonly effectId: string;
  readonly runId: string;
  readonly pointer: string;
  readonly visit: string;
  readonly part: string;
  readonly effectClass: 'K' | 'R' | 'N';
  readonly status: EffectStatus;
  readonly fence: bigint | null;
  readonly intent: JsonObject;
  readonly outcome: JsonObject | null;
  readonly evidenceHash: string | null;
}

export interface DeviceRow {
  readonly deviceId: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly platform: 'cisco_ios' | 'huawei_vrp' | 'ovs';
  readonly zone: string;
  /** Reference such as `device/core-sw#v1`, resolved only inside activities. */
  readonly credentialRef: string;
  /** Pinned host key; null means the device refuses every login until a person pins one. */
  readonly hostKeyType: string | null;
  readonly hostKeySha256: string | null;
  readonly sshProfile: 'modern' | 'legacy' | 'very-legacy';
  /** Ports never changed by a flow: uplinks, management, port-channel members. */
  readonly protectedPorts: readonly string[];
  /** Platform details, such as { dialect: 'vrp8' }, { bridge: 'br0', ovsRunDir: '/run/...' }. */
  readonly attributes: JsonObject;
}

export type LinkState = 'up' | 'down' | 'admin-down' | 'err-disabled' | 'no-optics' | 'unknown';

/** State of one port at the close of a trading day. */
export interface PortSampleRow {
  readonly deviceName: string;
  readonly port: string;
  /** ISO date of the trading day, such as 2026-11-20. */
  readonly tradingDay: string;
  readonly sampledAt: Date;
  readonly link: LinkState;
  readonly flapCount: number | null;
  readonly downSince: Date | null;
  readonly deviceUpSince: Date | null;
  readonly source: 'schedule' | 'manual' | 'seed';
}

export interface ChangeWindowRow {
  readonly name: string;
  readonly title: string;
  /** `office-days` or a market's trading days such as `SHFE`; `every` opens round the clock by period. */
  readonly calendar: string;
  readonly timeZone: string;
  /** Local wall time HH:mm for calendar windows; null for `every`. */
  readonly opens: string | null;
  readonly closes: string | null;
  /** For `every`: period and length. */
  readonly periodMs: number | null;
  readonly lengthMs: number | null;
  /** A step may start only while at least this much of the window is left. */
  readonly lastStartMarginMs: number;
}

export interface EvidenceFileRow {
  readonly fileId: string;
  readonly runId: string;
  readonly pointer: string;
  readonly visit: string;
  /** result, transcript, script, snapshot, screenshot ... */
  readonly kind: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly createdAt: Date;
}

/** Lease on a device. The fence grows with every acquisition; expiry is judged by the database clock. */
export interface DeviceLease {
  readonly deviceId: string;
  readonly holder: string;
  readonly fence: bigint;
  readonly expiresAt: Date;
}

/** The stores the rest of the product sees. Built by `openRecords(databaseUrl)`; the only way to PostgreSQL. */
export interface Records {
  readonly flows: {
    /** Publishes what is shipped. What people write goes live through `submissions` only: the database refuses anything else. */
    publishShipped(row: ShippedVersion): Promise<FlowVersionRow>;
    find(flowName: string, version?: string): Promise<FlowVersionRow | undefined>;
    byId(flowVersionId: string): Promise<FlowVersionRow | undefined>;
    list(page: Page): Promise<PageOf<FlowVersionRow>>;
    versions(flowName: string): Promise<FlowVersionRow[]>;
  };
  readonly runs: {
    accept(
      row: Omit<RunRow, 'status' | 'output' | 'error' | 'acceptedAt' | 'startedAt' | 'endedAt'>,
      idempotency?: { key: string; owner: string; bodyHash: string },
    ): Promise<{ outcome: 'created' | 'replayed' | 'conflict'; run: RunRow }>;
    find(runId: string): Promise<RunRow | undefined>;
    list(
      filter: { flowName?: string; status?: RunStatus; businessKey?: string },
      page: Page,
    ): Promise<PageOf<RunRow>>;
    /** Runs that go on now, and those that failed since an instant. */
    counts(
      since: Date,
    ): Promise<{ readonly running: number; readonly waiting: number; readonly failedToday: number }>;
    /** Accepted rows that Temporal has not confirmed yet, oldest first: the relay starts them. */
    unstarted(limit: number): Promise<RunRow[]>;
    markStarted(runId: string, at: Date): Promise<void>;
  };
  readonly restarts: RestartRecords;
  readonly timeline: {
    write(batches: readonly TimelineBatch[]): Promise<void>;
    steps(runId: string): Promise<StepRunRow[]>;
    /** Deletes and rewrites the timeline of a run (rebuild from history). */
    replace(batch: TimelineBatch): Promise<void>;
    recordAttempt(row: {
      runId: string;
      commandId: string;
      attempt: number;
      worker: string;
      outcome: string;
      startedAt: Date;
      endedAt: Date;
      message: string | null;
    }): Promise<void>;
  };
  readonly approvals: ApprovalRecords;
  readonly delegations: DelegationRecords;
  readonly grants: AccessGrantRecords;
  readonly effects: {
    plan(row: Omit<EffectRow, 'status' | 'outcome' | 'evidenceHash'>): Promise<EffectRow>;
    mark(
      effectId: string,
      status: EffectStatus,
      details: { fence?: bigint; outcome?: JsonObject; evidenceHash?: string },
    ): Promise<void>;
    find(effectId: string): Promise<EffectRow | undefined>;
    ofRun(runId: string): Promise<EffectRow[]>;
  };
  readonly devices: {
    put(row: DeviceRow): Promise<DeviceRow>;
    findByName(name: string): Promise<DeviceRow | undefined>;
    list(page: Page): Promise<PageOf<DeviceRow>>;
    acquireLease(deviceId: string, holder: string, ttlMs: number): Promise<DeviceLease | undefined>;
    /** False when the lease was lost: the caller must stop at once. */
    renewLease(lease: DeviceLease, ttlMs: number): Promise<boolean>;
    releaseLease(lease: DeviceLease): Promise<void>;
    putSamples(rows: readonly PortSampleRow[]): Promise<void>;
    samples(deviceName: string, tradingDays: readonly string[]): Promise<PortSampleRow[]>;
  };
  readonly windows: {
    put(row: ChangeWindowRow): Promise<void>;
    find(name: string): Promise<ChangeWindowRow | undefined>;
    list(): Promise<ChangeWindowRow[]>;
  };
  readonly evidence: {
    /** Stores bytes once per hash, links them to the step. */
    put(
      file: Omit<EvidenceFileRow, 'fileId' | 'sha256' | 'bytes' | 'createdAt'>,
      content: Uint8Array,
    ): Promise<EvidenceFileRow>;
    ofRun(runId: string): Promise<EvidenceFileRow[]>;
    read(fileId: string): Promise<{ file: EvidenceFileRow; content: Uint8Array } | undefined>;
    putPayload(content: Uint8Array): Promise<{ sha256: string; bytes: number }>;
    readPayload(sha256: string): Promise<Uint8Array | undefined>;
  };
  readonly audit: {
    append(entry: {
      actor: string;
      action: string;
      objectKind: string;
      objectId: string;
      contentHash?: string;
      detail?: JsonObject;
    }): Promise<{ sequence: bigint; hash: string }>;
    list(page: Page): Promise<PageOf<JsonObject>>;
    /** First broken link of the chain, undefined when it holds. */
    verify(): Promise<{ sequence: bigint } | undefined>;
  };
  readonly people: PeopleRecords;
  readonly secrets: {
    /** Stores ciphertext only; encryption is platform/vault's. */
    put(name: string, version: number, ciphertext: Uint8Array): Promise<void>;
    read(name: string, version: number): Promise<Uint8Array | undefined>;
    latest(name: string): Promise<number | undefined>;
    /** Every version by name, newest first; never what is in them. */
    list(): Promise<Array<{ name: string; version: number; createdAt: Date }>>;
  };
  readonly events: EventRecords;
  readonly healing: HealingRecords;
  readonly reconciliation: ReconciliationRecords;
  readonly triggers: TriggerRecords;
  readonly outreach: OutreachRecords;
  readonly bots: BotRecords;
  readonly handOffs: HandOffRecords;
  readonly scripts: ScriptRecords;
  readonly drafts: DraftRecords;
  readonly submissions: SubmissionRecords;
  readonly switches: SwitchRecords;
  /** LISTEN on a channel; `run` carries run ids whose timeline changed, `approval` approval ids, `outbox` nothing. Returns the way to stop. */
  listen(
    channel: 'run' | 'approval' | 'event' | 'outbox',
    onPayload: (payload: string) => void,
  ): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface PersonRow {
  readonly personId: string;
  readonly username: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly passwordHash: string;
  readonly disabledAt: Date | null;
}

/** A token as lists show it. */
export interface TokenRow {
  /** Names the token without giving it away: the first 24 hex digits of its hash. */
  readonly tokenId: string;
  readonly name: string;
  readonly kind: 'service' | 'deciding';
  readonly personId: string | null;
  readonly roles: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export interface PeopleRecords {
  put(row: PersonRow): Promise<PersonRow>;
  byUsername(username: string): Promise<PersonRow | undefined>;
  byId(personId: string): Promise<PersonRow | undefined>;
  list(): Promise<PersonRow[]>;
  createSession(row: {
    sessionHash: string;
    personId: string;
    csrfToken: string;
    expiresAt: Date;
  }): Promise<void>;
  session(sessionHash: string): Promise<{ personId: string; csrfToken: string; expiresAt: Date } | undefined>;
  endSession(sessionHash: string): Promise<void>;
  /** `service` tokens never decide; `deciding` tokens belong to a person and live at most 8 h. */
  createToken(row: {
    tokenHash: string;
    name: string;
    kind: 'service' | 'deciding';
    personId: string | null;
    roles: readonly string[];
    expiresAt: Date | null;
  }): Promise<void>;
  token(tokenHash: string): Promise<
    | {
        name: string;
        kind: 'service' | 'deciding';
        personId: string | null;
        roles: readonly string[];
        expiresAt: Date | null;
      }
    | undefined
  >;
  revokeToken(tokenHash: string): Promise<void>;
  /** Revokes the live token of this id, only that person's when `personId` is given; its name, undefined when there was none. */
  revokeTokenById(tokenId: string, personId?: string): Promise<string | undefined>;
  /** Tokens that are not revoked, newest first, without their hashes. */
  tokens(): Promise<TokenRow[]>;
}

export interface Page {
  readonly cursor?: string;
  /** 1 to 200. */
  readonly limit: number;
}

export interface PageOf<Row> {
  readonly items: readonly Row[];
  /** Opaque cursor of the next page; absent on the last one. */
  readonly next?: string;
}
