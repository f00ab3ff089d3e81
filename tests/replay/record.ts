import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { RunRow } from '../../prisma/records/types.ts';

const { History } = proto.temporal.api.history.v1;

/** A history as Temporal's own messages describe it. */
export type StoredHistory = ReturnType<typeof History.decode>;

/**
 * Writes the history of an ended run into the corpus as `<release>-<name>.base64` (protobuf): its last execution, or the one named. One
 * that is there stays: it is the record of what that release did, and only a new release or a new name adds a file. The payloads are
 * sealed with the fixed key of the flow bench, so the files hold no secret and can be replayed anywhere.
 */
export async function recordHistory(
  client: Client,
  { workflowId }: Pick<RunRow, 'workflowId'>,
  name: string,
  executionId?: string,
): Promise<void> {
  if (hasHistory(name)) return;
  const history = await client.workflow.getHandle(workflowId, executionId).fetchHistory();
  await writeFile(fileOf(name), `${Buffer.from(History.encode(history).finish()).toString('base64')}\n`);
}

/** True when this release has a history of that name. */
export function hasHistory(name: string): boolean {
  return existsSync(fileOf(name));
}

function fileOf(name: string): URL {
  return new URL(`./histories/${release()}-${name}.base64`, import.meta.url);
}

function release(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Reads a history of the corpus. */
export function readHistory(file: string): StoredHistory {
  return History.decode(Buffer.from(readFileSync(file, 'utf8'), 'base64'));
}
