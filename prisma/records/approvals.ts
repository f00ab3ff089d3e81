import { toApproval } from './approval-rows.ts';
import { createAct, EVENTS, readLog, toEvent } from './approval-log.ts';
import type { ApprovalRecords, ApprovalRow, DecisionRow, NewApproval } from './approval-types.ts';
import type { Database, Row } from './database.ts';
import { RecordConflict } from './errors.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import { textOf, textOrNull, timeOf, timeOrNull, wholeOf, wordOf } from './row.ts';

/** Approvals and their log. An act is a row before the run hears of it. */
export function createApprovalRecords(database: Database): ApprovalRecords {
  const { query, prepared } = database;
  return {
    open: (row) => openApproval(database, row),
    close: async (approvalId, status, at) => {
      await query(
        `UPDATE approval SET status = $2, closed_at = $3, asked = '{}' WHERE approval_id = $1 AND status = 'open'
         RETURNING pg_notify('approval', approval_id), pg_notify('run', run_id)`,
        [approvalId, status, at],
      );
    },
    find: async (approvalId) => {
      const [row] = await prepared('approval-find', 'SELECT * FROM approval WHERE approval_id = $1', [
        approvalId,
      ]);
      return row === undefined ? undefined : toApproval(row);
    },
    list: listApprovals(database),
    act: createAct(database),
    decisions: async (approvalId) => {
      const rows = await query('SELECT * FROM decision WHERE approval_id = $1 ORDER BY sequence', [
        approvalId,
      ]);
      return rows.map(toDecision);
    },
    openRuns: async () => {
      const rows = await query(`SELECT run_id FROM approval WHERE status = 'open'`);
      return rows.map((row) => textOf(row, 'run_id'));
    },
    log: (approvalId) => readLog(query, approvalId),
    unacknowledged: async (limit) => {
      const rows = await query(
        `SELECT event.*, approval.run_id, approval.command_id, run.workflow_id
         FROM (${EVENTS} WHERE acknowledged_at IS NULL) AS event JOIN approval USING (approval_id) JOIN run USING (run_id)
         ORDER BY event.at, event.sequence LIMIT $1`,
        [limit],
      );
      return rows.map((row) => ({
        event: toEvent(row),
        runId: textOf(row, 'run_id'),
        workflowId: textOf(row, 'workflow_id'),
        commandId: textOf(row, 'command_id'),
      }));
    },
    acknowledge: async (eventId, at) => {
      await query(
        `WITH told AS (
           UPDATE decision SET acknowledged_at = $2 WHERE decision_id = $1 AND acknowledged_at IS NULL RETURNING approval_id),
         moved AS (
           UPDATE approval_move SET acknowledged_at = $2 WHERE move_id = $1 AND acknowledged_at IS NULL RETURNING approval_id)
         SELECT pg_notify('approval', approval_id) FROM (SELECT * FROM told UNION ALL SELECT * FROM moved) AS both_tables`,
        [eventId, at],
      );
    },
  };
}

function listApprovals({ query }: Database): ApprovalRecords['list'] {
  return async (filter, page) => {
    const point = cursorPoint(page);
    const rows = await query(
      `SELECT * FROM approval
       WHERE ($1::text IS NULL OR status = $1) AND ($2::text[] IS NULL OR asked && $2)
         AND ($3::text IS NULL OR run_id = $3)
         AND ($4::text IS NULL OR requester_id = $4 OR applicant_id = $4)
         AND ($5::text IS NULL OR $5 = ANY(copy_to))
         AND ($6::timestamptz IS NULL OR (opened_at, approval_id) > ($6::timestamptz, $7))
       ORDER BY opened_at, approval_id LIMIT $8`,
      [
        filter.status ?? null,
        filter.asked ?? null,
        filter.runId ?? null,
        filter.requestedBy ?? null,
        filter.copiedTo ?? null,
        point?.sort ?? null,
        point?.tie ?? null,
        rowsToRead(page),
      ],
    );
    return pageOfRows(rows.map(toApproval), page, (row) => ({
      sort: row.openedAt.toISOString(),
      tie: row.approvalId,
    }));
  };
}

/** Opening twice gives the first row back: the activity that opens may be retried. */
async function openApproval({ query }: Database, row: NewApproval): Promise<ApprovalRow> {
  const levels = row.levels ?? [];
  const [opened] = await query(
    `INSERT INTO approval (approval_id, run_id, command_id, pointer, title, content, content_hash, attempt_nonce, rule,
                           candidates, requester_id, author_id, deadline_at, levels, applicant_id, copy_to, on_deadline,
                           deadline_ms, asked)
     VALUES ($1, $2, $3, $4, $5, $6::json, $7, $8, $9, $10, $11, $12, $13, $14::json, $15, $16, $17, $18, $19)
     ON CONFLICT (approval_id) DO NOTHING
     RETURNING *, pg_notify('approval', approval_id), pg_notify('run', run_id)`,
    [
      row.approvalId,
      row.runId,
      row.commandId,
      row.pointer,
      row.title,
      JSON.stringify(row.content),
      row.contentHash,
      row.attemptNonce,
      row.rule,
      row.candidates,
      row.requesterId,
      row.authorId,
      row.deadlineAt,
      JSON.stringify(levels),
      row.applicantId ?? null,
      row.copyTo ?? [],
      row.onDeadline ?? 'expire',
      row.deadlineMs ?? null,
      levels[0]?.from ?? row.candidates,
    ],
  );
  if (opened !== undefined) return toApproval(opened);
  const [existing] = await query('SELECT * FROM approval WHERE approval_id = $1', [row.approvalId]);
  if (existing === undefined) throw new RecordConflict('unknown-row', `approval ${row.approvalId} is gone`);
  return toApproval(existing);
}

function toDecision(row: Row): DecisionRow {
  return {
    decisionId: textOf(row, 'decision_id'),
    approvalId: textOf(row, 'approval_id'),
    personId: textOf(row, 'person_id'),
    decision: wordOf<DecisionRow['decision']>(row, 'decision'),
    comment: textOf(row, 'comment'),
    contentHash: textOf(row, 'content_hash'),
    sequence: wholeOf(row, 'sequence'),
    seatId: textOf(row, 'seat_id'),
    onBehalfOf: textOrNull(row, 'on_behalf_of'),
    decidedAt: timeOf(row, 'decided_at'),
    acknowledgedAt: timeOrNull(row, 'acknowledged_at'),
  };
}
