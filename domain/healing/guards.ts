import {
  CalendarYearError,
  instantOf,
  isTradingDay,
  MARKET_TIME_ZONE,
  wallClock,
} from '../calendar/index.ts';
import type { ActionFacts, ActionVerdict, GuardRule, PastAction } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Bounds of the guards. Times in milliseconds. Cooldown and budget are what a playbook has unless it says otherwise. */
export const GUARD_LIMITS = {
  cooldownMs: 10 * MINUTE_MS,
  budgetPerHour: 5,
  totalPerHour: 20,
  staleAfterMs: 30_000,
  cycles: 3,
  cycleWindowMs: 30 * MINUTE_MS,
  similarAlarms: 5,
} as const;

/** Trading hours in which services are left alone, wall clock of the markets; the end is exclusive. */
const PROTECTED_HOURS = { from: '09:15', to: '15:15' } as const;

/** A guard answers why it objects, or undefined. */
type Guard = (facts: ActionFacts) => string | undefined;

const GUARDS: ReadonlyArray<readonly [GuardRule, Guard]> = [
  ['kill-switch', killSwitch],
  ['targets', targets],
  ['quarantine', quarantine],
  ['correlation', correlation],
  ['stale-data', staleData],
  ['trading-hours', tradingHours],
  ['trust', trust],
  ['failure-domain', failureDomain],
  ['cooldown', cooldown],
  ['playbook-budget', playbookBudget],
  ['total-budget', totalBudget],
];

/** Decides whether one action on one target may start now. The first guard that objects gives rule and reason; never throws. */
export function judgeAction(facts: ActionFacts): ActionVerdict {
  for (const [rule, guard] of GUARDS) {
    const reason = guard(facts);
    if (reason !== undefined) return { allowed: false, rule, reason };
  }
  return { allowed: true, rule: 'all-guards', reason: 'no guard objects' };
}

/** True when the playbook acted on the target so often within 30 minutes that it must be quarantined. */
export function isFlapping(facts: ActionFacts): boolean {
  const cycles = facts.ledger.filter(
    (past) =>
      past.playbookId === facts.playbook.playbookId &&
      past.target === facts.target &&
      isWithin(past, facts.nowMs, GUARD_LIMITS.cycleWindowMs),
  );
  return cycles.length >= GUARD_LIMITS.cycles;
}

/** True from 09:15 until before 15:15 on a trading day of the market. Throws `CalendarYearError` for an unpublished year. */
export function isProtectedTime(market: string, nowMs: number): boolean {
  const { date } = wallClock(nowMs, MARKET_TIME_ZONE);
  if (!isTradingDay(market, date)) return false;
  const fromMs = instantOf(date, PROTECTED_HOURS.from, MARKET_TIME_ZONE);
  const toMs = instantOf(date, PROTECTED_HOURS.to, MARKET_TIME_ZONE);
  return nowMs >= fromMs && nowMs < toMs;
}

function killSwitch({ killSwitches }: ActionFacts): string | undefined {
  if (killSwitches.isGlobalOn) return 'the global kill switch is on';
  return killSwitches.isPlaybookOn ? 'the kill switch of the playbook is on' : undefined;
}

function targets({ target, frozenTargets }: ActionFacts): string | undefined {
  if (frozenTargets.length === 0) return 'the target list is empty';
  return frozenTargets.includes(target) ? undefined : `“${target}” is not in the frozen target list`;
}

function quarantine(facts: ActionFacts): string | undefined {
  if (facts.playbook.quarantinedAtMs !== null) return 'the playbook is in quarantine until a person lifts it';
  return isFlapping(facts)
    ? `“${facts.target}” was acted on ${GUARD_LIMITS.cycles} times within 30 minutes; the playbook goes into quarantine`
    : undefined;
}

function correlation({ similarAlarms }: ActionFacts): string | undefined {
  return similarAlarms >= GUARD_LIMITS.similarAlarms
    ? `${similarAlarms} similar alarms within 60 s point to a common cause; single targets are left alone`
    : undefined;
}

function staleData({ observedAtMs, nowMs }: ActionFacts): string | undefined {
  if (observedAtMs === null) return 'nobody has looked at the target';
  // A reading from the future is a wrong clock, so its age is unknown.
  if (observedAtMs > nowMs) return 'the reading is dated after now';
  const ageMs = nowMs - observedAtMs;
  return ageMs > GUARD_LIMITS.staleAfterMs
    ? `the reading is ${Math.ceil(ageMs / 1000)} s old; 30 s are allowed`
    : undefined;
}

function tradingHours({ market, nowMs, tradingHours: policy }: ActionFacts): string | undefined {
  if (policy === 'pre-approved') return undefined;
  try {
    return isProtectedTime(market, nowMs)
      ? 'between 09:15 and 15:15 of a trading day only what was approved beforehand is done'
      : undefined;
  } catch (error) {
    // Not knowing whether the market trades must not read as “it is closed”.
    if (error instanceof CalendarYearError || error instanceof RangeError) return error.message;
    throw error;
  }
}

function trust({ playbook, isApproved }: ActionFacts): string | undefined {
  if (playbook.trust === 'act') return undefined;
  if (playbook.trust === 'approve') return isApproved ? undefined : 'a person has to agree first';
  return `the playbook is trusted to ${playbook.trust} only`;
}

function failureDomain(facts: ActionFacts): string | undefined {
  const running = facts.ledger.find(
    (past) => past.failureDomain === facts.failureDomain && past.finishedAtMs === null,
  );
  return running === undefined
    ? undefined
    : `an action on “${running.target}” in failure domain “${facts.failureDomain}” has not ended`;
}

function cooldown({ ledger, target, playbook, nowMs }: ActionFacts): string | undefined {
  return ledger.some((past) => past.target === target && isWithin(past, nowMs, playbook.cooldownMs))
    ? `“${target}” was acted on less than ${playbook.cooldownMs / 1000} s ago`
    : undefined;
}

function playbookBudget({ ledger, playbook, nowMs }: ActionFacts): string | undefined {
  const used = ledger.filter(
    (past) => past.playbookId === playbook.playbookId && isWithin(past, nowMs, HOUR_MS),
  ).length;
  return used >= playbook.budgetPerHour
    ? `the playbook used ${used} of ${playbook.budgetPerHour} actions of this hour`
    : undefined;
}

function totalBudget({ ledger, nowMs }: ActionFacts): string | undefined {
  const used = ledger.filter((past) => isWithin(past, nowMs, HOUR_MS)).length;
  return used >= GUARD_LIMITS.totalPerHour
    ? `all playbooks together used ${used} of ${GUARD_LIMITS.totalPerHour} actions of this hour`
    : undefined;
}

/** Started less than a span ago. A start in the future counts: clocks that disagree must not widen a budget. */
function isWithin(past: PastAction, nowMs: number, spanMs: number): boolean {
  return past.startedAtMs > nowMs - spanMs;
}
