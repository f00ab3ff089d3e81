import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../domain/json.ts';
import type { StepRecord, StepStatus } from '../engine/types.ts';
import { relayOnce } from './relay.ts';
import { openTestApp, type TestApp } from './testing/test-app.ts';

const FLOW = `document: { dsl: '1.0.3', namespace: test, name: two, version: '1.0.0', title: 两步 }
do:
  - first: { set: { rows: '\${ .rows }' }, export: { as: '\${ { count: (.rows | length) } }' } }
  - second: { wait: { seconds: 1 } }
`;
const MINUTE_MS = 60_000;

describe('a restart over HTTP', () => {
  let test: TestApp;
  let lead: Record<string, string>;
  beforeAll(async () => {
    test = await openTestApp();
    lead = await test.signIn('chen.lei');
    await test.publish(FLOW);
  }, MINUTE_MS);
  afterAll(async () => {
    await test.close();
  });

  const record = (sequence: number, name: string, status: StepStatus, output: Json): StepRecord => ({
    sequence,
    step: { pointer: `/do/${sequence - 1}/${name}`, name, visit: '0', attempt: 1 },
    task: name === 'first' ? 'set' : 'wait',
    status,
    atMs: 1_000 * sequence,
    startedAtMs: 1_000 * sequence,
    ...(status === 'completed' ? { output } : {}),
  });
  const endedRun = async (rows: Json): Promise<string> => {
    const { body } = await test.call({
      method: 'POST',
      url: '/v1/runs',
      headers: { ...lead, 'idempotency-key': crypto.randomUUID() },
      payload: { flow: 'two', input: { rows: [] } },
    });
    const { runId } = body as { runId: string };
    await test.records.timeline.write([
      {
        runId,
        records: [record(1, 'first', 'completed', { rows }), record(2, 'second', 'cancelled', null)],
        run: {
          status: 'cancelled',
          error: { type: 'https://afterbell.example/errors/cancelled', status: 499, title: 'x' },
          atMs: Date.now() + MINUTE_MS,
        },
      },
    ]);
    return runId;
  };
  const restart = (runId: string, payload: object, headers = lead) =>
    test.call({
      method: 'POST',
      url: `/v1/runs/${runId}/restart`,
      headers: { ...headers, 'idempotency-key': crypto.randomUUID() },
      payload,
    });

  it('that comes while the engine is away is kept and started at its step later', {
    timeout: MINUTE_MS,
  }, async () => {
    const first = await endedRun([1, 2]);
    test.engine.isAway = true;
    const answer = await restart(first, { step: '/do/1/second', reason: 'again' });
    expect(answer.status).toBe(201);
    const { runId } = answer.body as { runId: string };
    expect(test.engine.restarted.has(runId)).toBe(false);
    test.engine.isAway = false;
    await relayOnce(test.deps);
    expect(test.engine.restarted.get(runId)).toEqual({
      pointer: '/do/1/second',
      visit: '0',
      context: { count: 2 },
      raw: { rows: [1, 2] },
      levels: [{ pointer: '', visit: '0' }],
      sequence: 1,
    });
  });

  it('reads large results from the payload storage and refuses what is too large to hand over', {
    timeout: MINUTE_MS,
  }, async () => {
    const rows = ['x'.repeat(40 * 1024)];
    const first = await endedRun(rows);
    const { body } = await restart(first, { step: '/do/1/second', reason: 'again' });
    const { runId } = body as { runId: string };
    expect(test.engine.restarted.get(runId)?.raw).toEqual({ rows });
    const huge = await endedRun(['x'.repeat(9 * 1024 * 1024)]);
    expect((await restart(huge, { step: '/do/1/second', reason: 'again' })).body).toMatchObject({
      code: 'restart-not-possible',
      problems: [{ code: 'too-large' }],
      sentence: { zh: expect.stringContaining('8192 KiB') as string },
    });
  });

  it('writes nothing at all when one part of it fails', { timeout: MINUTE_MS }, async () => {
    const first = await endedRun([1]);
    const count = async () => (await test.records.audit.list({ limit: 200 })).items.length;
    const before = [await count(), (await test.records.restarts.family(first)).length];
    const { records } = test;
    const run = await records.runs.find(first);
    if (run === undefined) throw new Error('no run');
    const { businessKey: _key, workflowId: _id, ...rest } = run;
    const start = { pointer: '/do/1/second', visit: '0', context: {}, raw: null, levels: [], sequence: 1 };
    const attempt = records.restarts.accept({
      run: { ...rest, runId: 'half-a-restart' },
      workflowIdOf: (key) => `run-${key}`,
      restartOf: first,
      start,
      stepName: 'second',
      kept: [{ pointer: '/do/7/gone', visit: '0', attempt: 1 }],
      reason: 'again',
      effects: [],
      idempotency: { key: 'half', owner: 'chen.lei', bodyHash: 'h' },
    });
    await expect(attempt).rejects.toThrow('1 steps of run');
    expect([await count(), (await records.restarts.family(first)).length]).toEqual(before);
    expect(await records.runs.find('half-a-restart')).toBeUndefined();
  });
});
