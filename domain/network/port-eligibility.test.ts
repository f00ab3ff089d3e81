import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgePort, type LivePort, type PortEvidence, type PortSample } from './port-eligibility.ts';
import type { LinkState } from './platform.ts';

const OLDER = new Date('2026-11-19T07:10:00Z');
const NEWER = new Date('2026-11-20T07:10:00Z');
const LONG_AGO = '2026-11-01T00:00:00.000Z';

const sample = (change: Partial<PortSample> = {}): PortSample => ({
  sampledAt: OLDER,
  link: 'down',
  flapCount: 4,
  downSince: new Date(LONG_AGO),
  deviceUpSince: new Date(LONG_AGO),
  ...change,
});

const port = (change: Partial<LivePort> = {}): LivePort => ({
  link: 'down',
  downSince: LONG_AGO,
  flapCount: 4,
  macCount: 0,
  neighbor: null,
  channelMember: false,
  ...change,
});

const evidence = (change: Partial<PortEvidence> = {}): PortEvidence => ({
  live: port(),
  reachable: true,
  deviceUpSinceMs: Date.parse(LONG_AGO),
  protectedPort: false,
  older: sample(),
  newer: sample({ sampledAt: NEWER }),
  ...change,
});

describe('judgePort', () => {
  it.each<[string, string, Partial<PortEvidence>]>([
    ['idle for two trading days', 'eligible', {}],
    [
      'a port shut by configuration',
      'eligible',
      { live: port({ link: 'admin-down' }), older: sample({ link: 'admin-down' }) },
    ],
    [
      'a device that tells no times and counts no flaps',
      'eligible',
      {
        live: port({ downSince: null, flapCount: null }),
        deviceUpSinceMs: null,
        older: sample({ downSince: null, flapCount: null }),
        newer: sample({ sampledAt: NEWER, downSince: null, flapCount: null }),
      },
    ],
    ['no answer', 'unreachable', { reachable: false }],
    ['no such port', 'not-found', { live: undefined }],
    ['an uplink', 'protected-port', { protectedPort: true }],
    ['a link now', 'link-up', { live: port({ link: 'up' }) }],
    ['a link at the older sample', 'link-up', { older: sample({ link: 'up' }) }],
    ['a link at the newer sample', 'link-up', { newer: sample({ sampledAt: NEWER, link: 'up' }) }],
    ['a fault now', 'err-disabled', { live: port({ link: 'err-disabled' }) }],
    ['a fault at a sample', 'err-disabled', { newer: sample({ sampledAt: NEWER, link: 'err-disabled' }) }],
    ['no optics', 'no-optics', { live: port({ link: 'no-optics' }) }],
    ['a state nobody could read', 'history-unproven', { live: port({ link: 'unknown' }) }],
    ['a neighbour', 'neighbor-present', { live: port({ neighbor: 'core-1' }) }],
    ['a member of a channel', 'channel-member', { live: port({ channelMember: true }) }],
    ['an address learned', 'mac-learned', { live: port({ macCount: 1 }) }],
    ['no older sample', 'no-history', { older: undefined }],
    ['no newer sample', 'no-history', { newer: undefined }],
    [
      'a device that started after the older sample',
      'history-unproven',
      { deviceUpSinceMs: OLDER.getTime() + 1 },
    ],
    ['a device that started at the older sample', 'history-unproven', { deviceUpSinceMs: OLDER.getTime() }],
    [
      'a flap between the samples',
      'flapped',
      { newer: sample({ sampledAt: NEWER, flapCount: 5 }), live: port({ flapCount: 5 }) },
    ],
    ['a flap since the newer sample', 'flapped', { live: port({ flapCount: 6 }) }],
    [
      'a flap that only the outer counters show',
      'flapped',
      { newer: sample({ sampledAt: NEWER, flapCount: null }), live: port({ flapCount: 6 }) },
    ],
    ['a counter that fell', 'history-unproven', { live: port({ flapCount: 1 }) }],
    [
      'down since after the older sample',
      'down-since-too-recent',
      { live: port({ downSince: '2026-11-19T07:10:00.000Z' }) },
    ],
    [
      'down since after the older sample, told by the newer one',
      'down-since-too-recent',
      {
        live: port({ downSince: null }),
        newer: sample({ sampledAt: NEWER, downSince: new Date('2026-11-20T01:00:00Z') }),
      },
    ],
    ['a time nobody can read', 'history-unproven', { live: port({ downSince: 'never' }) }],
    ['samples in the wrong order', 'history-unproven', { newer: sample({ sampledAt: new Date(LONG_AGO) }) }],
  ])('%s: %s', (_case, reason, change) => {
    expect(judgePort(evidence(change))).toBe(reason);
  });

  const link = fc.constantFrom<LinkState>('up', 'down', 'admin-down', 'err-disabled', 'no-optics', 'unknown');
  const count = fc.option(fc.nat({ max: 4 }));
  const time = fc.date({
    min: new Date('2026-11-17T00:00:00Z'),
    max: new Date('2026-11-23T08:00:00Z'),
    noInvalidDate: true,
  });
  const samples = (sampledAt: Date) =>
    fc.option(
      fc.record({
        sampledAt: fc.constant(sampledAt),
        link,
        flapCount: count,
        downSince: fc.option(time),
        deviceUpSince: fc.option(time),
      }),
      { nil: undefined },
    );
  const anything: fc.Arbitrary<PortEvidence> = fc.record({
    live: fc.option(
      fc.record({
        link,
        downSince: fc.option(time.map((at) => at.toISOString())),
        flapCount: count,
        macCount: fc.nat({ max: 1 }),
        neighbor: fc.option(fc.constant('core-1')),
        channelMember: fc.boolean(),
      }),
      { nil: undefined },
    ),
    reachable: fc.boolean(),
    deviceUpSinceMs: fc.option(time.map((at) => at.getTime())),
    protectedPort: fc.boolean(),
    older: samples(OLDER),
    newer: samples(NEWER),
  });
  const idle: readonly LinkState[] = ['down', 'admin-down'];

  it('calls nothing eligible that lacks a proof', () => {
    fc.assert(
      fc.property(anything, (given) => {
        if (judgePort(given) !== 'eligible') return;
        const { live, older, newer } = given;
        expect([live?.link, older?.link, newer?.link].every((state) => state && idle.includes(state))).toBe(
          true,
        );
        expect(
          given.reachable && !given.protectedPort && live?.neighbor === null && !live.channelMember,
        ).toBe(true);
        expect(live?.macCount).toBe(0);
        expect(given.deviceUpSinceMs ?? 0).toBeLessThan(OLDER.getTime());
        const told = [live?.downSince ? Date.parse(live.downSince) : 0, newer?.downSince?.getTime() ?? 0];
        expect(Math.max(...told)).toBeLessThan(OLDER.getTime());
        const counts = [older?.flapCount, newer?.flapCount, live?.flapCount].filter(
          (flaps) => flaps !== null,
        );
        expect(new Set(counts).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 5000 },
    );
  });

  it('stays ineligible when a proof is taken away', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('older', 'newer', 'live'), (given, member) => {
        expect(judgePort({ ...given, [member]: undefined })).not.toBe('eligible');
      }),
    );
  });
});
