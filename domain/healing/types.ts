/** How far a playbook is trusted, lowest first: look only, propose, act after a person agreed, act. */
export const TRUST_LEVELS = ['observe', 'suggest', 'approve', 'act'] as const;

/** One level of trust. */
export type TrustLevel = (typeof TRUST_LEVELS)[number];

/** What a service allows between 09:15 and 15:15 of a trading day: nothing, or what was approved beforehand. */
export type TradingHoursPolicy = 'refuse' | 'pre-approved';

/** One action of the ledger. Epoch milliseconds; `finishedAtMs` is null while it runs. */
export interface PastAction {
  readonly playbookId: string;
  readonly target: string;
  readonly failureDomain: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
}

/** What the guards look at, read in the transaction that records the action. */
export interface ActionFacts {
  readonly nowMs: number;
  /** The service to act on; must be one of `frozenTargets`. */
  readonly target: string;
  /** Names fixed when the incident was opened; never a pattern. */
  readonly frozenTargets: readonly string[];
  readonly failureDomain: string;
  readonly tradingHours: TradingHoursPolicy;
  /** Exchange whose trading days count. */
  readonly market: string;
  readonly playbook: {
    readonly playbookId: string;
    readonly trust: TrustLevel;
    readonly budgetPerHour: number;
    readonly cooldownMs: number;
    readonly quarantinedAtMs: number | null;
  };
  /** A person agreed to exactly these targets. */
  readonly isApproved: boolean;
  /** When the fault was last seen; null when nobody looked. */
  readonly observedAtMs: number | null;
  /** Alarms of one kind in the busiest minute of the incident. */
  readonly similarAlarms: number;
  readonly killSwitches: { readonly isGlobalOn: boolean; readonly isPlaybookOn: boolean };
  /** Actions of every playbook that started in the last hour (or cooldown, if longer) or still run. */
  readonly ledger: readonly PastAction[];
}

/** Name of a guard, in the order they are asked; `all-guards` when none objects. */
export type GuardRule =
  | 'kill-switch'
  | 'targets'
  | 'quarantine'
  | 'correlation'
  | 'stale-data'
  | 'trading-hours'
  | 'trust'
  | 'failure-domain'
  | 'cooldown'
  | 'playbook-budget'
  | 'total-budget'
  | 'all-guards';

/** Verdict of the guards: the first that objects, with a sentence for the timeline. */
export interface ActionVerdict {
  readonly allowed: boolean;
  readonly rule: GuardRule;
  readonly reason: string;
}
