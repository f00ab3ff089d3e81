import { inflateRawSync } from 'node:zlib';
import type { EvidenceFileRow, Records } from '../../prisma/records/types.ts';
import type { CallContext } from '../../steps/define-step.ts';

/** A file of a bot as its output names it. */
export interface BotFile {
  readonly ref: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows?: number;
  readonly facts?: Record<string, string>;
}

/** Stores files of one bot run as evidence of its step. */
export class BotEvidence {
  readonly stored: Array<{ kind: string; name: string; sha256: string; bytes: number }> = [];
  readonly #evidence: Pick<Records['evidence'], 'put'>;
  readonly #context: CallContext;

  constructor(evidence: Pick<Records['evidence'], 'put'>, context: CallContext) {
    this.#evidence = evidence;
    this.#context = context;
  }

  async put(kind: string, name: string, mediaType: string, content: Uint8Array): Promise<EvidenceFileRow> {
    const { runId, pointer, visit } = this.#context;
    const row = await this.#evidence.put({ runId, pointer, visit, kind, name, mediaType }, content);
    this.stored.push({ kind, name, sha256: row.sha256, bytes: row.bytes });
    return row;
  }

  /** Stores a file that later steps read. */
  async putData(
    kind: string,
    name: string,
    mediaType: string,
    content: Uint8Array,
    rows?: number,
  ): Promise<BotFile> {
    const { sha256, bytes } = await this.put(kind, name, mediaType, content);
    return { ref: `payload:${sha256}`, name, sha256, bytes, ...(rows === undefined ? {} : { rows }) };
  }
}

/** Rows as CSV (RFC 4180, UTF-8, header first). Cells stay as the page shows them: a machine reads this file. */
export function renderTableCsv(columns: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DEFLATED = 8;

/** Unpacked content of every entry of a ZIP archive. Throws when it is none. */
export function unzip(archive: Buffer): Array<{ name: string; content: Buffer }> {
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0) throw new Error('not a ZIP archive');
  const entries: Array<{ name: string; content: Buffer }> = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the ZIP directory is damaged');
    const method = archive.readUInt16LE(at + 10);
    const packed = archive.readUInt32LE(at + 20);
    const nameLength = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(from, from + packed);
    entries.push({ name, content: method === DEFLATED ? inflateRawSync(bytes) : bytes });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/** True when a secret stands in the bytes: as it is, in an address or form, in JSON, or in base64. */
export function holdsSecret(content: Buffer, secrets: readonly string[]): boolean {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString().slice(2),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ])
    .some((form) => content.includes(form));
}
