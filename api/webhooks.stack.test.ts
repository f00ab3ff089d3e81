import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signWebhook } from '../platform/webhook-signature.ts';
import { openTestApp, type TestApp, WEBHOOK_SECRET } from './testing/test-app.ts';

const FLOW = `document: { dsl: '1.0.3', namespace: test, name: greet, version: '1.0.0' }
do:
  - greet: { set: { text: hello } }
`;

describe('a webhook trigger', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await openTestApp();
    await test.publish(FLOW);
    const lead = await test.signIn('chen.lei');
    const put = (name: string, settings: object) =>
      test.call({
        method: 'PUT',
        url: `/v1/triggers/${name}`,
        headers: lead,
        payload: { kind: 'webhook', flow: 'greet', settings },
      });
    expect(
      (await put('oa', { secretRefs: ['webhook/oa#v1'], businessKey: '.number', when: '.number != "skip"' }))
        .status,
    ).toBe(200);
    expect((await put('alarms', { format: 'alertmanager' })).status).toBe(200);
    expect((await put('events', { format: 'cloudevents', input: { who: '${ .data.who }' } })).status).toBe(
      200,
    );
    expect((await put('bad', { format: 'xml', secretRefs: ['device/x#v1'] })).body).toMatchObject({
      code: 'settings-not-valid',
      problems: [{ pointer: '/settings/format' }, { pointer: '/settings/secretRefs' }],
    });
  });
  afterAll(() => test.close());

  const send = (name: string, body: string, headers: Record<string, string>) =>
    test.call({
      method: 'POST',
      url: `/hooks/triggers/${name}`,
      headers: { 'content-type': 'application/json', ...headers },
      payload: body,
    });
  const signed = (messageId: string, body: string, atMs = Date.now(), secret = WEBHOOK_SECRET) =>
    send('oa', body, { ...signWebhook([secret], { messageId, atMs, body }) });

  it('is believed by its signature over the bytes, and counts once', async () => {
    // Spaces that a parser would drop are part of what is signed.
    const body = '{ "number":  "OA-1" }';
    expect(await signed('m1', body)).toMatchObject({
      status: 202,
      body: { items: [{ outcome: 'started', occasion: 'webhook m1' }] },
    });
    const runs = test.engine.started.length;
    expect((await signed('m1', body)).status).toBe(202);
    expect(test.engine.started.length).toBe(runs);
    const run = await test.records.runs.find(test.engine.started.at(-1) ?? '');
    expect(run).toMatchObject({ businessKey: 'OA-1', input: { number: 'OA-1' }, requestedBy: 'trigger:oa' });
    expect(await signed('m2', '{"number":"skip"}')).toMatchObject({
      body: { items: [{ outcome: 'skipped' }] },
    });
  });

  it.each([
    [
      'another body',
      () =>
        send('oa', '{"number":"OA-2"}', {
          ...signWebhook([WEBHOOK_SECRET], { messageId: 'm3', atMs: Date.now(), body: '{"number":"OA-3"}' }),
        }),
    ],
    ['an old time', () => signed('m4', '{"number":"OA-4"}', Date.now() - 6 * 60_000)],
    ['no signature', () => send('oa', '{"number":"OA-5"}', { 'webhook-id': 'm5' })],
  ])('is not believed with %s', async (_what, call) => {
    const answer = await call();
    expect(answer).toMatchObject({ status: 401, body: { code: 'signature-not-valid' } });
    expect(await test.records.triggers.firings('oa', 50)).toHaveLength(2);
  });

  it('is refused whole when the body is not what the trigger reads', async () => {
    expect(await signed('m6', '[1]')).toMatchObject({ status: 422, body: { code: 'webhook-not-valid' } });
    const token = await test.token('watch', ['integration']);
    expect(await send('alarms', '{"alerts":[{}]}', token)).toMatchObject({
      status: 422,
      body: { code: 'webhook-not-valid' },
    });
  });

  it('takes one run per alert and per event, from a token that may publish events', async () => {
    const token = await test.token('watch', ['integration']);
    const alert = (fingerprint: string) => ({
      status: 'firing',
      fingerprint,
      startsAt: '2026-11-23T10:00:00Z',
      labels: { alertname: 'Down' },
    });
    const alarms = JSON.stringify({ version: '4', alerts: [alert('a'), alert('b')] });
    expect(await send('alarms', alarms, token)).toMatchObject({
      body: { items: [{ outcome: 'started' }, { outcome: 'started' }] },
    });
    const events = JSON.stringify([
      { specversion: '1.0', id: '1', source: 'urn:x', type: 't', data: { who: '李' } },
    ]);
    const type = { 'content-type': 'application/cloudevents-batch+json' };
    expect(await send('events', events, { ...token, ...type })).toMatchObject({
      body: { items: [{ outcome: 'started' }] },
    });
    const run = await test.records.runs.find(test.engine.started.at(-1) ?? '');
    expect(run?.input).toEqual({ who: '李' });
    const viewer = await test.token('viewer', ['viewer']);
    expect((await send('alarms', alarms, viewer)).status).toBe(403);
    expect((await send('alarms', alarms, {})).status).toBe(401);
    expect((await send('alarms', alarms, await test.signIn('chen.lei'))).status).toBe(401);
  });

  it('notes what came while it was paused and starts nothing', async () => {
    const lead = await test.signIn('chen.lei');
    await test.call({ method: 'POST', url: '/v1/triggers/oa/pause', headers: lead });
    const runs = test.engine.started.length;
    expect(await signed('m7', '{"number":"OA-7"}')).toMatchObject({
      status: 202,
      body: { items: [{ outcome: 'paused' }] },
    });
    expect(test.engine.started.length).toBe(runs);
  });

  it('is not there under another name or for a schedule', async () => {
    expect((await send('none', '{}', {})).status).toBe(404);
  });
});
