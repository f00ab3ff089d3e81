import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../domain/json.ts';
import { openTestApp, type TestApp } from './testing/test-app.ts';

const NOW = Date.parse('2026-12-29T10:00:00+08:00');
let test: TestApp;
let sender: Record<string, string>;

beforeAll(async () => {
  test = await openTestApp(() => NOW);
  sender = await test.token('crm', ['integration']);
});
afterAll(async () => {
  await test.close();
});

const EVENT = { specversion: '1.0', id: 'e1', source: '/crm', type: 'com.example.step', data: { step: 2 } };

function post(payload: unknown, contentType: string, headers: Record<string, string> = {}) {
  return test.call({
    method: 'POST',
    url: '/v1/events',
    headers: { ...sender, ...headers, 'content-type': contentType },
    payload: JSON.stringify(payload),
  });
}

describe('POST /v1/events', () => {
  it('takes structured, batch and binary events, each once per source and id', async () => {
    expect((await post(EVENT, 'application/cloudevents+json')).body).toEqual({ stored: 1, duplicates: 0 });
    const batch = [EVENT, { ...EVENT, id: 'e2' }];
    expect((await post(batch, 'application/cloudevents-batch+json')).body).toEqual({
      stored: 1,
      duplicates: 1,
    });
    const binary = {
      'ce-specversion': '1.0',
      'ce-id': 'e3',
      'ce-source': '/crm',
      'ce-type': 'com.example.step',
      'ce-subject': '%E5%BC%A0',
    };
    expect((await post({ step: 4 }, 'application/json', binary)).status).toBe(202);
    const [newest] = await test.records.events.list({ type: 'com.example.step' }, 1);
    expect(newest).toMatchObject({ eventId: 'e3', subject: '张', receivedBy: 'token:crm' });
    expect(newest?.envelope['data']).toEqual({ step: 4 });
  });

  it('refuses a batch with one bad event whole, and names every fault', async () => {
    const answer = await post(
      [
        { ...EVENT, id: 'fresh' },
        { specversion: '2.0', id: '', source: '/crm', time: 'noon', Bad: 1 },
      ],
      'application/cloudevents-batch+json',
    );
    expect(answer.status).toBe(422);
    const { problems } = answer.body as { problems: JsonObject[] };
    expect(problems.map((problem) => problem['pointer'])).toEqual([
      '/1/specversion',
      '/1/id',
      '/1/type',
      '/1/time',
      '/1/Bad',
    ]);
    const stored = await test.records.events.list({}, 100);
    expect(stored.some((event) => event.eventId === 'fresh')).toBe(false);
  });

  it('says what to send when it is not a CloudEvent, and refuses who may not publish', async () => {
    expect((await post({ hello: 1 }, 'application/json')).status).toBe(415);
    const viewer = await test.token('viewer', ['viewer']);
    const refused = await test.call({
      method: 'POST',
      url: '/v1/events',
      headers: { ...viewer, 'content-type': 'application/cloudevents+json' },
      payload: JSON.stringify(EVENT),
    });
    expect(refused.status).toBe(403);
  });
});

describe('triggers', () => {
  const settings = { days: 'trading-days', market: 'SHFE', at: '20:30' };

  it('preview 20 times and stop where the calendar is not published', async () => {
    const headers = await test.signIn('chen.lei');
    const answer = await test.call({
      method: 'POST',
      url: '/v1/triggers/preview',
      headers,
      payload: { settings },
    });
    expect(answer.body).toMatchObject({ stopped: 'calendar for 2027 not published' });
    expect((answer.body as { times: unknown[] }).times).toHaveLength(3);
  });

  it('name what is wrong with settings and flows', async () => {
    const headers = await test.signIn('chen.lei');
    const put = (payload: object) =>
      test.call({ method: 'PUT', url: '/v1/triggers/nightly', headers, payload });
    const bad = await put({ kind: 'schedule', flow: 'x', settings: { at: '8pm', color: 'red' } });
    expect((bad.body as { problems: JsonObject[] }).problems.map((problem) => problem['pointer'])).toEqual([
      '/settings/color',
      '/settings/at',
    ]);
    expect((await put({ kind: 'schedule', flow: 'nowhere', settings })).status).toBe(404);
    expect(
      (await put({ kind: 'event', flow: 'x', settings: { type: 't', when: '$input.a' } })).body,
    ).toMatchObject({ problems: [{ pointer: '/settings/when' }] });
  });

  it('are paused and resumed by those who may, and the audit trail knows', async () => {
    await test.records.triggers.put({
      triggerName: 'paused-one',
      kind: 'schedule',
      flowName: 'nowhere',
      settings,
      changedBy: 'test',
    });
    const may = await test.signIn('chen.lei');
    const mayNot = await test.signIn('wang.min');
    const pause = (headers: Record<string, string>) =>
      test.call({ method: 'POST', url: '/v1/triggers/paused-one/pause', headers });
    expect((await pause(mayNot)).status).toBe(403);
    expect((await pause(may)).body).toMatchObject({ pausedBy: expect.stringMatching(/\S/) });
    const { items } = await test.records.audit.list({ limit: 5 });
    expect(items.some((entry) => entry['action'] === 'trigger.paused')).toBe(true);
    const fired = await test.call({
      method: 'POST',
      url: '/v1/triggers/paused-one/fire',
      headers: may,
      payload: {},
    });
    expect(fired.body).toMatchObject({ code: 'trigger-refused' });
  });
});
