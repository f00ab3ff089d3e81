import type { Json } from '../json.ts';
import type { CustomerState, DelayRule, EntryStatus, JourneyRules, ProfileTest } from './types.ts';

/** Longest delay a journey takes: 366 days, in milliseconds. */
export const LONGEST_DELAY_MS = 366 * 86_400_000;

/** An earlier entry of the same customer into the same journey. */
export interface EarlierEntry {
  readonly step: string;
  readonly status: EntryStatus;
  readonly enteredAtMs: number;
}

/** What becomes of a stall: it enters, takes the place of the one that waits, or stays out with a reason. */
export type EntryVerdict =
  | { readonly enters: true; readonly supersedes: boolean }
  | { readonly enters: false; readonly reason: NoEntryReason };

/** Why a stall starts no waiting. */
export type NoEntryReason =
  | 'unknown-step'
  | 'moved-on'
  | 'closed'
  | 'opted-out'
  | 'already-waiting'
  | 'entered-before'
  | 'entered-too-recently';

/**
 * Judges whether a stall enters the journey. Re-entry looks at earlier *entries*, not exits; a newer stall on another step always
 * takes the place of one that waits, on the same step the journey says.
 */
export function judgeEntry(
  rules: JourneyRules,
  state: CustomerState,
  stall: { readonly step: string; readonly sequence: number },
  earlier: readonly EarlierEntry[],
  nowMs: number,
): EntryVerdict {
  if (!rules.steps.includes(stall.step)) return out('unknown-step');
  if (state.isClosed) return out('closed');
  if (state.consentSequence > 0 && !state.consent) return out('opted-out');
  if (state.stepSequence !== stall.sequence || !state.isStalled) return out('moved-on');
  const waiting = earlier.find((entry) => entry.status === 'waiting');
  if (waiting !== undefined) {
    if (waiting.step === stall.step && rules.onRepeat === 'keep') return out('already-waiting');
    return { enters: true, supersedes: true };
  }
  const { reentry } = rules;
  if (reentry === 'never' && earlier.length > 0) return out('entered-before');
  if (reentry === 'after-exit' && earlier.some((entry) => entry.status === 'task'))
    return out('already-waiting');
  if (typeof reentry === 'object') {
    const last = Math.max(...earlier.map((entry) => entry.enteredAtMs), Number.NEGATIVE_INFINITY);
    if (nowMs - last < reentry.afterMs) return out('entered-too-recently');
  }
  return { enters: true, supersedes: false };
}

const out = (reason: NoEntryReason): EntryVerdict => ({ enters: false, reason });

/** How long after the stall the call is due, in milliseconds: the first delay rule that fits, else the journey's own. */
export function delayOf(rules: JourneyRules, state: CustomerState, step: string): number {
  const rule = rules.delays.find((candidate) => fits(candidate, state, step));
  return Math.min(Math.max(Math.round(rule?.delayMs ?? rules.defaultDelayMs), 0), LONGEST_DELAY_MS);
}

/** Absolute due time, epoch milliseconds: counted from when the customer stalled at the source, not from when we heard of it. */
export function dueTimeOf(rules: JourneyRules, state: CustomerState, step: string): number {
  return state.stepAtMs + delayOf(rules, state, step);
}

function fits(rule: DelayRule, state: CustomerState, step: string): boolean {
  return (
    (rule.channel ?? state.channel) === state.channel &&
    (rule.step ?? step) === step &&
    (rule.profile ?? []).every((test) => passes(test, factOf(state, test.field)))
  );
}

function passes({ is, value }: ProfileTest, fact: Json | undefined): boolean {
  if (fact === undefined || fact === null) return is === 'absent';
  switch (is) {
    case 'absent':
      return false;
    case 'equal':
      return fact === value;
    case 'at-least':
      return typeof fact === 'number' && typeof value === 'number' && fact >= value;
    case 'below':
      return typeof fact === 'number' && typeof value === 'number' && fact < value;
  }
}

/** One fact of a profile; profiles are data, so only own members are read. */
export function factOf(state: CustomerState, field: string): Json | undefined {
  return Object.hasOwn(state.profile, field) ? state.profile[field] : undefined;
}

/** Everything wrong with the rules of a journey, as sentences with the place; empty when they may be published. */
export function journeyFaults(rules: JourneyRules): string[] {
  const faults: string[] = [];
  if (rules.steps.length === 0) faults.push('/steps: at least one step');
  if (new Set(rules.steps).size < rules.steps.length) faults.push('/steps: a step stands there twice');
  const delays = [
    ...rules.delays.map((rule, index) => [`/delays/${index}/delayMs`, rule.delayMs] as const),
    ['/defaultDelayMs', rules.defaultDelayMs] as const,
  ];
  for (const [at, delayMs] of delays)
    if (!Number.isFinite(delayMs) || delayMs < 0 || delayMs > LONGEST_DELAY_MS)
      faults.push(`${at}: ${delayMs} is not between 0 and ${LONGEST_DELAY_MS} ms (366 days)`);
  for (const [index, rule] of rules.delays.entries())
    if (rule.step !== undefined && !rules.steps.includes(rule.step))
      faults.push(`/delays/${index}/step: “${rule.step}” is not a step of the journey`);
  for (const [name, time] of Object.entries(rules.quietHours))
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) faults.push(`/quietHours/${name}: “${time}” is not HH:mm`);
  if (rules.jitterMs < 0) faults.push('/jitterMs: not below 0');
  if (rules.latestUsefulMs <= 0) faults.push('/latestUsefulMs: above 0');
  if (rules.cap.calls < 1 || rules.cap.days < 1) faults.push('/cap: calls and days are 1 or more');
  if (rules.scorecard.medium > rules.scorecard.high)
    faults.push(
      `/scorecard: medium ${rules.scorecard.medium} is above high ${rules.scorecard.high}; it must not be`,
    );
  return faults;
}
