import type { Json } from '../../domain/json.ts';
import {
  type BreakStatus,
  type FoundBreak,
  moveBreak,
  standingWhenFound,
} from '../../domain/reconciliation/breaks.ts';
import type { Position } from '../../domain/reconciliation/position.ts';
import type { Database, Row } from './database.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import type {
  BreakEntryRow,
  BreakRow,
  PublishedBreaks,
  ReconciliationRecords,
} from './reconciliation-types.ts';
import { jsonOf, textOf, textOrNull, textsOf, timeOf, timeOrNull, wholeOf, wordOf } from './row.ts';
import { createSignOffRecords } from './sign-offs.ts';

type Query = Database['query'];
type PublishCall = Parameters<ReconciliationRecords['publish']>[0];

const COLUMNS = `break_id, reconciliation, class, key, status, "left", "right", fields, detail, owner, cause,
  to_char(first_seen, 'YYYY-MM-DD') AS first_seen, to_char(last_seen, 'YYYY-MM-DD') AS last_seen, run_id,
  proposed_by, proposed_reason, closed_by, closed_at, changed_at`;
/** Closes what a run no longer finds; no person has this name. */
const SYSTEM = 'system';

/** Breaks, their history and the signing of days. */
export function createReconciliationRecords(database: Database): ReconciliationRecords {
  const { query } = database;
  return {
    ...createSignOffRecords(database),
    publish: (call) => database.transaction((inside) => publish(inside, call)),
    publishSourceBreak: ({ break: found, detail, ...call }) =>
      database.transaction(async (inside) => {
        await put(inside, call, found, detail);
      }),
    list: async (filter, page) => {
      const point = cursorPoint(page);
      const rows = await query(
        `SELECT ${COLUMNS} FROM position_break
         WHERE ($1::text IS NULL OR reconciliation = $1) AND ($2::text IS NULL OR class = $2)
           AND ($3::text IS NULL OR owner = $3)
           AND ($4::text IS NULL OR status = $4 OR ($4 = 'open' AND status <> 'closed'))
           AND ($5::date IS NULL OR (first_seen, break_id) > ($5::date, $6))
         ORDER BY position_break.first_seen, break_id LIMIT $7`,
        [
          filter.reconciliation ?? null,
          filter.class ?? null,
          filter.owner ?? null,
          filter.status ?? null,
          point?.sort ?? null,
          point?.tie ?? null,
          rowsToRead(page),
        ],
      );
      return pageOfRows(rows.map(toBreak), page, (row) => ({ sort: row.firstSeen, tie: row.breakId }));
    },
    find: async (breakId) => {
      const [row] = await query(`SELECT ${COLUMNS} FROM position_break WHERE break_id = $1`, [breakId]);
      return row === undefined ? undefined : toBreak(row);
    },
    entries: async (breakId) => {
      const rows = await query('SELECT * FROM break_entry WHERE break_id = $1 ORDER BY entry_id', [breakId]);
      return rows.map(
        (row): BreakEntryRow => ({
          actor: textOf(row, 'actor'),
          action: textOf(row, 'action'),
          text: textOf(row, 'text'),
          at: timeOf(row, 'at'),
        }),
      );
    },
    move: (breakId, move, person, text) =>
      database.transaction((inside) => carryOut(inside, breakId, move, person, text)),
    openCount: async (reconciliation) => {
      const [row] = await query(
        `SELECT count(*)::int AS open FROM position_break
         WHERE status <> 'closed' AND ($1::text IS NULL OR reconciliation = $1)`,
        [reconciliation ?? null],
      );
      return row === undefined ? 0 : wholeOf(row, 'open');
    },
  };
}

async function publish(query: Query, call: PublishCall): Promise<PublishedBreaks> {
  // One publication of a reconciliation at a time: two would each miss what the other adds.
  await query('SELECT pg_advisory_xact_lock(hashtext($1))', [`reconciliation ${call.reconciliation}`]);
  const counts = { added: 0, stillThere: 0, reopened: 0 };
  for (const found of call.breaks) {
    const status = await put(query, call, found, null);
    if (status === 'new') counts.added += 1;
    else if (status === 'reopened') counts.reopened += 1;
    else counts.stillThere += 1;
  }
  const gone = await query(
    `UPDATE position_break SET status = 'closed', closed_by = $4, closed_at = now(), changed_at = now()
     WHERE reconciliation = $1 AND status <> 'closed' AND last_seen <= $2::date AND NOT (break_id = ANY($3::text[]))
     RETURNING break_id`,
    [call.reconciliation, call.tradingDay, call.breaks.map((found) => found.breakId), SYSTEM],
  );
  for (const row of gone)
    await note(query, textOf(row, 'break_id'), SYSTEM, 'gone', `not found any more on ${call.tradingDay}`);
  const [open] = await query(
    `SELECT count(*)::int AS open FROM position_break WHERE reconciliation = $1 AND status <> 'closed'`,
    [call.reconciliation],
  );
  return { ...counts, gone: gone.length, open: open === undefined ? 0 : wholeOf(open, 'open') };
}

async function put(
  query: Query,
  call: Pick<PublishCall, 'reconciliation' | 'tradingDay' | 'runId'>,
  found: FoundBreak,
  detail: string | null,
): Promise<BreakStatus> {
  const [known] = await query(
    `SELECT status, run_id, first_seen = $2::date AS is_today FROM position_break WHERE break_id = $1 FOR UPDATE`,
    [found.breakId, call.tradingDay],
  );
  const isRepeat = known !== undefined && textOf(known, 'run_id') === call.runId;
  const before = known === undefined ? undefined : wordOf<BreakStatus>(known, 'status');
  // The same run publishing again is a repeat, not another day.
  const status = isRepeat && before !== undefined ? before : standingWhenFound(before);
  await query(
    `INSERT INTO position_break (break_id, reconciliation, class, key, status, "left", "right", fields, detail,
                                 first_seen, last_seen, run_id)
     VALUES ($1, $2, $3, $4, $5, $6::json, $7::json, $8, $9, $10::date, $10::date, $11)
     ON CONFLICT (break_id) DO UPDATE SET status = excluded.status, "left" = excluded."left", "right" = excluded."right",
       fields = excluded.fields, detail = excluded.detail, last_seen = excluded.last_seen, run_id = excluded.run_id,
       proposed_by = CASE WHEN excluded.status = 'reopened' THEN NULL ELSE position_break.proposed_by END,
       closed_by = CASE WHEN excluded.status = 'closed' THEN position_break.closed_by END,
       closed_at = CASE WHEN excluded.status = 'closed' THEN position_break.closed_at END, changed_at = now()`,
    [
      found.breakId,
      call.reconciliation,
      found.class,
      found.key,
      status,
      JSON.stringify(found.left),
      JSON.stringify(found.right),
      found.fields,
      detail,
      call.tradingDay,
      call.runId,
    ],
  );
  if (!isRepeat && (status === 'new' || status === 'reopened'))
    await note(query, found.breakId, SYSTEM, status === 'new' ? 'found' : 'reopened', call.tradingDay);
  return status;
}

async function carryOut(
  query: Query,
  breakId: string,
  move: Parameters<ReconciliationRecords['move']>[1],
  person: string,
  text: string,
): ReturnType<ReconciliationRecords['move']> {
  const [row] = await query(`SELECT ${COLUMNS} FROM position_break WHERE break_id = $1 FOR UPDATE`, [
    breakId,
  ]);
  if (row === undefined) return { refused: 'unknown' };
  const next = moveBreak(toBreak(row), move, person);
  if ('refused' in next) return next;
  const [changed] = await query(
    `UPDATE position_break SET status = $2, changed_at = now(),
       owner = COALESCE($3, owner), cause = COALESCE($4, cause),
       proposed_by = CASE WHEN $6 = 'propose-close' THEN $7 WHEN $6 = 'reject-close' THEN NULL ELSE proposed_by END,
       proposed_reason = COALESCE($5, proposed_reason),
       closed_by = CASE WHEN $2 = 'closed' THEN $7 END, closed_at = CASE WHEN $2 = 'closed' THEN now() END
     WHERE break_id = $1 RETURNING ${COLUMNS}`,
    [
      breakId,
      next.status,
      move.kind === 'assign' ? move.to : null,
      move.kind === 'explain' ? move.cause : null,
      move.kind === 'propose-close' ? move.reason : null,
      move.kind,
      person,
    ],
  );
  await note(query, breakId, person, move.kind, text);
  return { row: toBreak(changed ?? row) };
}

async function note(
  query: Query,
  breakId: string,
  actor: string,
  action: string,
  text: string,
): Promise<void> {
  await query('INSERT INTO break_entry (break_id, actor, action, text) VALUES ($1, $2, $3, $4)', [
    breakId,
    actor,
    action,
    text,
  ]);
}

function toBreak(row: Row): BreakRow {
  return {
    breakId: textOf(row, 'break_id'),
    reconciliation: textOf(row, 'reconciliation'),
    class: wordOf<BreakRow['class']>(row, 'class'),
    key: textOf(row, 'key'),
    status: wordOf<BreakStatus>(row, 'status'),
    left: positionsOf(jsonOf(row, 'left')),
    right: positionsOf(jsonOf(row, 'right')),
    fields: textsOf(row, 'fields') as unknown as BreakRow['fields'],
    detail: textOrNull(row, 'detail'),
    owner: textOrNull(row, 'owner'),
    cause: textOrNull(row, 'cause'),
    firstSeen: textOf(row, 'first_seen'),
    lastSeen: textOf(row, 'last_seen'),
    runId: textOf(row, 'run_id'),
    proposedBy: textOrNull(row, 'proposed_by'),
    proposedReason: textOrNull(row, 'proposed_reason'),
    closedBy: textOrNull(row, 'closed_by'),
    closedAt: timeOrNull(row, 'closed_at'),
    changedAt: timeOf(row, 'changed_at'),
  };
}

/** Positions were written by this module, so their shape is known. */
function positionsOf(value: Json): readonly Position[] {
  return Array.isArray(value) ? (value as unknown as readonly Position[]) : [];
}
