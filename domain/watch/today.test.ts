import { describe, expect, it } from 'vitest';
import { type ExpectedFacts, expectedState } from './today.ts';

const AT = Date.parse('2026-11-23T20:30:00+08:00');
const MINUTE = 60_000;
const facts = (more: Partial<ExpectedFacts>): ExpectedFacts => ({
  atMs: AT,
  nowMs: AT,
  catchUpMs: 30 * MINUTE,
  isPaused: false,
  outcome: null,
  runStatus: null,
  isAsking: false,
  ...more,
});

describe('an expected run', () => {
  it.each<[Partial<ExpectedFacts>, string]>([
    [{ nowMs: AT - 60 * MINUTE }, 'next'],
    [{ nowMs: AT + MINUTE }, 'next'],
    [{ nowMs: AT + 2 * MINUTE }, 'late'],
    [{ nowMs: AT + 31 * MINUTE }, 'late'],
    [{ nowMs: AT + 32 * MINUTE }, 'missed'],
    [{ nowMs: AT + 32 * MINUTE, isPaused: true }, 'paused'],
    [{ nowMs: AT + 5 * MINUTE, outcome: 'refused' }, 'missed'],
    [{ nowMs: AT + 5 * MINUTE, outcome: 'skipped' }, 'skipped'],
    [{ nowMs: AT + 5 * MINUTE, outcome: 'paused' }, 'paused'],
    [{ outcome: 'started', runStatus: 'accepted' }, 'waiting'],
    [{ outcome: 'started', runStatus: 'running' }, 'running'],
    [{ outcome: 'started', runStatus: 'waiting' }, 'waiting'],
    [{ outcome: 'started', runStatus: 'waiting', isAsking: true }, 'needsPerson'],
    [{ outcome: 'started', runStatus: 'completed', isPaused: true }, 'done'],
    [{ outcome: 'started', runStatus: 'failed' }, 'failed'],
    [{ outcome: 'started', runStatus: 'cancelled' }, 'failed'],
  ])('%o is %s', (more, state) => {
    expect(expectedState(facts(more))).toBe(state);
  });
});
