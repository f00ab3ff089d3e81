import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ApprovalEvent, ApprovalState } from '../domain/approval/approval.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { WindowRule } from '../domain/calendar/index.ts';
import type { RestartStart } from '../engine/restart/types.ts';
import type { Command, MachineState, Plan } from '../engine/types.ts';
import type { TakenEvent } from './heard-events.ts';

/** Facts of a run that its steps see (steps/define-step.ts, CallContext), fixed at the start. */
export interface RunContext {
  readonly runId: string;
  readonly flowName: string;
  readonly businessKey: string;
  readonly requestedBy: string;
  readonly authoredBy: string;
  /** SSH activities go to the task queue `net-<zone>`. */
  readonly netZone: string;
  /** False leaves no timeline (measurements only). */
  readonly isTimelineOn: boolean;
  /** Revision of what expressions mean; runs that began before there were several have none. */
  readonly expressions?: number;
  /** Many calls of a loop may go out in one activity; runs that began before that have none. */
  readonly hasChunks?: boolean;
}

/** State of a primitive that waits; carried over continue-as-new. */
export type PrimitiveState =
  | {
      readonly kind: 'approval';
      readonly approval: ApprovalState;
      readonly deadlineAtMs: number | null;
      /** Level and reminder the deadline belongs to: another one has its own. */
      readonly term: string;
      /** Decided, expired or cancelled: nothing counts any more. */
      readonly isClosing?: true;
    }
  | { readonly kind: 'change-window'; readonly rule: WindowRule };

/** A command that is not settled yet, with what its primitive had reached. */
export interface OpenCommand {
  readonly command: Command;
  readonly primitive?: PrimitiveState;
}

/** What one execution hands to the next. */
export interface ResumedRun {
  readonly state: MachineState;
  readonly open: readonly OpenCommand[];
  readonly startedAtMs: number;
  readonly shownStatus: 'running' | 'waiting';
  readonly hasWaited: boolean;
  /** Events taken so far, so that a repeat is not taken again. */
  readonly heard?: readonly TakenEvent[];
}

/** Argument of `runFlow`. A run carries its plan: nothing published later can reach it. */
export interface RunFlowInput {
  readonly context: RunContext;
  readonly plan: Plan;
  readonly input: Json;
  readonly resume?: ResumedRun;
  /** Begins at a step, with what an earlier run left there; `input` is the input of that run. */
  readonly restart?: RestartStart;
  /** Tests: continue as new at every drained boundary. */
  readonly continueAtEveryBoundary?: boolean;
}

/** A line of an approval's log as it reaches the run. */
export interface ApprovalMessage {
  readonly commandId: string;
  readonly event: ApprovalEvent;
}

/** A decision as runs that began before moves existed have it in their histories. */
export interface DecisionMessage {
  readonly decisionId: string;
  readonly approvalId: string;
  readonly commandId: string;
  readonly attemptNonce: string;
  readonly personId: string;
  readonly roles: readonly string[];
  readonly decision: 'approve' | 'refuse';
  readonly comment: string;
  readonly contentHash: string;
}

/** What a run tells of itself without touching the database. */
export interface RunProbe {
  readonly status: MachineState['status'];
  readonly open: readonly string[];
  readonly planHash: string;
}

/** Takes up one line of an approval's log; refused before it enters history when the approval is not open here. updateId = row id. */
export const approvalEventUpdate = defineUpdate<{ readonly counted: boolean }, [ApprovalMessage]>(
  'approvalEvent',
);
/** Counts a decision of the older form; refused before it enters history when nonce, content, person or approval do not fit. updateId = decisionId. */
export const decideUpdate = defineUpdate<{ readonly counted: boolean }, [DecisionMessage]>('decide');
/** Asks the run to stop; calls in progress come to rest first. */
export const cancelRunSignal = defineSignal<[{ readonly by: string; readonly reason: string }]>('cancelRun');
/** Offers a CloudEvent to every open wait. */
export const deliverEventSignal = defineSignal<[JsonObject]>('deliverEvent');
/** Where the run stands. */
export const machineStateQuery = defineQuery<RunProbe>('machineState');
