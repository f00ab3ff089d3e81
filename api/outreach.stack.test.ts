import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../domain/json.ts';
import { accountOpeningRules } from '../domain/outreach/index.ts';
import { addPerson } from './people.ts';
import { seedJourneys, seedOutreach } from './outreach-seed.ts';
import { openTestApp, PASSWORD, type TestApp } from './testing/test-app.ts';

const NOW_MS = Date.parse('2026-11-23T07:00:00Z');
let test: TestApp;
let representative: Record<string, string>;
let manager: Record<string, string>;

beforeAll(async () => {
  test = await openTestApp(() => NOW_MS);
  for (const [username, role] of [
    ['wu.jing', 'representative'],
    ['he.jun', 'representative'],
    ['xu.fang', 'call-manager'],
  ] as const)
    await addPerson(test.records, { username, displayName: username, roles: [role], password: PASSWORD });
  await seedJourneys(test.records);
  await seedOutreach(test.records, NOW_MS);
  representative = await test.signIn('wu.jing');
  manager = await test.signIn('xu.fang');
});
afterAll(async () => {
  await test.close();
});

type Task = { taskId: string; customerId: string; status: string; assignee: string | null; calls: number };
const get = async <Body>(url: string, headers = representative) =>
  (await test.call({ method: 'GET', url, headers })).body as unknown as Body;
const post = (url: string, payload: object, headers = representative) =>
  test.call({ method: 'POST', url, headers, payload });

describe('call tasks over HTTP', () => {
  it('show the demo in its states', async () => {
    const { items } = await get<{ items: Task[] }>('/v1/outreach/tasks');
    expect(new Map(items.map((task) => [task.customerId, task.status]))).toEqual(
      new Map([
        ['C-10293', 'open'],
        ['C-10311', 'open'],
        ['C-10345', 'open'],
        ['C-10377', 'cancelled'],
      ]),
    );
    const board = await get<{ openByGrade: Json }>('/v1/outreach/board');
    expect(board).toMatchObject({ openByGrade: [{ grade: 'high', count: 3 }], unassigned: 0, waiting: 0 });
  });

  it('take a call from start to report, by its own representative only', async () => {
    const { items } = await get<{ items: Task[] }>('/v1/outreach/tasks?mine=true&status=open');
    const mine = items[0] as Task;
    const card = await get<{ mayCall: boolean; talkTrack: { zh: string }; explanation: { lines: Json[] } }>(
      `/v1/outreach/tasks/${mine.taskId}`,
    );
    expect(card.mayCall).toBe(true);
    expect(card.talkTrack.zh).not.toBe('');
    expect(card.explanation.lines).toHaveLength(4);
    const other = await test.signIn('he.jun');
    const refused = await post(`/v1/outreach/tasks/${mine.taskId}/start`, {}, other);
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([409, 'task-not-yours']);
    expect((await post(`/v1/outreach/tasks/${mine.taskId}/start`, {})).status).toBe(200);
    const wrong = await post(`/v1/outreach/tasks/${mine.taskId}/report`, { outcome: 'call-back' });
    expect([wrong.status, (wrong.body as { code: string }).code]).toEqual([422, 'callback-time']);
    const told = await post(`/v1/outreach/tasks/${mine.taskId}/report`, { outcome: 'no-answer' });
    expect(told.body).toEqual({
      status: 'open',
      dueAt: new Date(NOW_MS + 4 * 3_600_000).toISOString(),
      calls: 1,
    });
    expect((await post(`/v1/outreach/tasks/${mine.taskId}/report`, { outcome: 'no-answer' })).status).toBe(
      409,
    );
    await post(`/v1/outreach/tasks/${mine.taskId}/start`, {});
    await post(`/v1/outreach/tasks/${mine.taskId}/report`, { outcome: 'do-not-call', comment: '客户拒绝' });
    const done = await get<{ status: string; reports: Json[]; customer: { doNotCall: boolean } }>(
      `/v1/outreach/tasks/${mine.taskId}`,
    );
    expect([done.status, done.reports.length, done.customer.doNotCall]).toEqual(['done', 2, true]);
  });

  it('keep service tokens from calling and representatives from managing', async () => {
    const { items } = await get<{ items: Task[] }>('/v1/outreach/tasks?status=open');
    const ids = items.map((task) => task.taskId);
    expect((await post('/v1/outreach/tasks/reassign', { taskIds: ids, assignee: null })).status).toBe(403);
    expect(
      (await post('/v1/outreach/tasks/reassign', { taskIds: ids, assignee: null }, manager)).body,
    ).toEqual({
      reassigned: ids.length,
    });
    const token = await test.token('dialer', ['representative']);
    expect((await post(`/v1/outreach/tasks/${ids[0] ?? ''}/start`, {}, token)).status).toBe(403);
    const unknown = await post('/v1/outreach/tasks/reassign', { taskIds: ids, assignee: 'nobody' }, manager);
    expect([unknown.status, (unknown.body as { code: string }).code]).toEqual([422, 'not-a-representative']);
  });

  it('freeze what the preview counted, and nothing else', async () => {
    const stall = (customer: string, sequence: number) => ({
      source: '/t',
      eventId: `${customer}${sequence}`,
      customerId: customer,
      kind: 'stalled' as const,
      sequence,
      occurredAtMs: NOW_MS,
      step: 'sign',
      channel: 'app',
      profile: {},
      timeZone: '',
    });
    const customers = ['w1', 'w2', 'w3'];
    await test.records.outreach.applyEvents(customers.map((customer) => stall(customer, 1)));
    await test.records.outreach.enter(
      customers.map((customerId) => ({
        journey: 'account-opening',
        customerId,
        step: 'sign',
        sequence: 1,
        runId: 'r',
      })),
      NOW_MS,
    );
    const { count } = await get<{ count: number }>('/v1/outreach/waiting?step=sign&channel=app&frozen=false');
    expect(count).toBe(3);
    const stale = await post('/v1/outreach/waiting/freeze', { step: 'sign', expected: 2 }, manager);
    expect([stale.status, (stale.body as { code: string }).code]).toEqual([409, 'count-changed']);
    const frozen = await post(
      '/v1/outreach/waiting/freeze',
      { step: 'sign', channel: 'app', expected: 3 },
      manager,
    );
    expect(frozen.body).toEqual({ changed: 3 });
    const resumed = await post('/v1/outreach/waiting/resume', { step: 'sign', expected: 3 }, manager);
    expect(resumed.body).toEqual({ changed: 3 });
    const told = await test.records.events.list({ type: 'com.afterbell.outreach.entry-changed' }, 10);
    expect(new Set(told.map((event) => event.subject))).toEqual(new Set(customers));
  });

  it('publish a journey as a new version, or say what is wrong with it', async () => {
    const url = '/v1/outreach/journeys/account-opening/versions';
    const rules = { ...accountOpeningRules, defaultDelayMs: -1 };
    const wrong = await post(url, { title: '开户跟进', rules }, manager);
    expect([
      wrong.status,
      (wrong.body as { problems: Array<{ pointer: string }> }).problems[0]?.pointer,
    ]).toEqual([422, '/rules/defaultDelayMs']);
    const made = await post(url, { title: '开户跟进', rules: accountOpeningRules }, manager);
    expect([made.status, (made.body as { version: number }).version]).toEqual([201, 2]);
  });
});
