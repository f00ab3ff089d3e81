import type { Json, JsonObject } from '../../domain/json.ts';
import type { Permission } from '../../domain/access/permissions.ts';
import type { FlowError } from '../../engine/types.ts';

export type * from './desk-types.ts';

/** Answers of the HTTP API as JSON carries them: times are RFC 3339 texts. `docs/openapi.json` and `api/routes/` are the source. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** Who is signed in. */
export interface Person {
  readonly personId: string;
  readonly username: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly permissions: readonly Permission[];
}

/** A cookie session; `csrfToken` goes with every change. */
export interface Session {
  readonly person: Person;
  readonly csrfToken: string | null;
}

/** Status of a run. */
export type RunStatus = 'accepted' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

/** A run as lists show it. */
export interface RunSummary {
  readonly runId: string;
  readonly flowName: string;
  readonly flowVersion: string;
  readonly planHash: string;
  readonly businessKey: string;
  readonly status: RunStatus;
  readonly error: FlowError | null;
  readonly requestedBy: string;
  readonly authoredBy: string;
  readonly acceptedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** A run with the sentence that says where it stands. */
export interface Run extends RunSummary {
  readonly input: Json;
  readonly output: Json | null;
  readonly standing: { readonly zh: string; readonly en: string };
  readonly approvals: readonly Approval[];
  /** The restart that made this run. */
  readonly restartOf: Restart | null;
  /** Restarts made of this run, oldest first. */
  readonly restarts: readonly Restart[];
}

/** How one run goes on from another. */
export interface Restart {
  readonly runId: string;
  readonly restartOf: string;
  readonly pointer: string;
  readonly stepName: string;
  readonly reason: string;
  readonly restartedBy: string;
  readonly restartedAt: string;
  /** Of the run `runId`. */
  readonly status: RunStatus;
  readonly businessKey: string;
}

/** One step run and attempt. */
export interface Step {
  readonly runId: string;
  readonly sequence: number;
  readonly pointer: string;
  readonly name: string;
  readonly visit: string;
  readonly attempt: number;
  readonly task: string;
  readonly function: string | null;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly input: Json | null;
  readonly output: Json | null;
  readonly error: FlowError | null;
  /** Run that carried the step out, where this one kept its result. */
  readonly keptOf: string | null;
}

/** An evidence file of a run. */
export interface EvidenceFile {
  readonly fileId: string;
  readonly runId: string;
  readonly pointer: string;
  readonly visit: string;
  readonly kind: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly createdAt: string;
}

/** Status of an approval. */
export type ApprovalStatus =
  | 'open'
  | 'approved'
  | 'refused'
  | 'returned'
  | 'withdrawn'
  | 'expired'
  | 'cancelled'
  | 'voided';

/** How many of a level have to agree. */
export type LevelRule = 'any' | 'all' | 'at-least';

/** An approval with exactly the content that is decided on. */
export interface Approval {
  readonly approvalId: string;
  readonly runId: string;
  readonly pointer: string;
  readonly title: string;
  readonly content: JsonObject;
  readonly contentHash: string;
  readonly rule: LevelRule;
  readonly candidates: readonly string[];
  readonly requesterId: string;
  readonly authorId: string;
  readonly applicantId: string | null;
  readonly copyTo: readonly string[];
  readonly asked: readonly string[];
  readonly onDeadline: 'expire' | 'remind' | 'escalate';
  readonly status: ApprovalStatus;
  readonly openedAt: string;
  readonly deadlineAt: string | null;
  readonly closedAt: string | null;
}

/** One person's decision. */
export interface Decision {
  readonly decisionId: string;
  readonly personId: string;
  readonly decision: 'approve' | 'refuse';
  readonly comment: string;
  readonly decidedAt: string;
  readonly acknowledgedAt: string | null;
}

/** What somebody may do with an approval. */
export type ApprovalActKind =
  | 'approve'
  | 'refuse'
  | 'add-sign'
  | 'transfer'
  | 'return'
  | 'copy'
  | 'withdraw'
  | 'change';

/** One level with what has happened at it. */
export interface ApprovalLevel {
  readonly levelId: string;
  readonly name: string;
  readonly from: readonly string[];
  readonly rule: LevelRule;
  readonly need: number;
  readonly addedBy: string | null;
  readonly escalatedTo: readonly string[];
  readonly transfers: ReadonlyArray<{ readonly by: string; readonly to: string }>;
  readonly decisions: ReadonlyArray<{
    readonly decisionId: string;
    readonly username: string;
    readonly seat: { readonly username: string };
    readonly decision: 'approve' | 'refuse';
    readonly comment: string;
    readonly atMs: number;
  }>;
  readonly standing: 'done' | 'now' | 'next';
}

/** A move in the log of an approval. */
export interface ApprovalMove {
  readonly moveId: string;
  readonly personId: string;
  readonly onBehalfOf: string | null;
  readonly act: {
    readonly kind: Exclude<ApprovalActKind, 'approve' | 'refuse'> | 'remind' | 'escalate';
    readonly people?: readonly string[];
    readonly to?: string;
    readonly place?: 'before' | 'after';
  };
  readonly comment: string;
  readonly movedAt: string;
}

/** An approval with its levels, its log and its run, and what the person who asks may do. */
export interface ApprovalDetail extends Approval {
  readonly levels: readonly ApprovalLevel[];
  readonly result: {
    readonly outcome: 'approved' | 'refused' | 'returned' | 'withdrawn' | 'voided';
    readonly by: string;
    readonly comment: string;
  } | null;
  readonly reminders: number;
  readonly decisions: readonly Decision[];
  readonly moves: readonly ApprovalMove[];
  readonly run: {
    readonly runId: string;
    readonly flowName: string;
    readonly flowVersion: string;
    readonly businessKey: string;
    readonly status: RunStatus;
    readonly input: Json;
  } | null;
  readonly mayDecide: boolean;
  /** Whose seat this person would decide in; null for the own one. */
  readonly actingFor: string | null;
  readonly offered: readonly ApprovalActKind[];
}

/** A person who may be named. */
export interface NamedPerson {
  readonly personId: string;
  readonly displayName: string;
}

/** Somebody who decides for somebody else for a while. */
export interface Delegation {
  readonly delegationId: string;
  readonly personId: string;
  readonly delegateId: string;
  readonly reason: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly endedAt: string | null;
  readonly isLive: boolean;
}

/** A right for a while. */
export interface AccessGrant {
  readonly grantId: string;
  readonly personId: string;
  readonly kind: 'role' | 'permission';
  readonly name: string;
  readonly reason: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly runId: string;
  readonly approvalId: string;
  readonly grantedBy: readonly string[];
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  readonly state: 'coming' | 'live' | 'over' | 'ended-early';
}

/** Answer to a decision: `acknowledged` when the run has it. */
export interface DecisionAnswer {
  readonly decisionId: string;
  readonly decision: 'approve' | 'refuse';
  readonly recorded: boolean;
  readonly acknowledged: boolean;
}

/** A device of the inventory. */
export interface Device {
  readonly deviceId: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly platform: 'cisco_ios' | 'huawei_vrp' | 'ovs';
  readonly zone: string;
  readonly credentialRef: string;
  readonly hostKeyType: string | null;
  readonly hostKeySha256: string | null;
  readonly sshProfile: 'modern' | 'legacy' | 'very-legacy';
  readonly protectedPorts: readonly string[];
  /** Settings of the platform's driver, such as the bridge of Open vSwitch. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** State of a port at the close of a trading day. */
export interface PortSample {
  readonly port: string;
  readonly tradingDay: string;
  readonly sampledAt: string;
  readonly link: 'up' | 'down' | 'admin-down' | 'err-disabled' | 'no-optics' | 'unknown';
  readonly flapCount: number | null;
  readonly downSince: string | null;
  readonly source: 'schedule' | 'manual' | 'seed';
}

/** A device with its samples of the last trading days. */
export interface DeviceDetail extends Device {
  readonly samples: readonly PortSample[];
}

/** A device to add or to replace: everything but its id. */
export type NewDevice = Omit<Device, 'deviceId'>;

/** What a login test saw. */
export interface ProbeAnswer {
  readonly device: string;
  readonly ok: boolean;
  readonly stage: 'unknown-device' | 'connect' | 'host-key' | 'login' | 'prompt' | 'read' | 'done';
  readonly error: string | null;
  readonly pinnedFingerprint: string | null;
  readonly seenFingerprint: string | null;
  readonly upSince: string | null;
  readonly ports: number;
}

/** A flow version without its document. */
export interface FlowVersion {
  readonly flowVersionId: string;
  readonly namespace: string;
  readonly flowName: string;
  readonly version: string;
  readonly title: string;
  readonly documentHash: string;
  readonly planHash: string;
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly comment: string;
  readonly origin: 'before-four-eyes' | 'shipped' | 'four-eyes';
  readonly approvedBy: string | null;
}

/** A flow with all its versions, newest first. */
export interface Flow extends FlowVersion {
  readonly versions: readonly FlowVersion[];
}

/** One version with its document. */
export interface FlowSource extends FlowVersion {
  readonly source: string;
}

/** A change window. */
/** Whether flows may run scripts, and who said so. */
export interface ScriptSwitch {
  readonly isOn: boolean;
  readonly changedBy: string | null;
  readonly changedAt: string | null;
}

export interface ChangeWindow {
  readonly name: string;
  readonly title: string;
  readonly calendar: string;
  readonly timeZone: string;
  readonly opens: string | null;
  readonly closes: string | null;
  readonly periodMs: number | null;
  readonly lengthMs: number | null;
  readonly lastStartMarginMs: number;
}

/** A token, never the token itself. */
export interface Token {
  readonly tokenId: string;
  readonly name: string;
  readonly kind: 'service' | 'deciding';
  readonly personId: string | null;
  readonly roles: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/** One version of a secret; nobody is told what is in it. */
export interface SecretVersion {
  readonly name: string;
  readonly version: number;
  readonly createdAt: string;
}

/** A token to make. */
export interface TokenRequest {
  readonly name: string;
  readonly kind: Token['kind'];
  readonly roles?: readonly string[];
  readonly expiresInHours?: number;
}

/** A token that was made now: `token` is told this once. */
export interface NewToken {
  readonly token: string;
  readonly name: string;
  readonly expiresAt: string | null;
}
