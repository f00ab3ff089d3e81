import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ActionFacts,
  type AlarmFacts,
  GUARD_LIMITS,
  groupAlarms,
  judgeAction,
  type PastAction,
} from './index.ts';

/** Monday 2026-11-23, 20:00 in Shanghai: a trading day after hours. */
const EVENING = Date.parse('2026-11-23T20:00:00+08:00');
const MINUTE_MS = 60_000;

const past = (over: Partial<PastAction> = {}): PastAction => ({
  playbookId: 'restart',
  target: 'quotes-1',
  failureDomain: 'rack-1',
  startedAtMs: EVENING - 20 * MINUTE_MS,
  finishedAtMs: EVENING - 19 * MINUTE_MS,
  ...over,
});
const facts = (over: Partial<ActionFacts> = {}): ActionFacts => ({
  nowMs: EVENING,
  target: 'quotes-1',
  frozenTargets: ['quotes-1', 'quotes-2'],
  failureDomain: 'rack-1',
  tradingHours: 'refuse',
  market: 'SHFE',
  playbook: {
    playbookId: 'restart',
    trust: 'act',
    budgetPerHour: GUARD_LIMITS.budgetPerHour,
    cooldownMs: GUARD_LIMITS.cooldownMs,
    quarantinedAtMs: null,
  },
  isApproved: false,
  observedAtMs: EVENING - 1000,
  similarAlarms: 1,
  killSwitches: { isGlobalOn: false, isPlaybookOn: false },
  ledger: [],
  ...over,
});
const playbook = (over: Partial<ActionFacts['playbook']>): Partial<ActionFacts> => ({
  playbook: { ...facts().playbook, ...over },
});
const at = (time: string): Partial<ActionFacts> => {
  const nowMs = Date.parse(time);
  return { nowMs, observedAtMs: nowMs };
};
const many = (count: number, over: (index: number) => Partial<PastAction>): PastAction[] =>
  Array.from({ length: count }, (_, index) => past(over(index)));

describe('judgeAction', () => {
  it.each<[string, Partial<ActionFacts>, string]>([
    ['nothing objects', {}, 'all-guards'],
    ['global switch', { killSwitches: { isGlobalOn: true, isPlaybookOn: false } }, 'kill-switch'],
    ['playbook switch', { killSwitches: { isGlobalOn: false, isPlaybookOn: true } }, 'kill-switch'],
    ['empty list', { frozenTargets: [] }, 'targets'],
    ['target not listed', { target: 'quotes-9' }, 'targets'],
    ['a star is only a name', { frozenTargets: ['*'] }, 'targets'],
    ['in quarantine', playbook({ quarantinedAtMs: 1 }), 'quarantine'],
    [
      'third cycle in 30 min',
      { ledger: many(3, (index) => ({ startedAtMs: EVENING - (index + 1) * 9.9 * MINUTE_MS })) },
      'quarantine',
    ],
    [
      'cycles just outside 30 min',
      { ledger: many(3, (index) => ({ startedAtMs: EVENING - (index + 1) * 10 * MINUTE_MS })) },
      'all-guards',
    ],
    ['four alarms', { similarAlarms: 4 }, 'all-guards'],
    ['five alarms', { similarAlarms: 5 }, 'correlation'],
    ['never seen', { observedAtMs: null }, 'stale-data'],
    ['seen 30 s ago', { observedAtMs: EVENING - 30_000 }, 'all-guards'],
    ['seen 30.001 s ago', { observedAtMs: EVENING - 30_001 }, 'stale-data'],
    ['seen in the future', { observedAtMs: EVENING + 1 }, 'stale-data'],
    ['before hours', at('2026-11-23T09:14:59.999+08:00'), 'all-guards'],
    ['hours begin', at('2026-11-23T09:15:00+08:00'), 'trading-hours'],
    ['hours last', at('2026-11-23T15:14:59.999+08:00'), 'trading-hours'],
    ['hours end', at('2026-11-23T15:15:00+08:00'), 'all-guards'],
    ['Sunday', at('2026-11-22T10:00:00+08:00'), 'all-guards'],
    [
      'approved beforehand',
      { ...at('2026-11-23T10:00:00+08:00'), tradingHours: 'pre-approved' },
      'all-guards',
    ],
    ['year without calendar', at('2099-11-23T10:00:00+08:00'), 'trading-hours'],
    ['unknown market', { market: 'X' }, 'trading-hours'],
    ['observe', playbook({ trust: 'observe' }), 'trust'],
    ['suggest, even if agreed', { ...playbook({ trust: 'suggest' }), isApproved: true }, 'trust'],
    ['approve, not agreed', playbook({ trust: 'approve' }), 'trust'],
    ['approve, agreed', { ...playbook({ trust: 'approve' }), isApproved: true }, 'all-guards'],
    [
      'other target of the domain runs',
      { ledger: [past({ target: 'quotes-2', finishedAtMs: null })] },
      'failure-domain',
    ],
    [
      'other domain runs',
      { ledger: [past({ target: 'x', failureDomain: 'rack-2', finishedAtMs: null })] },
      'all-guards',
    ],
    ['cooling down', { ledger: [past({ startedAtMs: EVENING - 10 * MINUTE_MS + 1 })] }, 'cooldown'],
    ['cooled down', { ledger: [past({ startedAtMs: EVENING - 10 * MINUTE_MS })] }, 'all-guards'],
    [
      'another playbook cooled it',
      { ledger: [past({ playbookId: 'p2', startedAtMs: EVENING - 1 })] },
      'cooldown',
    ],
    ['budget left', { ledger: many(4, (index) => ({ target: `t${index}` })) }, 'all-guards'],
    ['budget used', { ledger: many(5, (index) => ({ target: `t${index}` })) }, 'playbook-budget'],
    [
      'total used',
      { ledger: many(20, (index) => ({ target: `t${index}`, playbookId: `p${index}` })) },
      'total-budget',
    ],
  ])('%s', (_name, over, rule) => {
    const verdict = judgeAction(facts(over));
    expect(verdict.rule).toBe(rule);
    expect(verdict.allowed).toBe(rule === 'all-guards');
    expect(verdict.reason.length).toBeGreaterThan(5);
  });

  it('no sequence of alarms makes more actions than budgets, cooldown and domains allow', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 8 * MINUTE_MS }),
      target: fc.integer({ min: 0, max: 11 }),
      playbook: fc.integer({ min: 0, max: 6 }),
      runsMs: fc.integer({ min: 0, max: 2 * MINUTE_MS }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const taken: Array<PastAction & { endsAtMs: number }> = [];
        let nowMs = EVENING;
        for (const each of steps) {
          nowMs += each.waitMs;
          const seen = taken.map((action) => ({
            ...action,
            finishedAtMs: action.endsAtMs <= nowMs ? action.endsAtMs : null,
          }));
          const target = `t${each.target}`;
          const failureDomain = `d${each.target % 4}`;
          const playbookId = `p${each.playbook}`;
          const verdict = judgeAction(
            facts({
              nowMs,
              observedAtMs: nowMs,
              tradingHours: 'pre-approved',
              target,
              frozenTargets: [target],
              failureDomain,
              ...playbook({ playbookId }),
              ledger: seen,
            }),
          );
          if (!verdict.allowed) continue;
          taken.push({
            playbookId,
            target,
            failureDomain,
            startedAtMs: nowMs,
            finishedAtMs: null,
            endsAtMs: nowMs + each.runsMs,
          });
        }
        for (const [index, action] of taken.entries()) {
          const before = taken.slice(0, index);
          const inHour = before.filter((other) => other.startedAtMs > action.startedAtMs - 60 * MINUTE_MS);
          expect(inHour.length).toBeLessThan(20);
          expect(inHour.filter((other) => other.playbookId === action.playbookId).length).toBeLessThan(5);
          for (const other of before) {
            if (other.target === action.target)
              expect(action.startedAtMs - other.startedAtMs).toBeGreaterThanOrEqual(10 * MINUTE_MS);
            if (other.failureDomain === action.failureDomain)
              expect(other.endsAtMs).toBeLessThanOrEqual(action.startedAtMs);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('groupAlarms', () => {
  const alarm = (over: Partial<AlarmFacts> & { service: string }): AlarmFacts => ({
    fingerprint: over.service,
    status: 'firing',
    startsAtMs: EVENING,
    labels: { alertname: 'ServiceDown', group: 'quotes', service: over.service },
    ...over,
  });

  it('makes one incident of one kind and group, counting repeats once and leaving resolved ones out', () => {
    const groups = groupAlarms([
      alarm({ service: 'b' }),
      alarm({ service: 'a' }),
      alarm({ service: 'a' }),
      alarm({ service: 'c', status: 'resolved' }),
      alarm({ service: 'd', labels: { alertname: 'DiskFull', service: 'd' } }),
    ]);
    expect(groups.map((group) => [group.targets, group.similarAlarms])).toEqual([
      [['a', 'b'], 2],
      [['d'], 1],
    ]);
  });

  it('counts as similar only what began within 60 s', () => {
    const starts = [0, 50_000, 60_000, 110_000, 110_001];
    const [group] = groupAlarms(
      starts.map((offset, index) => alarm({ service: `s${index}`, startsAtMs: EVENING + offset })),
    );
    expect(group?.similarAlarms).toBe(3);
  });
});
