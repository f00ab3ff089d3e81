import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../api/testing/test-app.ts';
import { publishShippedFlows } from '../../api/demo-seed.ts';
import type { CallContext } from '../../steps/define-step.ts';
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
    resolveCredential: async () => ({ username: 'root', privateKey: host.privateKey }),
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

async function serviceOf(name: string, hoursPolicy: 'any' | 'outside-trading-hours' = 'any'): Promise<void> {
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
    playbook: 'service-down',
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
