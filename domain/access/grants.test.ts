import { describe, expect, it } from 'vitest';
import { type AccessGrant, accessOf, grantState, MAX_GRANT_MS, refusalOfAccess } from './grants.ts';

const GRANT: AccessGrant = {
  kind: 'role',
  name: 'net-reviewer',
  startsAtMs: 1_000,
  endsAtMs: 5_000,
  endedAtMs: null,
};

describe('refusalOfAccess', () => {
  it.each([
    [{ kind: 'role', name: 'net-reviewer', lengthMs: MAX_GRANT_MS }, undefined],
    [{ kind: 'permission', name: 'device.test', lengthMs: 60_000 }, undefined],
    [{ kind: 'role', name: 'king', lengthMs: 1_000 }, 'unknown-access'],
    [{ kind: 'role', name: 'device.test', lengthMs: 1_000 }, 'unknown-access'],
    [{ kind: 'role', name: 'administrator', lengthMs: 1_000 }, 'not-for-a-while'],
    [{ kind: 'permission', name: 'person.manage', lengthMs: 1_000 }, 'not-for-a-while'],
    [{ kind: 'role', name: 'viewer', lengthMs: MAX_GRANT_MS + 1 }, 'too-long'],
    [{ kind: 'role', name: 'viewer', lengthMs: 0 }, 'too-short'],
    [{ kind: 'role', name: 'viewer', lengthMs: Number.NaN }, 'too-short'],
  ] as const)('%j gives %s', (request, expected) => {
    expect(refusalOfAccess(request)).toBe(expected);
  });
});

describe('grantState', () => {
  it('begins with its first millisecond and is over with its last', () => {
    expect([999, 1_000, 4_999, 5_000].map((at) => grantState(GRANT, at))).toEqual([
      'coming',
      'live',
      'live',
      'over',
    ]);
  });

  it('tells an early end from the planned one', () => {
    expect(grantState({ ...GRANT, endedAtMs: 3_000 }, 2_999)).toBe('live');
    expect(grantState({ ...GRANT, endedAtMs: 3_000 }, 3_000)).toBe('ended-early');
    expect(grantState({ ...GRANT, endedAtMs: 5_010 }, 6_000)).toBe('over');
  });
});

describe('accessOf', () => {
  it('adds live roles and permissions, and none that administers access whatever is stored', () => {
    const grants: AccessGrant[] = [
      GRANT,
      { ...GRANT, kind: 'permission', name: 'run.cancel' },
      { ...GRANT, kind: 'permission', name: 'gone.away' },
      { ...GRANT, name: 'administrator' },
      { ...GRANT, name: 'auditor', startsAtMs: 4_000 },
    ];
    expect(accessOf(grants, 2_000)).toEqual({ roles: ['net-reviewer'], permissions: ['run.cancel'] });
    expect(accessOf(grants, 5_000)).toEqual({ roles: [], permissions: [] });
  });
});
