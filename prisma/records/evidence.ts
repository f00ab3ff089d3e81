import { createHash, randomUUID } from 'node:crypto';
import type { Database, Row } from './database.ts';
import { RecordConflict } from './errors.ts';
import { bytesOf, textOf, timeOf, wholeOf } from './row.ts';
import type { EvidenceFileRow, Records } from './types.ts';

const COLUMNS = 'file_id, run_id, pointer, visit, kind, name, media_type, sha256, bytes, created_at';

/** Evidence files and large payloads: bytes once per SHA-256, checked again when they are read. */
export function createEvidenceRecords({ query }: Database): Records['evidence'] {
  const putPayload = async (content: Uint8Array): Promise<{ sha256: string; bytes: number }> => {
    const sha256 = hashOf(content);
    await query('INSERT INTO payload (sha256, bytes, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      sha256,
      content.byteLength,
      Buffer.from(content),
    ]);
    return { sha256, bytes: content.byteLength };
  };
  return {
    putPayload,
    readPayload: async (sha256) => {
      const [row] = await query('SELECT content FROM payload WHERE sha256 = $1', [sha256]);
      return row === undefined ? undefined : checkedContent(row, sha256);
    },
    put: async (file, content) => {
      const { sha256, bytes } = await putPayload(content);
      const key = [file.runId, file.pointer, file.visit, file.kind, file.name, sha256];
      await query(
        `INSERT INTO evidence_file (run_id, pointer, visit, kind, name, sha256, media_type, bytes, file_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
        [...key, file.mediaType, bytes, randomUUID()],
      );
      const [stored] = await query(
        `SELECT ${COLUMNS} FROM evidence_file
         WHERE run_id = $1 AND pointer = $2 AND visit = $3 AND kind = $4 AND name = $5 AND sha256 = $6`,
        key,
      );
      if (stored === undefined) throw new RecordConflict('unknown-row', `evidence file ${file.name} is gone`);
      return toFile(stored);
    },
    ofRun: async (runId) => {
      const rows = await query(
        `SELECT ${COLUMNS} FROM evidence_file WHERE run_id = $1 ORDER BY created_at, file_id`,
        [runId],
      );
      return rows.map(toFile);
    },
    read: async (fileId) => {
      const [row] = await query(
        `SELECT evidence_file.*, payload.content FROM evidence_file JOIN payload USING (sha256) WHERE file_id = $1`,
        [fileId],
      );
      if (row === undefined) return undefined;
      const file = toFile(row);
      return { file, content: checkedContent(row, file.sha256) };
    },
  };
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Evidence that no longer has its hash is no evidence: reading it fails. */
function checkedContent(row: Row, sha256: string): Uint8Array {
  const content = bytesOf(row, 'content');
  if (hashOf(content) !== sha256) throw new Error(`stored content does not have the hash ${sha256}`);
  return content;
}

function toFile(row: Row): EvidenceFileRow {
  return {
    fileId: textOf(row, 'file_id'),
    runId: textOf(row, 'run_id'),
    pointer: textOf(row, 'pointer'),
    visit: textOf(row, 'visit'),
    kind: textOf(row, 'kind'),
    name: textOf(row, 'name'),
    mediaType: textOf(row, 'media_type'),
    sha256: textOf(row, 'sha256'),
    bytes: wholeOf(row, 'bytes'),
    createdAt: timeOf(row, 'created_at'),
  };
}
