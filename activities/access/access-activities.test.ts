import { describe, expect, it } from 'vitest';
import { contentHash } from '../../domain/json.ts';
import type { AccessGrantRow } from '../../prisma/records/approval-types.ts';
import { type AccessDeps, createAccessActivities } from './access-activities.ts';

const REQUEST = {
  person: 'li.na',
  kind: 'role' as const,
  access: 'net-reviewer',
  reason: 'leave',
  hours: 2,
};
const CONTEXT = {
  runId: 'r1',
  flowName: 'access-request',
  planHash: 'h',
  businessKey: 'k',
  requestedBy: 'token:oa',
  authoredBy: 'chen.lei',
  pointer: '/do/3/grant',
  visit: '0',
  attempt: 1,
  commandId: 'c1',
};
const NOW_MS = 1_800_000_000_000;

function bench(stored: object = {}, person: object | undefined = { disabledAt: null }) {
  const grants = new Map<string, AccessGrantRow>();
  const audit: string[] = [];
  const effects = new Map<string, string>();
  let isDying = false;
  let nowMs = NOW_MS;
  const row = { status: 'approved', runId: 'r1', contentHash: contentHash(REQUEST), ...stored };
  const records = {
    approvals: {
      find: async (approvalId: string) => (approvalId === 'a1' ? row : undefined),
      decisions: async () => [
        { personId: 'zhao.lin', decision: 'approve' },
        { personId: 'sun.yan', decision: 'approve' },
      ],
    },
    people: { byId: async () => person },
    effects: {
      plan: async ({ effectId }: { effectId: string }) => {
        if (!effects.has(effectId)) effects.set(effectId, 'planned');
      },
      find: async (effectId: string) => {
        const status = effects.get(effectId);
        return status === undefined ? undefined : { effectId, status };
      },
      mark: async (effectId: string, status: string) => void effects.set(effectId, status),
    },
    audit: {
      append: async ({ action }: { action: string }) => {
        if (isDying) throw new Error('the worker died');
        audit.push(action);
      },
    },
    grants: {
      find: async (grantId: string) => grants.get(grantId),
      grant: async (grant: AccessGrantRow) => {
        const kept = grants.get(grant.grantId) ?? {
          ...grant,
          createdAt: new Date(nowMs),
          endedAt: null,
          endedBy: null,
          endReason: null,
        };
        grants.set(grant.grantId, kept);
        return kept;
      },
      end: async (grantId: string, endedBy: string, endReason: string, endedAt: Date) => {
        const grant = grants.get(grantId);
        if (grant !== undefined && grant.endedAt === null)
          grants.set(grantId, { ...grant, endedAt, endedBy, endReason });
        return grants.get(grantId);
      },
    },
  } as unknown as AccessDeps['records'];
  const activities = createAccessActivities({ records, clock: () => nowMs });
  const grant = (request: object = REQUEST, approvalId = 'a1') =>
    activities.grantAccess({
      context: CONTEXT,
      input: {
        request: { ...REQUEST, ...request },
        approval: { approvalId, decision: 'approved', contentHash: row.contentHash },
      },
    });
  const later = (ms: number) => {
    nowMs += ms;
  };
  const dying = (isNow: boolean) => {
    isDying = isNow;
  };
  return { activities, grant, grants, audit, effects, later, dying };
}

describe('grantAccess', () => {
  it('grants what was approved for as long as was approved, once, also when it is tried again later', async () => {
    const { grant, grants, audit, later } = bench();
    const first = await grant();
    expect(first).toMatchObject({ endsAtMs: NOW_MS + 7_200_000, grantedBy: ['zhao.lin', 'sun.yan'] });
    later(60_000);
    expect(await grant()).toEqual(first);
    expect([grants.size, audit]).toEqual([1, ['access.granted']]);
  });

  it('tells audit and ledger of a grant whose worker died before it could', async () => {
    const { grant, grants, audit, effects, dying } = bench();
    dying(true);
    await expect(grant()).rejects.toThrow('died');
    expect([grants.size, audit, [...effects.values()]]).toEqual([1, [], ['planned']]);
    dying(false);
    await grant();
    await grant();
    expect([grants.size, audit, [...effects.values()]]).toEqual([1, ['access.granted'], ['done']]);
  });

  it.each([
    ['refused on record', { status: 'refused' }, {}, 'a1', 'is refused'],
    ['of another run', { runId: 'r2' }, {}, 'a1', 'another run'],
    ['for other content', {}, { hours: 8 }, 'a1', 'another request'],
    ['for another person', {}, { person: 'wang.min' }, 'a1', 'another request'],
    ['that does not exist', {}, {}, 'a9', 'not on record'],
  ])('does not grant by an approval %s', async (_name, stored, request, approvalId, message) => {
    const { grant, grants } = bench(stored);
    await expect(grant(request, approvalId)).rejects.toMatchObject({
      nonRetryable: true,
      message: expect.stringContaining(message) as string,
    });
    expect(grants.size).toBe(0);
  });

  it('grants neither rights that administer access nor anything to somebody who is not there', async () => {
    const asked = { ...REQUEST, access: 'administrator' };
    await expect(bench({ contentHash: contentHash(asked) }).grant(asked)).rejects.toThrow('not-for-a-while');
    await expect(bench({}, { disabledAt: new Date() }).grant()).rejects.toThrow('no active person');
  });
});

describe('revokeAccess', () => {
  const revoke = ({ activities }: ReturnType<typeof bench>, grantId: string, runId = 'r1') =>
    activities.revokeAccess({ context: { ...CONTEXT, runId }, input: { grantId, reason: 'over' } });

  it('ends what this run granted, says whether it was early, and keeps the first end', async () => {
    const parts = bench();
    const { grantId } = await parts.grant();
    await expect(revoke(parts, grantId, 'r2')).rejects.toThrow('no grant');
    parts.later(7_200_000);
    const ended = await revoke(parts, grantId);
    expect(ended).toMatchObject({ early: false, endedBy: 'run:r1' });
    parts.later(1_000);
    expect(await revoke(parts, grantId)).toEqual(ended);
    expect(parts.audit).toEqual(['access.granted', 'access.ended']);
  });
});
