import { judgeAction, type TrustLevel } from '../../domain/healing/judge.ts';
import type { Database } from './database.ts';
import type { HealingRecords } from './healing-types.ts';
import { textOf, textOrNull, timeOrNull, wholeOf, wordOf } from './row.ts';

type ActionRecords = Pick<
  HealingRecords,
  'beginAction' | 'endAction' | 'killedBy' | 'globalSwitch' | 'throwSwitch'
>;
type Begin = Parameters<HealingRecords['beginAction']>[0];
type Query = Database['query'];

const HOUR_MS = 3_600_000;
const HALF_HOUR_MS = 1_800_000;
const MINUTE_MS = 60_000;
/** An action nobody ended is given up after this: its worker is gone. */
const OPEN_FOR_MS = 600_000;

/** Guards, and the ledger they are counted from. */
export function createActionRecords(database: Database): ActionRecords {
  const { query } = database;
  return {
    beginAction: (call) => database.transaction((inside) => begin(inside, call)),
    endAction: async (actionId, outcome) => {
      await query(
        'UPDATE healing_action SET ended_at = COALESCE(ended_at, now()), outcome = COALESCE(outcome, $2) WHERE action_id = $1',
        [actionId, outcome],
      );
    },
    killedBy: (playbook) => killedBy(query, playbook),
    globalSwitch: async () => {
      const [row] = await query(`SELECT * FROM kill_switch WHERE name = 'global'`);
      return {
        thrownBy: row === undefined ? null : textOrNull(row, 'thrown_by'),
        thrownAt: row === undefined ? null : timeOrNull(row, 'thrown_at'),
      };
    },
    throwSwitch: async (name, person) => {
      const at = `CASE WHEN $2::text IS NULL THEN NULL ELSE now() END`;
      const rows =
        name === 'global'
          ? await query(
              `UPDATE kill_switch SET thrown_by = $2, thrown_at = ${at} WHERE name = $1 RETURNING name`,
              [name, person],
            )
          : await query(
              `UPDATE playbook SET killed_by = $2, killed_at = ${at} WHERE playbook = $1 RETURNING playbook`,
              [name, person],
            );
      return rows.length > 0;
    },
  };
}

async function killedBy(query: Query, playbook: string): Promise<'global' | 'playbook' | null> {
  const [global] = await query(
    `SELECT 1 AS thrown FROM kill_switch WHERE name = 'global' AND thrown_by IS NOT NULL`,
  );
  if (global !== undefined) return 'global';
  const [own] = await query(
    'SELECT 1 AS thrown FROM playbook WHERE playbook = $1 AND killed_by IS NOT NULL',
    [playbook],
  );
  return own === undefined ? null : 'playbook';
}

async function begin(query: Query, call: Begin): ReturnType<HealingRecords['beginAction']> {
  const { service, nowMs } = call;
  // One judgement at a time: two workers that judge at once would each not see the other's action.
  await query('SELECT pg_advisory_xact_lock(7100416121)');
  const [own] = await query('SELECT outcome FROM healing_action WHERE action_id = $1', [call.actionId]);
  if (own !== undefined && (await killedBy(query, service.playbook)) === null)
    return { isAllowed: true, rule: 'allowed', reason: 'the action had begun before', isRepeat: true };
  const [playbook] = await query('SELECT * FROM playbook WHERE playbook = $1', [service.playbook]);
  const counts = await countsOf(query, call);
  const verdict = judgeAction({
    nowMs,
    targets: [service.serviceName],
    killedBy: await killedBy(query, service.playbook),
    limits: {
      trust: playbook === undefined ? 'observe' : wordOf<TrustLevel>(playbook, 'trust'),
      cooldownMs: playbook === undefined ? 0 : wholeOf(playbook, 'cooldown_ms'),
      budgetPerHour: playbook === undefined ? 0 : wholeOf(playbook, 'budget_per_hour'),
    },
    isApproved: call.isApproved,
    hoursPolicy: service.hoursPolicy,
    seenAtMs: call.seenAtMs,
    ...counts,
  });
  if (verdict.isAllowed)
    await query(
      `INSERT INTO healing_action (action_id, incident_id, playbook, service_name, failure_domain, started_at)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [
        call.actionId,
        call.incidentId,
        service.playbook,
        service.serviceName,
        service.failureDomain,
        new Date(nowMs),
      ],
    );
  return { ...verdict, isRepeat: false };
}

async function countsOf(query: Query, { service, nowMs, actionId }: Begin) {
  const since = (ms: number): Date => new Date(nowMs - ms);
  const [actions] = await query(
    `SELECT (max(extract(epoch FROM started_at)) FILTER (WHERE service_name = $1) * 1000)::text AS last_ms,
       count(*) FILTER (WHERE playbook = $2 AND started_at > $4)::int AS playbook_hour,
       count(*) FILTER (WHERE started_at > $4)::int AS all_hour,
       count(*) FILTER (WHERE failure_domain = $3 AND ended_at IS NULL AND started_at > $6)::int AS open_domain,
       count(*) FILTER (WHERE service_name = $1 AND started_at > $5)::int AS target_half_hour
     FROM healing_action WHERE action_id <> $7 AND started_at > $8`,
    [
      service.serviceName,
      service.playbook,
      service.failureDomain,
      since(HOUR_MS),
      since(HALF_HOUR_MS),
      since(OPEN_FOR_MS),
      actionId,
      since(24 * HOUR_MS),
    ],
  );
  const [alarmed] = await query(
    `SELECT count(DISTINCT alarm.service_name)::int AS targets FROM alarm JOIN service USING (service_name)
     WHERE alarm.status = 'firing' AND alarm.received_at > $2 AND service.playbook = $1`,
    [service.playbook, since(MINUTE_MS)],
  );
  if (actions === undefined || alarmed === undefined) throw new Error('counting gave no row');
  const last = actions['last_ms'];
  return {
    lastActionAtMs: last === null ? null : Number(textOf(actions, 'last_ms')),
    actionsOfPlaybookLastHour: wholeOf(actions, 'playbook_hour'),
    actionsLastHour: wholeOf(actions, 'all_hour'),
    openInDomain: wholeOf(actions, 'open_domain'),
    actionsOnTargetLastHalfHour: wholeOf(actions, 'target_half_hour'),
    targetsAlarmedLastMinute: wholeOf(alarmed, 'targets'),
  };
}
