import { randomUUID } from 'node:crypto';
import type { ReportedAlarm } from '../../domain/healing/alarms.ts';
import type { Database, Row } from './database.ts';
import { createActionRecords } from './healing-actions.ts';
import type {
  HealingRecords,
  IncidentEntryRow,
  IncidentRow,
  PlaybookRow,
  PlaybookStanding,
  ProbeRule,
  ServiceRow,
} from './healing-types.ts';
import { objectOf, textOf, textOrNull, timeOf, timeOrNull, wholeOf, wordOf } from './row.ts';

/** Services, playbooks, alarms and incidents. */
export function createHealingRecords(database: Database): HealingRecords {
  const { query } = database;
  return {
    ...createActionRecords(database),
    ...createInventory(database),
    takeAlarm: (alarm, serviceName) =>
      database.transaction((inside) => takeAlarm(inside, alarm, serviceName)),
    setRun: async (incidentId, runId) => {
      await query('UPDATE incident SET run_id = $2 WHERE incident_id = $1', [incidentId, runId]);
    },
    incident: async (incidentId) => {
      const [row] = await query('SELECT * FROM incident WHERE incident_id = $1', [incidentId]);
      return row === undefined ? undefined : toIncident(row);
    },
    incidents: async (limit) => {
      const rows = await query(
        `SELECT * FROM incident ORDER BY (status = 'open') DESC, opened_at DESC LIMIT $1`,
        [limit],
      );
      return rows.map(toIncident);
    },
    entries: async (incidentId) => {
      const rows = await query('SELECT * FROM incident_entry WHERE incident_id = $1 ORDER BY entry_id', [
        incidentId,
      ]);
      return rows.map(
        (row): IncidentEntryRow => ({
          kind: wordOf<IncidentEntryRow['kind']>(row, 'kind'),
          text: textOf(row, 'text'),
          detail: objectOf(row, 'detail'),
          at: timeOf(row, 'at'),
        }),
      );
    },
    note: (incidentId, entry) => note(query, incidentId, entry),
    end: async (incidentId, status) => {
      await query(
        `UPDATE incident SET status = $2, ended_at = now() WHERE incident_id = $1 AND status = 'open'`,
        [incidentId, status],
      );
    },
  };
}

type Inventory = Pick<
  HealingRecords,
  'putService' | 'service' | 'services' | 'putPlaybook' | 'playbooks' | 'setTrust'
>;

function createInventory({ query }: Database): Inventory {
  return {
    putService: async (row) => {
      await query(
        `INSERT INTO service (service_name, host, port, credential_ref, auth, host_key_type, host_key_sha256,
           restart_command, probe, playbook, failure_domain, hours_policy)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11, $12)
         ON CONFLICT (service_name) DO UPDATE SET host = excluded.host, port = excluded.port,
           credential_ref = excluded.credential_ref, auth = excluded.auth, host_key_type = excluded.host_key_type,
           host_key_sha256 = excluded.host_key_sha256, restart_command = excluded.restart_command,
           probe = excluded.probe, playbook = excluded.playbook, failure_domain = excluded.failure_domain,
           hours_policy = excluded.hours_policy`,
        [
          row.serviceName,
          row.host,
          row.port,
          row.credentialRef,
          row.auth,
          row.hostKeyType,
          row.hostKeySha256,
          row.restartCommand,
          JSON.stringify(row.probe),
          row.playbook,
          row.failureDomain,
          row.hoursPolicy,
        ],
      );
    },
    service: async (serviceName) => {
      const [row] = await query('SELECT * FROM service WHERE service_name = $1', [serviceName]);
      return row === undefined ? undefined : toService(row);
    },
    services: async () => (await query('SELECT * FROM service ORDER BY service_name')).map(toService),
    putPlaybook: async (row) => {
      await query(
        `INSERT INTO playbook (playbook, flow_name, trust, cooldown_ms, budget_per_hour) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (playbook) DO UPDATE SET flow_name = excluded.flow_name, trust = excluded.trust,
           cooldown_ms = excluded.cooldown_ms, budget_per_hour = excluded.budget_per_hour`,
        [row.playbook, row.flowName, row.trust, row.cooldownMs, row.budgetPerHour],
      );
    },
    playbooks: async () => {
      const rows = await query(
        `SELECT playbook.*, (SELECT count(*) FROM healing_action
           WHERE healing_action.playbook = playbook.playbook AND started_at > now() - interval '1 hour')::int AS used
         FROM playbook ORDER BY playbook`,
      );
      return rows.map(
        (row): PlaybookStanding => ({ ...toPlaybook(row), actionsLastHour: wholeOf(row, 'used') }),
      );
    },
    setTrust: async (playbook, trust) => {
      const [row] = await query('UPDATE playbook SET trust = $2 WHERE playbook = $1 RETURNING *', [
        playbook,
        trust,
      ]);
      return row === undefined ? undefined : toPlaybook(row);
    },
  };
}

async function takeAlarm(
  query: Database['query'],
  alarm: ReportedAlarm,
  serviceName: string | undefined,
): ReturnType<HealingRecords['takeAlarm']> {
  const [service] =
    serviceName === undefined
      ? []
      : await query('SELECT service_name, playbook FROM service WHERE service_name = $1 FOR UPDATE', [
          serviceName,
        ]);
  const known = service === undefined ? null : textOf(service, 'service_name');
  const [open] =
    known === null
      ? []
      : await query(`SELECT * FROM incident WHERE service_name = $1 AND status = 'open'`, [known]);
  const opens = service !== undefined && open === undefined && alarm.status === 'firing';
  const incidentId = opens ? randomUUID() : open === undefined ? null : textOf(open, 'incident_id');
  const [stored] = await query(
    `INSERT INTO alarm (alarm_id, fingerprint, status, starts_at, ends_at, labels, annotations, service_name, incident_id)
     VALUES ($1, $2, $3, $4, $5, $6::json, $7::json, $8, $9) ON CONFLICT DO NOTHING RETURNING alarm_id`,
    [
      alarm.alarmId,
      alarm.fingerprint,
      alarm.status,
      alarm.startsAt,
      alarm.endsAt,
      JSON.stringify(alarm.labels),
      JSON.stringify(alarm.annotations),
      known,
      incidentId,
    ],
  );
  if (stored === undefined)
    return { incident: open === undefined ? undefined : toIncident(open), opened: false, isNew: false };
  if (incidentId === null || service === undefined)
    return { incident: undefined, opened: false, isNew: true };
  const title = alarm.annotations['summary'] ?? alarm.labels['alertname'] ?? 'alarm';
  if (opens)
    await query(
      `INSERT INTO incident (incident_id, service_name, playbook, status, title) VALUES ($1, $2, $3, 'open', $4)`,
      [incidentId, known, textOf(service, 'playbook'), title],
    );
  await note(query, incidentId, {
    kind: 'seen',
    text: `${alarm.status}: ${title}`,
    detail: { alarmId: alarm.alarmId, startsAt: alarm.startsAt, labels: { ...alarm.labels } },
  });
  const [incident] = await query('SELECT * FROM incident WHERE incident_id = $1', [incidentId]);
  return { incident: incident === undefined ? undefined : toIncident(incident), opened: opens, isNew: true };
}

async function note(
  query: Database['query'],
  incidentId: string,
  { kind, text, detail }: Pick<IncidentEntryRow, 'kind' | 'text' | 'detail'>,
): Promise<void> {
  await query('INSERT INTO incident_entry (incident_id, kind, text, detail) VALUES ($1, $2, $3, $4::json)', [
    incidentId,
    kind,
    text,
    JSON.stringify(detail),
  ]);
}

function toService(row: Row): ServiceRow {
  return {
    serviceName: textOf(row, 'service_name'),
    host: textOf(row, 'host'),
    port: wholeOf(row, 'port'),
    credentialRef: textOf(row, 'credential_ref'),
    auth: wordOf<ServiceRow['auth']>(row, 'auth'),
    hostKeyType: textOrNull(row, 'host_key_type'),
    hostKeySha256: textOrNull(row, 'host_key_sha256'),
    restartCommand: textOf(row, 'restart_command'),
    probe: objectOf(row, 'probe') as unknown as ProbeRule,
    playbook: textOf(row, 'playbook'),
    failureDomain: textOf(row, 'failure_domain'),
    hoursPolicy: wordOf<ServiceRow['hoursPolicy']>(row, 'hours_policy'),
  };
}

function toPlaybook(row: Row): PlaybookRow {
  return {
    playbook: textOf(row, 'playbook'),
    flowName: textOf(row, 'flow_name'),
    trust: wordOf<PlaybookRow['trust']>(row, 'trust'),
    cooldownMs: wholeOf(row, 'cooldown_ms'),
    budgetPerHour: wholeOf(row, 'budget_per_hour'),
    killedBy: textOrNull(row, 'killed_by'),
    killedAt: timeOrNull(row, 'killed_at'),
  };
}

function toIncident(row: Row): IncidentRow {
  return {
    incidentId: textOf(row, 'incident_id'),
    serviceName: textOf(row, 'service_name'),
    playbook: textOf(row, 'playbook'),
    status: wordOf<IncidentRow['status']>(row, 'status'),
    title: textOf(row, 'title'),
    runId: textOrNull(row, 'run_id'),
    openedAt: timeOf(row, 'opened_at'),
    endedAt: timeOrNull(row, 'ended_at'),
  };
}
