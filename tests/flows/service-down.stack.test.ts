import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHealingActivities } from '../../activities/healing/healing-activities.ts';
import { createSshPool, type SshPool } from '../../activities/network/ssh-pool.ts';
import { createApp } from '../../api/app.ts';
import { makeToken, publishShippedFlows } from '../../api/demo-seed.ts';
import { addPerson } from '../../api/people.ts';
import { relayOnce } from '../../api/relay.ts';
import { isTradingHours } from '../../domain/healing/judge.ts';
import type { IncidentRow } from '../../prisma/records/healing-types.ts';
import { waitFor } from '../support/api-session.ts';
import { canMonitor, type Monitoring, startMonitoring } from '../support/monitoring.ts';
import { canHostNginx, type ServiceHost, startServiceHost } from '../support/service-host.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const FLOWS = fileURLToPath(new URL('../../flows/', import.meta.url));
const PASSWORD = 'a-long-test-password';
const TRADING = Date.parse('2026-11-23T10:00:00+08:00');
const INTAKE_TO_ACTION_MS = 5_000;
const END_MS = 60_000;
const missing = [...(canHostNginx ? [] : ['nginx behind sshd']), ...(canMonitor ? [] : ['Prometheus'])];

describe.skipIf(missing.length > 0)(
  `nginx behind sshd, watched by Prometheus and Alertmanager${missing.length > 0 ? ` (skipped: no ${missing.join(', ')})` : ''}`,
  () => {
    let bench: FlowBench;
    let app: FastifyInstance;
    let sshPool: SshPool;
    let monitoring: Monitoring;
    let clock: () => number = Date.now;
    const hosts = new Map<string, ServiceHost>();
    const hostOf = (service: string): ServiceHost => {
      const host = hosts.get(service);
      if (host === undefined) throw new Error(`no host ${service}`);
      return host;
    };

    async function putService(serviceName: string, hoursPolicy: 'any' | 'outside-trading-hours') {
      const host = await startServiceHost('nginx');
      hosts.set(serviceName, host);
      await bench.records.healing.putService({
        serviceName,
        host: '127.0.0.1',
        port: host.sshPort,
        credentialRef: `service/${serviceName}#v1`,
        auth: 'key',
        hostKeyType: 'ssh-ed25519',
        hostKeySha256: host.hostKeySha256,
        restartCommand: host.restartCommand,
        probe: { kind: 'http', url: `http://127.0.0.1:${host.servicePort}/` },
        playbook: 'service-down',
        failureDomain: serviceName,
        hoursPolicy,
      });
    }

    beforeAll(async () => {
      sshPool = createSshPool(1);
      bench = await openFlowBench(({ records }) => ({
        ...createHealingActivities({
          records,
          sshPool,
          resolveCredential: async (reference) => ({
            username: 'root',
            privateKey: hostOf(reference.replace(/^service\/(.*)#v1$/, '$1')).privateKey,
          }),
          clock: () => clock(),
        }),
      }));
      const { records } = bench;
      await addPerson(records, {
        username: 'wang.min',
        displayName: 'wang.min',
        roles: ['net-reviewer', 'approver'],
        password: PASSWORD,
      });
      await publishShippedFlows(records, FLOWS, 'chen.lei');
      await records.healing.putPlaybook({
        playbook: 'service-down',
        flowName: 'service-down',
        trust: 'act',
        cooldownMs: 600_000,
        budgetPerHour: 5,
      });
      await putService('nginx-1', 'any');
      await putService('trading-gateway', 'outside-trading-hours');
      app = await createApp(bench.api);
      const address = await app.listen({ host: '127.0.0.1', port: 0 });
      monitoring = await startMonitoring(
        [...hosts].map(([service, host]) => ({ service, address: `127.0.0.1:${host.servicePort}` })),
        `${address}/hooks/alertmanager`,
        await makeToken(records, 'alertmanager', ['integration']),
      );
      for (const service of hosts.keys()) await monitoring.waitUntilSeen(service, '1');
    });
    afterAll(async () => {
      await monitoring?.stop();
      await app?.close();
      await bench?.close();
      await sshPool?.close();
      for (const host of hosts.values()) host.close();
    });

    const incidentOf = (service: string, status: IncidentRow['status']): Promise<IncidentRow> =>
      waitFor(`the incident of ${service} to be ${status}`, END_MS, async () =>
        (await bench.records.healing.incidents(20)).find(
          (incident) => incident.serviceName === service && incident.status === status,
        ),
      );

    /** Times as PostgreSQL keeps them: the first alarm of an incident, and the start of its action. */
    async function storedTimes(incidentId: string): Promise<{ received: number; started: number }> {
      const client = new pg.Client({ connectionString: bench.databaseUrl });
      await client.connect();
      try {
        const { rows } = await client.query<{ received: Date; started: Date }>(
          `SELECT (SELECT min(received_at) FROM alarm WHERE incident_id = $1) AS received,
             (SELECT min(started_at) FROM healing_action WHERE incident_id = $1) AS started`,
          [incidentId],
        );
        return { received: Number(rows[0]?.received), started: Number(rows[0]?.started) };
      } finally {
        await client.end();
      }
    }

    it('that is killed is acted on within 5 s of the alarm, restarted once, verified and resolved', async () => {
      const host = hostOf('nginx-1');
      const before = host.restarts();
      host.killService();
      const incident = await incidentOf('nginx-1', 'resolved');
      expect(host.restarts() - before).toBe(1);
      const answer = await fetch(`http://127.0.0.1:${host.servicePort}/`);
      expect(answer.headers.get('server')).toMatch(/^nginx/);
      const { received, started } = await storedTimes(incident.incidentId);
      expect(started - received).toBeGreaterThanOrEqual(0);
      expect(started - received).toBeLessThanOrEqual(INTAKE_TO_ACTION_MS);
      const entries = await bench.records.healing.entries(incident.incidentId);
      const firing = entries.filter((entry) => !entry.text.startsWith('resolved:'));
      expect(firing.map((entry) => entry.kind)).toEqual(['seen', 'decided', 'done', 'proven', 'proven']);
      expect(entries[0]?.text).toBe('firing: nginx-1 does not answer');
      expect(entries.find((entry) => entry.kind === 'decided')?.detail).toEqual({ rule: 'allowed' });
      await monitoring.waitUntilSeen('nginx-1', '1');
    });

    it('that is guarded in trading hours is not touched, and is escalated with the reason', async () => {
      const offset = TRADING - Date.now();
      clock = () => Date.now() + offset;
      expect(isTradingHours(clock())).toBe(true);
      const host = hostOf('trading-gateway');
      const before = host.restarts();
      host.killService();
      const { incidentId } = await incidentOf('trading-gateway', 'open');
      const approval = await waitFor('the approval', END_MS, async () => {
        const { runId } = await incidentOf('trading-gateway', 'open');
        const found = await bench.records.approvals.list({ status: 'open' }, { limit: 5 });
        return found.items.find((item) => item.runId === runId);
      });
      const signedIn = await app.inject({
        method: 'POST',
        url: '/v1/session',
        payload: { username: 'wang.min', password: PASSWORD },
      });
      const refused = await app.inject({
        method: 'POST',
        url: `/v1/approvals/${approval.approvalId}/decisions`,
        headers: {
          cookie: signedIn.cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
          'x-csrf-token': (signedIn.json() as { csrfToken: string }).csrfToken,
        },
        payload: { decision: 'refuse', contentHash: approval.contentHash, comment: 'the market is open' },
      });
      expect(refused.statusCode).toBe(201);
      await relayOnce(bench.api);
      await incidentOf('trading-gateway', 'escalated');
      expect(host.restarts()).toBe(before);
      const entries = await bench.records.healing.entries(incidentId);
      expect(entries.filter((entry) => entry.kind === 'done')).toEqual([]);
      expect(entries.find((entry) => entry.kind === 'decided')?.detail).toEqual({ rule: 'trading-hours' });
      expect(entries.findLast((entry) => entry.kind === 'escalated')?.text).toContain(
        'trading-hours: during trading hours only a person decides on this target',
      );
      expect((await storedTimes(incidentId)).started).toBe(0);
    });
  },
);
