import { describe, expect, it } from 'vitest';
import { type ActionFacts, type GuardRule, judgeAction, TOTAL_PER_HOUR } from './judge.ts';

const at = (local: string): number => Date.parse(`${local}:00+08:00`);
const NIGHT = at('2026-11-23T22:00');
const MINUTE = 60_000;

const facts = (more: Partial<ActionFacts> = {}): ActionFacts => ({
  nowMs: NIGHT,
  targets: ['nginx-1'],
  killedBy: null,
  limits: { trust: 'act', cooldownMs: 10 * MINUTE, budgetPerHour: 5 },
  isApproved: false,
  hoursPolicy: 'any',
  seenAtMs: NIGHT - 1_000,
  lastActionAtMs: null,
  actionsOfPlaybookLastHour: 0,
  actionsLastHour: 0,
  openInDomain: 0,
  actionsOnTargetLastHalfHour: 0,
  targetsAlarmedLastMinute: 1,
  ...more,
});
const trusted = (trust: ActionFacts['limits']['trust']) => ({ ...facts().limits, trust });

describe('an action', () => {
  it.each<[GuardRule, Partial<ActionFacts>]>([
    ['allowed', {}],
    ['kill-switch', { killedBy: 'global' }],
    ['kill-switch', { killedBy: 'playbook', isApproved: true }],
    ['empty-target', { targets: [] }],
    ['wide-target', { targets: ['nginx-1', 'nginx-2'] }],
    ['stale-data', { seenAtMs: null }],
    ['stale-data', { seenAtMs: NIGHT - 31_000 }],
    ['correlated', { targetsAlarmedLastMinute: 5 }],
    ['quarantine', { actionsOnTargetLastHalfHour: 3 }],
    ['cooldown', { lastActionAtMs: NIGHT - 9 * MINUTE }],
    ['allowed', { lastActionAtMs: NIGHT - 10 * MINUTE, actionsOnTargetLastHalfHour: 1 }],
    ['playbook-budget', { actionsOfPlaybookLastHour: 5 }],
    ['total-budget', { actionsLastHour: TOTAL_PER_HOUR }],
    ['failure-domain', { openInDomain: 1 }],
    ['trust-observe', { limits: trusted('observe') }],
    ['trust-suggest', { limits: trusted('suggest'), isApproved: true }],
    ['needs-approval', { limits: trusted('approve') }],
    ['allowed', { limits: trusted('approve'), isApproved: true }],
  ])('%s: %o', (rule, more) => {
    expect(judgeAction(facts(more))).toMatchObject({ rule, isAllowed: rule === 'allowed' });
  });

  it.each<[string, boolean, GuardRule]>([
    ['2026-11-23T10:00', false, 'trading-hours'],
    ['2026-11-23T10:00', true, 'allowed'],
    ['2026-11-23T09:14', false, 'allowed'],
    ['2026-11-23T15:15', false, 'allowed'],
    ['2026-11-22T10:00', false, 'allowed'],
    // Nobody has published 2027 yet: not touching is the safe side.
    ['2027-03-01T10:00', false, 'trading-hours'],
  ])('on a guarded target at %s, approved %s: %s', (time, isApproved, rule) => {
    const nowMs = at(time);
    const guarded = facts({ nowMs, seenAtMs: nowMs, hoursPolicy: 'outside-trading-hours', isApproved });
    expect(judgeAction(guarded).rule).toBe(rule);
  });
});

it('no storm of alarms makes more actions than cooldown, budget and quarantine allow', () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < 50; round += 1) {
    const done: { atMs: number; target: string }[] = [];
    let nowMs = NIGHT;
    for (let alarm = 0; alarm < 400; alarm += 1) {
      nowMs += random(60_000);
      const target = `t${random(4)}`;
      const since = (ms: number) => done.filter((action) => action.atMs > nowMs - ms);
      const own = done.filter((action) => action.target === target);
      const verdict = judgeAction(
        facts({
          nowMs,
          seenAtMs: nowMs,
          targets: [target],
          lastActionAtMs: own.at(-1)?.atMs ?? null,
          actionsOfPlaybookLastHour: since(60 * MINUTE).length,
          actionsLastHour: since(60 * MINUTE).length,
          actionsOnTargetLastHalfHour: since(30 * MINUTE).filter((action) => action.target === target).length,
        }),
      );
      if (verdict.isAllowed) done.push({ atMs: nowMs, target });
    }
    for (const { atMs, target } of done) {
      expect(
        done.filter((other) => other.atMs > atMs - 60 * MINUTE && other.atMs <= atMs).length,
      ).toBeLessThanOrEqual(5);
      const close = done.filter(
        (other) => other.target === target && other.atMs < atMs && other.atMs > atMs - 10 * MINUTE,
      );
      expect(close).toEqual([]);
    }
    expect(done.length).toBeGreaterThan(0);
  }
});
