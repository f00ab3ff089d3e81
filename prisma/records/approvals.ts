import { brokenConstraint, type Database, type Row } from './database.ts';
import { RecordConflict } from './errors.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import { objectOf, textOf, textsOf, timeOf, timeOrNull, wordOf } from './row.ts';
import type { ApprovalRow, DecisionRow, Records } from './types.ts';

type Approvals = Records['approvals'];
type NewDecision = Parameters<Approvals['decide']>[0];
type Decided = Awaited<ReturnType<Approvals['decide']>>;

/** Sentences for the constraints of the database that refuse a decision. */
const REFUSALS: Readonly<Record<string, string>> = {
  decision_not_by_requester_check: 'the person asked for this run and may not decide it',
  decision_not_by_author_check: 'the person published this flow version and may not decide it',
  decision_bound_fkey: 'the decision is about other content than the approval asks for',
};

/** Approvals and decisions. A decision is a row before the run hears of it. */
export function createApprovalRecords(database: Database): Approvals {
  const { query, prepared } = database;
  return {
    open: (row) => openApproval(database, row),
    close: async (approvalId, status, at) => {
      await query(
        `UPDATE approval SET status = $2, closed_at = $3 WHERE approval_id = $1 AND status = 'open'
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
    list: async (filter, page) => {
      const point = cursorPoint(page);
      const rows = await query(
        `SELECT * FROM approval
         WHERE ($1::text IS NULL OR status = $1) AND ($2::text[] IS NULL OR candidates && $2)
           AND ($3::text IS NULL OR run_id = $3)
           AND ($4::timestamptz IS NULL OR (opened_at, approval_id) > ($4::timestamptz, $5))
         ORDER BY opened_at, approval_id LIMIT $6`,
        [
          filter.status ?? null,
          filter.candidates ?? null,
          filter.runId ?? null,
          point?.sort ?? null,
          point?.tie ?? null,
          rowsToRead(page),
        ],
      );
      return pageOfRows(rows.map(toApproval), page, (row) => ({
        sort: row.openedAt.toISOString(),
        tie: row.approvalId,
      }));
    },
    decide: (row) => decide(database, row),
    decisions: async (approvalId) => {
      const rows = await query(
        'SELECT * FROM decision WHERE approval_id = $1 ORDER BY decided_at, decision_id',
        [approvalId],
      );
      return rows.map(toDecision);
    },
    openRuns: async () => {
      const rows = await query(`SELECT run_id FROM approval WHERE status = 'open'`);
      return rows.map((row) => textOf(row, 'run_id'));
    },
    unacknowledged: async (limit) => {
      const rows = await query(
        `SELECT decision.*, approval.run_id, approval.command_id, run.workflow_id
         FROM decision JOIN approval USING (approval_id) JOIN run USING (run_id)
         WHERE decision.acknowledged_at IS NULL ORDER BY decision.decided_at LIMIT $1`,
        [limit],
      );
      return rows.map((row) => ({
        ...toDecision(row),
        runId: textOf(row, 'run_id'),
        workflowId: textOf(row, 'workflow_id'),
        commandId: textOf(row, 'command_id'),
        attemptNonce: textOf(row, 'attempt_nonce'),
      }));
    },
    acknowledge: async (decisionId, at) => {
      await query(
        `UPDATE decision SET acknowledged_at = $2 WHERE decision_id = $1 AND acknowledged_at IS NULL
         RETURNING pg_notify('approval', approval_id)`,
        [decisionId, at],
      );
    },
  };
}

/** Opening twice gives the first row back: the activity that opens may be retried. */
async function openApproval(
  { query }: Database,
  row: Parameters<Approvals['open']>[0],
): Promise<ApprovalRow> {
  const [opened] = await query(
    `INSERT INTO approval (approval_id, run_id, command_id, pointer, title, content, content_hash, attempt_nonce, rule,
                           candidates, requester_id, author_id, deadline_at)
     VALUES ($1, $2, $3, $4, $5, $6::json, $7, $8, $9, $10, $11, $12, $13)
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
    ],
  );
  if (opened !== undefined) return toApproval(opened);
  const [existing] = await query('SELECT * FROM approval WHERE approval_id = $1', [row.approvalId]);
  if (existing === undefined) throw new RecordConflict('unknown-row', `approval ${row.approvalId} is gone`);
  return toApproval(existing);
}

/**
 * Records a decision on an open approval. The lock on the approval's row keeps it open until the decision is in; requester, author and
 * content are checked by the constraints of the table, not here.
 */
async function decide(database: Database, row: NewDecision): Promise<Decided> {
  try {
    return await database.transaction((query) => insertDecision(query, row));
  } catch (error) {
    const reason = REFUSALS[brokenConstraint(error) ?? ''];
    if (reason === undefined) throw error;
    return { outcome: 'refused', reason };
  }
}

async function insertDecision(query: Database['query'], row: NewDecision): Promise<Decided> {
  const [approval] = await query('SELECT * FROM approval WHERE approval_id = $1 FOR SHARE', [row.approvalId]);
  if (approval === undefined) return { outcome: 'refused', reason: 'there is no such approval' };
  const nonce = textOf(approval, 'attempt_nonce');
  const earlier = await findEarlier(query, row, nonce);
  if (earlier !== undefined) return earlier;
  if (textOf(approval, 'status') !== 'open')
    return { outcome: 'refused', reason: `the approval is ${textOf(approval, 'status')}` };
  const [inserted] = await query(
    `INSERT INTO decision (decision_id, approval_id, attempt_nonce, requester_id, author_id, content_hash, person_id, decision,
                           comment)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT DO NOTHING RETURNING *, pg_notify('approval', approval_id), pg_notify('run', $10)`,
    [
      row.decisionId,
      row.approvalId,
      nonce,
      textOf(approval, 'requester_id'),
      textOf(approval, 'author_id'),
      row.contentHash,
      row.personId,
      row.decision,
      row.comment,
      textOf(approval, 'run_id'),
    ],
  );
  if (inserted !== undefined) return { outcome: 'recorded', decision: toDecision(inserted) };
  // Somebody was faster: the same person, or the same decision sent twice at once.
  return (await findEarlier(query, row, nonce)) ?? { outcome: 'refused', reason: 'the decision id is taken' };
}

/** The same person's earlier word: the same one is a repetition, another one is refused. */
async function findEarlier(
  query: Database['query'],
  row: NewDecision,
  nonce: string,
): Promise<Decided | undefined> {
  const [found] = await query(
    'SELECT * FROM decision WHERE approval_id = $1 AND attempt_nonce = $2 AND person_id = $3',
    [row.approvalId, nonce, row.personId],
  );
  if (found === undefined) return undefined;
  const decision = toDecision(found);
  if (decision.decision === row.decision && decision.contentHash === row.contentHash)
    return { outcome: 'replayed', decision };
  return { outcome: 'refused', reason: 'this person has decided already', decision };
}

function toApproval(row: Row): ApprovalRow {
  return {
    approvalId: textOf(row, 'approval_id'),
    runId: textOf(row, 'run_id'),
    commandId: textOf(row, 'command_id'),
    pointer: textOf(row, 'pointer'),
    title: textOf(row, 'title'),
    content: objectOf(row, 'content'),
    contentHash: textOf(row, 'content_hash'),
    attemptNonce: textOf(row, 'attempt_nonce'),
    rule: wordOf<ApprovalRow['rule']>(row, 'rule'),
    candidates: textsOf(row, 'candidates'),
    requesterId: textOf(row, 'requester_id'),
    authorId: textOf(row, 'author_id'),
    status: wordOf<ApprovalRow['status']>(row, 'status'),
    openedAt: timeOf(row, 'opened_at'),
    deadlineAt: timeOrNull(row, 'deadline_at'),
    closedAt: timeOrNull(row, 'closed_at'),
  };
}

function toDecision(row: Row): DecisionRow {
  return {
    decisionId: textOf(row, 'decision_id'),
    approvalId: textOf(row, 'approval_id'),
    personId: textOf(row, 'person_id'),
    decision: wordOf<DecisionRow['decision']>(row, 'decision'),
    comment: textOf(row, 'comment'),
    contentHash: textOf(row, 'content_hash'),
    decidedAt: timeOf(row, 'decided_at'),
    acknowledgedAt: timeOrNull(row, 'acknowledged_at'),
  };
}
