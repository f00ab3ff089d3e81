import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import {
  accountOpeningRules as shipped,
  afterOutcome,
  applyEvent,
  callableAt,
  CallbackTimeError,
  capBucket,
  type CustomerEvent,
  type CustomerState,
  decideAtFire,
  delayOf,
  dueTimeOf,
  endOfQuiet,
  endOfWaiting,
  type FireFacts,
  gradeOf,
  isQuiet,
  isTimeZone,
  journeyFaults,
  judgeEntry,
  type JourneyRules,
  newCustomer,
  OUTCOMES,
  routeTask,
  stableJitterMs,
} from './index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string) => Date.parse(text);
const event = (
  kind: CustomerEvent['kind'],
  sequence: number,
  over: Partial<CustomerEvent> = {},
): CustomerEvent => ({
  source: '/crm',
  eventId: `e${sequence}`,
  customerId: 'c1',
  kind,
  sequence,
  occurredAtMs: sequence * 1000,
  step: kind === 'stalled' || kind === 'progressed' ? 'identity' : '',
  channel: '',
  profile: {},
  timeZone: '',
  ...over,
});
const fold = (events: readonly CustomerEvent[]): CustomerState =>
  events.reduce((state, each) => applyEvent(state, each).state, newCustomer('c1'));

describe('customer events', () => {
  const history = [
    event('opted-in', 1),
    event('stalled', 2, { channel: 'app', profile: { assetsCny: 5 } }),
    event('progressed', 3, { timeZone: 'Europe/Berlin' }),
    event('stalled', 4, { step: 'sign' }),
    event('opted-out', 5),
  ];

  it('give the same customer in whatever order they arrive', () => {
    const inOrder = fold(history);
    const orders = permutations(history);
    expect(orders).toHaveLength(120);
    for (const order of orders) expect(fold(order)).toEqual(inOrder);
    expect(inOrder).toMatchObject({ step: 'sign', isStalled: true, consent: false, channel: 'app' });
  });

  it('that are late are told so and change nothing of their part', () => {
    const state = fold([event('progressed', 7)]);
    const { standing, state: after } = applyEvent(state, event('stalled', 6));
    expect(standing).toBe('late');
    expect(after).toEqual(state);
    expect(applyEvent(state, event('opted-out', 6)).standing).toBe('acted');
  });

  it('end waiting when the customer moves on, opts out, closes or stalls anew', () => {
    const stall = { step: 'identity', sequence: 2 };
    const stalled = fold([event('stalled', 2)]);
    expect(endOfWaiting(stalled, stall, shipped)).toBeUndefined();
    const after = (next: CustomerEvent) => endOfWaiting(applyEvent(stalled, next).state, stall, shipped);
    expect(after(event('progressed', 3))).toBe('moved-on');
    expect(after(event('opted-out', 3))).toBe('opted-out');
    expect(after(event('closed', 3))).toBe('closed');
    expect(after(event('stalled', 3))).toBe('stalled-again');
    expect(after(event('progressed', 1))).toBeUndefined();
    const again = applyEvent(stalled, event('stalled', 3)).state;
    expect(endOfWaiting(again, stall, { onRepeat: 'keep' })).toBeUndefined();
  });
});

describe('entry', () => {
  const stalled = fold([event('opted-in', 1), event('stalled', 2)]);
  const stall = { step: 'identity', sequence: 2 };
  const judge = (over: Partial<JourneyRules>, earlier: Parameters<typeof judgeEntry>[3], nowMs = DAY_MS) =>
    judgeEntry({ ...shipped, ...over }, stalled, stall, earlier, nowMs);
  const earlier = (status: 'waiting' | 'task' | 'cancelled', step = 'identity', enteredAtMs = 0) => [
    { status, step, enteredAtMs },
  ];

  it('keeps out who moved on, opted out, or stands at no step of the journey', () => {
    const moved = applyEvent(stalled, event('progressed', 3)).state;
    expect(judgeEntry(shipped, moved, stall, [], 0)).toEqual({ enters: false, reason: 'moved-on' });
    const out = applyEvent(stalled, event('opted-out', 3)).state;
    expect(judgeEntry(shipped, out, stall, [], 0)).toEqual({ enters: false, reason: 'opted-out' });
    expect(judge({ steps: ['sign'] }, [])).toEqual({ enters: false, reason: 'unknown-step' });
  });

  it('follows the re-entry policy, which looks at earlier entries', () => {
    expect(judge({ reentry: 'never' }, earlier('cancelled'))).toMatchObject({ reason: 'entered-before' });
    expect(judge({ reentry: 'each-stall' }, earlier('cancelled'))).toMatchObject({ enters: true });
    expect(judge({ reentry: 'after-exit' }, earlier('task'))).toMatchObject({ reason: 'already-waiting' });
    const afterTwoDays = { reentry: { afterMs: 2 * DAY_MS } };
    expect(judge(afterTwoDays, earlier('cancelled'))).toMatchObject({ reason: 'entered-too-recently' });
    expect(judge(afterTwoDays, earlier('cancelled'), 2 * DAY_MS)).toMatchObject({ enters: true });
  });

  it('takes the place of one that waits, or leaves it, as the journey says', () => {
    expect(judge({ onRepeat: 'keep' }, earlier('waiting'))).toMatchObject({ reason: 'already-waiting' });
    expect(judge({ onRepeat: 'restart' }, earlier('waiting'))).toEqual({ enters: true, supersedes: true });
    expect(judge({ onRepeat: 'keep' }, earlier('waiting', 'sign'))).toMatchObject({ supersedes: true });
  });
});

describe('delay', () => {
  const customer = (channel: string, profile: JsonObject) =>
    fold([event('stalled', 2, { channel, profile })]);
  const of = (step: string, channel = 'web', profile: JsonObject = { x: 1 }) =>
    delayOf(shipped, customer(channel, profile), step);

  it('depends on channel, step and profile, first rule first', () => {
    expect(of('video-witness', 'branch')).toBe(5 * 60_000);
    expect(of('video-witness')).toBe(20 * 60_000);
    expect(of('bank-link', 'web', { assetsCny: 500_000 })).toBe(15 * 60_000);
    expect(of('bank-link', 'web', { assetsCny: 499_999 })).toBe(2 * HOUR_MS);
    expect(of('sign', 'app')).toBe(30 * DAY_MS);
  });

  it('goes from milliseconds to months and counts from the stall, not from when we heard', () => {
    const quick = { ...shipped, delays: [{ step: 'identity', delayMs: 3 }] };
    expect(dueTimeOf(quick, customer('app', { x: 1 }), 'identity')).toBe(2003);
    expect(delayOf({ ...shipped, delays: [], defaultDelayMs: 400 * DAY_MS }, newCustomer('c'), 'x')).toBe(
      366 * DAY_MS,
    );
  });

  it('tells what is wrong with rules, with the place', () => {
    expect(journeyFaults(shipped)).toEqual([]);
    const wrong: JourneyRules = {
      ...shipped,
      steps: ['a', 'a'],
      delays: [{ step: 'b', delayMs: -1 }],
      quietHours: { from: '25:00', to: '09:00' },
      cap: { calls: 0, days: 7 },
    };
    expect(journeyFaults(wrong).map((fault) => fault.split(':')[0])).toEqual([
      '/steps',
      '/delays/0/delayMs',
      '/delays/0/step',
      '/quietHours/from',
      '/cap',
    ]);
  });
});

describe('quiet hours', () => {
  const rules = { quietHours: { from: '20:30', to: '09:00' }, jitterMs: HOUR_MS };

  it('are read in the zone of the customer, over midnight', () => {
    const evening = at('2026-11-23T13:00:00Z');
    expect(isQuiet(rules, evening, 'Asia/Shanghai')).toBe(true);
    expect(isQuiet(rules, evening, 'Europe/Berlin')).toBe(false);
    expect(new Date(endOfQuiet(rules, evening, 'Asia/Shanghai')).toISOString()).toBe(
      '2026-11-24T01:00:00.000Z',
    );
    expect(isQuiet(rules, at('2026-11-24T01:00:00Z'), 'Asia/Shanghai')).toBe(false);
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Mars/Base')).toBe(false);
  });

  it('end at the same wall time in the nights of a clock change', () => {
    const spring = endOfQuiet(rules, at('2026-03-28T22:00:00Z'), 'Europe/Berlin');
    expect(new Date(spring).toISOString()).toBe('2026-03-29T07:00:00.000Z');
    const autumn = endOfQuiet(rules, at('2026-10-24T22:00:00Z'), 'Europe/Berlin');
    expect(new Date(autumn).toISOString()).toBe('2026-10-25T08:00:00.000Z');
  });

  it('put calls off with a share of the jitter that a retry finds again', () => {
    const night = at('2026-11-23T20:00:00Z');
    const shares = Array.from({ length: 500 }, (_unused, index) => stableJitterMs(`e${index}`, HOUR_MS));
    expect(Math.max(...shares)).toBeLessThan(HOUR_MS);
    expect(new Set(shares).size).toBeGreaterThan(495);
    expect(shares.reduce((sum, each) => sum + each, 0) / 500 / HOUR_MS).toBeCloseTo(0.5, 1);
    const first = callableAt(rules, night, 'Asia/Shanghai', 'e1');
    expect(first).toBe(callableAt(rules, night + HOUR_MS, 'Asia/Shanghai', 'e1'));
    expect(callableAt(rules, first, 'Asia/Shanghai', 'e1')).toBe(first);
  });
});

describe('at fire time', () => {
  const noon = at('2026-11-23T04:00:00Z');
  const customer = fold([
    event('opted-in', 1),
    event('stalled', 2, { step: 'sign', channel: 'branch', profile: { assetsCny: 900_000, visits30d: 9 } }),
  ]);
  const facts: FireFacts = {
    rules: shipped,
    isJourneyActive: true,
    customer,
    stall: { step: 'sign', sequence: 2 },
    entryId: 'e',
    firstDueAtMs: noon,
    dueAtMs: noon,
    isFrozen: false,
    hasOpenTask: false,
    callsReserved: 0,
  };
  const decide = (over: Partial<FireFacts>, nowMs = noon) => decideAtFire({ ...facts, ...over }, nowMs);
  const refused = (over: Partial<FireFacts>, nowMs?: number) => {
    const decision = decide(over, nowMs);
    return [decision.outcome, 'reason' in decision ? decision.reason : ''];
  };

  it('makes a task of a high grade, a hand-off of a medium one, nothing of a low one', () => {
    expect(decide({}).outcome).toBe('person');
    const medium = { ...customer, profile: { assetsCny: 1 } };
    expect(decide({ customer: medium }).outcome).toBe('robot');
    expect(refused({ customer: { ...customer, step: 'identity', channel: '', profile: {} } })).toEqual([
      'no-call',
      'grade-low',
    ]);
  });

  it('has a reason for everything else', () => {
    expect(refused({}, noon - 1)).toEqual(['defer', 'not-due']);
    expect(refused({ isFrozen: true })).toEqual(['defer', 'frozen']);
    expect(refused({ isJourneyActive: false })).toEqual(['refuse', 'journey-paused']);
    expect(refused({ customer: { ...customer, consent: false, consentSequence: 0 } })).toEqual([
      'refuse',
      'no-consent',
    ]);
    expect(refused({ customer: { ...customer, doNotCall: true } })).toEqual(['refuse', 'do-not-call']);
    expect(refused({ hasOpenTask: true })).toEqual(['refuse', 'open-task']);
    expect(refused({ callsReserved: 2 })).toEqual(['refuse', 'frequency-cap']);
    expect(refused({ customer: applyEvent(customer, event('progressed', 3)).state })).toEqual([
      'cancel',
      'moved-on',
    ]);
    expect(refused({}, noon + shipped.latestUsefulMs + 1)).toEqual(['expire', 'too-late']);
  });

  it('defers in quiet hours and expires when the morning is too late', () => {
    const night = at('2026-11-23T15:00:00Z');
    const put = decide({ firstDueAtMs: night, dueAtMs: night }, night);
    expect(put.outcome).toBe('defer');
    expect('untilMs' in put && put.untilMs).toBeGreaterThanOrEqual(at('2026-11-24T01:00:00Z'));
    const brief = { ...shipped, latestUsefulMs: HOUR_MS };
    expect(refused({ rules: brief, firstDueAtMs: night, dueAtMs: night }, night)).toEqual([
      'expire',
      'quiet-hours',
    ]);
  });

  it('explains a grade so that the points add up', () => {
    const grade = gradeOf(shipped.scorecard, customer);
    expect(grade.lines.reduce((sum, line) => sum + line.points, grade.offset)).toBe(grade.score);
    expect(grade.lines.map((line) => [line.field, line.bin, line.points])).toEqual([
      ['assetsCny', 'from 500000', 30],
      ['step', 'video-witness | bank-link | sign', 20],
      ['channel', 'branch | referral', 15],
      ['visits30d', 'from 6', 12],
    ]);
    const bare = gradeOf(shipped.scorecard, newCustomer('c'));
    expect(bare.lines.at(-1)).toMatchObject({ value: null, bin: 'otherwise', points: -5 });
  });

  it('counts caps by days of the customer', () => {
    const lateEvening = at('2026-11-23T16:30:00Z');
    expect(capBucket(1, lateEvening, 'Asia/Shanghai')).toBe('1d:2026-11-24');
    expect(capBucket(1, lateEvening, 'UTC')).toBe('1d:2026-11-23');
    expect(capBucket(7, lateEvening, 'UTC')).toBe('7d:2026-11-19');
  });
});

describe('routing', () => {
  const person = (personId: string, openTasks: number, over = {}) => ({
    personId,
    skills: ['banking'],
    isOnShift: true,
    openTasks,
    capacity: 10,
    ...over,
  });
  const need = { skill: 'banking', owner: null };

  it('filters, then keeps the owner, then takes the least loaded', () => {
    const people = [
      person('a', 5),
      person('b', 2),
      person('c', 0, { skills: [] }),
      person('d', 0, { isOnShift: false }),
    ];
    expect(routeTask(people, need)).toEqual({ assignee: 'b', reason: 'least-loaded' });
    expect(routeTask(people, { ...need, owner: 'a' })).toEqual({ assignee: 'a', reason: 'owner' });
    expect(routeTask(people, { ...need, owner: 'd' })).toEqual({ assignee: 'b', reason: 'least-loaded' });
    expect(routeTask([person('a', 10)], need)).toEqual({ assignee: null, reason: 'nobody-free' });
  });
});

describe('outcomes', () => {
  it('tell unreachable from refused and give up after their number of calls', () => {
    expect(afterOutcome('no-answer', 1, 0, null)).toEqual({
      status: 'open',
      dueAtMs: 4 * HOUR_MS,
      forbidsCalls: false,
    });
    expect(afterOutcome('no-answer', 3, 0, null).status).toBe('done');
    expect(afterOutcome('do-not-call', 1, 0, null)).toEqual({
      status: 'done',
      dueAtMs: null,
      forbidsCalls: true,
    });
    expect(afterOutcome('not-interested', 1, 0, null).forbidsCalls).toBe(false);
    expect(OUTCOMES.filter((outcome) => outcome.isReached).map((outcome) => outcome.code)).not.toContain(
      'machine',
    );
  });

  it('take a call-back only in the future and within thirty days', () => {
    expect(afterOutcome('call-back', 1, 0, HOUR_MS)).toMatchObject({ status: 'open', dueAtMs: HOUR_MS });
    expect(() => afterOutcome('call-back', 1, 0, null)).toThrow(CallbackTimeError);
    expect(() => afterOutcome('call-back', 1, 0, 31 * DAY_MS)).toThrow(CallbackTimeError);
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_unused, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
