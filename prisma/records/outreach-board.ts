import type { Database } from './database.ts';
import { toEntry } from './outreach-rows.ts';
import type { OutreachBoard, OutreachRecords, WaitingQuery } from './outreach-types.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import { textOf, textOrNull, wholeOf } from './row.ts';

type Board = Pick<OutreachRecords, 'waiting' | 'countWaiting' | 'setFrozen' | 'board'>;

const DAY_MS = 86_400_000;
const MEANT = `FROM journey_entry AS entry WHERE status = 'waiting' AND ($1::text IS NULL OR entry.journey = $1)
  AND ($2::text IS NULL OR entry.step = $2) AND ($3::timestamptz IS NULL OR entry.due_at < $3)
  AND ($4::bool IS NULL OR (entry.frozen_by IS NOT NULL) = $4) AND ($5::text IS NULL OR EXISTS (
    SELECT 1 FROM customer WHERE customer.customer_id = entry.customer_id AND customer.channel = $5))`;

/** What waits, and the figures of the day. */
export function createBoardRecords(database: Database): Board {
  const { query } = database;
  return {
    waiting: async (asked, page) => {
      const after = cursorPoint(page);
      const rows = await query(
        `SELECT entry.* ${MEANT} AND ($6::timestamptz IS NULL OR (entry.due_at, entry.entry_id) > ($6, $7))
         ORDER BY entry.due_at, entry.entry_id LIMIT $8`,
        [...valuesOf(asked), after?.sort ?? null, after?.tie ?? null, rowsToRead(page)],
      );
      return pageOfRows(rows.map(toEntry), page, (row) => ({
        sort: row.dueAt.toISOString(),
        tie: row.entryId,
      }));
    },
    countWaiting: async (asked) => {
      const [row] = await query(`SELECT count(*)::int AS count ${MEANT}`, valuesOf(asked));
      return row === undefined ? 0 : wholeOf(row, 'count');
    },
    setFrozen: (asked, frozenBy, expected) =>
      database.transaction(async (inside) => {
        const rows = await inside(
          `SELECT entry.* ${MEANT} ORDER BY entry.entry_id FOR UPDATE`,
          valuesOf(asked),
        );
        if (rows.length !== expected) return undefined;
        const changed = await inside(
          `UPDATE journey_entry SET frozen_by = $2 WHERE entry_id = ANY($1::text[])
             AND (frozen_by IS NULL) = ($2::text IS NOT NULL) RETURNING *`,
          [rows.map((row) => textOf(row, 'entry_id')), frozenBy],
        );
        return changed.map(toEntry);
      }),
    board: (nowMs) => readBoard(query, nowMs),
  };
}

const valuesOf = ({ journey, step, dueBefore, frozen, channel }: WaitingQuery) => [
  journey ?? null,
  step ?? null,
  dueBefore ?? null,
  frozen ?? null,
  channel ?? null,
];

async function readBoard(query: Database['query'], nowMs: number): Promise<OutreachBoard> {
  const now = new Date(nowMs);
  const since = new Date(nowMs - DAY_MS);
  const [waiting] = await query(
    `SELECT count(*)::int AS waiting, count(frozen_by)::int AS frozen,
       count(*) FILTER (WHERE due_at <= $1::timestamptz + interval '1 hour' AND due_at > $1)::int AS soon,
       count(*) FILTER (WHERE due_at <= $1 AND frozen_by IS NULL)::int AS overdue
     FROM journey_entry WHERE status = 'waiting'`,
    [now],
  );
  const open = await query(
    `SELECT grade, count(*)::int AS count FROM call_task WHERE status IN ('open', 'calling') GROUP BY grade ORDER BY grade`,
  );
  const [tasks] = await query(
    `SELECT (SELECT count(*)::int FROM call_task WHERE status = 'open' AND assignee IS NULL) AS unassigned,
       (SELECT count(*)::int FROM call_task WHERE status = 'done' AND ended_at >= $1) AS done,
       (SELECT count(*)::int FROM journey_entry WHERE status = 'handed-off' AND ended_at >= $1) AS robot`,
    [since],
  );
  const ended = await query(
    `SELECT status, reason, count(*)::int AS count FROM journey_entry WHERE ended_at >= $1
     GROUP BY status, reason ORDER BY count DESC, status, reason`,
    [since],
  );
  const number = (row: Record<string, unknown> | undefined, column: string) =>
    row === undefined ? 0 : wholeOf(row, column);
  return {
    waiting: number(waiting, 'waiting'),
    frozen: number(waiting, 'frozen'),
    dueWithinHour: number(waiting, 'soon'),
    overdue: number(waiting, 'overdue'),
    openByGrade: open.map((row) => ({ grade: textOf(row, 'grade'), count: wholeOf(row, 'count') })),
    unassigned: number(tasks, 'unassigned'),
    robotToday: number(tasks, 'robot'),
    doneToday: number(tasks, 'done'),
    endedToday: ended.map((row) => ({
      status: textOf(row, 'status'),
      reason: textOrNull(row, 'reason'),
      count: wholeOf(row, 'count'),
    })),
  };
}
