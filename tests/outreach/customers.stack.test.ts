import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accountOpeningRules,
  type CustomerEvent,
  gradeOf,
  type JourneyRules,
  newCustomer,
} from '../../domain/outreach/index.ts';
import { openRecords, type Records } from '../../prisma/records/index.ts';
import { createTestDatabase } from '../../prisma/records/test-database.ts';
import { type Delivery, deliveriesOf, historyOf, randomOf, referenceOf } from './simulated-customers.ts';

const CUSTOMERS = Number(process.env.AFTERBELL_TEST_CUSTOMERS ?? 10_000);
const SEED = Number(process.env.AFTERBELL_TEST_SEED ?? 20261123);
const START_MS = Date.parse('2026-11-02T00:00:00Z');
const TICK_MS = 2 * 3_600_000;
const JOURNEY = 'account-opening';
const rules: JourneyRules = { ...accountOpeningRules, cap: { calls: 1, days: 7 } };

let records: Records;
let owner: pg.Client;

beforeAll(async () => {
  const url = await createTestDatabase('outreach');
  records = openRecords(url);
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await records.outreach.publishJourney(JOURNEY, '开户跟进', rules, 'test');
  for (const personId of ['a', 'b', 'c'])
    await records.outreach.putRepresentative({
      personId,
      skills: ['banking', 'suitability'],
      capacity: 100,
      isOnShift: true,
    });
});
afterAll(async () => {
  await records.close();
  await owner.end();
});

/** What the test itself knows was delivered: the product's own rows are not asked. */
class Delivered {
  readonly #newest = new Map<string, CustomerEvent>();
  readonly #over = new Set<string>();

  note({ event }: Delivery): void {
    if (event.kind === 'closed' || event.kind === 'opted-out') this.#over.add(event.customerId);
    const newest = this.#newest.get(event.customerId);
    if (event.step !== '' && event.sequence > (newest?.sequence ?? 0))
      this.#newest.set(event.customerId, event);
  }

  /** True when a call for this stall now would reach somebody who moved on, opted out or closed. */
  isAfterProgress(customerId: string, stallSequence: number): boolean {
    return this.#over.has(customerId) || this.#newest.get(customerId)?.sequence !== stallSequence;
  }
}

interface Tally {
  readonly delivered: Delivered;
  readonly standings: Record<string, number>;
  readonly outcomes: Record<string, number>;
  callsAfterProgress: number;
  early: number;
  unequalRepeats: number;
}

const count = (counts: Record<string, number>, key: string) => {
  counts[key] = (counts[key] ?? 0) + 1;
};

/** One span of virtual time: what arrived is applied and enters, what fell due is decided, some of it twice. */
async function tick(batch: readonly Delivery[], nowMs: number, random: () => number, tally: Tally) {
  for (let from = 0; from < batch.length; from += 1000) {
    const part = batch.slice(from, from + 1000);
    const applied = await records.outreach.applyEvents(part.map(({ event }) => event));
    for (const { standing } of applied) count(tally.standings, standing);
    for (const delivery of part) tally.delivered.note(delivery);
    const stalls = part.filter(({ event }) => event.kind === 'stalled');
    await records.outreach.enter(
      stalls.map(({ event }, index) => ({
        journey: JOURNEY,
        customerId: event.customerId,
        step: event.step,
        sequence: event.sequence,
        runId: `run-${nowMs}-${from + index}`,
      })),
      nowMs,
    );
  }
  const due = await records.outreach.due(nowMs, 20_000);
  for (let from = 0; from < due.length; from += 1000) {
    const ids = due.slice(from, from + 1000);
    const answers = await records.outreach.decide(ids, nowMs);
    for (const answer of answers) {
      count(tally.outcomes, `${answer.outcome} ${answer.reason ?? ''}`.trim());
      if (answer.outcome !== 'person' && answer.outcome !== 'robot') continue;
      if (answer.dueAt.getTime() > nowMs) tally.early += 1;
    }
    if (random() < 0.2) {
      const again = await records.outreach.decide(ids, nowMs);
      for (const [index, answer] of again.entries())
        if (answer.outcome !== 'defer' && JSON.stringify(answer) !== JSON.stringify(answers[index]))
          tally.unequalRepeats += 1;
    }
  }
  if (due.length > 0) await checkCalls(due, tally);
}

async function checkCalls(entryIds: readonly string[], tally: Tally): Promise<void> {
  const { rows } = await owner.query<{ customer_id: string; stall_sequence: string }>(
    `SELECT customer_id, stall_sequence FROM journey_entry WHERE entry_id = ANY($1::text[]) AND status IN ('task', 'handed-off')`,
    [entryIds],
  );
  for (const row of rows)
    if (tally.delivered.isAfterProgress(row.customer_id, Number(row.stall_sequence)))
      tally.callsAfterProgress += 1;
}

describe(`${CUSTOMERS} customers with late, repeated and disordered events (seed ${SEED})`, () => {
  it('end as an in-order reading of their events ends, without a double task or a call after progress', async () => {
    const random = randomOf(SEED);
    const histories = Array.from({ length: CUSTOMERS }, (_unused, index) =>
      historyOf(`c${index}`, START_MS + random() * 86_400_000, random),
    );
    const deliveries = histories
      .flatMap((history) => deliveriesOf(history, random))
      .sort((left, right) => left.atMs - right.atMs);
    const tally: Tally = {
      delivered: new Delivered(),
      standings: {},
      outcomes: {},
      callsAfterProgress: 0,
      early: 0,
      unequalRepeats: 0,
    };
    let next = 0;
    for (let nowMs = START_MS; ; nowMs += TICK_MS) {
      const from = next;
      while ((deliveries[next]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) next += 1;
      await tick(deliveries.slice(from, next), nowMs, random, tally);
      if (next === deliveries.length && (await records.outreach.countWaiting({})) === 0) break;
      expect(nowMs, 'everything ends').toBeLessThan(START_MS + 70 * 86_400_000);
    }
    const { rows } = await owner.query<Record<string, unknown>>(
      `SELECT c.customer_id, c.step, c.is_stalled, c.is_closed, c.consent,
         (SELECT stall_key FROM call_task t WHERE t.customer_id = c.customer_id AND status = 'open') AS person,
         (SELECT stall_key FROM journey_entry e WHERE e.customer_id = c.customer_id AND status = 'handed-off' AND reason IS NULL) AS robot,
         (SELECT COALESCE(sum(reserved), 0)::int FROM contact_cap k WHERE k.customer_id = c.customer_id) AS reserved
       FROM customer c`,
    );
    const final = new Map(rows.map((row) => [row['customer_id'], row]));
    const wrong = histories.filter((history) => {
      const expected = referenceOf(history);
      const { customer_id: _unused, ...seen } = final.get(history[0]?.customerId) ?? {};
      const stall = expected.stalledAt;
      const grade =
        stall === null
          ? 'low'
          : gradeOf(rules.scorecard, {
              ...newCustomer(stall.customerId),
              step: stall.step,
              channel: stall.channel,
              profile: stall.profile,
            }).grade;
      const key = stall === null ? null : `${stall.step}#${stall.sequence}`;
      const wanted = {
        step: expected.step,
        is_stalled: expected.isStalled,
        is_closed: expected.isClosed,
        consent: expected.consent,
        person: grade === 'high' ? key : null,
        robot: grade === 'medium' ? key : null,
        reserved: grade === 'low' ? 0 : 1,
      };
      return JSON.stringify(seen) !== JSON.stringify(wanted);
    });
    expect(wrong.slice(0, 3).map((history) => [history, final.get(history[0]?.customerId)])).toEqual([]);
    expect({ ...tally, delivered: 0, standings: 0, outcomes: 0 }).toEqual({
      delivered: 0,
      standings: 0,
      outcomes: 0,
      callsAfterProgress: 0,
      early: 0,
      unequalRepeats: 0,
    });
    const doubles = await owner.query(
      'SELECT customer_id FROM call_task GROUP BY customer_id, journey, stall_key HAVING count(*) > 1',
    );
    expect(doubles.rows).toEqual([]);
    // The series proves nothing unless it has all of these.
    expect(tally.standings['late']).toBeGreaterThan(CUSTOMERS / 20);
    expect(tally.standings['duplicate']).toBeGreaterThan(CUSTOMERS / 4);
    expect(tally.outcomes['person']).toBeGreaterThan(CUSTOMERS / 20);
    expect(tally.outcomes['robot']).toBeGreaterThan(CUSTOMERS / 20);
    expect(tally.outcomes['defer quiet-hours']).toBeGreaterThan(CUSTOMERS / 20);
    const withdrawn = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM call_task WHERE status = 'cancelled'`,
    );
    expect(withdrawn.rows[0]?.count).toBeGreaterThan(CUSTOMERS / 100);
  }, 180_000);
});
