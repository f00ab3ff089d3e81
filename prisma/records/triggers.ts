import type { Database, Row } from './database.ts';
import type { TriggerFiringRow, TriggerKind, TriggerRecords, TriggerRow } from './event-types.ts';
import { objectOf, textOf, textOrNull, timeOf, timeOrNull, wordOf } from './row.ts';

/** Triggers and what came of their occasions. */
export function createTriggerRecords({ query }: Database): TriggerRecords {
  return {
    put: (row) => putTrigger(query, row),
    find: async (triggerName) => {
      const [row] = await query('SELECT * FROM "trigger" WHERE trigger_name = $1', [triggerName]);
      return row === undefined ? undefined : toTrigger(row);
    },
    list: async (kind) => {
      const rows = await query(
        'SELECT * FROM "trigger" WHERE ($1::text IS NULL OR kind = $1) ORDER BY trigger_name',
        [kind ?? null],
      );
      return rows.map(toTrigger);
    },
    setPaused: async (triggerName, pausedBy) => {
      const [row] = await query(
        `UPDATE "trigger" SET paused_by = $2, paused_at = CASE WHEN $2::text IS NULL THEN NULL ELSE COALESCE(paused_at, now()) END
         WHERE trigger_name = $1 RETURNING *`,
        [triggerName, pausedBy],
      );
      return row === undefined ? undefined : toTrigger(row);
    },
    recordFiring: async (row) => {
      await query(
        `INSERT INTO trigger_firing (trigger_name, occasion, cause, outcome, run_id, detail)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
        [row.triggerName, row.occasion, row.cause, row.outcome, row.runId, row.detail],
      );
    },
    firings: async (triggerName, limit) => {
      const rows = await query(
        `SELECT * FROM trigger_firing WHERE ($1::text IS NULL OR trigger_name = $1) ORDER BY fired_at DESC LIMIT $2`,
        [triggerName ?? null, limit],
      );
      return rows.map(toFiring);
    },
  };
}

/** Makes a trigger or changes it; one that is paused stays so. */
export async function putTrigger(
  query: Database['query'],
  row: Parameters<TriggerRecords['put']>[0],
): Promise<TriggerRow> {
  const [stored] = await query(
    `INSERT INTO "trigger" AS old (trigger_name, kind, flow_name, settings, changed_by) VALUES ($1, $2, $3, $4::json, $5)
     ON CONFLICT (trigger_name) DO UPDATE SET kind = excluded.kind, flow_name = excluded.flow_name,
       settings = excluded.settings, changed_by = excluded.changed_by, changed_at = now()
     RETURNING *`,
    [row.triggerName, row.kind, row.flowName, JSON.stringify(row.settings), row.changedBy],
  );
  if (stored === undefined) throw new Error(`trigger ${row.triggerName} was not stored`);
  return toTrigger(stored);
}

function toTrigger(row: Row): TriggerRow {
  return {
    triggerName: textOf(row, 'trigger_name'),
    kind: wordOf<TriggerKind>(row, 'kind'),
    flowName: textOf(row, 'flow_name'),
    settings: objectOf(row, 'settings'),
    pausedBy: textOrNull(row, 'paused_by'),
    pausedAt: timeOrNull(row, 'paused_at'),
    changedBy: textOf(row, 'changed_by'),
    changedAt: timeOf(row, 'changed_at'),
  };
}

function toFiring(row: Row): TriggerFiringRow {
  return {
    triggerName: textOf(row, 'trigger_name'),
    occasion: textOf(row, 'occasion'),
    cause: wordOf<TriggerFiringRow['cause']>(row, 'cause'),
    outcome: wordOf<TriggerFiringRow['outcome']>(row, 'outcome'),
    runId: textOrNull(row, 'run_id'),
    detail: textOrNull(row, 'detail'),
    firedAt: timeOf(row, 'fired_at'),
  };
}
