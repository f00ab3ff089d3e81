import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash } from '../../domain/json.ts';
import type { OfferedAct } from './approval-types.ts';
import { openRecords, type Records } from './index.ts';
import { createTestDatabase } from './test-database.ts';

let records: Records;
let owner: pg.Client;
/** As the product works: it owns nothing. */
let app: pg.Client;

beforeAll(async () => {
  const url = await createTestDatabase('approvals');
  records = openRecords(url);
  owner = new pg.Client({ connectionString: url });
  app = new pg.Client({ connectionString: url, options: '-c role=afterbell_app' });
  await owner.connect();
  await app.connect();
});
afterAll(async () => {
  await records.close();
  await owner.end();
  await app.end();
});

const run = (runId: string, over: Record<string, string> = {}) => ({
  runId,
  workflowId: `w-${runId}`,
  flowVersionId: 'v',
  flowName: 'f',
  flowVersion: '1.0.0',
  planHash: 'h',
  businessKey: `k-${runId}`,
  input: { z: 1, a: '\u0000' },
  requestedBy: 'li.na',
  authoredBy: 'chen.lei',
  ...over,
});
const approval = (approvalId: string, over: object = {}) => ({
  approvalId,
  runId: 'a-run',
  commandId: 'c1',
  pointer: '/do/0',
  title: 't',
  content: { z: 1, a: 2 },
  contentHash: contentHash({ z: 1, a: 2 }),
  attemptNonce: 'n1',
  rule: 'any' as const,
  candidates: ['role:net-reviewer'],
  requesterId: 'li.na',
  authorId: 'chen.lei',
  deadlineAt: null,
  ...over,
});
const decision = (eventId: string, approvalId: string, over: Partial<OfferedAct> = {}): OfferedAct => ({
  eventId,
  approvalId,
  personId: 'wang.min',
  roles: ['net-reviewer'],
  onBehalfOf: null,
  act: { kind: 'approve' },
  comment: '',
  contentHash: contentHash({ z: 1, a: 2 }),
  ...over,
});

describe('approvals', () => {
  beforeAll(async () => void (await records.runs.accept(run('a-run'))));

  it('opens once, however often it is asked', async () => {
    const first = await records.approvals.open(approval('open'));
    expect(await records.approvals.open(approval('open', { title: 'other' }))).toEqual(first);
    expect(JSON.stringify(first.content)).toBe('{"z":1,"a":2}');
  });

  it('records a decision once, redelivers it until acknowledged', async () => {
    await records.approvals.open(approval('once'));
    expect((await records.approvals.act(decision('d1', 'once'))).outcome).toBe('recorded');
    expect(await records.approvals.act(decision('d2', 'once'))).toMatchObject({
      outcome: 'replayed',
      event: { eventId: 'd1' },
    });
    expect(await records.approvals.act(decision('d3', 'once', { act: { kind: 'refuse' } }))).toMatchObject({
      outcome: 'refused',
    });
    const pending = await records.approvals.unacknowledged(10);
    expect(pending).toMatchObject([
      { event: { eventId: 'd1', sequence: 1, attemptNonce: 'n1' }, workflowId: 'w-a-run', commandId: 'c1' },
    ]);
    await records.approvals.acknowledge('d1', new Date());
    expect(await records.approvals.unacknowledged(10)).toEqual([]);
  });

  it('lets one of two people at once through only when both are counted', async () => {
    await records.approvals.open(approval('race'));
    const both = await Promise.all(
      ['x1', 'x2'].map((decisionId) => records.approvals.act(decision(decisionId, 'race'))),
    );
    expect(both.map((answer) => answer.outcome).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'recorded',
      'replayed',
    ]);
    expect(await records.approvals.decisions('race')).toHaveLength(1);
  });

  it.each([
    ['the requester', { personId: 'li.na' }, 'asked for this run'],
    ['the author', { personId: 'chen.lei' }, 'published this flow'],
    ['other content', { contentHash: 'x' }, 'other content'],
  ])('refuses %s', async (name, over, reason) => {
    await records.approvals.open(approval(`refuse-${name}`));
    const answer = await records.approvals.act(decision(`r-${name}`, `refuse-${name}`, over));
    expect(answer).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(reason) as string });
    expect(await records.approvals.decisions(`refuse-${name}`)).toEqual([]);
  });

  it('refuses a closed approval, and nobody can change what was asked', async () => {
    await records.approvals.open(approval('closed'));
    await records.approvals.close('closed', 'voided', new Date());
    await records.approvals.close('closed', 'approved', new Date());
    expect((await records.approvals.find('closed'))?.status).toBe('voided');
    expect(await records.approvals.act(decision('c1', 'closed'))).toMatchObject({
      reason: expect.stringContaining('voided') as string,
    });
    await expect(
      owner.query(`UPDATE approval SET content = '{}' WHERE approval_id = 'closed'`),
    ).rejects.toThrow('keeps its content');
  });

  it('lists for those who are asked now', async () => {
    await records.approvals.open(approval('mine', { candidates: ['person:zhao.yun'] }));
    const page = await records.approvals.list({ status: 'open', asked: ['person:zhao.yun'] }, { limit: 10 });
    expect(page.items.map((row) => row.approvalId)).toEqual(['mine']);
  });

  it.each([
    ['the requester', "'li.na', 'x'", 'decision_not_by_requester_check'],
    ['the author', "'chen.lei', 'x'", 'decision_not_by_author_check'],
    ['a delegate of the requester', "'x', 'li.na'", 'decision_not_for_requester_check'],
    ['the applicant', "'sun.yan', 'x'", 'applicant may not decide'],
  ])('lets the database itself refuse %s, whoever writes the row', async (name, people, refusal) => {
    const approvalId = `net-${name}`;
    await records.approvals.open(approval(approvalId, { applicantId: 'sun.yan' }));
    const insert = owner.query(
      `INSERT INTO decision (decision_id, approval_id, attempt_nonce, requester_id, author_id, content_hash, person_id, seat_id,
         decision, comment, sequence)
       SELECT approval_id, approval_id, attempt_nonce, requester_id, author_id, content_hash, ${people}, 'approve', '', 1
       FROM approval WHERE approval_id = $1`,
      [approvalId],
    );
    await expect(insert).rejects.toThrow(refusal);
  });

  it('gives acts of two levels, moves and decisions one order, and moves who is asked on', async () => {
    const from = (...names: string[]) => names.map((username) => `person:${username}`);
    const levels = [
      { name: 'a', from: from('ann'), rule: 'any' as const, need: 1 },
      { name: 'b', from: from('bob'), rule: 'any' as const, need: 1 },
    ];
    await records.approvals.open(
      approval('two', { levels, candidates: from('ann', 'bob'), deadlineMs: 60_000 }),
    );
    const act = (eventId: string, personId: string, kind: OfferedAct['act']) =>
      records.approvals.act(decision(eventId, 'two', { personId, roles: [], act: kind }));
    expect(await act('t0', 'bob', { kind: 'approve' })).toMatchObject({ code: 'not-a-candidate' });
    await act('t1', 'ann', { kind: 'add-sign', place: 'after', people: ['dan'] });
    await act('t2', 'ann', { kind: 'approve' });
    const moved = await records.approvals.find('two');
    expect(moved?.asked).toEqual(['person:dan']);
    expect(moved?.deadlineAt).not.toBeNull();
    await act('t3', 'dan', { kind: 'transfer', to: 'eve' });
    await act('t4', 'li.na', { kind: 'copy', people: ['zhou'] });
    const log = await records.approvals.log('two');
    expect(log.map(({ eventId, sequence }) => `${eventId}:${sequence}`)).toEqual([
      't1:1',
      't2:2',
      't3:3',
      't4:4',
    ]);
    expect((await records.approvals.list({ copiedTo: 'zhou' }, { limit: 5 })).items).toHaveLength(1);
    expect((await records.approvals.list({ asked: from('eve') }, { limit: 5 })).items).toHaveLength(1);
  });
});

describe('delegations and temporary access', () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 8, minutes));

  it('finds a delegation while it lasts and not after it was taken back', async () => {
    const row = { delegationId: 'd1', personId: 'ann', delegateId: 'bob', reason: 'leave' };
    await records.delegations.put({ ...row, startsAt: at(10), endsAt: at(20) });
    const live = async (minutes: number) => (await records.delegations.liveFor('bob', at(minutes))).length;
    expect([await live(9), await live(10), await live(19), await live(20)]).toEqual([0, 1, 1, 0]);
    await records.delegations.end('d1', at(15));
    expect(await live(16)).toBe(0);
    await expect(
      records.delegations.put({
        ...row,
        delegationId: 'd2',
        delegateId: 'ann',
        startsAt: at(1),
        endsAt: at(2),
      }),
    ).rejects.toThrow();
  });

  const grant = (grantId: string, over: object = {}) => ({
    grantId,
    personId: 'ann',
    kind: 'role' as const,
    name: 'net-reviewer',
    reason: 'change tonight',
    startsAt: at(0),
    endsAt: at(30),
    runId: 'a-run',
    approvalId: 'open',
    grantedBy: ['bob'],
    ...over,
  });

  it('grants once, is live until the end without anybody doing anything, and keeps its first end', async () => {
    const first = await records.grants.grant(grant('g1'));
    expect(await records.grants.grant(grant('g1', { endsAt: at(59) }))).toEqual(first);
    const live = async (minutes: number) => (await records.grants.liveFor('ann', at(minutes))).length;
    expect([await live(0), await live(29), await live(30)]).toEqual([1, 1, 0]);
    await records.grants.end('g1', 'admin', 'no longer needed', at(5));
    expect((await records.grants.end('g1', 'late', 'again', at(9)))?.endedBy).toBe('admin');
    expect(await live(6)).toBe(0);
  });

  it('is refused by the database when it is longer than eight hours, and cannot be made longer', async () => {
    await expect(records.grants.grant(grant('g2', { endsAt: at(481) }))).rejects.toThrow('span_check');
    await expect(
      app.query(`UPDATE access_grant SET ends_at = ends_at + interval '1 minute'`),
    ).rejects.toThrow('permission denied');
    await expect(app.query('DELETE FROM access_grant')).rejects.toThrow('permission denied');
  });
});
