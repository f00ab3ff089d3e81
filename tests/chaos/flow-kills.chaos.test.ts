import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeToken } from '../../api/demo-seed.ts';
import { openRecords } from '../../prisma/records/index.ts';
import type { Records } from '../../prisma/records/types.ts';
import { addService } from '../demo/service-down.ts';
import { CHROMIUM } from '../simulators/legacy/bot-bench.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { canHostService, type ServiceHost, startServiceHost } from '../support/service-host.ts';
import { grantKill, openCallbackReceiver } from './grant-kill.ts';
import { killPart } from './kills.ts';
import { nightlyKill, type NightlyMoment } from './nightly-kill.ts';

const SERVICE = 'chaos-web';
/** A restart without a worker is noticed when its two minutes are over. */
const HEALED_MS = 300_000;

describe('kill -9 in the middle of a shipped flow', () => {
  let stack: LocalStack;
  let records: Records;

  beforeEach(async () => {
    stack = await startLocalStack(['--demo'], { AFTERBELL_EGRESS_ALLOW: '127.0.0.1' });
    records = openRecords(stack.databaseUrl());
  });
  afterEach(async () => {
    await records?.close();
    await stack?.stop();
    stack?.remove();
  });

  it.skipIf(CHROMIUM === null).each<NightlyMoment>(['bot-run', 'reconcile'])(
    'nightly reconciliation, killed during %s: no doubled break, no browser left',
    (moment) => nightlyKill(stack, records, moment),
  );

  it('access request, killed during the grant: one grant, one id per callback', async () => {
    const receiver = await openCallbackReceiver();
    try {
      await grantKill(stack, records, receiver);
    } finally {
      receiver.close();
    }
  });

  it.skipIf(!canHostService).each([
    ['before the host has done it', 'before'],
    ['after the host has done it', 'after'],
  ] as const)(
    'service down, worker killed during the restart, %s: the host was restarted once',
    async (_title, when) => {
      const host = await startServiceHost();
      try {
        await restartKill({ stack, records, host }, when);
      } finally {
        host.close();
      }
    },
  );
});

/** The restart of the host takes three seconds more, before or after it acts: the kill falls into them. */
async function restartKill(
  { stack, records, host }: { stack: LocalStack; records: Records; host: ServiceHost },
  when: 'before' | 'after',
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'afterbell-slow-'));
  try {
    const slow = path.join(folder, 'restart.sh');
    const mark = path.join(folder, 'called');
    const act = when === 'before' ? `sleep 3; ${host.restartCommand}` : `${host.restartCommand}; sleep 3`;
    writeFileSync(slow, `#!/bin/sh\necho called >> ${mark}\n${act}\n`);
    chmodSync(slow, 0o755);
    await addService(stack, records, SERVICE, { ...host, restartCommand: slow });
    const lead = await stack.signIn('chen.lei');
    await lead.need('PUT', '/v1/playbooks/service-down/trust', { trust: 'act' });
    const reporter = ApiSession.withToken(stack.baseUrl, await makeToken(records, 'chaos', ['integration']));
    host.killService();
    await reporter.need('POST', '/hooks/alertmanager', alertOf(SERVICE));
    const open = async () =>
      (await records.healing.incidents(10)).find((incident) => incident.serviceName === SERVICE);
    await waitFor('the restart to begin', 30_000, async () => {
      const incident = await open();
      const entries = incident === undefined ? [] : await records.healing.entries(incident.incidentId);
      const isDecided = entries.some((entry) => entry.kind === 'decided');
      return isDecided && (when === 'before' || host.restarts() === 1) ? true : undefined;
    });
    // The login is over and the command has been sent.
    if (when === 'before')
      await waitFor('the command', 10_000, async () => (existsSync(mark) ? true : undefined));
    await killPart(stack, 'worker-net');
    const healed = await waitFor('the end of the incident', HEALED_MS, async () => {
      const incident = await open();
      return incident === undefined || incident.status === 'open' ? undefined : incident;
    });
    expect(healed.status).toBe('resolved');
    expect(host.restarts()).toBe(1);
    expect((await fetch(`http://127.0.0.1:${host.servicePort}/`)).status).toBe(200);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function alertOf(service: string) {
  return {
    version: '4',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'ServiceDown', service },
        annotations: { summary: `${service} does not answer` },
        startsAt: new Date().toISOString(),
        fingerprint: randomUUID(),
      },
    ],
  };
}
