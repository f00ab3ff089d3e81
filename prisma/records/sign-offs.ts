import { brokenConstraint, type Database, type Row } from './database.ts';
import type { ReconciliationRecords, ReconciliationRunRow, SignOffRow } from './reconciliation-types.ts';
import { objectOf, textOf, textOrNull, timeOf, timeOrNull } from './row.ts';

type SignOffRecords = Pick<
  ReconciliationRecords,
  'recordRun' | 'runs' | 'openSignOff' | 'findSignOff' | 'signOffs' | 'sign'
>;

const COLUMNS = `sign_off_id, reconciliation, to_char(trading_day, 'YYYY-MM-DD') AS trading_day, run_id, deadline_at, snapshot,
  opened_at, maker, maker_comment, made_at, checker, checker_comment, checked_at`;

/** Matches as recorded, and the signing of their days. */
export function createSignOffRecords({ query }: Database): SignOffRecords {
  const find = async (signOffId: string): Promise<SignOffRow | undefined> => {
    const [row] = await query(`SELECT ${COLUMNS} FROM sign_off WHERE sign_off_id = $1`, [signOffId]);
    return row === undefined ? undefined : toSignOff(row);
  };
  return {
    recordRun: async (row) => {
      await query(
        `INSERT INTO reconciliation_run (reconciliation_run_id, reconciliation, trading_day, run_id, left_source,
           left_sha256, right_source, right_sha256, rules_version, summary)
         VALUES ($1, $2, $3::date, $4, $5, $6, $7, $8, $9, $10::json) ON CONFLICT DO NOTHING`,
        [
          row.reconciliationRunId,
          row.reconciliation,
          row.tradingDay,
          row.runId,
          row.leftSource,
          row.leftSha256,
          row.rightSource,
          row.rightSha256,
          row.rulesVersion,
          JSON.stringify(row.summary),
        ],
      );
    },
    runs: async (reconciliation, limit) => {
      const rows = await query(
        `SELECT *, to_char(trading_day, 'YYYY-MM-DD') AS day FROM reconciliation_run WHERE reconciliation = $1
         ORDER BY created_at DESC LIMIT $2`,
        [reconciliation, limit],
      );
      return rows.map(toRun);
    },
    openSignOff: async (row) => {
      await query(
        `INSERT INTO sign_off (sign_off_id, reconciliation, trading_day, run_id, deadline_at, snapshot)
         VALUES ($1, $2, $3::date, $4, $5, $6::json) ON CONFLICT DO NOTHING`,
        [
          row.signOffId,
          row.reconciliation,
          row.tradingDay,
          row.runId,
          row.deadlineAt,
          JSON.stringify(row.snapshot),
        ],
      );
      const stored = await find(row.signOffId);
      if (stored === undefined) throw new Error(`sign-off ${row.signOffId} was not stored`);
      return stored;
    },
    findSignOff: find,
    signOffs: async (limit) => {
      const rows = await query(`SELECT ${COLUMNS} FROM sign_off ORDER BY opened_at DESC LIMIT $1`, [limit]);
      return rows.map(toSignOff);
    },
    sign: async (signOffId, person, comment) => {
      const standing = await find(signOffId);
      if (standing === undefined) return { refused: 'unknown' };
      if (standing.checker !== null) return { refused: 'already-signed' };
      const isMaker = standing.maker === null;
      try {
        const [row] = await query(
          isMaker
            ? `UPDATE sign_off SET maker = $2, maker_comment = $3, made_at = now()
               WHERE sign_off_id = $1 AND maker IS NULL RETURNING ${COLUMNS}`
            : `UPDATE sign_off SET checker = $2, checker_comment = $3, checked_at = now()
               WHERE sign_off_id = $1 AND maker IS NOT NULL AND checker IS NULL RETURNING ${COLUMNS}`,
          [signOffId, person, comment],
        );
        return row === undefined ? { refused: 'already-signed' } : { row: toSignOff(row) };
      } catch (error) {
        if (brokenConstraint(error) === 'sign_off_two_people_check') return { refused: 'maker-is-checker' };
        throw error;
      }
    },
  };
}

function toSignOff(row: Row): SignOffRow {
  return {
    signOffId: textOf(row, 'sign_off_id'),
    reconciliation: textOf(row, 'reconciliation'),
    tradingDay: textOf(row, 'trading_day'),
    runId: textOf(row, 'run_id'),
    deadlineAt: timeOf(row, 'deadline_at'),
    snapshot: objectOf(row, 'snapshot'),
    openedAt: timeOf(row, 'opened_at'),
    maker: textOrNull(row, 'maker'),
    makerComment: textOrNull(row, 'maker_comment'),
    madeAt: timeOrNull(row, 'made_at'),
    checker: textOrNull(row, 'checker'),
    checkerComment: textOrNull(row, 'checker_comment'),
    checkedAt: timeOrNull(row, 'checked_at'),
  };
}

function toRun(row: Row): ReconciliationRunRow {
  return {
    reconciliationRunId: textOf(row, 'reconciliation_run_id'),
    reconciliation: textOf(row, 'reconciliation'),
    tradingDay: textOf(row, 'day'),
    runId: textOf(row, 'run_id'),
    leftSource: textOf(row, 'left_source'),
    leftSha256: textOf(row, 'left_sha256'),
    rightSource: textOf(row, 'right_source'),
    rightSha256: textOf(row, 'right_sha256'),
    rulesVersion: textOf(row, 'rules_version'),
    summary: objectOf(row, 'summary'),
    createdAt: timeOf(row, 'created_at'),
  };
}
