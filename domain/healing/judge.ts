import { isTradingDay, MARKET_TIME_ZONE, wallClock } from '../calendar/index.ts';

/** How far a playbook is trusted. Each level is earned; nothing begins at `act`. */
export const TRUST_LEVELS = ['observe', 'suggest', 'approve', 'act'] as const;
/** One level. */
export type TrustLevel = (typeof TRUST_LEVELS)[number];

/** When a service may be touched. */
export type HoursPolicy = 'any' | 'outside-trading-hours';

/** Bounds of a playbook. */
export interface PlaybookLimits {
  readonly trust: TrustLevel;
  /** Rest of one target after an action. */
  readonly cooldownMs: number;
  readonly budgetPerHour: number;
}

/** What is known at the moment of an action, read in the transaction that would start it. Times in epoch milliseconds. */
export interface ActionFacts {
  readonly nowMs: number;
  /** Exactly what would be touched. */
  readonly targets: readonly string[];
  readonly killedBy: 'global' | 'playbook' | null;
  readonly limits: PlaybookLimits;
  /** A person approved this action on this incident. */
  readonly isApproved: boolean;
  readonly hoursPolicy: HoursPolicy;
  /** When the state of the target was read last; null when it could not be read. */
  readonly seenAtMs: number | null;
  /** Start of the last action on the target; null for none. */
  readonly lastActionAtMs: number | null;
  readonly actionsOfPlaybookLastHour: number;
  readonly actionsLastHour: number;
  /** Actions that go on in the failure domain of the target. */
  readonly openInDomain: number;
  readonly actionsOnTargetLastHalfHour: number;
  /** Different targets of the group that raised an alarm in the last minute. */
  readonly targetsAlarmedLastMinute: number;
}

/** Name of the rule that decided. */
export type GuardRule =
  | 'kill-switch'
  | 'empty-target'
  | 'wide-target'
  | 'stale-data'
  | 'correlated'
  | 'quarantine'
  | 'cooldown'
  | 'playbook-budget'
  | 'total-budget'
  | 'failure-domain'
  | 'trading-hours'
  | 'trust-observe'
  | 'trust-suggest'
  | 'needs-approval'
  | 'allowed';

/** The verdict on an action. */
export interface Verdict {
  readonly isAllowed: boolean;
  readonly rule: GuardRule;
  readonly reason: string;
}

/** State older than this is a guess. */
export const STALE_AFTER_MS = 30_000;
/** Actions of all playbooks together in an hour. */
export const TOTAL_PER_HOUR = 20;
/** Actions on one target within half an hour after which it is left to people. */
export const QUARANTINE_AFTER = 3;
/** So many targets at once are one cause, and restarting them one by one is not its cure. */
export const CORRELATED_FROM = 5;
const TRADING_FROM = '09:15';
const TRADING_TO = '15:15';
const MARKET = 'SSE';

/**
 * Judges one action, strictest rule first. Never allowed on nothing, on more than one target, on state that is not fresh, or against a
 * switch a person has thrown. The list follows public accounts of automation that did harm (docs/healing.md).
 */
export function judgeAction(facts: ActionFacts): Verdict {
  const no = (rule: GuardRule, reason: string): Verdict => ({ isAllowed: false, rule, reason });
  const { nowMs, limits, targets } = facts;
  if (facts.killedBy !== null) return no('kill-switch', `healing is switched off (${facts.killedBy})`);
  if (targets.length === 0) return no('empty-target', 'an action without a target is never “everything”');
  if (targets.length > 1) return no('wide-target', 'one action touches one target');
  if (facts.seenAtMs === null || nowMs - facts.seenAtMs > STALE_AFTER_MS)
    return no('stale-data', 'the state of the target could not be read just now');
  if (facts.targetsAlarmedLastMinute >= CORRELATED_FROM)
    return no(
      'correlated',
      `${facts.targetsAlarmedLastMinute} targets of the group raised alarms within a minute: one cause`,
    );
  if (facts.actionsOnTargetLastHalfHour >= QUARANTINE_AFTER)
    return no('quarantine', `${facts.actionsOnTargetLastHalfHour} actions in half an hour did not help`);
  if (facts.lastActionAtMs !== null && nowMs - facts.lastActionAtMs < limits.cooldownMs)
    return no('cooldown', `the last action was ${Math.round((nowMs - facts.lastActionAtMs) / 1000)} s ago`);
  if (facts.actionsOfPlaybookLastHour >= limits.budgetPerHour)
    return no('playbook-budget', `${limits.budgetPerHour} actions an hour are used up`);
  if (facts.actionsLastHour >= TOTAL_PER_HOUR)
    return no('total-budget', `${TOTAL_PER_HOUR} actions an hour of all playbooks are used up`);
  if (facts.openInDomain > 0) return no('failure-domain', 'another action goes on in the failure domain');
  if (facts.hoursPolicy === 'outside-trading-hours' && isTradingHours(nowMs) && !facts.isApproved)
    return no('trading-hours', 'during trading hours only a person decides on this target');
  if (limits.trust === 'observe') return no('trust-observe', 'the playbook only observes');
  if (limits.trust === 'suggest') return no('trust-suggest', 'the playbook only suggests');
  if (limits.trust === 'approve' && !facts.isApproved)
    return no('needs-approval', 'the playbook asks a person first');
  return { isAllowed: true, rule: 'allowed', reason: 'every guard holds' };
}

/** True on trading days from 09:15 to 15:15. A year without a calendar counts as trading: not touching is the safe side. */
export function isTradingHours(nowMs: number): boolean {
  const { date, time } = wallClock(nowMs, MARKET_TIME_ZONE);
  if (time < TRADING_FROM || time >= TRADING_TO) return false;
  try {
    return isTradingDay(MARKET, date);
  } catch {
    return true;
  }
}
