import { proxyActivities } from '@temporalio/workflow';
import type { OpenApproval } from '../../domain/approval/quorum.ts';
import type { WindowRule } from '../../domain/calendar/index.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { EventRoute } from '../../engine/types.ts';
import type { CallContext } from '../../steps/define-step.ts';
import type { PreparedRun } from '../child-runs.ts';

/** What an approval asks for, as stored and shown. */
export interface ApprovalRequest extends Omit<OpenApproval, 'decisions'> {
  readonly title: string;
  readonly content: JsonObject;
  readonly deadlineAtMs: number | null;
}

/** Activities the driver itself needs; all of them are short and keyed, so they may be repeated. */
export interface DriverActivities {
  openApproval(call: { readonly context: CallContext; readonly request: ApprovalRequest }): Promise<void>;
  closeApproval(call: {
    readonly approvalId: string;
    readonly status: 'approved' | 'refused' | 'expired' | 'cancelled';
    readonly atMs: number;
  }): Promise<void>;
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
