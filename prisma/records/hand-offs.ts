import type { Database, Row } from './database.ts';
import { insertEffect } from './effects.ts';
import type { HandOffReceipt, HandOffRecords, HandOffRow } from './hand-off-types.ts';
import { objectOf, textOf, textOrNull, timeOf, wholeOf, wordOf } from './row.ts';

const COLUMNS = `o.outbox_id::text AS outbox_id, o.queue, o.dedupe_key, o.payload, o.created_at,
  r.outcome, r.status, r.detail, r.attempts`;
const ROWS = `SELECT ${COLUMNS} FROM outbox o LEFT JOIN hand_off_receipt r USING (outbox_id)`;

/** The outbox and its receipts. */
export function createHandOffRecords({ query, transaction }: Database): HandOffRecords {
  const first = async (where: string, values: readonly unknown[]): Promise<HandOffRow | undefined> => {
    const [row] = await query(`${ROWS} WHERE ${where}`, values);
    return row === undefined ? undefined : toHandOff(row);
  };
  return {
    put: ({ queue, dedupeKey, payload }, effect) =>
      transaction(async (inside) => {
        if (effect !== undefined) await insertEffect(inside, effect);
        await inside(
          `INSERT INTO outbox (queue, dedupe_key, payload) VALUES ($1, $2, $3::json) ON CONFLICT DO NOTHING`,
          [queue, dedupeKey, JSON.stringify(payload)],
        );
      }),
    waiting: async (limit) =>
      (await query(`${ROWS} WHERE o.taken_at IS NULL ORDER BY o.outbox_id LIMIT $1`, [limit])).map(toHandOff),
    take: async (outboxIds) => {
      await query('UPDATE outbox SET taken_at = now() WHERE outbox_id = ANY($1::bigint[])', [[...outboxIds]]);
    },
    find: (outboxId) => first('o.outbox_id = $1::bigint', [outboxId]),
    findByKey: (queue, dedupeKey) => first('o.queue = $1 AND o.dedupe_key = $2', [queue, dedupeKey]),
    standing: async (since) => {
      const rows = await query(
        `SELECT o.queue, count(*) FILTER (WHERE o.taken_at IS NULL)::int AS not_taken,
           count(*) FILTER (WHERE r.outcome = 'delivered' AND r.at >= $1)::int AS delivered
         FROM outbox o LEFT JOIN hand_off_receipt r USING (outbox_id)
         WHERE o.taken_at IS NULL OR r.at >= $1 GROUP BY o.queue`,
        [since],
      );
      return rows.map((row) => ({
        queue: textOf(row, 'queue'),
        notTaken: wholeOf(row, 'not_taken'),
        delivered: wholeOf(row, 'delivered'),
      }));
    },
    putReceipt: async (outboxId, { outcome, status, detail, attempts }) => {
      await query(
        `INSERT INTO hand_off_receipt AS r (outbox_id, outcome, status, detail, attempts) VALUES ($1::bigint, $2, $3, $4, $5)
         ON CONFLICT (outbox_id) DO UPDATE SET outcome = EXCLUDED.outcome, status = EXCLUDED.status, detail = EXCLUDED.detail,
           attempts = EXCLUDED.attempts, at = now()
         WHERE r.outcome = 'failed'`,
        [outboxId, outcome, status, detail, attempts],
      );
    },
  };
}

function toHandOff(row: Row): HandOffRow {
  return {
    outboxId: textOf(row, 'outbox_id'),
    queue: textOf(row, 'queue'),
    dedupeKey: textOf(row, 'dedupe_key'),
    payload: objectOf(row, 'payload'),
    createdAt: timeOf(row, 'created_at'),
    ...(textOrNull(row, 'outcome') === null ? {} : { receipt: toReceipt(row) }),
  };
}

function toReceipt(row: Row): HandOffReceipt {
  return {
    outcome: wordOf<HandOffReceipt['outcome']>(row, 'outcome'),
    status: row.status === null ? null : wholeOf(row, 'status'),
    detail: textOf(row, 'detail'),
    attempts: wholeOf(row, 'attempts'),
  };
}
