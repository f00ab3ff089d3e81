import { randomUUID } from 'node:crypto';
import type { Plan, Problem } from '../../engine/types.ts';
import { brokenConstraint, type Database, type Row } from './database.ts';
import type { FlowVersionRow } from './types.ts';
import type {
  DecisionRefusal,
  NewSubmission,
  SubmissionRecords,
  SubmissionRow,
  SubmissionStatus,
  TriggerChanges,
} from './publish-types.ts';
import { putTrigger } from './triggers.ts';
import { jsonOf, textOf, textOrNull, textsOf, timeOf, timeOrNull, wordOf } from './row.ts';

const MOST = 200;

const REFUSALS: Readonly<Record<string, DecisionRefusal>> = {
  flow_submission_second_person_check: 'own-change',
  flow_submission_decided_hash_check: 'content-changed',
  flow_submission_stays: 'not-open',
  flow_version_flow_name_version_key: 'version-exists',
};

/** Submissions and the versions that come of them. */
export function createSubmissionRecords({ query, transaction }: Database): SubmissionRecords {
  return {
    create: async (row) => {
      try {
        return await transaction((inside) => insert(inside, row));
      } catch (error) {
        if (brokenConstraint(error) === 'flow_submission_one_open') return 'open-already';
        throw error;
      }
    },
    find: async (submissionId) => {
      const [row] = await query('SELECT * FROM flow_submission WHERE submission_id = $1', [submissionId]);
      return row === undefined ? undefined : toSubmission(row);
    },
    list: async ({ status, flowName }) =>
      (
        await query(
          `SELECT * FROM flow_submission WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR flow_name = $2)
           ORDER BY submitted_at DESC LIMIT $3`,
          [status ?? null, flowName ?? null, MOST],
        )
      ).map(toSubmission),
    decide: async ({ submissionId, decision, decidedBy, contentHash, comment, triggers }) => {
      const status: SubmissionStatus = decision === 'approve' ? 'approved' : 'returned';
      try {
        return await transaction(async (inside) => {
          const [row] = await inside(
            `UPDATE flow_submission SET status = $2, decided_by = $3, decided_at = clock_timestamp(), decided_hash = $4,
               decision_comment = $5 WHERE submission_id = $1 RETURNING *`,
            [submissionId, status, decidedBy, contentHash, comment],
          );
          if (row === undefined) return 'not-open';
          const submission = toSubmission(row);
          if (decision === 'return') return { submission };
          const version = await publish(inside, submission);
          if (triggers !== undefined) await changeTriggers(inside, triggers, decidedBy);
          if (submission.draftId !== null)
            await inside('UPDATE flow_draft SET closed_at = now() WHERE draft_id = $1', [submission.draftId]);
          return { submission, version };
        });
      } catch (error) {
        const refusal = REFUSALS[brokenConstraint(error) ?? ''];
        if (refusal !== undefined) return refusal;
        throw error;
      }
    },
    withdraw: async (submissionId, by) => {
      const rows = await query(
        `UPDATE flow_submission SET status = 'withdrawn', decided_by = $2, decided_at = now()
         WHERE submission_id = $1 AND status = 'open' RETURNING submission_id`,
        [submissionId, by],
      );
      return rows.length > 0;
    },
  };
}

async function insert(inside: Database['query'], row: NewSubmission): Promise<SubmissionRow> {
  if (row.draftId !== null)
    await inside("UPDATE flow_submission SET status = 'superseded' WHERE draft_id = $1 AND status = 'open'", [
      row.draftId,
    ]);
  const [created] = await inside(
    `INSERT INTO flow_submission (submission_id, draft_id, namespace, flow_name, version, title, source, content_hash, plan_hash, plan,
       base_version, comment, authors, submitted_by, problems, rehearsal, triggers)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json, $11, $12, $13, $14, $15::json, $16::json, $17::json) RETURNING *`,
    [
      randomUUID(),
      row.draftId,
      row.namespace,
      row.flowName,
      row.version,
      row.title,
      row.source,
      row.contentHash,
      row.planHash,
      JSON.stringify(row.plan),
      row.baseVersion,
      row.comment,
      [...row.authors],
      row.submittedBy,
      JSON.stringify(row.problems),
      JSON.stringify(row.rehearsal),
      JSON.stringify(row.triggers),
    ],
  );
  return toSubmission(created ?? {});
}

async function publish(inside: Database['query'], submission: SubmissionRow): Promise<FlowVersionRow> {
  const { submissionId, decidedBy } = submission;
  const [row] = await inside(
    `INSERT INTO flow_version (flow_version_id, namespace, flow_name, version, title, source, document_hash, plan_hash, plan,
       published_by, comment, origin, approved_by, submission_id)
     SELECT $2, namespace, flow_name, version, title, source, content_hash, plan_hash, plan, submitted_by, comment, 'four-eyes',
       decided_by, submission_id FROM flow_submission WHERE submission_id = $1
     RETURNING flow_version_id, published_at`,
    [submissionId, randomUUID()],
  );
  const { namespace, flowName, version, title, source, contentHash, planHash, plan, submittedBy, comment } =
    submission;
  return {
    flowVersionId: textOf(row ?? {}, 'flow_version_id'),
    publishedAt: timeOf(row ?? {}, 'published_at'),
    namespace,
    flowName,
    version,
    title,
    source,
    documentHash: contentHash,
    planHash,
    plan,
    publishedBy: submittedBy,
    comment,
    origin: 'four-eyes',
    approvedBy: decidedBy,
    submissionId,
  };
}

async function changeTriggers(
  inside: Database['query'],
  { put, pause }: TriggerChanges,
  by: string,
): Promise<void> {
  for (const trigger of put) await putTrigger(inside, { ...trigger, changedBy: by });
  await inside(
    'UPDATE "trigger" SET paused_by = $2, paused_at = now() WHERE trigger_name = ANY($1::text[]) AND paused_at IS NULL',
    [pause, by],
  );
}

function toSubmission(row: Row): SubmissionRow {
  return {
    submissionId: textOf(row, 'submission_id'),
    draftId: textOrNull(row, 'draft_id'),
    namespace: textOf(row, 'namespace'),
    flowName: textOf(row, 'flow_name'),
    version: textOf(row, 'version'),
    title: textOf(row, 'title'),
    source: textOf(row, 'source'),
    contentHash: textOf(row, 'content_hash'),
    planHash: textOf(row, 'plan_hash'),
    plan: jsonOf(row, 'plan') as unknown as Plan,
    baseVersion: textOrNull(row, 'base_version'),
    comment: textOf(row, 'comment'),
    authors: textsOf(row, 'authors'),
    submittedBy: textOf(row, 'submitted_by'),
    submittedAt: timeOf(row, 'submitted_at'),
    problems: jsonOf(row, 'problems') as unknown as Problem[],
    rehearsal: jsonOf(row, 'rehearsal'),
    triggers: jsonOf(row, 'triggers'),
    status: wordOf<SubmissionStatus>(row, 'status'),
    decidedBy: textOrNull(row, 'decided_by'),
    decidedAt: timeOrNull(row, 'decided_at'),
    decisionComment: textOrNull(row, 'decision_comment'),
  };
}
