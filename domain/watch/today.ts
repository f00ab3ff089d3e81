/** Where something that is expected today stands. */
export type ExpectedState =
  | 'needsPerson'
  | 'late'
  | 'missed'
  | 'failed'
  | 'running'
  | 'waiting'
  | 'next'
  | 'paused'
  | 'skipped'
  | 'done';

/** What is known of one expected time. */
export interface ExpectedFacts {
  /** When it was to start. Epoch milliseconds. */
  readonly atMs: number;
  readonly nowMs: number;
  /** A start this late can still come by itself. */
  readonly catchUpMs: number;
  readonly isPaused: boolean;
  /** What came of the occasion; null when nothing has. */
  readonly outcome: 'started' | 'not-due' | 'paused' | 'skipped' | 'refused' | null;
  /** Status of its run; null when there is none. */
  readonly runStatus: 'accepted' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | null;
  /** An approval of the run is open. */
  readonly isAsking: boolean;
}

/** A start within this much of its time is on time. */
export const ON_TIME_MS = 60_000;

/** Where an expected run stands. What has not started a minute after its time is late, and missed once it cannot be made up for. */
export function expectedState(facts: ExpectedFacts): ExpectedState {
  const { atMs, nowMs, outcome, runStatus } = facts;
  if (runStatus !== null) {
    if (runStatus === 'completed') return 'done';
    if (runStatus === 'failed' || runStatus === 'cancelled') return 'failed';
    if (facts.isAsking) return 'needsPerson';
    return runStatus === 'running' ? 'running' : 'waiting';
  }
  if (outcome === 'paused' || (facts.isPaused && outcome === null)) return 'paused';
  if (outcome === 'skipped' || outcome === 'not-due') return 'skipped';
  if (outcome === 'refused') return 'missed';
  if (nowMs <= atMs + ON_TIME_MS) return 'next';
  return nowMs <= atMs + ON_TIME_MS + facts.catchUpMs ? 'late' : 'missed';
}

/** What needs somebody first: the order of the list under the time line. */
export const EXPECTED_ORDER: readonly ExpectedState[] = [
  'needsPerson',
  'missed',
  'failed',
  'late',
  'running',
  'waiting',
  'next',
  'paused',
  'skipped',
  'done',
];
