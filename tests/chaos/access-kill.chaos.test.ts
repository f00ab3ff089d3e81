import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecords } from '../../prisma/records/index.ts';
import type { Records } from '../../prisma/records/types.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';

const KILLS = Number(process.env.AFTERBELL_TEST_KILLS ?? 5);
const SEED = Number(process.env.AFTERBELL_TEST_SEED ?? 20261123);
/** 7.2 seconds: long enough to be killed while it waits, too. */
const HOURS = 0.002;

/** Small generator with a printed seed, so that a failing series can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe(`kill -9 of api and worker during an access request, ${KILLS} times (seed ${SEED})`, () => {
  let stack: LocalStack;
  let records: Records;
  let receiver: Server;
  let callbackUrl: string;
  const received: Array<{ id: string; body: string }> = [];
  const random = randomOf(SEED);

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({
          id: String(request.headers['webhook-id']),
          body: Buffer.concat(chunks).toString(),
        });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/callback`;
    stack = await startLocalStack(['--demo'], { AFTERBELL_EGRESS_ALLOW: '127.0.0.1' });
    records = openRecords(stack.databaseUrl());
  });
  afterAll(async () => {
    await records?.close();
    await stack?.stop();
    stack?.remove();
    receiver?.close();
  });

  /** Somebody who tries again while the api is down: every call here may be repeated. */
  const insist = <Answer>(
    session: ApiSession,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    waitFor(`${method} ${path}`, 60_000, () => session.need<Answer>(method, path, body, headers));
  const decide = async (username: string, runId: string) => {
    const session = await waitFor('the sign-in', 60_000, () => stack.signIn(username));
    const approval = await waitFor('the approval', 60_000, async () => {
      const { items } = await records.approvals.list({ runId, status: 'open' }, { limit: 1 });
      return items[0]?.asked.includes(username === 'zhao.lin' ? 'role:risk-officer' : 'role:approver')
        ? items[0]
        : undefined;
    });
    await insist(session, 'POST', `/v1/approvals/${approval.approvalId}/decisions`, {
      decision: 'approve',
      contentHash: approval.contentHash,
    });
  };

  it.each(Array.from({ length: KILLS }, (_unused, index) => index))(
    'kill %i',
    async () => {
      const caller = ApiSession.withToken(stack.baseUrl, stack.cliToken());
      const requestId = `chaos-${randomUUID()}`;
      const input = {
        requestId,
        person: 'li.na',
        kind: 'role',
        access: 'net-reviewer',
        reason: 'chaos',
        hours: HOURS,
        callbackUrl,
      };
      const start = { flow: 'access-request', businessKey: requestId, input };
      const killing = delay(random() * 11_000).then(() => process.kill(stack.pidOf('afterbell'), 'SIGKILL'));
      const { runId } = await insist<{ runId: string }>(caller, 'POST', '/v1/runs', start, {
        'idempotency-key': requestId,
      });
      await decide('zhao.lin', runId);
      await decide('sun.yan', runId);
      await killing;
      const run = await waitFor('the end of the run', 120_000, async () => {
        const row = await records.runs.find(runId);
        return row !== undefined && ['completed', 'failed'].includes(row.status) ? row : undefined;
      });
      expect(run.status, JSON.stringify(run.error)).toBe('completed');
      expect(run.output).toMatchObject({ status: 'ended', ended: { early: false } });
      const grants = (await records.grants.list({}, { limit: 200 })).items.filter(
        (row) => row.runId === runId,
      );
      expect(grants).toHaveLength(1);
      expect(grants[0]?.grantedBy).toEqual(['zhao.lin', 'sun.yan']);
      expect(await records.grants.liveFor('li.na', new Date())).toEqual([]);
      const own = received.filter(({ body }) => body.includes(requestId));
      // A kill between answer and ledger may send once more: with the same id and the same bytes, so a receiver drops it.
      expect(new Set(own.map(({ id }) => id)).size).toBe(2);
      expect(new Set(own.map(({ body }) => body)).size).toBe(2);
      expect((await records.effects.ofRun(runId)).map(({ status }) => status)).toEqual([
        'done',
        'done',
        'done',
      ]);
      await waitFor('the api', 60_000, async () =>
        (await fetch(`${stack.baseUrl}/v1/health`)).ok ? true : undefined,
      );
    },
    300_000,
  );
});
