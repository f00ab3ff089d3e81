import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../api/app.ts';
import { addPerson } from '../../api/people.ts';
import { makeToken } from '../../api/demo-seed.ts';
import type { Io } from '../../cli/io.ts';
import { runCommand } from '../../cli/main.ts';
import { sha256Hex, type Json } from '../../domain/json.ts';
import type { EffectStatus, RunRow } from '../../prisma/records/types.ts';
import type { StepCall } from '../../steps/define-step.ts';
import { rebuildTimeline } from '../../worker/rebuild-timeline.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const PASSWORD = 'restarts-need-a-reason';
const TIME_MS = 60_000;

interface PointView {
  readonly name: string;
  readonly pointer: string;
  readonly isPossible: boolean;
  readonly refusal: { readonly code: string; readonly sentence: { zh: string; en: string } } | null;
  readonly kept: number;
  readonly effects: ReadonlyArray<{
    readonly effectId: string;
    readonly status: string;
    readonly step: string;
  }>;
}

/** The world outside: counts what each step did, and can be broken. */
class Outside {
  readonly done: string[] = [];
  isBroken = true;
  outcome: EffectStatus = 'done';
}

describe('an ended run restarted from one of its steps, on real Temporal and PostgreSQL', () => {
  const outside = new Outside();
  let bench: FlowBench;
  let app: FastifyInstance;
  let base: string;
  let lead: ApiSession;

  beforeAll(async () => {
    bench = await openFlowBench(({ records }) => ({
      // Writes to a ledger like every step that acts outside.
      remote: async ({ context, input }: StepCall<Json>): Promise<Json> => {
        const { runId, pointer, visit } = context;
        const effectId = sha256Hex(`${runId}\n${pointer}\n${visit}\n`);
        await records.effects.plan({
          effectId,
          runId,
          pointer,
          visit,
          part: '',
          effectClass: 'K',
          fence: null,
          intent: {},
        });
        outside.done.push(`${pointer} of ${runId}`);
        await records.effects.mark(effectId, outside.outcome, {});
        return input;
      },
      refuse: async (call: StepCall<Json>): Promise<Json> => {
        if (outside.isBroken) throw new Error('broken');
        return call.input;
      },
    }));
    for (const [username, roles] of [
      ['chen.lei', ['ops-lead']],
      ['wang.min', ['net-reviewer', 'approver']],
      ['li.na', ['network-engineer', 'approver']],
      ['zhou.hao', ['viewer']],
    ] as const)
      await addPerson(bench.records, { username, displayName: username, roles, password: PASSWORD });
    app = await createApp(bench.api);
    base = await app.listen({ host: '127.0.0.1', port: 0 });
    lead = await ApiSession.signIn(base, 'chen.lei', PASSWORD);
  }, TIME_MS);
  afterAll(async () => {
    await app?.close();
    await bench?.close();
  });

  const idempotent = (key: string = randomUUID()) => ({ 'idempotency-key': key });
  const started = async (flow: string, input: Json = {}): Promise<string> =>
    (await lead.need<{ runId: string }>('POST', '/v1/runs', { flow, input }, idempotent())).runId;
  const ended = (runId: string): Promise<RunRow> =>
    waitFor(`the end of run ${runId}`, TIME_MS, async () => {
      await bench.flush();
      const run = await bench.records.runs.find(runId);
      return run?.endedAt === null ? undefined : run;
    });
  const pointsOf = async (runId: string, version = ''): Promise<PointView[]> =>
    (await lead.need<{ points: PointView[] }>('GET', `/v1/runs/${runId}/restart-points${version}`)).points;
  const restart = (runId: string, body: object, session = lead, key: string = randomUUID()) =>
    session.call('POST', `/v1/runs/${runId}/restart`, body, idempotent(key));
  const madeBy = ({ status, body }: { status: number; body: unknown }): string => {
    expect(status, JSON.stringify(body)).toBe(201);
    return (body as { runId: string }).runId;
  };
  const open = (runId: string) =>
    waitFor(
      'the approval',
      TIME_MS,
      async () => (await bench.records.approvals.list({ runId, status: 'open' }, { limit: 1 })).items[0],
    );
  const decide = async (session: ApiSession, runId: string) => {
    const { approvalId, contentHash } = await open(runId);
    return session.call('POST', `/v1/approvals/${approvalId}/decisions`, {
      decision: 'approve',
      contentHash,
      comment: '',
    });
  };
  const publish = (tasks: string) => bench.publish(tasks).then((plan) => plan.document.name);

  const SENDING = `
  - gather: { call: 'echo:1.0.0@default', with: { found: 3, large: '\${ .large }' }, export: { as: '\${ { found: .found } }' } }
  - send: { call: 'remote:1.0.0@default', with: { found: '\${ $context.found }' } }
  - check: { call: 'refuse:1.0.0@default', with: { found: '\${ $context.found }' } }
  - close: { set: { closed: '\${ .found }' } }
`;

  it('goes on from the step that failed, without carrying out an earlier one again', {
    timeout: TIME_MS,
  }, async () => {
    outside.isBroken = true;
    const flow = await publish(SENDING);
    const first = await started(flow, { any: 1, large: 'x'.repeat(200 * 1024) });
    expect((await ended(first)).status).toBe('failed');
    expect(await pointsOf(first)).toMatchObject([
      { name: 'gather', isPossible: true, kept: 0 },
      { name: 'send', isPossible: true, kept: 1 },
      { name: 'check', isPossible: true, kept: 2, effects: [] },
      { name: 'close', isPossible: false, refusal: { code: 'not-reached' } },
    ]);
    outside.isBroken = false;
    const asked = { step: '/do/2/check', reason: 'the far side is back' };
    const key = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => restart(first, asked, lead, key)));
    const second = madeBy(await restart(first, asked, lead, key));
    expect(new Set(answers.map(madeBy))).toEqual(new Set([second]));
    const run = await ended(second);
    expect(run).toMatchObject({ status: 'completed', output: { closed: 3 }, input: { any: 1 } });
    expect(run.businessKey).toBe(`${first}#2`);
    expect(outside.done).toEqual([`/do/1/send of ${first}`]);
    const kept = (await bench.records.timeline.steps(second)).map(({ name, status, keptOf }) => [
      name,
      status,
      keptOf,
    ]);
    expect(kept).toEqual([
      ['gather', 'completed', first],
      ['send', 'completed', first],
      ['check', 'completed', null],
      ['close', 'completed', null],
    ]);
    const before = await bench.records.timeline.steps(second);
    await rebuildTimeline(bench.client, bench.keys, bench.records, run, bench.bundlePath);
    expect(await bench.records.timeline.steps(second)).toEqual(before);

    const shown = await lead.need<Record<string, unknown>>('GET', `/v1/runs/${second}`);
    expect(shown).toMatchObject({
      restartOf: { restartOf: first, stepName: 'check', reason: asked.reason, restartedBy: 'chen.lei' },
      restarts: [],
    });
    const origin = await lead.need<Record<string, unknown>>('GET', `/v1/runs/${first}`);
    expect(origin).toMatchObject({ restartOf: null, restarts: [{ runId: second, status: 'completed' }] });
    const trail = (await bench.records.audit.list({ limit: 50 })).items;
    expect(trail.filter(({ action }) => action === 'run.restarted')).toMatchObject([
      {
        actor: 'chen.lei',
        objectId: second,
        detail: {
          restartOf: first,
          step: '/do/2/check',
          version: '1.0.0',
          reason: asked.reason,
          effects: [],
        },
      },
    ]);
    expect(await bench.records.audit.verify()).toBeUndefined();
    const other = await restart(first, { ...asked, reason: 'another' }, lead, key);
    expect([other.status, other.body]).toMatchObject([422, { code: 'idempotency-key-reused' }]);
  });

  it('is refused to who may not, without a reason, from a step that cannot be, and while the run goes on', {
    timeout: TIME_MS,
  }, async () => {
    outside.isBroken = true;
    const flow = await publish(SENDING);
    const runId = await started(flow);
    await ended(runId);
    const asked = { step: '/do/2/check', reason: 'again' };
    const viewer = await ApiSession.signIn(base, 'zhou.hao', PASSWORD);
    expect(await restart(runId, asked, viewer)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect((await viewer.call('GET', `/v1/runs/${runId}/restart-points`)).status).toBe(200);
    const blank = await restart(runId, { ...asked, reason: ' ' });
    expect(blank).toMatchObject({ status: 400, body: { problems: [{ pointer: '/reason' }] } });
    const never = await restart(runId, { ...asked, step: '/do/3/close' });
    expect(never).toMatchObject({
      status: 422,
      body: { code: 'restart-not-possible', problems: [{ pointer: '/step', code: 'not-reached' }] },
    });
    const strange = await restart(runId, { ...asked, step: '/do/9/no' });
    expect(strange).toMatchObject({ status: 422, body: { problems: [{ code: 'no-such-step' }] } });
    expect(await restart('absent', asked)).toMatchObject({ status: 404 });
    expect(await restart(runId, { ...asked, version: '9.0.0' })).toMatchObject({ status: 404 });

    const waiting = await publish(`
  - hold: { call: 'linger:1.0.0@default' }
`);
    const going = await started(waiting);
    const early = await restart(going, { step: '/do/0/hold', reason: 'now' });
    expect(early).toMatchObject({ status: 409, body: { code: 'run-going-on' } });
    await lead.need('POST', `/v1/runs/${going}/cancel`, { reason: 'test' });
    expect((await ended(going)).status).toBe('cancelled');
    const held = madeBy(await restart(going, { step: '/do/0/hold', reason: 'again' }));
    const twice = await restart(going, { step: '/do/0/hold', reason: 'and again' });
    expect(twice).toMatchObject({ status: 409, body: { code: 'restart-going-on' } });
    await lead.need('POST', `/v1/runs/${held}/cancel`, { reason: 'test' });
    await ended(held);
  });

  it('asks for a word on every effect that happens again, and a person to give it', {
    timeout: TIME_MS,
  }, async () => {
    outside.isBroken = true;
    const flow = await publish(SENDING);
    const first = await started(flow);
    await ended(first);
    const [, send] = await pointsOf(first);
    expect(send?.effects).toMatchObject([{ status: 'done', step: 'send' }]);
    const effectId = send?.effects[0]?.effectId ?? '';
    const asked = { step: '/do/1/send', reason: 'once more' };
    const silent = await restart(first, asked);
    expect(silent).toMatchObject({
      status: 422,
      body: {
        code: 'effects-not-confirmed',
        problems: [{ pointer: '/effects', code: 'effect-not-confirmed' }],
      },
    });
    expect(JSON.stringify(silent.body)).toContain(effectId);
    const effects = [{ effectId, as: 'done' }];
    const token = ApiSession.withToken(base, await makeToken(bench.records, 'oa', ['integration']));
    expect(await restart(first, { ...asked, effects }, token)).toMatchObject({
      status: 403,
      body: { code: 'effects-need-person' },
    });
    const wrong = await restart(first, { ...asked, effects: [{ effectId, as: 'not-done' }] });
    expect(wrong).toMatchObject({ status: 422, body: { problems: [{ code: 'effect-is-done' }] } });
    outside.outcome = 'unknown';
    const second = madeBy(await restart(first, { ...asked, effects }));
    expect((await ended(second)).status).toBe('failed');

    // The first run's own effect and the open one of its restart both happen again.
    const again = (await pointsOf(second)).find(({ name }) => name === 'send')?.effects ?? [];
    expect(again.map(({ status }) => status)).toEqual(['done', 'unknown']);
    const open = again[1]?.effectId ?? '';
    const half = await restart(second, { ...asked, effects });
    expect(half).toMatchObject({ status: 422, body: { problems: [{ code: 'effect-unknown' }] } });
    outside.outcome = 'done';
    outside.isBroken = false;
    const third = madeBy(
      await restart(second, { ...asked, effects: [...effects, { effectId: open, as: 'not-done' }] }),
    );
    expect(await ended(third)).toMatchObject({ status: 'completed', businessKey: `${first}#3` });
    expect(await bench.records.effects.find(open)).toMatchObject({
      status: 'failed',
      outcome: { statedBy: 'chen.lei', statedAs: 'not-done' },
    });
    const ids = (await bench.records.restarts.family(third)).map(({ runId }) => runId);
    expect(ids).toEqual([first, second, third]);
  });

  it('asks an approval again, and lets nobody decide who asked for one of the runs', {
    timeout: TIME_MS,
  }, async () => {
    outside.isBroken = true;
    const flow = await publish(`
  - review: { call: 'approval:1.0.0@default', with: { title: one, from: ['role:net-reviewer', 'role:approver', 'role:ops-lead'], rule: any, content: { port: p1 } } }
  - check: { call: 'refuse:1.0.0@default' }
`);
    const first = await started(flow);
    const reviewer = await ApiSession.signIn(base, 'wang.min', PASSWORD);
    expect((await decide(reviewer, first)).status).toBe(201);
    await ended(first);
    expect((await pointsOf(first)).map(({ isPossible }) => isPossible)).toEqual([true, true]);
    outside.isBroken = false;
    const engineer = await ApiSession.signIn(base, 'li.na', PASSWORD);
    const second = madeBy(await restart(first, { step: '/do/0/review', reason: 'again' }, engineer));
    expect((await open(second)).requesterId).toBe('li.na');
    // li.na asked for the restart, chen.lei for the run before it.
    expect((await decide(engineer, second)).status).toBe(403);
    const origin = await decide(lead, second);
    expect(origin.status, JSON.stringify(origin.body)).toBe(403);
    expect((await decide(reviewer, second)).status).toBe(201);
    expect((await ended(second)).status).toBe('completed');
  });

  it('holds that in sub-flows too, which are restarted with their outer run only', {
    timeout: TIME_MS,
  }, async () => {
    const inner = await publish(`
  - review: { call: 'approval:1.0.0@default', with: { title: one, from: ['role:approver', 'role:ops-lead'], rule: any, content: { port: p1 } } }
`);
    const flow = await publish(`
  - part: { run: { workflow: { namespace: test, name: ${inner}, version: '1.0.0' } } }
`);
    const innerOf = (runId: string) =>
      waitFor('the sub-flow', TIME_MS, async () => {
        const { items } = await bench.records.runs.list(
          { businessKey: `${runId}/do/0/part#0.1` },
          { limit: 1 },
        );
        return items[0]?.runId;
      });
    const first = await started(flow);
    const firstInner = await innerOf(first);
    await open(firstInner);
    await lead.need('POST', `/v1/runs/${first}/cancel`, { reason: 'test' });
    await ended(first);
    await ended(firstInner);
    expect(await restart(firstInner, { step: '/do/0/review', reason: 'again' })).toMatchObject({
      status: 409,
      body: { code: 'restart-outer-run', runId: first },
    });
    const engineer = await ApiSession.signIn(base, 'li.na', PASSWORD);
    const second = madeBy(await restart(first, { step: '/do/0/part', reason: 'again' }, engineer));
    const secondInner = await innerOf(second);
    expect((await decide(lead, secondInner)).status).toBe(403);
    const reviewer = await ApiSession.signIn(base, 'wang.min', PASSWORD);
    expect((await decide(reviewer, secondInner)).status).toBe(201);
    expect((await ended(second)).status).toBe('completed');
  });

  it('goes on with another version whose steps before it are the same', { timeout: TIME_MS }, async () => {
    outside.isBroken = true;
    const name = await publish(SENDING);
    const source = (version: string, tasks: string) =>
      bench.publishSource(
        `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: '${version}' }\ndo:\n${tasks}`,
      );
    await source('1.1.0', SENDING.replace('refuse:', 'echo:'));
    await source('2.0.0', SENDING.replace('- gather: { call: ', '- collect: { call: '));
    const other = await bench.records.flows.find(name, '1.1.0');
    const first = madeBy({
      status: 201,
      body: await lead.need('POST', '/v1/runs', { flow: name, version: '1.0.0', input: {} }, idempotent()),
    });
    await ended(first);
    const renamed = (await pointsOf(first, '?version=2.0.0')).find(({ name: step }) => step === 'check');
    expect(renamed?.refusal?.code).toBe('version-differs');
    expect(renamed?.refusal?.sentence.zh).toContain('“gather”');
    const second = madeBy(
      await restart(first, { step: '/do/2/check', version: '1.1.0', reason: 'the flow is mended' }),
    );
    const run = await ended(second);
    expect(run).toMatchObject({ status: 'completed', flowVersion: '1.1.0', planHash: other?.planHash });
  });

  it('is asked for on the command line, by the name of the step', { timeout: TIME_MS }, async () => {
    outside.isBroken = true;
    const flow = await publish(SENDING);
    const first = await started(flow);
    await ended(first);
    outside.isBroken = false;
    const token = await makeToken(bench.records, 'cli', ['ops-lead']);
    const command = async (...args: string[]) => {
      const out: string[] = [];
      const io: Io = {
        env: { AFTERBELL_URL: base, AFTERBELL_TOKEN: token },
        cwd: '.',
        out: (line) => out.push(line),
        err: (line) => out.push(line),
      };
      const code = await runCommand(['run', ...args], io);
      return { code, text: out.join('\n') };
    };
    const points = await command('restart-points', first);
    expect(points.text).toMatch(/\/do\/1\/send +yes +1 +send: done/);
    expect(points.text).toMatch(/\/do\/3\/close +no .*never came to this step/);
    expect(await command('restart', first, '--from', 'check')).toEqual({
      code: 2,
      text: expect.stringContaining('--reason is missing') as string,
    });
    const lost = await command('restart', first, '--from', 'nowhere', '--reason', 'x');
    expect(lost).toEqual({ code: 1, text: expect.stringContaining('no step "nowhere"') as string });
    const unsaid = await command('restart', first, '--from', 'send', '--reason', 'x');
    expect(unsaid).toEqual({ code: 1, text: expect.stringContaining('happens again') as string });
    const made = await command('restart', first, '--from', 'check', '--reason', 'mended', '--json');
    expect(made.code).toBe(0);
    const { runId } = JSON.parse(made.text) as { runId: string };
    expect((await ended(runId)).status).toBe('completed');
  });
});
