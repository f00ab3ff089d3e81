import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { RunRow } from '../../prisma/records/types.ts';

const { History } = proto.temporal.api.history.v1;

/** A history as Temporal's own messages describe it. */
export type StoredHistory = ReturnType<typeof History.decode>;

/**
 * Writes the history of a finished run into the corpus as `<name>.base64` (protobuf). The payloads are sealed with the fixed key of
 * the flow bench, so the files hold no secret and can be replayed anywhere.
 */
export async function recordHistory(client: Client, run: RunRow, name: string): Promise<void> {
  const history = await client.workflow.getHandle(run.workflowId).fetchHistory();
  const text = Buffer.from(History.encode(history).finish()).toString('base64');
  await writeFile(new URL(`./histories/${name}.base64`, import.meta.url), `${text}\n`);
}

/** Reads a history of the corpus. */
export function readHistory(file: string): StoredHistory {
  return History.decode(Buffer.from(readFileSync(file, 'utf8'), 'base64'));
}
