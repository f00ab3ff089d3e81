import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../api/testing/test-app.ts';
import { publishShippedFlows } from '../../api/demo-seed.ts';
import { consumers } from '../../api/events/consumers.ts';
import { dispatchOnce } from '../../api/events/dispatch.ts';
import type { ProbeRule } from '../../prisma/records/healing-types.ts';
import type { CallContext } from '../../steps/define-step.ts';
import { waitFor } from '../../tests/support/api-session.ts';
import { canHostService, type ServiceHost, startServiceHost } from '../../tests/support/service-host.ts';
import { createSshPool, type SshPool } from '../network/ssh-pool.ts';
import { createHealingActivities } from './healing-activities.ts';

const NIGHT = Date.parse('2026-11-23T22:00:00+08:00');
const FLOWS = new URL('../../flows', import.meta.url).pathname;

let test: TestApp;
let host: ServiceHost;
let sshPool: SshPool;
let activities: ReturnType<typeof createHealingActivities>;
let reporter: Record<string, string>;
let nowMs = NIGHT;

const setUp = async (): Promise<void> => {
  [test, host] = [await openTestApp(), await startServiceHost()];
  sshPool = createSshPool(1);
  activities = createHealingActivities({
    records: test.records,
    sshPool,
    resolveCredential: async (reference) => {
      const { username, password } = new URL(test.databaseUrl);
      return reference.startsWith('db/')
        ? { username, password: decodeURIComponent(password) }
        : { username: 'root', privateKey: host.privateKey };
    },
    clock: () => nowMs,
  });
  reporter = await test.token('alertmanager', ['integration']);
  await publishShippedFlows(test.records, FLOWS, 'author');
  await test.records.healing.putPlaybook({
    playbook: 'service-down',
    flowName: 'service-down',
    trust: 'act',
    cooldownMs: 600_000,
    budgetPerHour: 5,
  });
};

afterEach(async () => {
  await test.records.healing.throwSwitch('global', null);
  await test.records.healing.setTrust('service-down', 'act');
});

async function serviceOf(
  name: string,
  hoursPolicy: 'any' | 'outside-trading-hours' = 'any',
  playbook = 'service-down',
): Promise<void> {
  if (playbook !== 'service-down')
    await test.records.healing.putPlaybook({
      playbook,
      flowName: 'service-down',
      trust: 'act',
      cooldownMs: 600_000,
      budgetPerHour: 5,
    });
  await test.records.healing.putService({
    serviceName: name,
    host: '127.0.0.1',
    port: host.sshPort,
    credentialRef: 'service/web#v1',
    auth: 'key',
    hostKeyType: 'ssh-ed25519',
    hostKeySha256: host.hostKeySha256,
    restartCommand: host.restartCommand,
    probe: { kind: 'http', url: `http://127.0.0.1:${host.servicePort}/` },
    playbook,
    failureDomain: name,
    hoursPolicy,
  });
}

function alert(service: string, fingerprint: string) {
  return {
    version: '4',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'ServiceDown', service },
        annotations: { summary: `${service} is down` },
        startsAt: new Date(NIGHT).toISOString(),
        fingerprint,
      },
    ],
  };
}

const report = (payload: object) =>
  test.call({ method: 'POST', url: '/hooks/alertmanager', headers: reporter, payload });

async function incidentOf(service: string): Promise<string> {
  await report(alert(service, randomUUID()));
  const found = (await test.records.healing.incidents(50)).find(
    (incident) => incident.serviceName === service && incident.status === 'open',
  );
  return found?.incidentId ?? '';
}

const call = <Input>(incidentId: string, pointer: string, input: Input) => ({
  context: { runId: incidentId, pointer, visit: '0', attempt: 1 } as unknown as CallContext,
  input,
});

describe.skipIf(!canHostService)('a service behind a real sshd', () => {
  beforeAll(setUp);
  afterAll(async () => {
    await sshPool.close();
    host.close();
    await test.close();
  });

  it('that was killed is restarted once, verified and closed, with every line of it kept', async () => {
    await serviceOf('web-1');
    host.killService();
    const before = host.restarts();
    const incidentId = await incidentOf('web-1');
    const again = await report(alert('web-1', 'same'));
    expect(again.body).toEqual({ stored: 1, duplicates: 0 });
    expect((await report(alert('web-1', 'same'))).body).toEqual({ stored: 0, duplicates: 1 });
    expect(test.engine.started).toHaveLength(1);
    const input = { incidentId, service: 'web-1' };
    const restarted = await activities.restartService(call(incidentId, '/do/0/restart', input));
    expect(restarted).toMatchObject({ outcome: 'restarted', rule: 'allowed' });
    nowMs = Date.now();
    const proof = await activities.verifyService(
      call(incidentId, '/do/1/verify', { ...input, withinSeconds: 10 }),
    );
    nowMs = NIGHT;
    expect(proof.isUp).toBe(true);
    // The same action again: the service is up, so nothing is done.
    const repeat = await activities.restartService(call(incidentId, '/do/0/restart', input));
    expect(repeat.outcome).toBe('already-up');
    await activities.resolveIncident(call(incidentId, '/do/2/close', { ...input, proof }));
    expect(host.restarts() - before).toBe(1);
    const entries = await test.records.healing.entries(incidentId);
    expect(entries.map((entry) => entry.kind)).toEqual([
      'seen',
      'seen',
      'decided',
      'done',
      'proven',
      'seen',
      'proven',
    ]);
    expect((await test.records.healing.incident(incidentId))?.status).toBe('resolved');
  });

  it('that was just healed is left to people', async () => {
    host.killService();
    const incidentId = await incidentOf('web-1');
    const stopped = await activities.restartService(
      call(incidentId, '/do/0/restart', { incidentId, service: 'web-1' }),
    );
    expect(stopped).toMatchObject({ outcome: 'stopped-by-guard', rule: 'cooldown' });
  });

  it.each(['global', 'service-down'])('is not touched while the switch %s is thrown', async (name) => {
    const service = 'web-3';
    await serviceOf(service);
    const incidentId = await incidentOf(service);
    const may = await test.signIn('chen.lei');
    const throwIt = (isThrown: boolean) =>
      test.call({ method: 'PUT', url: `/v1/kill-switches/${name}`, headers: may, payload: { isThrown } });
    expect((await throwIt(true)).status).toBe(200);
    const before = host.restarts();
    const stopped = await activities.restartService(
      call(incidentId, '/do/0/restart', { incidentId, service }),
    );
    expect(stopped).toMatchObject({ outcome: 'stopped-by-guard', rule: 'kill-switch' });
    expect(host.restarts()).toBe(before);
    await throwIt(false);
  });

  it('under a trading-hours policy is touched with a person’s approval only', async () => {
    await serviceOf('core-1', 'outside-trading-hours');
    const incidentId = await incidentOf('core-1');
    const input = { incidentId, service: 'core-1' };
    nowMs = Date.parse('2026-11-23T10:00:00+08:00');
    const stopped = await activities.restartService(call(incidentId, '/do/0/restart', input));
    expect(stopped).toMatchObject({ rule: 'trading-hours' });
    await activities.escalateIncident(
      call(incidentId, '/do/9/handOver', { ...input, reason: stopped.reason }),
    );
    nowMs = NIGHT;
    const entries = await test.records.healing.entries(incidentId);
    expect(entries.at(-1)).toMatchObject({ kind: 'escalated', text: stopped.reason });
    expect((await test.records.healing.incident(incidentId))?.status).toBe('escalated');
  });

  it('with another host key than the pinned one gets no credential and is not touched', async () => {
    await serviceOf('web-2');
    const service = await test.records.healing.service('web-2');
    if (service === undefined) throw new Error('no service');
    await test.records.healing.putService({ ...service, hostKeySha256: `SHA256:${'A'.repeat(43)}` });
    const incidentId = await incidentOf('web-2');
    const failed = await activities.restartService(
      call(incidentId, '/do/0/restart', { incidentId, service: 'web-2' }),
    );
    expect(failed.outcome).toBe('failed');
    expect(failed.reason).toMatch(/host key/i);
  });

  const submitScript = async (content: string, parameters: object[] = []) => {
    const answer = await test.call({
      method: 'POST',
      url: '/v1/scripts/say',
      headers: await test.signIn('chen.lei'),
      payload: { title: 'say', content, parameters },
    });
    return answer.body as { version: number; sha256: string };
  };
  const reviewScript = async (person: string, { version, sha256 }: { version: number; sha256: string }) =>
    test.call({
      method: 'POST',
      url: `/v1/scripts/say/versions/${version}/review`,
      headers: await test.signIn(person),
      payload: { decision: 'approve', sha256 },
    });

  it('has a script run on it only when another person has reviewed it, and only with values that fit', async () => {
    await serviceOf('web-4', 'any', 'care-4');
    const incidentId = await incidentOf('web-4');
    const script = await submitScript('printf "said %s" "$WORD"; exit 3', [
      { name: 'WORD', pattern: '[a-z]+' },
    ]);
    const input = { incidentId, service: 'web-4', script: 'say', scriptVersion: script.version };
    const run = (parameters: Record<string, string>) =>
      activities.runScript(call(incidentId, '/do/0/script', { ...input, parameters }));
    await expect(run({ WORD: 'hello' })).rejects.toMatchObject({
      type: expect.stringContaining('script-not-reviewed') as string,
    });
    expect((await reviewScript('chen.lei', script)).body).toMatchObject({ status: 403, code: 'own-script' });
    expect((await reviewScript('wang.min', { ...script, sha256: '0'.repeat(64) })).body).toMatchObject({
      code: 'content-changed',
    });
    expect((await reviewScript('wang.min', script)).status).toBe(200);
    expect((await reviewScript('wang.min', script)).body).toMatchObject({ code: 'reviewed-already' });
    await expect(run({ WORD: '$(reboot)' })).rejects.toMatchObject({
      type: expect.stringContaining('script-parameters') as string,
    });
    expect(await run({ WORD: 'hello' })).toMatchObject({
      outcome: 'failed',
      exitCode: 3,
      output: 'said hello',
    });
    const [file] = await test.records.evidence.ofRun(incidentId);
    expect(file).toMatchObject({ name: 'say-v1.txt', kind: 'transcript' });
    // Guarded like a restart: the action just made is an action on the target.
    expect(
      await activities.runScript(
        call(incidentId, '/do/1/script', { ...input, parameters: { WORD: 'again' } }),
      ),
    ).toMatchObject({ outcome: 'stopped-by-guard', rule: 'cooldown' });
  });

  it('has a running script ended within two seconds of a thrown switch', async () => {
    await serviceOf('web-5', 'any', 'care-5');
    const incidentId = await incidentOf('web-5');
    const script = await submitScript('sleep 60');
    await reviewScript('wang.min', script);
    const running = activities.runScript(
      call(incidentId, '/do/0/script', {
        incidentId,
        service: 'web-5',
        script: 'say',
        scriptVersion: script.version,
      }),
    );
    await waitFor('the action to begin', 10_000, async () =>
      (await test.records.healing.entries(incidentId)).some(({ kind }) => kind === 'decided')
        ? true
        : undefined,
    );
    const thrownAt = performance.now();
    await test.records.healing.throwSwitch('global', 'chen.lei');
    expect(await running).toMatchObject({ outcome: 'failed', reason: 'the kill switch was thrown (global)' });
    expect(performance.now() - thrownAt).toBeLessThan(2_000 + 1_500);
  });

  it('is seen by a read-only command and by a query that may not write', async () => {
    await serviceOf('web-6');
    const service = await test.records.healing.service('web-6');
    if (service === undefined) throw new Error('no service');
    const incidentId = await incidentOf('web-6');
    const url = new URL(test.databaseUrl);
    const sql = {
      kind: 'sql' as const,
      host: url.hostname,
      port: Number(url.port),
      database: url.pathname.slice(1),
      credentialRef: 'db/check#v1',
    };
    const look = async (probe: ProbeRule) => {
      await test.records.healing.putService({ ...service, probe });
      return activities.probeService(call(incidentId, '/do/0/probe', { incidentId, service: 'web-6' }));
    };
    expect(await look({ kind: 'ssh', command: 'echo fine' })).toMatchObject({
      isUp: true,
      detail: 'ssh exit 0: fine',
    });
    expect(await look({ kind: 'ssh', command: 'exit 2' })).toMatchObject({ isUp: false });
    expect(await look({ ...sql, query: 'SELECT count(*) FROM person' })).toMatchObject({ isUp: true });
    expect(await look({ ...sql, query: 'SELECT false' })).toMatchObject({ isUp: false });
    const write = await look({ ...sql, query: "UPDATE playbook SET trust = 'act' RETURNING 1" });
    expect(write).toMatchObject({ isUp: false, detail: expect.stringContaining('read-only') as string });
  });

  it('is kept in the inventory by people who may, with every change in the audit trail', async () => {
    const payload = {
      host: '127.0.0.1',
      port: host.sshPort,
      credentialRef: 'service/web#v1',
      auth: 'key',
      hostKeyType: 'ssh-ed25519',
      hostKeySha256: host.hostKeySha256,
      restartCommand: 'systemctl restart web',
      probe: { kind: 'tcp', host: '127.0.0.1', port: 80 },
      playbook: 'service-down',
      failureDomain: 'web',
      hoursPolicy: 'any',
    };
    const put = async (person: string, body: object) =>
      test.call({
        method: 'PUT',
        url: '/v1/services/web-7',
        headers: await test.signIn(person),
        payload: body,
      });
    expect((await put('zhou.hao', payload)).status).toBe(403);
    expect((await put('chen.lei', payload)).status).toBe(201);
    expect((await put('chen.lei', { ...payload, port: 2222 })).status).toBe(200);
    expect((await put('chen.lei', { ...payload, restartCommand: 'a\nb' })).status).toBe(400);
    expect((await put('chen.lei', { ...payload, playbook: 'none' })).body).toMatchObject({
      code: 'playbook-not-found',
    });
    expect((await test.records.healing.service('web-7'))?.port).toBe(2222);
  });

  it('that a CloudEvent reports gets one incident, however often the event comes', async () => {
    await serviceOf('web-8');
    const envelope = {
      specversion: '1.0',
      id: 'a1',
      source: 'urn:zabbix',
      type: 'com.afterbell.alarm.firing',
      time: new Date(NIGHT).toISOString(),
      data: { labels: { service: 'web-8', alertname: 'Down' }, annotations: { summary: 'web-8 is down' } },
    };
    const send = () =>
      test.call({
        method: 'POST',
        url: '/v1/events',
        headers: { ...reporter, 'content-type': 'application/cloudevents+json' },
        payload: JSON.stringify(envelope),
      });
    expect((await send()).status).toBe(202);
    await send();
    await dispatchOnce(test.deps, consumers);
    const incidents = (await test.records.healing.incidents(50)).filter(
      ({ serviceName }) => serviceName === 'web-8',
    );
    expect(incidents).toMatchObject([{ status: 'open', title: 'web-8 is down' }]);
    expect(test.engine.started).toContain(incidents[0]?.runId);
  });

  it('refuses a report with a fault whole, and a caller who may not report', async () => {
    const bad = await report({ alerts: [{ status: 'firing' }] });
    expect(bad.status).toBe(422);
    const viewer = await test.token('viewer', ['viewer']);
    const refused = await test.call({
      method: 'POST',
      url: '/hooks/alertmanager',
      headers: viewer,
      payload: alert('web-1', 'x'),
    });
    expect(refused.status).toBe(403);
  });
});
