import { wallClock } from '../calendar/index.ts';
import { endOfWaiting } from './customer-events.ts';
import { callableAt } from './quiet-hours.ts';
import { gradeOf, type GradeDecision } from './scorecard.ts';
import type { CustomerState, JourneyRules } from './types.ts';

/** Everything looked at when an entry falls due; read in the transaction that acts on the answer. */
export interface FireFacts {
  readonly rules: JourneyRules;
  readonly isJourneyActive: boolean;
  readonly customer: CustomerState;
  readonly stall: { readonly step: string; readonly sequence: number };
  /** Names the entry for the stable jitter. */
  readonly entryId: string;
  /** First due time of the entry: the latest useful time counts from it, however often it was put off. */
  readonly firstDueAtMs: number;
  readonly dueAtMs: number;
  readonly isFrozen: boolean;
  /** The customer has a call task that is not over, of whatever journey. */
  readonly hasOpenTask: boolean;
  /** Calls of the current cap bucket, reserved and made. */
  readonly callsReserved: number;
}

/** Why a due entry gets no call now. */
export type FireReason =
  | 'not-due'
  | 'frozen'
  | 'quiet-hours'
  | 'too-late'
  | 'journey-paused'
  | 'no-consent'
  | 'do-not-call'
  | 'frequency-cap'
  | 'open-task'
  | 'closed'
  | 'opted-out'
  | 'moved-on'
  | 'stalled-again'
  | 'grade-low';

/** What to do with a due entry. `untilMs` is the new absolute due time of a deferral. */
export type FireDecision =
  | { readonly outcome: 'person' | 'robot'; readonly grade: GradeDecision }
  | { readonly outcome: 'no-call'; readonly reason: FireReason; readonly grade: GradeDecision }
  | { readonly outcome: 'defer'; readonly reason: FireReason; readonly untilMs: number }
  | { readonly outcome: 'refuse' | 'expire' | 'cancel'; readonly reason: FireReason };

/** Frozen entries look again this often, in case the word that they go on was lost. Milliseconds. */
export const FROZEN_LOOK_MS = 86_400_000;

/**
 * Looks at everything again at the moment of the call: what held when the entry began may hold no longer. Order: customer moved on,
 * not due yet, frozen, journey, too late, consent, do-not-call, open task, quiet hours, cap, grade. Never earlier than due.
 */
export function decideAtFire(facts: FireFacts, nowMs: number): FireDecision {
  const { rules, customer } = facts;
  const end = endOfWaiting(customer, facts.stall, rules);
  if (end !== undefined) return { outcome: 'cancel', reason: end };
  if (nowMs < facts.dueAtMs) return { outcome: 'defer', reason: 'not-due', untilMs: facts.dueAtMs };
  if (facts.isFrozen) return { outcome: 'defer', reason: 'frozen', untilMs: nowMs + FROZEN_LOOK_MS };
  if (!facts.isJourneyActive) return { outcome: 'refuse', reason: 'journey-paused' };
  const latestMs = facts.firstDueAtMs + rules.latestUsefulMs;
  if (nowMs > latestMs) return { outcome: 'expire', reason: 'too-late' };
  if (!customer.consent) return { outcome: 'refuse', reason: 'no-consent' };
  if (customer.doNotCall) return { outcome: 'refuse', reason: 'do-not-call' };
  if (facts.hasOpenTask) return { outcome: 'refuse', reason: 'open-task' };
  const atMs = callableAt(rules, nowMs, customer.timeZone, facts.entryId);
  if (atMs > latestMs) return { outcome: 'expire', reason: 'quiet-hours' };
  if (atMs > nowMs) return { outcome: 'defer', reason: 'quiet-hours', untilMs: atMs };
  if (facts.callsReserved >= rules.cap.calls) return { outcome: 'refuse', reason: 'frequency-cap' };
  const grade = gradeOf(rules.scorecard, customer);
  if (grade.grade === 'low') return { outcome: 'no-call', reason: 'grade-low', grade };
  return { outcome: grade.grade === 'high' ? 'person' : 'robot', grade };
}

/** Bucket of the frequency cap: spans of so many calendar days in the customer's zone, the same for every journey. */
export function capBucket(days: number, atMs: number, timeZone: string): string {
  const day = Math.floor(Date.parse(`${wallClock(atMs, timeZone).date}T00:00:00Z`) / 86_400_000);
  const first = day - (day % days);
  return `${days}d:${new Date(first * 86_400_000).toISOString().slice(0, 10)}`;
}
