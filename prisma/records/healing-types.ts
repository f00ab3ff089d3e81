import type { JsonObject } from '../../domain/json.ts';
import type { ReportedAlarm } from '../../domain/healing/alarms.ts';
import type { HoursPolicy, TrustLevel, Verdict } from '../../domain/healing/judge.ts';

/**
 * How to see that a service is up: a TCP connect, an HTTP GET that answers below 500, a read-only command over SSH that ends with 0, or a
 * query whose first value is not false, 0, empty or null.
 */
export type ProbeRule =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'ssh'; readonly command: string }
  | {
      readonly kind: 'sql';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      /** Reference of a secret with username and password. */
      readonly credentialRef: string;
      readonly query: string;
    };

/** A service that may be healed, and how. The restart command is the inventory's own; systemd is not assumed. */
export interface ServiceRow {
  readonly serviceName: string;
  readonly host: string;
  /** SSH port. */
  readonly port: number;
  readonly credentialRef: string;
  readonly auth: 'password' | 'key';
  readonly hostKeyType: string | null;
  readonly hostKeySha256: string | null;
  readonly restartCommand: string;
  readonly probe: ProbeRule;
  readonly playbook: string;
  /** At most one action at a time inside it. */
  readonly failureDomain: string;
  readonly hoursPolicy: HoursPolicy;
}

export interface PlaybookRow {
  readonly playbook: string;
  readonly flowName: string;
  readonly trust: TrustLevel;
  readonly cooldownMs: number;
  readonly budgetPerHour: number;
  readonly killedBy: string | null;
  readonly killedAt: Date | null;
}

/** A playbook with what it has used up in the last hour. */
export interface PlaybookStanding extends PlaybookRow {
  readonly actionsLastHour: number;
}

export interface IncidentRow {
  readonly incidentId: string;
  readonly serviceName: string;
  readonly playbook: string;
  readonly status: 'open' | 'resolved' | 'escalated';
  readonly title: string;
  readonly runId: string | null;
  readonly openedAt: Date;
  readonly endedAt: Date | null;
}

/** One line of an incident: what was seen, decided by which rule, done, proven. */
export interface IncidentEntryRow {
  readonly kind: 'seen' | 'decided' | 'done' | 'proven' | 'escalated';
  readonly text: string;
  readonly detail: JsonObject;
  readonly at: Date;
}

/** The state of the kill switch of everything. */
export interface KillSwitchRow {
  readonly thrownBy: string | null;
  readonly thrownAt: Date | null;
}

export interface HealingRecords {
  putService(row: ServiceRow): Promise<void>;
  service(serviceName: string): Promise<ServiceRow | undefined>;
  services(): Promise<ServiceRow[]>;
  putPlaybook(row: Omit<PlaybookRow, 'killedBy' | 'killedAt'>): Promise<void>;
  playbooks(): Promise<PlaybookStanding[]>;
  /** Sets a playbook's trust; undefined when there is none of the name. */
  setTrust(playbook: string, trust: TrustLevel): Promise<PlaybookRow | undefined>;
  /** Stores an alarm once; opens an incident of its service, or adds to the open one. `opened` when this alarm opened it. */
  takeAlarm(
    alarm: ReportedAlarm,
    serviceName: string | undefined,
  ): Promise<{
    readonly incident: IncidentRow | undefined;
    readonly opened: boolean;
    readonly isNew: boolean;
  }>;
  setRun(incidentId: string, runId: string): Promise<void>;
  incident(incidentId: string): Promise<IncidentRow | undefined>;
  /** Open ones first, newest first; at most `limit`. */
  incidents(limit: number): Promise<IncidentRow[]>;
  entries(incidentId: string): Promise<IncidentEntryRow[]>;
  note(incidentId: string, entry: Pick<IncidentEntryRow, 'kind' | 'text' | 'detail'>): Promise<void>;
  /** Ends an open incident; one that has ended stays as it is. */
  end(incidentId: string, status: 'resolved' | 'escalated'): Promise<void>;
  /**
   * Judges an action and, when it is allowed, writes its start in the same transaction: two workers cannot both pass a guard. A repeat
   * of the same action finds its own start and is allowed again.
   */
  beginAction(call: {
    readonly actionId: string;
    readonly incidentId: string;
    readonly service: ServiceRow;
    readonly isApproved: boolean;
    readonly seenAtMs: number | null;
    readonly nowMs: number;
  }): Promise<Verdict & { readonly isRepeat: boolean }>;
  endAction(actionId: string, outcome: string): Promise<void>;
  /** Reads the switches right before an action. */
  killedBy(playbook: string): Promise<'global' | 'playbook' | null>;
  globalSwitch(): Promise<KillSwitchRow>;
  /** Throws a switch (by a person) or releases it (null). `global` or a playbook's name; false when there is none. */
  throwSwitch(name: string, person: string | null): Promise<boolean>;
}
