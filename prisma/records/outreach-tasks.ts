import { afterOutcome } from '../../domain/outreach/index.ts';
import type { Database } from './database.ts';
import { decideAll, representatives } from './outreach-decide.ts';
import { toReport, toTask } from './outreach-rows.ts';
import type { OutreachRecords } from './outreach-types.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import { textOf } from './row.ts';

type Tasks = Pick<
  OutreachRecords,
  | 'decide'
  | 'tasks'
  | 'task'
  | 'reports'
  | 'startCall'
  | 'reportCall'
  | 'reassign'
  | 'putRepresentative'
  | 'representatives'
>;

/** Call tasks and the people who have them. */
export function createTaskRecords(database: Database): Tasks {
  const { query } = database;
  return {
    decide: (entryIds, nowMs) =>
      entryIds.length === 0
        ? Promise.resolve([])
        : database.transaction((inside) => decideAll(inside, entryIds, nowMs)),
    tasks: async ({ assignee, status, grade, customerId }, page) => {
      const after = cursorPoint(page);
      const rows = await query(
        `SELECT * FROM call_task WHERE ($1::bool OR assignee IS NOT DISTINCT FROM $2) AND ($3::text IS NULL OR status = $3)
           AND ($4::text IS NULL OR grade = $4) AND ($5::text IS NULL OR customer_id = $5)
           AND ($6::timestamptz IS NULL OR (due_at, task_id) > ($6, $7))
         ORDER BY due_at, task_id LIMIT $8`,
        [
          assignee === undefined,
          assignee ?? null,
          status ?? null,
          grade ?? null,
          customerId ?? null,
          after?.sort ?? null,
          after?.tie ?? null,
          rowsToRead(page),
        ],
      );
      return pageOfRows(rows.map(toTask), page, (row) => ({
        sort: row.dueAt.toISOString(),
        tie: row.taskId,
      }));
    },
    task: async (taskId) => {
      const [row] = await query('SELECT * FROM call_task WHERE task_id = $1', [taskId]);
      return row === undefined ? undefined : toTask(row);
    },
    reports: async (taskId) =>
      (await query('SELECT * FROM call_report WHERE task_id = $1 ORDER BY ordinal', [taskId])).map(toReport),
    ...createCalls(database),
    reassign: async (taskIds, assignee) => {
      const rows = await query(
        `UPDATE call_task SET assignee = $2, routing = 'reassigned' WHERE task_id = ANY($1::text[]) AND status = 'open'
         RETURNING task_id`,
        [taskIds, assignee],
      );
      return rows.length;
    },
    putRepresentative: async ({ personId, skills, capacity, isOnShift }) => {
      await query(
        `INSERT INTO representative (person_id, skills, capacity, is_on_shift) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id) DO UPDATE SET skills = excluded.skills, capacity = excluded.capacity,
           is_on_shift = excluded.is_on_shift`,
        [personId, skills, capacity, isOnShift],
      );
    },
    representatives: async () => [...(await representatives(query)).values()],
  };
}

function createCalls(database: Database): Pick<Tasks, 'startCall' | 'reportCall'> {
  const { query } = database;
  return {
    startCall: async (taskId, personId, at) => {
      const [row] = await query(
        `UPDATE call_task SET status = 'calling', assignee = $2, started_at = $3 WHERE task_id = $1
           AND ((status = 'open' AND (assignee IS NULL OR assignee = $2)) OR (status = 'calling' AND assignee = $2))
         RETURNING *`,
        [taskId, personId, at],
      );
      return row === undefined ? undefined : toTask(row);
    },
    reportCall: (taskId, { personId, outcome, comment, at, callbackAt }) =>
      database.transaction(async (inside) => {
        const [found] = await inside(
          `SELECT * FROM call_task WHERE task_id = $1 AND status = 'calling' AND assignee = $2 FOR UPDATE`,
          [taskId, personId],
        );
        if (found === undefined) return undefined;
        const task = toTask(found);
        const calls = task.calls + 1;
        const next = afterOutcome(outcome, calls, at.getTime(), callbackAt?.getTime() ?? null);
        // A customer who moved on meanwhile is not called again, whatever came of this call.
        const isOver = next.status === 'done' || task.notice !== null;
        const [row] = await inside(
          `UPDATE call_task SET status = $2, calls = $3, outcome = $4, comment = $5, due_at = COALESCE($6, due_at),
             ended_at = $7 WHERE task_id = $1 RETURNING *`,
          [
            taskId,
            isOver ? 'done' : 'open',
            calls,
            outcome,
            comment,
            isOver || next.dueAtMs === null ? null : new Date(next.dueAtMs),
            isOver ? at : null,
          ],
        );
        await inside(
          'INSERT INTO call_report (task_id, ordinal, outcome, comment, reported_by, reported_at) VALUES ($1, $2, $3, $4, $5, $6)',
          [taskId, calls, outcome, comment, personId, at],
        );
        if (next.forbidsCalls)
          await inside('UPDATE customer SET do_not_call = true, updated_at = now() WHERE customer_id = $1', [
            textOf(found, 'customer_id'),
          ]);
        return row === undefined ? undefined : toTask(row);
      }),
  };
}
