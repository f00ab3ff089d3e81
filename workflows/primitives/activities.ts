import { proxyActivities } from '@temporalio/workflow';
import type { ApprovalAct, ApprovalEvent, LevelRequest } from '../../domain/approval/approval.ts';
import type { LevelRule } from '../../domain/approval/quorum.ts';
import type { WindowRule } from '../../domain/calendar/index.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { EventRoute } from '../../engine/types.ts';
import type { CallContext } from '../../steps/define-step.ts';
import type { PreparedRun } from '../child-runs.ts';

/** What an approval asks for, as stored and shown. Runs that began before levels existed ask without the later members. */
export interface ApprovalRequest {
  readonly approvalId: string;
  readonly contentHash: string;
  readonly attemptNonce: string;
  readonly rule: LevelRule;
  readonly candidates: readonly string[];
  readonly requestedBy: string;
  readonly authoredBy: string;
  readonly title: string;
  readonly content: JsonObject;
  readonly deadlineAtMs: number | null;
  readonly levels?: readonly LevelRequest[];
  readonly applicant?: string | null;
  readonly copyTo?: readonly string[];
  readonly onDeadline?: 'expire' | 'remind' | 'escalate';
  readonly deadlineMs?: number | null;
}

/** How an approval is closed. */
export type ClosedStatus =
  | 'approved'
  | 'refused'
  | 'returned'
  | 'withdrawn'
  | 'voided'
  | 'expired'
  | 'cancelled';

/** Activities the driver itself needs; all of them are short and keyed, so they may be repeated. */
export interface DriverActivities {
  openApproval(call: { readonly context: CallContext; readonly request: ApprovalRequest }): Promise<void>;
  closeApproval(call: {
    readonly approvalId: string;
    readonly status: ClosedStatus;
    readonly atMs: number;
  }): Promise<void>;
  /** Writes an act of the run itself, a reminder or an escalation, into the log; null when the approval no longer takes it. */
  recordApprovalAct(call: {
    readonly context: CallContext;
    readonly eventId: string;
    readonly approvalId: string;
    readonly contentHash: string;
    readonly act: ApprovalAct;
  }): Promise<ApprovalEvent | null>;
  /** The row of a window; fails with `window-not-found`. */
  findChangeWindow(call: { readonly name: string }): Promise<WindowRule>;
  /** Writes down what a listen task waits for; gives the events that came since the run was accepted. */
  openEventWait(call: {
    readonly runId: string;
    readonly workflowId: string;
    readonly commandId: string;
    readonly routes: readonly EventRoute[];
    readonly openCommands: readonly string[];
  }): Promise<{ readonly events: readonly JsonObject[] }>;
  /** Stores an event a flow emits; keyed by its source and id. */
  emitEvent(call: { readonly context: CallContext; readonly event: JsonObject }): Promise<void>;
  /** Accepts the run of a sub-flow and tells how to start it. */
  prepareSubFlow(call: {
    readonly context: CallContext;
    readonly netZone: string;
    readonly isTimelineOn: boolean;
    readonly flow: { readonly namespace: string; readonly name: string; readonly version: string };
    readonly input: Json;
  }): Promise<PreparedRun>;
}

/** The driver's own activities on the general queue. */
export const driverActivities = proxyActivities<DriverActivities>({
  taskQueue: 'ops',
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: 500, maximumInterval: 10_000 },
});
