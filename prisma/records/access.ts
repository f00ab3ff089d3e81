import type { AccessGrantRecords, AccessGrantRow, DelegationRecords } from './approval-types.ts';
import type { Database, Row } from './database.ts';
import { RecordConflict } from './errors.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import { textOf, textOrNull, textsOf, timeOf, timeOrNull, wordOf } from './row.ts';

const MAX_SHOWN = 200;

/** Who stands in for whom in approvals, and when. */
export function createDelegationRecords({ prisma }: Database): DelegationRecords {
  return {
    put: (row) => prisma.delegation.create({ data: row }),
    find: async (delegationId) =>
      (await prisma.delegation.findUnique({ where: { delegationId } })) ?? undefined,
    end: async (delegationId, at) => {
      await prisma.delegation.updateMany({ where: { delegationId, endedAt: null }, data: { endedAt: at } });
    },
    ofPerson: (personId) =>
      prisma.delegation.findMany({
        where: { OR: [{ personId }, { delegateId: personId }] },
        orderBy: { createdAt: 'desc' },
        take: MAX_SHOWN,
      }),
    liveFor: (delegateId, at) =>
      prisma.delegation.findMany({
        where: { delegateId, endedAt: null, startsAt: { lte: at }, endsAt: { gt: at } },
      }),
  };
}

/** Temporary rights. The database itself refuses one longer than eight hours. */
export function createAccessGrantRecords({ query, prepared }: Database): AccessGrantRecords {
  const find = async (grantId: string): Promise<AccessGrantRow | undefined> => {
    const [row] = await query('SELECT * FROM access_grant WHERE grant_id = $1', [grantId]);
    return row === undefined ? undefined : toGrant(row);
  };
  return {
    grant: async (row) => {
      await query(
        `INSERT INTO access_grant (grant_id, person_id, kind, name, reason, starts_at, ends_at, run_id, approval_id, granted_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (grant_id) DO NOTHING`,
        [
          row.grantId,
          row.personId,
          row.kind,
          row.name,
          row.reason,
          row.startsAt,
          row.endsAt,
          row.runId,
          row.approvalId,
          row.grantedBy,
        ],
      );
      const granted = await find(row.grantId);
      if (granted === undefined) throw new RecordConflict('unknown-row', `grant ${row.grantId} is gone`);
      return granted;
    },
    find,
    end: async (grantId, by, reason, at) => {
      await query(
        `UPDATE access_grant SET ended_at = $4, ended_by = $2, end_reason = $3 WHERE grant_id = $1 AND ended_at IS NULL`,
        [grantId, by, reason, at],
      );
      return find(grantId);
    },
    liveFor: async (personId, at) => {
      const rows = await prepared(
        'access-grant-live',
        `SELECT * FROM access_grant
         WHERE person_id = $1 AND starts_at <= $2 AND ends_at > $2 AND (ended_at IS NULL OR ended_at > $2)`,
        [personId, at],
      );
      return rows.map(toGrant);
    },
    list: async (filter, page) => {
      const point = cursorPoint(page);
      const rows = await query(
        `SELECT * FROM access_grant
         WHERE ($1::text IS NULL OR person_id = $1)
           AND ($2::timestamptz IS NULL OR (starts_at <= $2 AND ends_at > $2 AND ended_at IS NULL))
           AND ($3::timestamptz IS NULL OR (created_at, grant_id) < ($3::timestamptz, $4))
         ORDER BY created_at DESC, grant_id DESC LIMIT $5`,
        [
          filter.personId ?? null,
          filter.liveAt ?? null,
          point?.sort ?? null,
          point?.tie ?? null,
          rowsToRead(page),
        ],
      );
      return pageOfRows(rows.map(toGrant), page, (row) => ({
        sort: row.createdAt.toISOString(),
        tie: row.grantId,
      }));
    },
  };
}

function toGrant(row: Row): AccessGrantRow {
  return {
    grantId: textOf(row, 'grant_id'),
    personId: textOf(row, 'person_id'),
    kind: wordOf<AccessGrantRow['kind']>(row, 'kind'),
    name: textOf(row, 'name'),
    reason: textOf(row, 'reason'),
    startsAt: timeOf(row, 'starts_at'),
    endsAt: timeOf(row, 'ends_at'),
    runId: textOf(row, 'run_id'),
    approvalId: textOf(row, 'approval_id'),
    grantedBy: textsOf(row, 'granted_by'),
    createdAt: timeOf(row, 'created_at'),
    endedAt: timeOrNull(row, 'ended_at'),
    endedBy: textOrNull(row, 'ended_by'),
    endReason: textOrNull(row, 'end_reason'),
  };
}
