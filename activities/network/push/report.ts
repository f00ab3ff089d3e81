import type { EvidenceFileRow, Records } from '../../../prisma/records/types.ts';
import type { CallContext } from '../../../steps/define-step.ts';
import type { TranscriptEntry } from '../drivers/talk.ts';
import type { DeviceEnd } from './device-push.ts';
import type { PortResult, PushInput } from './push-types.ts';

/** A stored file as the step's output names it. */
export interface StoredFile {
  readonly name: string;
  readonly sha256: string;
  readonly fileId: string;
}

/** Stores files of one step as evidence. */
export class EvidenceWriter {
  readonly files: StoredFile[] = [];
  private readonly evidence: Records['evidence'];
  private readonly context: CallContext;

  constructor(evidence: Records['evidence'], context: CallContext) {
    this.evidence = evidence;
    this.context = context;
  }

  async put(kind: string, name: string, mediaType: string, text: string): Promise<EvidenceFileRow> {
    const { runId, pointer, visit } = this.context;
    const row = await this.evidence.put(
      { runId, pointer, visit, kind, name, mediaType },
      new TextEncoder().encode(text),
    );
    this.files.push({ name: row.name, sha256: row.sha256, fileId: row.fileId });
    return row;
  }
}

const COLUMNS = [
  'device',
  'port',
  'outcome',
  'reason',
  'startedAt',
  'endedAt',
  'lines',
  'before',
  'after',
] as const;

/** Results as CSV (RFC 4180, with a BOM so that spreadsheets read Chinese). A cell never starts a formula. */
export function renderResultCsv(results: readonly PortResult[]): string {
  const rows = results.map((result) =>
    [
      result.device,
      result.port,
      result.outcome,
      result.reason,
      result.startedAt,
      result.endedAt,
      result.lines.map((line) => `${line.line} [${line.outcome}]`).join('\n'),
      result.before.join('\n'),
      result.after.join('\n'),
    ].map(csvCell),
  );
  return `\uFEFF${[COLUMNS.join(','), ...rows.map((row) => row.join(','))].join('\r\n')}\r\n`;
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Session log of a device: `>>` a line that may change it, `>` a line that reads, then what came back. Answers to hidden questions are never in it. */
export function renderTranscript(device: string, entries: readonly TranscriptEntry[]): string {
  const blocks = entries.map((entry) => {
    const at = new Date(entry.atMs).toISOString();
    const mark = entry.kind === 'change' ? '>>' : '>';
    return `${at} ${mark} ${entry.line}   [${entry.outcome}, ${entry.tookMs} ms]\n${entry.output.trimEnd()}`.trimEnd();
  });
  return [`device ${device}`, ...blocks, ''].join('\n\n');
}

/** Stores results and script of a push; snapshots and session logs are stored already. */
export async function storeReport(
  writer: EvidenceWriter,
  input: PushInput,
  ends: readonly DeviceEnd[],
  status: string,
): Promise<void> {
  const results = ends.flatMap((end) => end.results);
  const { planId, planHash, scriptText } = input.plan;
  const summary = {
    status,
    planId,
    planHash,
    approvalId: input.approval.approvalId,
    window: input.window.name,
    results,
  };
  await writer.put('result', 'result.csv', 'text/csv; charset=utf-8', renderResultCsv(results));
  await writer.put('result', 'result.json', 'application/json', `${JSON.stringify(summary, null, 2)}\n`);
  await writer.put('script', 'script.txt', 'text/plain; charset=utf-8', scriptText);
}

/** Session log and state afterwards of one device: stored as soon as it is done, so that a later failure elsewhere loses nothing. */
export async function storeDeviceFiles(writer: EvidenceWriter, end: DeviceEnd): Promise<void> {
  if (end.transcript.length > 0) {
    const text = renderTranscript(end.device, end.transcript);
    await writer.put('transcript', `${end.device}-transcript.txt`, 'text/plain; charset=utf-8', text);
  }
  if (end.after) {
    const text = [...end.after.values()].join('');
    await writer.put('snapshot', `${end.device}-after.txt`, 'text/plain; charset=utf-8', text);
  }
}
