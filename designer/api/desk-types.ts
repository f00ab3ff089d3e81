import type { JsonObject } from '../../domain/json.ts';
import type { BreakMove, BreakStatus, FoundBreak } from '../../domain/reconciliation/breaks.ts';
import type { ExpectedState } from '../../domain/watch/today.ts';
import type { HoursPolicy, TrustLevel } from '../../domain/healing/judge.ts';
import type { EvidenceFile } from './types.ts';

/** One run that is expected today. */
export interface ExpectedRun {
  readonly triggerName: string;
  readonly flowName: string;
  readonly title: string;
  readonly at: string;
  readonly forDay: string;
  readonly state: ExpectedState;
  readonly runId: string | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
}

/** The desk's day. */
export interface Today {
  readonly date: string;
  readonly expected: readonly ExpectedRun[];
  readonly unknown: ReadonlyArray<{ readonly triggerName: string; readonly reason: string }>;
  readonly runs: { readonly running: number; readonly waiting: number; readonly failedToday: number };
  readonly openApprovals: number;
  readonly openBreaks: number;
  readonly openIncidents: number;
  readonly openCalls: number;
  readonly waitingCalls: number;
}

/** What starts a flow without a person. */
export interface Trigger {
  readonly triggerName: string;
  readonly kind: 'schedule' | 'event' | 'webhook';
  readonly flowName: string;
  readonly settings: JsonObject;
  readonly pausedBy: string | null;
  readonly pausedAt: string | null;
  readonly changedBy: string;
  readonly changedAt: string;
}

/** One occasion of a trigger and what came of it. */
export interface TriggerFiring {
  readonly triggerName: string;
  readonly occasion: string;
  readonly cause: 'schedule' | 'event' | 'webhook' | 'person';
  readonly outcome: 'started' | 'not-due' | 'paused' | 'skipped' | 'refused';
  readonly runId: string | null;
  readonly detail: string | null;
  readonly firedAt: string;
}

/** A time a schedule fires, in epoch milliseconds. */
export interface FireTime {
  readonly atMs: number;
  readonly forDay: string;
}

/** The next times of a schedule; `stopped` says why the list ends early. */
export interface SchedulePreview {
  readonly times: readonly FireTime[];
  readonly stopped?: string;
}

/** A trigger in the list. */
export interface TriggerSummary extends Trigger {
  readonly next: FireTime | null;
  readonly stopped: string | null;
  readonly last: TriggerFiring | null;
}

/** A trigger with its next times and latest occasions. */
export interface TriggerDetail extends Trigger {
  readonly preview: SchedulePreview;
  readonly firings: readonly TriggerFiring[];
}

/** A trigger to be stored. */
export interface NewTrigger {
  readonly kind: Trigger['kind'];
  readonly flow: string;
  readonly settings: JsonObject;
}

/** A break of the desk. */
export interface Break extends FoundBreak {
  readonly reconciliation: string;
  readonly status: BreakStatus;
  readonly detail: string | null;
  readonly owner: string | null;
  readonly cause: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly runId: string;
  readonly proposedBy: string | null;
  readonly proposedReason: string | null;
  readonly ageInTradingDays: number;
}

/** A break with its history and the files of the run that saw it last. */
export interface BreakDetail extends Break {
  readonly entries: ReadonlyArray<{
    readonly actor: string;
    readonly action: BreakMove['kind'] | 'found' | 'reopened' | 'gone';
    readonly text: string;
    readonly at: string;
  }>;
  readonly files: readonly EvidenceFile[];
}

/** What a person does with a break. */
export interface BreakMoveRequest {
  readonly move: BreakMove['kind'];
  readonly to?: string;
  readonly text?: string;
}

/** The signing of one day. */
export interface SignOff {
  readonly signOffId: string;
  readonly reconciliation: string;
  readonly tradingDay: string;
  readonly runId: string;
  readonly deadlineAt: string;
  readonly snapshot: JsonObject;
  readonly maker: string | null;
  readonly madeAt: string | null;
  readonly checker: string | null;
  readonly checkedAt: string | null;
}

/** An incident of one service. */
export interface Incident {
  readonly incidentId: string;
  readonly serviceName: string;
  readonly playbook: string;
  readonly status: 'open' | 'resolved' | 'escalated';
  readonly title: string;
  readonly runId: string | null;
  readonly openedAt: string;
  readonly endedAt: string | null;
}

/** One line of what happened in an incident. */
export interface IncidentEntry {
  readonly kind: 'seen' | 'decided' | 'done' | 'proven' | 'escalated';
  readonly text: string;
  readonly detail: JsonObject;
  readonly at: string;
}

/** An incident with all that was seen, decided, done and proven. */
export interface IncidentDetail extends Incident {
  readonly entries: readonly IncidentEntry[];
}

/** A playbook with what it has used up in the last hour. */
export interface Playbook {
  readonly playbook: string;
  readonly flowName: string;
  readonly trust: TrustLevel;
  readonly cooldownMs: number;
  readonly budgetPerHour: number;
  readonly killedBy: string | null;
  readonly actionsLastHour: number;
}

/** A service that may be healed. */
export interface HealableService {
  readonly serviceName: string;
  readonly playbook: string;
  readonly failureDomain: string;
  readonly hoursPolicy: HoursPolicy;
}

/** All playbooks, the services they may touch, and the switch of everything. */
export interface Playbooks {
  readonly items: readonly Playbook[];
  readonly services: readonly HealableService[];
  readonly global: { readonly thrownBy: string | null; readonly thrownAt: string | null };
}

/** The hand-off queues in numbers; `board` is the address of the board this person may open. */
export interface Queues {
  readonly items: ReadonlyArray<{
    readonly name: 'signed-callback' | 'notification' | 'robot-calls';
    readonly waiting: number;
    readonly active: number;
    readonly delayed: number;
    readonly failed: number;
    readonly notTaken: number;
    readonly delivered: number;
  }>;
  readonly board: string | null;
}
