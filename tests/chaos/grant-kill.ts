import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { Records } from '../../prisma/records/types.ts';
import { approveAs, endingOf, endOfRun } from '../demo/scene.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import type { LocalStack } from '../support/local-stack.ts';
import { killPart } from './kills.ts';

/** 5.4 seconds. */
const HOURS = 0.0015;
const STEP_MS = 60_000;
/** A grant killed in the middle is tried again when its 30 seconds are over, and so is a callback. */
const END_MS = 150_000;

/** The system that asked; it keeps what it is told. */
export interface CallbackReceiver {
  readonly url: string;
  readonly received: Array<{ readonly id: string; readonly body: string }>;
  close(): void;
}

/** Listens on a free loopback port and accepts everything. */
export async function openCallbackReceiver(): Promise<CallbackReceiver> {
  const received: Array<{ id: string; body: string }> = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ id: String(request.headers['webhook-id']), body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One request, one kill as soon as the grant shows in the ledger: one grant that ends by itself, one id and one text per callback. */
export async function grantKill(
  stack: LocalStack,
  records: Records,
  receiver: CallbackReceiver,
): Promise<void> {
  const caller = ApiSession.withToken(stack.baseUrl, stack.cliToken());
  const requestId = `grant-kill-${randomUUID()}`;
  const input = {
    requestId,
    person: 'li.na',
    kind: 'role',
    access: 'net-reviewer',
    reason: 'killed while it is granted',
    hours: HOURS,
    callbackUrl: receiver.url,
  };
  const { runId } = await caller.need<{ runId: string }>(
    'POST',
    '/v1/runs',
    { flow: 'access-request', businessKey: requestId, input },
    { 'idempotency-key': requestId },
  );
  await approveAs(stack, 'zhao.lin', runId, STEP_MS);
  const seen = waitFor(
    'the grant in the ledger',
    STEP_MS,
    async () => (await records.effects.ofRun(runId))[0],
    2,
  );
  await approveAs(stack, 'sun.yan', runId, STEP_MS);
  await seen;
  await killPart(stack, 'afterbell');
  const run = await endOfRun(caller, runId, END_MS);
  expect(endingOf(run)).toBe('completed');
  expect(run.output).toMatchObject({ status: 'ended', ended: { early: false } });
  const grants = (await records.grants.list({}, { limit: 200 })).items.filter((row) => row.runId === runId);
  expect(grants).toHaveLength(1);
  expect(grants[0]?.grantedBy).toEqual(['zhao.lin', 'sun.yan']);
  expect(await records.grants.liveFor('li.na', new Date())).toEqual([]);
  const own = receiver.received.filter(({ body }) => body.includes(requestId));
  for (const type of ['access.granted', 'access.ended']) {
    const told = own.filter(({ body }) => (JSON.parse(body) as { type: string }).type === type);
    // A kill between answer and ledger may send once more: with the same id and the same bytes, so a receiver drops it.
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(new Set(told.map(({ body }) => body)).size).toBe(1);
  }
  const effects = await records.effects.ofRun(runId);
  expect(effects.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
}
