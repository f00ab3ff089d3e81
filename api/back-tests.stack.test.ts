import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../domain/json.ts';
import type { BackTest, Recording } from '../engine/back-test/index.ts';
import { compileFlow, rehearse } from '../engine/index.ts';
import { catalogue } from '../steps/index.ts';
import { openTestApp, type TestApp } from './testing/test-app.ts';

const FLOW = `document: { dsl: '1.0.3', namespace: test, name: triage, version: '1.0.0', title: 分流 }
do:
  - look: { call: 'probe:1.0.0@default', with: { service: quotes, incidentId: i-1 }, output: { as: '\${ { isUp: .isUp } }' } }
  - how: { switch: [ { fine: { when: '\${ .isUp }', then: good } }, { not: { then: bad } } ] }
  - good: { set: { told: nobody }, then: end }
  - bad: { set: { told: someone } }
`;
const MINUTE_MS = 60_000;

describe('a back-test over HTTP', () => {
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

  /** A run whose timeline is what the machine wrote when the probe answered this; `large` makes the answer too big to stand in the timeline. */
  const ran = async (isUp: boolean, large = 0): Promise<string> => {
    const { body } = await test.call({
      method: 'POST',
      url: '/v1/runs',
      headers: { ...lead, 'idempotency-key': crypto.randomUUID() },
      payload: { flow: 'triage', input: {} },
    });
    const { runId } = body as { runId: string };
    const { plan } = compileFlow(FLOW, catalogue);
    if (plan === undefined) throw new Error('the flow has errors');
    const startAtMs = Date.now() + MINUTE_MS;
    const run = await rehearse(
      plan,
      {},
      {
        startAtMs,
        answer: () => ({ output: { isUp, more: 'x'.repeat(large) } }),
      },
    );
    await test.records.timeline.write([
      {
        runId,
        records: run.records,
        run: { status: 'completed', output: run.output, atMs: startAtMs },
      },
    ]);
    return runId;
  };
  const post = async (payload: object, headers = lead) =>
    test.call({ method: 'POST', url: '/v1/flows/triage/back-test', headers, payload });

  it('reads what a run was told, large answers too', { timeout: MINUTE_MS }, async () => {
    const runId = await ran(true, 40_000);
    const { status, body } = await test.call({
      method: 'GET',
      url: `/v1/runs/${runId}/recording`,
      headers: lead,
    });
    expect(status).toBe(200);
    const { steps, unknown } = body as unknown as Recording;
    expect(unknown).toEqual([]);
    expect(steps[0]?.answer).toEqual({ isUp: true, more: 'x'.repeat(40_000) });
  });

  it('tells the runs that would go another way from those that would not', {
    timeout: MINUTE_MS,
  }, async () => {
    const up = await ran(true);
    const down = await ran(false);
    const same = await post({ source: FLOW });
    expect(same.status).toBe(200);
    expect(same.body).toMatchObject({ different: 0, unknown: 0 });
    const changed = FLOW.replace('told: someone', 'told: everyone').replace("1.0.0'", "1.1.0'");
    const { body } = await post({ source: changed });
    const { items } = body as unknown as { items: BackTest[] };
    const verdictOf = (runId: string) => items.find((each) => each.runId === runId);
    expect(verdictOf(up)).toMatchObject({ verdict: 'same', deviations: [] });
    expect(verdictOf(down)).toMatchObject({
      verdict: 'different',
      end: { fields: [{ path: '/told', before: 'someone', after: 'everyone' }] },
    });
    const other = await post({
      source: FLOW.replace("${ .isUp }', then: good", "${ .isUp | not }', then: good"),
      runs: 2,
    });
    expect(other.body).toMatchObject({ same: 0, different: 2 });
  });

  it('refuses a document with errors, a flow that is not there, a run that goes on, and people who may not draft', {
    timeout: MINUTE_MS,
  }, async () => {
    expect(await post({ source: FLOW.replace('probe:1.0.0', 'prob:1.0.0') })).toMatchObject({
      status: 422,
      body: { code: 'flow-not-valid' },
    });
    expect(await post({ source: FLOW, runs: 51 })).toMatchObject({ status: 400 });
    expect(
      await test.call({
        method: 'POST',
        url: '/v1/flows/none/back-test',
        headers: lead,
        payload: { source: FLOW },
      }),
    ).toMatchObject({ status: 404 });
    const { body } = await test.call({
      method: 'POST',
      url: '/v1/runs',
      headers: { ...lead, 'idempotency-key': crypto.randomUUID() },
      payload: { flow: 'triage', input: {} satisfies Json },
    });
    const { runId } = body as { runId: string };
    expect(
      await test.call({ method: 'GET', url: `/v1/runs/${runId}/recording`, headers: lead }),
    ).toMatchObject({ status: 409, body: { code: 'run-not-recorded' } });
    const auditor = await test.signIn('zhou.hao');
    expect(await post({ source: FLOW }, auditor)).toMatchObject({ status: 403 });
  });
});
