import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountOpeningRules, type CustomerEvent } from '../../domain/outreach/index.ts';
import { openRecords } from '../../prisma/records/index.ts';
import { randomOf } from '../outreach/simulated-customers.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';

const CUSTOMERS = Number(process.env.AFTERBELL_TEST_CUSTOMERS ?? 500);
const SEED = Number(process.env.AFTERBELL_TEST_SEED ?? 20261123);
const KILLS = 4;
const WORKERS = ['worker-ops', 'worker-flows'];
const DELAY_MS = 20_000;
const SEND_MS = 30_000;
const BATCH = 25;
const FLOW = 'account-opening-follow-up';

interface Sent {
  readonly atMs: number;
  readonly event: Pick<CustomerEvent, 'customerId' | 'eventId' | 'kind' | 'sequence' | 'step'>;
}

/** Half of them go on after a while; some events come late, in another order or twice. Offsets in milliseconds. */
function storyOf(index: number, random: () => number): { readonly sent: Sent[]; readonly goesOn: boolean } {
  const customerId = `chaos-${index}`;
  const event = (kind: CustomerEvent['kind'], sequence: number, step = '') => ({
    customerId,
    eventId: `${customerId}-${sequence}`,
    kind,
    sequence,
    step,
  });
  const stalledMs = random() * SEND_MS;
  const goesOn = random() < 0.5;
  const sent: Sent[] = [
    { atMs: 0, event: event('opted-in', 1) },
    // An older step event that arrives whenever it likes must not matter.
    { atMs: random() * SEND_MS, event: event('progressed', 2, 'identity') },
    { atMs: stalledMs, event: event('stalled', 3, 'sign') },
  ];
  if (random() < 0.2) sent.push({ atMs: stalledMs + random() * 10_000, event: event('stalled', 3, 'sign') });
  if (goesOn)
    sent.push({
      // Before the stall itself, while it waits, or after the call was decided.
      atMs: Math.max(0, stalledMs - 2_000 + random() * (DELAY_MS + 8_000)),
      event: event('progressed', 4, 'sign'),
    });
  return { sent, goesOn };
}

describe(`${CUSTOMERS} stalled customers on real Temporal, workers killed ${KILLS} times (seed ${SEED})`, () => {
  let stack: LocalStack;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startLocalStack(['--demo', '--production-shape']);
    const records = openRecords(stack.databaseUrl());
    const rules = {
      ...accountOpeningRules,
      delays: [{ step: 'sign', delayMs: DELAY_MS }],
      quietHours: { from: '00:00', to: '00:00' },
      scorecard: { ...accountOpeningRules.scorecard, high: -100, medium: -100 },
    };
    await records.outreach.publishJourney('account-opening', '开户跟进', rules, 'chaos');
    await records.close();
    owner = new pg.Client({ connectionString: stack.databaseUrl() });
    await owner.connect();
  });

  afterAll(async () => {
    await owner?.end();
    await stack?.stop();
    stack?.remove();
  });

  it('gives one task to each who still stands there, none to those who went on', async () => {
    const random = randomOf(SEED);
    const caller = ApiSession.withToken(stack.baseUrl, stack.cliToken());
    const stories = Array.from({ length: CUSTOMERS }, (_unused, index) => storyOf(index, random));
    const all = stories.flatMap(({ sent }) => sent).sort((left, right) => left.atMs - right.atMs);
    const startMs = Date.now();
    const kills = killNow(stack, startMs, random);
    for (let from = 0; from < all.length; from += BATCH) {
      const batch = all.slice(from, from + BATCH);
      await delay(Math.max(0, startMs + (batch[0]?.atMs ?? 0) - Date.now()));
      await caller.need(
        'POST',
        '/v1/events',
        batch.map(({ event }) => ({
          specversion: '1.0',
          id: event.eventId,
          source: '/chaos',
          type: `com.afterbell.customer.${event.kind}`,
          time: new Date().toISOString(),
          data: { customer: event.customerId, sequence: event.sequence, step: event.step },
        })),
        { 'content-type': 'application/cloudevents-batch+json' },
      );
    }
    await kills;
    await waitFor(
      'the end of every run',
      600_000,
      async () => {
        const { rows } = await owner.query<{ open: number; runs: number; events: number }>(
          `SELECT count(*) FILTER (WHERE status NOT IN ('completed', 'failed', 'cancelled'))::int AS open, count(*)::int AS runs,
             (SELECT count(*)::int FROM event WHERE dispatched_at IS NULL) AS events
           FROM run WHERE flow_name = $1 AND business_key LIKE 'chaos-%'`,
          [FLOW],
        );
        return rows[0]?.open === 0 && rows[0].runs === CUSTOMERS && rows[0].events === 0 ? true : undefined;
      },
      1_000,
    );
    const { rows } = await owner.query<{
      customer_id: string;
      step: string;
      is_stalled: boolean;
      open: number;
    }>(
      `SELECT customer_id, step, is_stalled,
         (SELECT count(*)::int FROM call_task t WHERE t.customer_id = c.customer_id AND status = 'open') AS open
       FROM customer c WHERE customer_id LIKE 'chaos-%'`,
    );
    const final = new Map(rows.map((row) => [row.customer_id, row]));
    const wrong = stories.flatMap(({ goesOn }, index) => {
      const seen = final.get(`chaos-${index}`);
      const isRight = seen?.is_stalled === !goesOn && seen.open === (goesOn ? 0 : 1);
      return isRight ? [] : [{ index, goesOn, seen }];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
    const doubled = await owner.query(
      'SELECT customer_id FROM call_task GROUP BY customer_id, journey, stall_key HAVING count(*) > 1',
    );
    expect(doubled.rows).toEqual([]);
    const afterProgress = await owner.query(
      `SELECT t.customer_id FROM call_task t JOIN customer_event e USING (customer_id)
       WHERE e.kind = 'progressed' AND e.sequence = 4 AND t.created_at > e.received_at AND t.customer_id LIKE 'chaos-%'`,
    );
    expect(afterProgress.rows).toEqual([]);
    const early = await owner.query(
      `SELECT t.customer_id FROM call_task t JOIN journey_entry e USING (entry_id) WHERE t.created_at < e.first_due_at`,
    );
    expect(early.rows).toEqual([]);
    const failed = await owner.query(`SELECT run_id FROM run WHERE flow_name = $1 AND status = 'failed'`, [
      FLOW,
    ]);
    expect(failed.rows).toEqual([]);
  });
});

/** Kills the workers of activities and of flows in turn while events come and calls fall due; the stack starts them again. */
async function killNow(stack: LocalStack, startMs: number, random: () => number): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    const atMs = startMs + ((kill + 0.5 + random() * 0.4) * (SEND_MS + DELAY_MS)) / KILLS;
    await delay(Math.max(0, atMs - Date.now()));
    const worker = WORKERS[kill % WORKERS.length] ?? 'worker-ops';
    const pid = stack.pidOf(worker);
    process.kill(pid, 'SIGKILL');
    await waitFor('the next worker', 60_000, async () => {
      const next = stack.pidOf(worker);
      return next > 0 && next !== pid ? true : undefined;
    });
  }
}
