import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNotifyActivity } from '../../activities/general/notify.ts';
import { createApp } from '../../api/app.ts';
import { makeToken, publishShippedFlows } from '../../api/demo-seed.ts';
import { addPerson } from '../../api/people.ts';
import { relayOnce } from '../../api/relay.ts';
import { createEgressClient } from '../../platform/egress.ts';
import { newWebhookSecret } from '../../platform/webhook-signature.ts';
import { createAccess } from '../../worker/access.ts';
import { startHandOffs } from '../../worker/hand-offs.ts';
import { waitFor } from '../support/api-session.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const PASSWORD = 'a-long-test-password';
const OLD_SECRET = newWebhookSecret();
const SECRET = newWebhookSecret();
const FLOWS = fileURLToPath(new URL('../../flows/', import.meta.url));
const PEOPLE: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['chen.lei', ['ops-lead', 'publisher']],
  ['li.na', ['network-engineer']],
  ['zhao.lin', ['risk-officer']],
  ['sun.yan', ['approver']],
  ['wang.min', ['approver', 'net-reviewer']],
];

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly answered: number;
}

/** The system that asked: refuses the first delivery of every message, so that each is sent twice. */
class Receiver {
  readonly received: Received[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const isFirst = !this.received.some(
          ({ headers }) => headers['webhook-id'] === request.headers['webhook-id'],
        );
        const answered = isFirst ? 503 : 204;
        this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), answered });
        response.writeHead(answered).end();
      });
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/callback`;
  }

  /** Messages that were taken, by type. */
  taken(type: string): Received[] {
    return this.received.filter(
      ({ answered, body }) => answered === 204 && (JSON.parse(body) as { type: string }).type === type,
    );
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** As a receiver would check it that knows nothing of ours but the standard and one of the secrets. */
function isGenuine({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  const isFresh = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 300;
  return isFresh && String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`);
}

describe('the shipped flow access-request', () => {
  let bench: FlowBench;
  let handOffs: Awaited<ReturnType<typeof startHandOffs>>;
  let app: FastifyInstance;
  let callbackUrl: string;
  let token: string;
  const receiver = new Receiver();
  const secrets: Record<string, string> = { 'webhook/access-request#v1': SECRET };

  beforeAll(async () => {
    callbackUrl = await receiver.open();
    const egress = createEgressClient(['127.0.0.1']);
    const resolveText = async (reference: string) => JSON.stringify({ secret: secrets[reference] ?? '' });
    bench = await openFlowBench((parts) => ({
      ...createAccess(parts),
      sendNotification: createNotifyActivity({ handOffs: parts.records.handOffs }),
    }));
    const { records } = bench;
    handOffs = await startHandOffs({
      databaseUrl: bench.databaseUrl,
      records,
      log: bench.api.log,
      delivery: { handOffs: records.handOffs, egress, resolveText, clock: Date.now, dialler: null },
    });
    for (const [username, roles] of PEOPLE)
      await addPerson(records, { username, displayName: username, roles, password: PASSWORD });
    token = await makeToken(records, 'oa', ['integration']);
    await publishShippedFlows(records, FLOWS, 'chen.lei');
    app = await createApp(bench.api);
  });
  afterAll(async () => {
    await app.close();
    await handOffs.stop();
    await bench.close();
    await receiver.close();
  });

  const call = async (method: 'GET' | 'POST', url: string, headers: object, payload?: object) => {
    const answer = await app.inject({
      method,
      url,
      headers: { ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, body: JSON.parse(answer.body || 'null') as Record<string, never> };
  };
  const sessions = new Map<string, Record<string, string>>();
  const signIn = async (username: string): Promise<Record<string, string>> => {
    const known = sessions.get(username);
    if (known !== undefined) return known;
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/session',
      payload: { username, password: PASSWORD },
    });
    const cookie = answer.cookies.map((item) => `${item.name}=${item.value}`).join('; ');
    const session = { cookie, 'x-csrf-token': (answer.json() as { csrfToken: string }).csrfToken };
    sessions.set(username, session);
    return session;
  };
  const as = async (username: string, method: 'GET' | 'POST', url: string, payload?: object) =>
    call(method, url, await signIn(username), payload);
  const request = (requestId: string, hours: number) => ({
    flow: 'access-request',
    businessKey: requestId,
    input: {
      requestId,
      person: 'li.na',
      kind: 'role',
      access: 'net-reviewer',
      reason: 'reviewer on leave',
      hours,
      callbackUrl,
    },
  });
  const start = (requestId: string, hours: number) =>
    call(
      'POST',
      '/v1/runs',
      { authorization: `Bearer ${token}`, 'idempotency-key': requestId },
      request(requestId, hours),
    );
  const openApproval = async (runId: string) =>
    waitFor(
      'the approval',
      20_000,
      async () => (await bench.records.approvals.list({ runId, status: 'open' }, { limit: 1 })).items[0],
    );
  const decide = async (username: string, runId: string, decision = 'approve') => {
    const { approvalId, contentHash } = await openApproval(runId);
    return as(username, 'POST', `/v1/approvals/${approvalId}/decisions`, {
      decision,
      contentHash,
      comment: 'seen',
    });
  };
  const runOf = async (runId: string) => {
    const run = await bench.records.runs.find(runId);
    if (run === undefined) throw new Error(`no run ${runId}`);
    return run;
  };
  const permissions = async (username: string) =>
    ((await as(username, 'GET', '/v1/session')).body as unknown as { person: { permissions: string[] } })
      .person.permissions;

  it('is decided by two levels, grants once, ends by itself over worker restarts, and calls back once each', async () => {
    const answers = [await start('OA-1', 0.004), await start('OA-1', 0.004)];
    const [first, second] = answers.map(({ body }) => (body as unknown as { runId: string }).runId);
    expect(first).toBe(second);
    const runId = first ?? '';
    await openApproval(runId);
    expect((await decide('li.na', runId)).status).toBe(403);
    expect((await decide('sun.yan', runId)).body).toMatchObject({ code: 'not-a-candidate' });
    expect((await decide('zhao.lin', runId)).status).toBe(201);
    await bench.restartWorkers();
    expect(await permissions('li.na')).not.toContain('approval.decide');
    expect((await decide('sun.yan', runId)).status).toBe(201);
    await relayOnce(bench.api);
    const [grant] = await waitFor('the grant', 20_000, async () => {
      const { items } = await bench.records.grants.list({ personId: 'li.na' }, { limit: 5 });
      return items.length > 0 ? items : undefined;
    });
    expect(await permissions('li.na')).toContain('approval.decide');
    await bench.restartWorkers();
    expect(await bench.result(await runOf(runId))).toMatchObject({
      status: 'ended',
      ended: { early: false },
    });
    expect(await permissions('li.na')).not.toContain('approval.decide');

    const { items } = await bench.records.grants.list({}, { limit: 10 });
    expect(items).toHaveLength(1);
    expect(grant).toMatchObject({
      personId: 'li.na',
      name: 'net-reviewer',
      grantedBy: ['zhao.lin', 'sun.yan'],
    });
    const effects = await bench.records.effects.ofRun(runId);
    expect(
      effects.map(({ part, status }) => `${part} ${status}`).toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['access done', 'callback done', 'callback done']);
    expect(receiver.taken('access.granted')).toHaveLength(1);
    expect(receiver.taken('access.ended')).toHaveLength(1);
    for (const message of receiver.received) expect(isGenuine(message, SECRET)).toBe(true);
    for (const id of new Set(receiver.received.map(({ headers }) => headers['webhook-id']))) {
      const sent = receiver.received.filter(({ headers }) => headers['webhook-id'] === id);
      expect(sent).toHaveLength(2);
      expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    }
    expect(isGenuine(receiver.taken('access.ended')[0] as Received, OLD_SECRET)).toBe(false);
  });

  it('tells a refusal and grants nothing', async () => {
    const { body } = await start('OA-2', 1);
    const { runId } = body as unknown as { runId: string };
    await openApproval(runId);
    expect((await decide('zhao.lin', runId, 'refuse')).status).toBe(201);
    expect(await bench.result(await runOf(runId))).toMatchObject({ status: 'refused' });
    const [told] = receiver.taken('access.refused');
    expect(JSON.parse(told?.body ?? '{}')).toMatchObject({
      data: { requestId: 'OA-2', outcome: 'refused', decidedBy: ['zhao.lin'] },
    });
    expect((await bench.records.grants.list({}, { limit: 10 })).items).toHaveLength(1);
  });

  it('moves: a delegate decides, a signer is added and hands on, the system takes its request back', async () => {
    const { body } = await start('OA-3', 1);
    const { runId } = body as unknown as { runId: string };
    const { approvalId, contentHash } = await openApproval(runId);
    const move = (username: string, payload: object) =>
      as(username, 'POST', `/v1/approvals/${approvalId}/moves`, { contentHash, ...payload });
    const now = Date.now();
    const iso = (ms: number) => new Date(ms).toISOString();
    const delegation = { startsAt: iso(now - 1_000), endsAt: iso(now + 60_000), reason: 'away' };
    expect(
      (await as('zhao.lin', 'POST', '/v1/delegations', { delegate: 'wang.min', ...delegation })).status,
    ).toBe(201);
    const shown = await as('wang.min', 'GET', `/v1/approvals/${approvalId}`);
    expect(shown.body).toMatchObject({ mayDecide: true, actingFor: 'zhao.lin' });
    expect((await move('wang.min', { kind: 'add-sign', people: ['li.na'] })).body).toMatchObject({
      code: 'person-may-not-decide',
    });
    expect((await decide('wang.min', runId)).status).toBe(201);
    expect((await decide('zhao.lin', runId)).status).toBe(409);
    expect((await move('sun.yan', { kind: 'add-sign', place: 'after', people: ['zhao.lin'] })).status).toBe(
      422,
    );
    expect(
      (
        await as('sun.yan', 'POST', `/v1/approvals/${approvalId}/withdrawal`, {
          kind: 'withdraw',
          comment: 'x',
        })
      ).status,
    ).toBe(403);
    const withdrawn = await call(
      'POST',
      `/v1/approvals/${approvalId}/withdrawal`,
      { authorization: `Bearer ${token}` },
      { kind: 'withdraw', comment: 'no longer needed' },
    );
    expect(withdrawn.body).toMatchObject({ recorded: true, acknowledged: true });
    expect(await bench.result(await runOf(runId))).toMatchObject({ status: 'withdrawn' });
    expect((await bench.records.approvals.find(approvalId))?.status).toBe('withdrawn');
    expect(await bench.records.audit.verify()).toBeUndefined();
  });
});
