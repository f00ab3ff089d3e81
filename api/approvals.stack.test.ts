import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash } from '../domain/json.ts';
import { relayOnce } from './relay.ts';
import { openTestApp, PASSWORD, type TestApp } from './testing/test-app.ts';
import { addPerson } from './people.ts';

const HOUR_MS = 3_600_000;
const CONTENT = { access: 'net-reviewer' };
const HASH = contentHash(CONTENT);

describe('approvals, delegation and temporary access over the api', () => {
  let test: TestApp;
  let nowMs = Date.now();
  const headers = new Map<string, Record<string, string>>();
  beforeAll(async () => {
    test = await openTestApp(() => nowMs);
    for (const username of ['sun.yan', 'zhao.lin'])
      await addPerson(test.records, {
        username,
        displayName: username,
        roles: ['approver'],
        password: PASSWORD,
      });
    await test.records.runs.accept({
      runId: 'r1',
      workflowId: 'w1',
      flowVersionId: 'v',
      flowName: 'f',
      flowVersion: '1.0.0',
      planHash: 'h',
      businessKey: 'k',
      input: {},
      requestedBy: 'token:oa',
      authoredBy: 'chen.lei',
    });
  });
  afterAll(async () => {
    await test.close();
  });

  const as = async (username: string, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const known = headers.get(username) ?? (await test.signIn(username));
    headers.set(username, known);
    const answer = await test.call({
      method,
      url,
      headers: known,
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.status, body: answer.body as Record<string, never> };
  };
  const open = (approvalId: string) =>
    test.records.approvals.open({
      approvalId,
      runId: 'r1',
      commandId: 'c1',
      pointer: '/do/0/ask',
      title: approvalId,
      content: CONTENT,
      contentHash: HASH,
      attemptNonce: `n-${approvalId}`,
      rule: 'any',
      candidates: ['person:wang.min', 'role:approver'],
      levels: [
        { name: 'first', from: ['person:wang.min'], rule: 'any', need: 1 },
        { name: 'second', from: ['role:approver'], rule: 'at-least', need: 2 },
      ],
      requesterId: 'token:oa',
      authorId: 'chen.lei',
      applicantId: 'li.na',
      copyTo: ['zhou.hao'],
      deadlineAt: null,
    });
  const move = (username: string, approvalId: string, payload: object) =>
    as(username, 'POST', `/v1/approvals/${approvalId}/moves`, { contentHash: HASH, ...payload });
  const decide = (username: string, approvalId: string) =>
    as(username, 'POST', `/v1/approvals/${approvalId}/decisions`, { contentHash: HASH, decision: 'approve' });
  const titles = async (username: string, view: string) => {
    const { body } = await as(username, 'GET', `/v1/approvals?view=${view}&status=open`);
    return (body as unknown as { items: Array<{ title: string }> }).items.map(({ title }) => title);
  };

  it('shows each person what is theirs, and offers nothing that would be refused', async () => {
    await open('views');
    expect(await titles('wang.min', 'mine')).toEqual(['views']);
    expect(await titles('sun.yan', 'mine')).toEqual([]);
    expect(await titles('li.na', 'requested')).toEqual(['views']);
    expect(await titles('zhou.hao', 'copied')).toEqual(['views']);
    const offered = async (username: string) =>
      (await as(username, 'GET', '/v1/approvals/views')).body.offered as unknown as string[];
    expect(await offered('wang.min')).toEqual([
      'approve',
      'refuse',
      'add-sign',
      'transfer',
      'return',
      'copy',
    ]);
    expect(await offered('li.na')).toEqual(['withdraw', 'change']);
    expect(await offered('sun.yan')).toEqual([]);
    expect((await decide('wang.min', 'views')).status).toBe(201);
    expect(await titles('wang.min', 'mine')).toEqual([]);
    expect(await titles('sun.yan', 'mine')).toEqual(['views']);
    expect((await as('sun.yan', 'GET', '/v1/approvals/views')).body.levels).toMatchObject([
      { name: 'first', standing: 'done', decisions: [{ username: 'wang.min' }] },
      { name: 'second', standing: 'now' },
    ]);
  });

  it('names field and rule of a move that cannot be made', async () => {
    await open('wrong');
    const codes = [
      await move('wang.min', 'wrong', { kind: 'transfer', people: ['sun.yan', 'zhao.lin'] }),
      await move('wang.min', 'wrong', { kind: 'transfer', people: ['li.na'] }),
      await move('wang.min', 'wrong', { kind: 'return' }),
      await move('sun.yan', 'wrong', { kind: 'transfer', people: ['zhao.lin'] }),
      await move('wang.min', 'wrong', { kind: 'transfer', people: ['sun.yan'], contentHash: 'f'.repeat(64) }),
    ].map(({ status, body }) => [status, body.code as unknown]);
    expect(codes).toEqual([
      [422, 'people-missing'],
      [422, 'person-may-not-decide'],
      [422, 'reason-missing'],
      [403, 'not-a-candidate'],
      [409, 'content-changed'],
    ]);
    expect(await test.records.approvals.log('wrong')).toEqual([]);
  });

  it('records moves while the engine is away and tells them in their order later', async () => {
    await open('away');
    test.engine.isAway = true;
    expect((await move('wang.min', 'away', { kind: 'transfer', people: ['sun.yan'] })).body).toMatchObject({
      recorded: true,
      acknowledged: false,
    });
    expect((await decide('sun.yan', 'away')).body).toMatchObject({ acknowledged: false });
    test.engine.isAway = false;
    await relayOnce(test.deps);
    const told = test.engine.told.filter(({ approvalId }) => approvalId === 'away');
    expect(told.map(({ act, sequence, by }) => [act.kind, sequence, by])).toEqual([
      ['transfer', 1, 'wang.min'],
      ['approve', 2, 'sun.yan'],
    ]);
    expect((await decide('wang.min', 'away')).body).toMatchObject({ code: 'decision-refused' });
  });

  it('lets a delegate act within the dates and in the name of the other, and not after it was taken back', async () => {
    await open('delegated');
    const span = { startsAt: new Date(nowMs).toISOString(), endsAt: new Date(nowMs + HOUR_MS).toISOString() };
    const wrong = await as('wang.min', 'POST', '/v1/delegations', {
      delegate: 'sun.yan',
      reason: 'r',
      startsAt: span.endsAt,
      endsAt: span.startsAt,
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'span-not-valid']);
    const made = await as('wang.min', 'POST', '/v1/delegations', {
      delegate: 'sun.yan',
      reason: 'leave',
      ...span,
    });
    expect(made.status).toBe(201);
    expect(await titles('sun.yan', 'mine')).toContain('delegated');
    const { delegationId } = made.body as unknown as { delegationId: string };
    expect((await as('sun.yan', 'DELETE', `/v1/delegations/${delegationId}`)).status).toBe(404);
    expect((await as('wang.min', 'DELETE', `/v1/delegations/${delegationId}`)).status).toBe(204);
    expect((await decide('sun.yan', 'delegated')).status).toBe(403);
    await as('wang.min', 'POST', '/v1/delegations', { delegate: 'sun.yan', reason: 'leave', ...span });
    expect((await decide('sun.yan', 'delegated')).status).toBe(201);
    expect(await test.records.approvals.decisions('delegated')).toMatchObject([
      { personId: 'sun.yan', seatId: 'wang.min', onBehalfOf: 'wang.min' },
    ]);
  });

  it('gives a granted right from its start to its end by the clock alone, and takes it at once when it is ended', async () => {
    const grant = (grantId: string) =>
      test.records.grants.grant({
        grantId,
        personId: 'li.na',
        kind: 'permission',
        name: 'audit.read',
        reason: 'inspection',
        startsAt: new Date(nowMs),
        endsAt: new Date(nowMs + HOUR_MS),
        runId: 'r1',
        approvalId: 'views',
        grantedBy: ['wang.min'],
      });
    const mayRead = async () => (await as('li.na', 'GET', '/v1/audit')).status;
    expect(await mayRead()).toBe(403);
    await grant('g1');
    test.engine.isAway = true;
    expect(await mayRead()).toBe(200);
    nowMs += HOUR_MS;
    expect(await mayRead()).toBe(403);
    test.engine.isAway = false;
    await grant('g2');
    expect(await mayRead()).toBe(200);
    expect((await as('li.na', 'POST', '/v1/grants/g2/end', { reason: 'x' })).status).toBe(403);
    const ended = await as('admin', 'POST', '/v1/grants/g2/end', { reason: 'done' });
    expect(ended.body).toMatchObject({ state: 'ended-early', endedBy: 'admin' });
    expect(await mayRead()).toBe(403);
    const listed = await as('zhou.hao', 'GET', '/v1/grants');
    expect(
      (listed.body as unknown as { items: Array<{ state: string }> }).items.map(({ state }) => state),
    ).toEqual(['ended-early', 'over']);
  });
});
