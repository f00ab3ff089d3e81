import { randomUUID } from 'node:crypto';
import type { Database, Row } from './database.ts';
import type { DraftRecords, DraftRow } from './publish-types.ts';
import { jsonOf, textOf, textOrNull, textsOf, timeOf, wholeOf } from './row.ts';

const KEPT_REVISIONS = 200;
const MOST_DRAFTS = 200;

/** Drafts and their saved states. */
export function createDraftRecords({ query, transaction }: Database): DraftRecords {
  const find = async (draftId: string): Promise<DraftRow | undefined> => {
    const [row] = await query('SELECT * FROM flow_draft WHERE draft_id = $1 AND closed_at IS NULL', [
      draftId,
    ]);
    return row === undefined ? undefined : toDraft(row);
  };
  return {
    create: ({ flowName, name, owner, source, baseVersion }) =>
      transaction(async (inside) => {
        const [row] = await inside(
          `INSERT INTO flow_draft (draft_id, flow_name, name, owner, source, base_version, authors, changed_by)
           VALUES ($1, $2, $3, $4, $5, $6, ARRAY[$4], $4) RETURNING *`,
          [randomUUID(), flowName, name, owner, source, baseVersion],
        );
        const draft = toDraft(row ?? {});
        await keepRevision(inside, draft);
        return draft;
      }),
    find,
    list: async () =>
      (
        await query('SELECT * FROM flow_draft WHERE closed_at IS NULL ORDER BY changed_at DESC LIMIT $1', [
          MOST_DRAFTS,
        ])
      ).map(toDraft),
    save: (draftId, revision, source, by) =>
      transaction(async (inside) => {
        const [row] = await inside(
          `UPDATE flow_draft SET source = $3, revision = revision + 1, changed_by = $4, changed_at = clock_timestamp(),
             authors = CASE WHEN $4 = ANY (authors) THEN authors ELSE authors || $4 END
           WHERE draft_id = $1 AND revision = $2 AND closed_at IS NULL RETURNING *`,
          [draftId, revision, source, by],
        );
        if (row === undefined) return undefined;
        const draft = toDraft(row);
        await keepRevision(inside, draft);
        return draft;
      }),
    setPins: async (draftId, pins, by) =>
      (
        await query(
          `UPDATE flow_draft SET pins = $2::json,
             authors = CASE WHEN $3 = ANY (authors) THEN authors ELSE authors || $3 END
           WHERE draft_id = $1 AND closed_at IS NULL RETURNING draft_id`,
          [draftId, JSON.stringify(pins), by],
        )
      ).length === 1,
    close: async (draftId) => {
      await query('UPDATE flow_draft SET closed_at = now() WHERE draft_id = $1 AND closed_at IS NULL', [
        draftId,
      ]);
    },
    revisions: async (draftId) =>
      (
        await query(
          `SELECT revision, changed_by, changed_at, length(source) AS chars FROM flow_draft_revision
           WHERE draft_id = $1 ORDER BY revision DESC`,
          [draftId],
        )
      ).map((row) => ({
        revision: wholeOf(row, 'revision'),
        changedBy: textOf(row, 'changed_by'),
        changedAt: timeOf(row, 'changed_at'),
        chars: wholeOf(row, 'chars'),
      })),
    revision: async (draftId, revision) => {
      const [row] = await query(
        'SELECT source FROM flow_draft_revision WHERE draft_id = $1 AND revision = $2',
        [draftId, revision],
      );
      return row === undefined ? undefined : textOf(row, 'source');
    },
  };
}

async function keepRevision(inside: Database['query'], draft: DraftRow): Promise<void> {
  await inside(
    `INSERT INTO flow_draft_revision (draft_id, revision, source, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)`,
    [draft.draftId, draft.revision, draft.source, draft.changedBy, draft.changedAt],
  );
  await inside('DELETE FROM flow_draft_revision WHERE draft_id = $1 AND revision <= $2', [
    draft.draftId,
    draft.revision - KEPT_REVISIONS,
  ]);
}

function toDraft(row: Row): DraftRow {
  return {
    draftId: textOf(row, 'draft_id'),
    flowName: textOrNull(row, 'flow_name'),
    name: textOf(row, 'name'),
    owner: textOf(row, 'owner'),
    source: textOf(row, 'source'),
    revision: wholeOf(row, 'revision'),
    baseVersion: textOrNull(row, 'base_version'),
    authors: textsOf(row, 'authors'),
    pins: jsonOf(row, 'pins'),
    changedBy: textOf(row, 'changed_by'),
    changedAt: timeOf(row, 'changed_at'),
  };
}
