import { parse } from 'csv-parse/sync';
import readXlsx from 'read-excel-file/node';

/** How the bytes of a text file are to be read. */
export type TextEncodingChoice = 'auto' | 'utf-8' | 'gb18030';

/** A file that is no table. */
export class TableError extends Error {}

const ZIP_HEAD = Buffer.from('PK');
const SEPARATORS = [',', '\t', '|', ';'] as const;

/**
 * Reads a file as rows of texts, by what it is and not by its name: XLSX (first sheet), a JSON array of rows as a bot's table step
 * stores it, else separated text. The whole file is decoded at once: decoding in parts cuts two-byte characters and loses rows silently.
 */
export async function readTable(content: Uint8Array, encoding: TextEncodingChoice): Promise<string[][]> {
  const bytes = Buffer.from(content);
  if (bytes.length === 0) return [];
  if (bytes.subarray(0, 2).equals(ZIP_HEAD)) return readSheet(bytes);
  const text = decodeText(bytes, encoding);
  if (text.trimStart().startsWith('[')) return readRows(text);
  const [separator] = [...SEPARATORS].sort((one, other) => countIn(text, other) - countIn(text, one));
  return parse(text, {
    delimiter: separator ?? ',',
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    bom: true,
  });
}

/**
 * Decodes a text. `auto`: UTF-8 when it is valid, else GB18030, which contains GBK and GB2312. Throws `TableError` when the bytes are
 * neither, so that no row is lost to a replaced character.
 */
export function decodeText(bytes: Uint8Array, encoding: TextEncodingChoice): string {
  const order = encoding === 'auto' ? (['utf-8', 'gb18030'] as const) : [encoding];
  for (const name of order) {
    try {
      return new TextDecoder(name, { fatal: true }).decode(bytes);
    } catch {
      // The next encoding may fit.
    }
  }
  throw new TableError(`the file is not valid ${order.join(' or ')}`);
}

async function readSheet(bytes: Buffer): Promise<string[][]> {
  const sheet: unknown = await readXlsx(bytes);
  const rows = Array.isArray(sheet) ? sheet : [];
  // One workbook gives its first sheet, or a list of sheets that each hold their rows.
  const first: unknown = rows[0];
  const table =
    typeof first === 'object' && first !== null && 'data' in first ? (first as { data: unknown }).data : rows;
  if (!Array.isArray(table)) throw new TableError('the workbook has no sheet');
  return table.map((row: unknown) => (Array.isArray(row) ? row.map(cellText) : []));
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean'
    ? String(cell)
    : '';
}

function readRows(text: string): string[][] {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) throw new TableError('the table is not an array of rows');
  return rows.map((row: unknown) => (Array.isArray(row) ? row.map(cellText) : []));
}

function countIn(text: string, separator: string): number {
  const line = text.slice(0, text.indexOf('\n') < 0 ? undefined : text.indexOf('\n'));
  return line.split(separator).length;
}
