import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash } from '../domain/json.ts';
import { relayOnce } from './relay.ts';
import { openTestApp, type TestApp } from './testing/test-app.ts';

const FLOW = `document: { dsl: '1.0.3', namespace: test, name: greet, version: '1.0.0', title: 问候 }
input:
  schema:
    document: { type: object, required: [name], properties: { name: { type: string } }, additionalProperties: false }
do:
  - greet: { set: { text: '\${ "hello " + .name }' } }
`;

describe('runs and approvals over HTTP', () => {
  let test: TestApp;
  let publisher: Record<string, string>;
  let integration: Record<string, string>;
  beforeAll(async () => {
    test = await openTestApp();
    publisher = await test.signIn('chen.lei');
    integration = await test.token('oa', ['integration']);
    await test.publish(FLOW);
  });
  afterAll(async () => {
    await test.close();
  });

  const start = (key: string, payload: object) =>
    test.call({
      method: 'POST',
      url: '/v1/runs',
      headers: { ...integration, 'idempotency-key': key },
      payload,
    });

  it('returns every problem of a broken document with its pointer', async () => {
    const source = FLOW.replace(
      'set: { text: \'${ "hello " + .name }\' }',
      "set: { text: '${ .a | }' }, then: nowhere",
    );
    const answer = await test.call({
      method: 'POST',
      url: '/v1/flows',
      headers: publisher,
      payload: { source, comment: 'broken' },
    });
    expect(answer.status).toBe(422);
    const { problems } = answer.body as unknown as { problems: Array<{ pointer: string }> };
    expect(problems.length).toBeGreaterThanOrEqual(2);
    for (const problem of problems) expect(problem.pointer).toMatch(/^\/do\/0\/greet/);
  });

  it('makes one run of five identical starts', async () => {
    const payload = { flow: 'greet', businessKey: 'five', input: { name: 'x' } };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => start('key-five', payload)));
    expect(
      new Set(answers.map((answer) => JSON.stringify((answer.body as { runId: string }).runId))).size,
    ).toBe(1);
    expect(answers.every((answer) => answer.status === 201)).toBe(true);
    const late = await start('key-five', payload);
    for (const answer of answers) expect(late.body).toEqual(answer.body);
    const { items } = (
      await test.call({ method: 'GET', url: '/v1/runs?businessKey=five', headers: integration })
    ).body as unknown as { items: unknown[] };
    expect(items).toHaveLength(1);
  });

  it('refuses the same key with another body', async () => {
    await start('key-body', { flow: 'greet', input: { name: 'x' } });
    const other = await start('key-body', { flow: 'greet', input: { name: 'y' } });
    expect(other.status).toBe(422);
    expect(other.body).toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('names field and rule of an input that does not fit', async () => {
    const answer = await start('key-input', { flow: 'greet', input: { name: 7 } });
    expect(answer.body).toMatchObject({
      status: 422,
      code: 'input-not-valid',
      problems: [{ pointer: '/input/name', code: 'schema-type' }],
    });
    const missing = await test.call({
      method: 'POST',
      url: '/v1/runs',
      headers: integration,
      payload: { flow: 'greet' },
    });
    expect(missing.status).toBe(400);
  });

  it('keeps an accepted run while the engine is away and starts it later', async () => {
    test.engine.isAway = true;
    const answer = await start('key-away', { flow: 'greet', businessKey: 'away', input: { name: 'x' } });
    const { runId, status } = answer.body as unknown as { runId: string; status: string };
    expect([answer.status, status]).toEqual([201, 'accepted']);
    const shown = await test.call({ method: 'GET', url: `/v1/runs/${runId}`, headers: publisher });
    expect((shown.body as unknown as { standing: { en: string } }).standing.en).toContain(
      'It will not be lost.',
    );
    test.engine.isAway = false;
    await relayOnce(test.deps);
    expect(test.engine.started).toContain(runId);
    expect(test.engine.started.filter((id) => id === runId)).toHaveLength(1);
  });

  it('records a decision first, repeats it until acknowledged, and lets neither requester nor author decide', async () => {
    const run = await start('key-approval', { flow: 'greet', businessKey: 'approval', input: { name: 'x' } });
    const { runId } = run.body as unknown as { runId: string };
    const content = { ports: ['p1'] };
    const hash = contentHash(content);
    const approval = await test.records.approvals.open({
      approvalId: 'approval-1',
      runId,
      commandId: 'c1',
      pointer: '/do/0/ask',
      title: '1 个端口',
      content,
      contentHash: hash,
      attemptNonce: 'n1',
      rule: 'any',
      candidates: ['role:net-reviewer', 'person:li.na'],
      requesterId: 'li.na',
      authorId: 'chen.lei',
      deadlineAt: null,
    });
    const decide = async (username: string, body: object) =>
      test.call({
        method: 'POST',
        url: `/v1/approvals/${approval.approvalId}/decisions`,
        headers: await test.signIn(username),
        payload: body,
      });
    expect((await decide('chen.lei', { decision: 'approve', contentHash: hash })).status).toBe(403);
    expect(
      (await decide('wang.min', { decision: 'approve', contentHash: 'f'.repeat(64) })).body,
    ).toMatchObject({ code: 'content-changed' });
    expect((await decide('wang.min', { decision: 'refuse', contentHash: hash })).body).toMatchObject({
      code: 'reason-missing',
    });
    test.engine.isAway = true;
    const recorded = await decide('wang.min', { decision: 'approve', contentHash: hash });
    expect([recorded.status, recorded.body]).toMatchObject([201, { recorded: true, acknowledged: false }]);
    test.engine.isAway = false;
    expect((await relayOnce(test.deps)).decided).toBe(1);
    expect(test.engine.told.at(-1)).toMatchObject({
      by: 'wang.min',
      act: { kind: 'approve' },
      roles: ['net-reviewer', 'approver'],
    });
    expect((await relayOnce(test.deps)).decided).toBe(0);
  });

  it('lets the database itself refuse a decision of the requester', async () => {
    const own = test.records.approvals.act({
      eventId: 'd-own',
      approvalId: 'approval-1',
      personId: 'li.na',
      roles: [],
      onBehalfOf: null,
      act: { kind: 'approve' },
      comment: '',
      contentHash: '0'.repeat(64),
    });
    const outcome = await own.then((answer) => answer.outcome).catch(() => 'refused');
    expect(outcome).toBe('refused');
  });

  it('cancels for who may, with a reason and an audit entry, and only what goes on', async () => {
    const { body } = await start('key-cancel', {
      flow: 'greet',
      businessKey: 'cancel',
      input: { name: 'x' },
    });
    const { runId } = body as unknown as { runId: string };
    const cancel = async (headers: Record<string, string>, reason: string) =>
      test.call({ method: 'POST', url: `/v1/runs/${runId}/cancel`, headers, payload: { reason } });
    expect((await cancel(await test.signIn('zhou.hao'), 'no')).body).toMatchObject({
      status: 403,
      code: 'not-allowed',
    });
    expect((await cancel(publisher, '')).body).toMatchObject({
      status: 400,
      problems: [{ pointer: '/reason' }],
    });
    expect(test.engine.cancelled).not.toContain(runId);
    expect((await cancel(publisher, 'wrong day')).status).toBe(202);
    expect(test.engine.cancelled).toContain(runId);
    const [last] = (await test.records.audit.list({ limit: 1 })).items;
    expect(last).toMatchObject({
      actor: 'chen.lei',
      action: 'run.cancel-requested',
      objectId: runId,
      detail: { reason: 'wrong day' },
    });
    await test.records.timeline.write([
      { runId, records: [], run: { status: 'cancelled', atMs: Date.now() + 60_000 } },
    ]);
    expect((await cancel(publisher, 'again')).body).toMatchObject({ status: 409, code: 'run-ended' });
  });

  it('publishes the description that is committed', async () => {
    const { body } = await test.call({ method: 'GET', url: '/v1/openapi.json' });
    const file = new URL('../docs/openapi.json', import.meta.url);
    if (process.env.AFTERBELL_TEST_RECORD === 'on')
      await writeFile(file, `${JSON.stringify(body, null, 2)}\n`);
    const committed = JSON.parse(await readFile(file, 'utf8')) as unknown;
    expect(body).toEqual(committed);
  });
});
