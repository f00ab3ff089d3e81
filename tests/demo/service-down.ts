import { randomUUID } from 'node:crypto';
import { makeToken } from '../../api/demo-seed.ts';
import type { LocalStack } from '../support/local-stack.ts';
import type { Records } from '../../prisma/records/types.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import { canMonitor, type Monitoring, startMonitoring } from '../support/monitoring.ts';
import { canHostNginx, canHostService, type ServiceHost, startServiceHost } from '../support/service-host.ts';
import type { Scene } from './scene.ts';

const PLAYBOOK = 'service-down';
const STEP_MS = 60_000;
const INTAKE_TO_ACTION_MS = 5_000;

interface IncidentView {
  readonly incidentId: string;
  readonly serviceName: string;
  readonly status: string;
  readonly openedAt: string;
}

interface EntryView {
  readonly kind: string;
  readonly text: string;
  readonly at: string;
  readonly detail: { readonly rule?: string };
}

/**
 * A killed nginx behind a real sshd, watched by a real Prometheus and Alertmanager, is restarted, proven and closed; one that a thrown switch
 * guards is not touched. Without them the demo reports the alarm itself and says stand-in.
 */
export async function serviceDown({ stack, records, checks, say }: Scene): Promise<void> {
  if (!canHostService) {
    checks.part = 'stand-in';
    checks.same('root and sshd for a host with a service', 'there', 'not there');
    return;
  }
  const isWatched = canHostNginx && canMonitor;
  const [host, guardedHost] = [
    await startServiceHost(isWatched ? 'nginx' : 'node'),
    await startServiceHost(isWatched ? 'nginx' : 'node'),
  ];
  let monitoring: Monitoring | undefined;
  try {
    await addService(stack, records, 'demo-web', host);
    await addService(stack, records, 'demo-guarded', guardedHost);
    const lead = await stack.signIn('chen.lei');
    await lead.need('PUT', `/v1/playbooks/${PLAYBOOK}/trust`, { trust: 'act' });
    const token = await makeToken(records, 'alarms', ['integration']);
    const reporter = ApiSession.withToken(stack.baseUrl, token);
    checks.part = isWatched ? 'real' : 'stand-in';
    monitoring = isWatched ? await watch(stack, token, host, guardedHost) : undefined;
    checks.same('Prometheus and Alertmanager watch nginx', true, monitoring !== undefined);
    checks.same('alarms stored, of one sent twice', '1, 0', await reportTwice(reporter, 'nobody'));
    checks.part = 'real';

    say('service down: the service is killed');
    const before = host.restarts();
    host.killService();
    if (monitoring === undefined) await reportTwice(reporter, 'demo-web');
    const healed = await endOfIncident(lead, 'demo-web');
    checks.same('incident of the killed service', 'resolved', healed.status);
    checks.same('restarts in the log of the host', 1, host.restarts() - before);
    checks.same(
      'the service answers',
      true,
      (await fetch(`http://127.0.0.1:${host.servicePort}/`)).status < 500,
    );
    const told = await entriesOf(lead, healed.incidentId);
    const lines = told.filter(({ text }) => !text.startsWith('resolved:')).map(({ kind }) => kind);
    checks.same('told in order', 'seen decided done proven proven', lines.join(' '));
    const decided = told.find(({ kind }) => kind === 'decided');
    checks.same('decided by rule', 'allowed', decided?.detail.rule);
    const tookMs = Date.parse(decided?.at ?? '') - Date.parse(healed.openedAt);
    checks.same('intake to action within 5 s', true, tookMs >= 0 && tookMs <= INTAKE_TO_ACTION_MS);

    const report = monitoring === undefined ? () => reportTwice(reporter, 'demo-guarded') : undefined;
    await guarded({ checks, say }, { host: guardedHost, lead, report });
  } finally {
    await monitoring?.stop();
    host.close();
    guardedHost.close();
  }
}

/** Starts the monitoring and waits until it has seen both services up. */
async function watch(
  stack: LocalStack,
  token: string,
  host: ServiceHost,
  guardedHost: ServiceHost,
): Promise<Monitoring> {
  const watched = [
    { service: 'demo-web', address: `127.0.0.1:${host.servicePort}` },
    { service: 'demo-guarded', address: `127.0.0.1:${guardedHost.servicePort}` },
  ];
  const monitoring = await startMonitoring(watched, `${stack.baseUrl}/hooks/alertmanager`, token);
  for (const { service } of watched) await monitoring.waitUntilSeen(service, '1');
  return monitoring;
}

/** With the playbook's switch thrown the same alarm touches nothing and goes to people with the reason. */
async function guarded(
  { checks, say }: Pick<Scene, 'checks' | 'say'>,
  {
    host,
    lead,
    report,
  }: { host: ServiceHost; lead: ApiSession; report: (() => Promise<string>) | undefined },
): Promise<void> {
  say('service down: again, with the kill switch thrown');
  await lead.need('PUT', `/v1/kill-switches/${PLAYBOOK}`, { isThrown: true });
  const before = host.restarts();
  host.killService();
  await report?.();
  const left = await endOfIncident(lead, 'demo-guarded');
  checks.same('incident under a thrown switch', 'escalated', left.status);
  checks.same('restarts under a thrown switch', 0, host.restarts() - before);
  const reasons = await entriesOf(lead, left.incidentId);
  checks.same(
    'told why',
    true,
    reasons.some(({ kind, text }) => kind === 'escalated' && text.includes('kill-switch')),
  );
}

/** The inventory entry with its login, as an administrator would keep it. */
export async function addService(
  stack: LocalStack,
  records: Records,
  serviceName: string,
  host: Pick<ServiceHost, 'sshPort' | 'servicePort' | 'hostKeySha256' | 'privateKey' | 'restartCommand'>,
): Promise<void> {
  const admin = await stack.signIn('admin');
  const { reference } = await admin.need<{ reference: string }>('POST', '/v1/secrets', {
    name: `service/${serviceName}`,
    value: { username: 'root', privateKey: host.privateKey },
  });
  await records.healing.putService({
    serviceName,
    host: '127.0.0.1',
    port: host.sshPort,
    credentialRef: reference,
    auth: 'key',
    hostKeyType: 'ssh-ed25519',
    hostKeySha256: host.hostKeySha256,
    restartCommand: host.restartCommand,
    probe: { kind: 'http', url: `http://127.0.0.1:${host.servicePort}/` },
    playbook: PLAYBOOK,
    failureDomain: serviceName,
    hoursPolicy: 'any',
  });
}

/** What was stored of two identical reports. */
async function reportTwice(reporter: ApiSession, service: string): Promise<string> {
  const alert = {
    status: 'firing',
    labels: { alertname: 'ServiceDown', service },
    annotations: { summary: `${service} does not answer` },
    startsAt: new Date().toISOString(),
    fingerprint: randomUUID(),
  };
  const stored: number[] = [];
  for (let sent = 0; sent < 2; sent += 1) {
    const answer = await reporter.need<{ stored: number }>('POST', '/hooks/alertmanager', {
      version: '4',
      alerts: [alert],
    });
    stored.push(answer.stored);
  }
  return stored.join(', ');
}

function endOfIncident(lead: ApiSession, service: string): Promise<IncidentView> {
  return waitFor(`the end of the incident of ${service}`, STEP_MS, async () => {
    const { items } = await lead.need<{ items: IncidentView[] }>('GET', '/v1/incidents');
    return items.find((item) => item.serviceName === service && item.status !== 'open');
  });
}

async function entriesOf(lead: ApiSession, incidentId: string): Promise<EntryView[]> {
  return (await lead.need<{ entries: EntryView[] }>('GET', `/v1/incidents/${incidentId}`)).entries;
}
