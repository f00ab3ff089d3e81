/** What a representative reports after a call. */
export type OutcomeCode =
  | 'will-continue'
  | 'not-interested'
  | 'call-back'
  | 'no-answer'
  | 'busy'
  | 'machine'
  | 'wrong-number'
  | 'do-not-call';

/** What an outcome leads to. Delays in milliseconds. */
export interface OutcomeRule {
  readonly code: OutcomeCode;
  /** `done` closes the task; `again` opens it later for the same person; `callback` at the time the customer gave. */
  readonly next: 'done' | 'again' | 'callback';
  readonly againAfterMs: number;
  /** Calls after which `again` gives up. */
  readonly maximumCalls: number;
  /** Puts the customer on the do-not-call list. */
  readonly forbidsCalls: boolean;
  /** The customer was spoken to: unreachable is not a refusal. */
  readonly isReached: boolean;
}

const HOUR_MS = 3_600_000;
const rule = (code: OutcomeCode, over: Partial<OutcomeRule>): OutcomeRule => ({
  code,
  next: 'done',
  againAfterMs: 0,
  maximumCalls: 1,
  forbidsCalls: false,
  isReached: false,
  ...over,
});

/** Every outcome, in the order of the card. */
export const OUTCOMES: readonly OutcomeRule[] = [
  rule('will-continue', { isReached: true }),
  rule('call-back', { next: 'callback', maximumCalls: 5, isReached: true }),
  rule('not-interested', { isReached: true }),
  rule('no-answer', { next: 'again', againAfterMs: 4 * HOUR_MS, maximumCalls: 3 }),
  rule('busy', { next: 'again', againAfterMs: HOUR_MS / 2, maximumCalls: 4 }),
  rule('machine', { next: 'again', againAfterMs: 24 * HOUR_MS, maximumCalls: 2 }),
  rule('wrong-number', {}),
  rule('do-not-call', { forbidsCalls: true, isReached: true }),
];

/** The state of a task after an outcome. `dueAtMs` is when it may be called again. */
export interface AfterOutcome {
  readonly status: 'open' | 'done';
  readonly dueAtMs: number | null;
  readonly forbidsCalls: boolean;
}

/** A callback must be in the future and within thirty days. */
export class CallbackTimeError extends Error {}

const LONGEST_CALLBACK_MS = 30 * 24 * HOUR_MS;

/** What an outcome leads to for a task that now has been called `calls` times. Throws `CallbackTimeError`. */
export function afterOutcome(
  code: OutcomeCode,
  calls: number,
  nowMs: number,
  callbackAtMs: number | null,
): AfterOutcome {
  const found = OUTCOMES.find((candidate) => candidate.code === code);
  if (found === undefined) throw new RangeError(`“${code}” is not an outcome`);
  const { next, forbidsCalls } = found;
  if (next === 'callback') {
    if (callbackAtMs === null || callbackAtMs <= nowMs || callbackAtMs > nowMs + LONGEST_CALLBACK_MS)
      throw new CallbackTimeError('a call-back needs a time in the future and within 30 days');
    if (calls < found.maximumCalls) return { status: 'open', dueAtMs: callbackAtMs, forbidsCalls };
  }
  if (next === 'again' && calls < found.maximumCalls)
    return { status: 'open', dueAtMs: nowMs + found.againAfterMs, forbidsCalls };
  return { status: 'done', dueAtMs: null, forbidsCalls };
}

/** True for a code of the list. */
export function isOutcomeCode(code: string): code is OutcomeCode {
  return OUTCOMES.some((candidate) => candidate.code === code);
}
