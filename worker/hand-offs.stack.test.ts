import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HandOffQueueHandle, openQueue } from '../platform/queues.ts';
import { openRecords } from '../prisma/records/index.ts';
import { createTestDatabase } from '../prisma/records/test-database.ts';
import type { Records } from '../prisma/records/types.ts';
import { waitFor } from '../tests/support/api-session.ts';

const PROCESS = fileURLToPath(new URL('../tests/support/hand-off-process.ts', import.meta.url));
const MESSAGES = 400;
const DRAIN_MS = 60_000;

/** A receiver that is slow enough for a kill to hit work in hand, and fails some first attempts. */
class Receiver {
  readonly seen = new Map<string, number>();
  readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const id = String(request.headers['webhook-id']);
      const times = (this.seen.get(id) ?? 0) + 1;
      this.seen.set(id, times);
      request.resume();
      const status = times === 1 && Number(id.replace(/\D/g, '')) % 10 === 0 ? 503 : 204;
      setTimeout(() => response.writeHead(status).end(), 15);
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }
}

async function startProcess(databaseUrl: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROCESS], {
    env: { ...process.env, AFTERBELL_TEST_HAND_OFFS: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the process ended with code ${code}`)));
  });
  return child;
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

describe('hand-offs worked by two processes', () => {
  const receiver = new Receiver();
  let databaseUrl: string;
  let records: Records;
  let queue: HandOffQueueHandle;
  let client: pg.Client;
  const processes: ChildProcess[] = [];

  beforeAll(async () => {
    databaseUrl = await createTestDatabase('hand_offs');
    records = openRecords(databaseUrl);
    queue = openQueue(databaseUrl, 'notification', () => undefined);
    client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    processes.push(await startProcess(databaseUrl), await startProcess(databaseUrl));
  });
  afterAll(async () => {
    for (const child of processes) await end(child, 'SIGTERM');
    await queue.close();
    await client.end();
    await records.close();
    receiver.server.close();
  });

  const count = async (sql: string): Promise<number> =>
    Number((await client.query<{ n: string }>(sql)).rows[0]?.n);

  it('one of which is killed: every one has one receipt, and none is completed without it', async () => {
    const url = await receiver.open();
    const put = (n: number) =>
      records.handOffs.put({
        queue: 'notification',
        dedupeKey: `msg_${n}`,
        payload: { url, messageId: `msg_${n}`, body: '{}', secretRefs: [] },
      });
    await Promise.all(Array.from({ length: MESSAGES }, (_, n) => put(n)));
    // Written again by a caller that died before it saw the answer.
    await Promise.all(Array.from({ length: MESSAGES / 4 }, (_, n) => put(n)));
    await waitFor('a quarter of the receipts', DRAIN_MS, async () =>
      (await count('SELECT count(*) n FROM hand_off_receipt')) >= MESSAGES / 4 ? true : undefined,
    );
    const [victim] = processes.splice(0, 1);
    if (victim !== undefined) await end(victim, 'SIGKILL');
    processes.push(await startProcess(databaseUrl));
    await waitFor('all receipts', DRAIN_MS, async () =>
      (await count('SELECT count(*) n FROM hand_off_receipt')) === MESSAGES ? true : undefined,
    );
    await waitFor('an empty queue', DRAIN_MS, async () =>
      (await queue.getJobCountByTypes('completed')) === MESSAGES ? true : undefined,
    );
    expect(await count('SELECT count(*) n FROM outbox')).toBe(MESSAGES);
    expect(await count("SELECT count(*) n FROM hand_off_receipt WHERE outcome = 'delivered'")).toBe(MESSAGES);
    expect(
      await count(`SELECT count(*) n FROM bullmq.job j WHERE j.state = 'completed' AND NOT EXISTS
        (SELECT 1 FROM hand_off_receipt r WHERE 'outbox-' || r.outbox_id = j.id)`),
    ).toBe(0);
    expect(receiver.seen.size).toBe(MESSAGES);
    // At least once: what was under way in the killed process is sent again, and nothing else is.
    const sent = [...receiver.seen.values()].reduce((sum, times) => sum + times, 0);
    expect(sent).toBeGreaterThanOrEqual(MESSAGES * 1.1);
    expect(sent).toBeLessThanOrEqual(MESSAGES * 1.1 + 10);
  });

  it('a row that a relay took twice is one job', async () => {
    await records.handOffs.put({ queue: 'robot-calls', dedupeKey: 'call/1', payload: { kind: 'call' } });
    const robots = openQueue(databaseUrl, 'robot-calls', () => undefined);
    const job = await waitFor('the job', DRAIN_MS, async () => (await robots.getJobs(['waiting']))[0]);
    await client.query("UPDATE outbox SET taken_at = NULL WHERE queue = 'robot-calls'");
    await client.query('NOTIFY outbox');
    await waitFor('the second taking', DRAIN_MS, async () =>
      (await count('SELECT count(*) n FROM outbox WHERE taken_at IS NULL')) === 0 ? true : undefined,
    );
    expect((await robots.getJobs(['waiting'])).map(({ id }) => id)).toEqual([job.id]);
    // Nobody works it without a dialler, and its content stays in the row.
    expect(job.data).toEqual({ outboxId: expect.any(String) as string, about: 'call/1' });
    await robots.close();
  });
});
