import { createHash } from 'node:crypto';
import { canonicalJson, isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Database, Row } from './database.ts';
import { RecordConflict } from './errors.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import { bigOf, textOf, timeOf } from './row.ts';
import type { Records } from './types.ts';

const GENESIS = '0'.repeat(64);
const VERIFY_ROWS = 1_000;

/** The audit trail: append-only by trigger and by rights; the chain is computed by the database. */
export function createAuditRecords({ query }: Database): Records['audit'] {
  return {
    append: (entry) => appendAudit(query, entry),
    list: async (page) => {
      const rows = await query(
        `SELECT * FROM audit_entry WHERE ($1::bigint IS NULL OR sequence < $1) ORDER BY sequence DESC LIMIT $2`,
        [cursorPoint(page)?.sort ?? null, rowsToRead(page)],
      );
      const { items, next } = pageOfRows(rows, page, (row) => ({ sort: textOf(row, 'sequence'), tie: '' }));
      return { items: items.map(toEntry), ...(next === undefined ? {} : { next }) };
    },
    verify: () => findBrokenLink(query),
  };
}

/** Appends one entry, on a connection of its own or inside the transaction of what it tells of. */
export async function appendAudit(
  query: Database['query'],
  entry: Parameters<Records['audit']['append']>[0],
): ReturnType<Records['audit']['append']> {
  const [row] = await query('INSERT INTO audit_entry (leaf) VALUES ($1) RETURNING sequence, hash', [
    canonicalJson(entry),
  ]);
  if (row === undefined) throw new RecordConflict('unknown-row', 'the audit entry was not stored');
  return { sequence: bigOf(row, 'sequence'), hash: textOf(row, 'hash') };
}

/** Reads the whole chain in order and computes every hash again. */
async function findBrokenLink(query: Database['query']): Promise<{ sequence: bigint } | undefined> {
  let previousHash = GENESIS;
  let next = 1n;
  for (;;) {
    const rows = await query('SELECT * FROM audit_entry WHERE sequence >= $1 ORDER BY sequence LIMIT $2', [
      next.toString(),
      VERIFY_ROWS,
    ]);
    for (const row of rows) {
      const isWhole = bigOf(row, 'sequence') === next && holds(row, previousHash);
      if (!isWhole) return { sequence: next };
      previousHash = textOf(row, 'hash');
      next += 1n;
    }
    if (rows.length < VERIFY_ROWS) return undefined;
  }
}

function holds(row: Row, previousHash: string): boolean {
  const leaf = textOf(row, 'leaf');
  const line = [previousHash, bigOf(row, 'sequence'), timeOf(row, 'recorded_at').getTime(), leaf].join('\n');
  const hash = createHash('sha256').update(line).digest('hex');
  return (
    textOf(row, 'previous_hash') === previousHash && textOf(row, 'hash') === hash && columnsAgree(row, leaf)
  );
}

/** The columns lists search by are copies of members of the leaf. */
function columnsAgree(row: Row, leaf: string): boolean {
  const parsed: unknown = JSON.parse(leaf);
  if (!isJsonObject(parsed)) return false;
  return (
    parsed.actor === row.actor &&
    parsed.action === row.action &&
    parsed.objectKind === row.object_kind &&
    parsed.objectId === row.object_id
  );
}

function toEntry(row: Row): JsonObject {
  const leaf: unknown = JSON.parse(textOf(row, 'leaf'));
  return {
    ...(isJsonObject(leaf) ? leaf : {}),
    sequence: bigOf(row, 'sequence').toString(),
    recordedAt: timeOf(row, 'recorded_at').toISOString(),
    previousHash: textOf(row, 'previous_hash'),
    hash: textOf(row, 'hash'),
  };
}
