import type { JsonObject } from '../../domain/json.ts';
import type { Records } from '../../prisma/records/types.ts';
import { type ApiSession, waitFor } from '../support/api-session.ts';
import type { LocalStack } from '../support/local-stack.ts';
import type { Checks } from './checks.ts';

/** What a flow of the demo plays on. */
export interface Scene {
  readonly stack: LocalStack;
  /** For what has no page yet (inventory of services) and for looks behind the API. */
  readonly records: Records;
  readonly checks: Checks;
  /** One line of progress. */
  readonly say: (line: string) => void;
}

/** A run as the API shows it. */
export interface RunView {
  readonly runId: string;
  readonly status: string;
  readonly businessKey: string | null;
  readonly output: JsonObject | null;
  readonly error: { readonly title: string; readonly detail?: string } | null;
  readonly standing: { readonly en: string };
}

const ENDED = ['completed', 'failed', 'cancelled'];

/** Waits until a run has ended, whatever way. Milliseconds. */
export function endOfRun(caller: ApiSession, runId: string, timeoutMs: number): Promise<RunView> {
  return waitFor(
    `the end of run ${runId}`,
    timeoutMs,
    async () => {
      const run = await caller.need<RunView>('GET', `/v1/runs/${runId}`);
      return ENDED.includes(run.status) ? run : undefined;
    },
    500,
  );
}

/** Status of an ended run, or its error where it did not complete: what a table row should say. */
export function endingOf(run: RunView): string {
  return run.status === 'completed'
    ? run.status
    : `${run.status}: ${run.error?.detail ?? run.error?.title ?? run.standing.en}`;
}

/** Waits until a run asks these people, and lets one of them approve exactly what is shown. */
export async function approveAs(
  stack: LocalStack,
  username: string,
  runId: string,
  timeoutMs: number,
): Promise<void> {
  const session = await stack.signIn(username);
  const approval = await waitFor(`the approval for ${username}`, timeoutMs, async () => {
    const { items } = await session.need<{
      items: Array<{ approvalId: string; runId: string; contentHash: string }>;
    }>('GET', '/v1/approvals?status=open&mine=true');
    return items.find((item) => item.runId === runId);
  });
  await session.need('POST', `/v1/approvals/${approval.approvalId}/decisions`, {
    decision: 'approve',
    comment: 'demo',
    contentHash: approval.contentHash,
  });
}
