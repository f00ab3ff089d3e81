import type { InventoryService, Probe } from './inventory-api.ts';

/** The form of a service: every field a text, as people type it. */
export interface ServiceFields {
  readonly name: string;
  readonly host: string;
  readonly port: string;
  readonly credential: string;
  readonly auth: InventoryService['auth'];
  readonly hostKeyType: string;
  readonly hostKey: string;
  readonly restart: string;
  readonly probe: Probe['kind'];
  readonly probeHost: string;
  readonly probePort: string;
  readonly url: string;
  readonly command: string;
  readonly database: string;
  readonly sqlCredential: string;
  readonly query: string;
  readonly playbook: string;
  readonly domain: string;
  readonly hours: InventoryService['hoursPolicy'];
}

/** Fields that each way of probing asks for. */
export const PROBE_FIELDS = {
  tcp: ['probeHost', 'probePort'],
  http: ['url'],
  ssh: ['command'],
  sql: ['probeHost', 'probePort', 'database', 'sqlCredential', 'query'],
} as const satisfies Readonly<Record<Probe['kind'], ReadonlyArray<keyof ServiceFields>>>;

const ALWAYS = ['name', 'host', 'port', 'credential', 'hostKey', 'restart', 'domain'] as const;

/** The form of a known service, or an empty one. */
export function fieldsOf(known: InventoryService | undefined, playbook: string): ServiceFields {
  const probe = known?.probe;
  return {
    name: known?.serviceName ?? '',
    host: known?.host ?? '',
    port: String(known?.port ?? 22),
    credential: known?.credentialRef ?? '',
    auth: known?.auth ?? 'key',
    hostKeyType: known?.hostKeyType ?? 'ssh-ed25519',
    hostKey: known?.hostKeySha256 ?? '',
    restart: known?.restartCommand ?? '',
    probe: probe?.kind ?? 'http',
    probeHost: probe?.kind === 'tcp' || probe?.kind === 'sql' ? probe.host : '',
    probePort: probe?.kind === 'tcp' || probe?.kind === 'sql' ? String(probe.port) : '',
    url: probe?.kind === 'http' ? probe.url : '',
    command: probe?.kind === 'ssh' ? probe.command : '',
    database: probe?.kind === 'sql' ? probe.database : '',
    sqlCredential: probe?.kind === 'sql' ? probe.credentialRef : '',
    query: probe?.kind === 'sql' ? probe.query : '',
    playbook: known?.playbook ?? playbook,
    domain: known?.failureDomain ?? '',
    hours: known?.hoursPolicy ?? 'outside-trading-hours',
  };
}

/** The first field that is needed and empty; undefined when nothing is missing. The server checks the rest. */
export function faultOf(
  form: ServiceFields,
): (typeof ALWAYS)[number] | (typeof PROBE_FIELDS)[Probe['kind']][number] | undefined {
  return [...ALWAYS, ...PROBE_FIELDS[form.probe]].find((key) => form[key].trim() === '');
}

/** The service a form says. */
export function serviceOf(form: ServiceFields): InventoryService {
  return {
    serviceName: form.name.trim(),
    host: form.host.trim(),
    port: Number(form.port),
    credentialRef: form.credential.trim(),
    auth: form.auth,
    hostKeyType: form.hostKeyType,
    hostKeySha256: form.hostKey.trim(),
    restartCommand: form.restart.trim(),
    probe: probeOf(form),
    playbook: form.playbook,
    failureDomain: form.domain.trim(),
    hoursPolicy: form.hours,
  };
}

function probeOf(form: ServiceFields): Probe {
  const where = { host: form.probeHost.trim(), port: Number(form.probePort) };
  switch (form.probe) {
    case 'tcp':
      return { kind: 'tcp', ...where };
    case 'http':
      return { kind: 'http', url: form.url.trim() };
    case 'ssh':
      return { kind: 'ssh', command: form.command.trim() };
    case 'sql':
      return {
        kind: 'sql',
        ...where,
        database: form.database.trim(),
        credentialRef: form.sqlCredential.trim(),
        query: form.query.trim(),
      };
  }
}
