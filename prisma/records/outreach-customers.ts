import type { CustomerEvent, CustomerState, EventStanding } from '../../domain/outreach/index.ts';
import { applyEvent, endOfWaiting, newCustomer } from '../../domain/outreach/index.ts';
import type { Database } from './database.ts';
import { versionsOf } from './outreach-journeys.ts';
import { toCustomer, toCustomerEvent, toEntry } from './outreach-rows.ts';
import type { JourneyEntryRow, OutreachRecords } from './outreach-types.ts';
import { textOf } from './row.ts';

type Query = Database['query'];
type Customers = Pick<
  OutreachRecords,
  'applyEvents' | 'recheck' | 'customer' | 'customerEvents' | 'setDoNotCall'
>;

/** Customers and their events. */
export function createCustomerRecords(database: Database): Customers {
  const { query } = database;
  return {
    applyEvents: (events) =>
      events.length === 0 ? Promise.resolve([]) : database.transaction((inside) => applyAll(inside, events)),
    recheck: (entryId) =>
      database.transaction(async (inside) => {
        const [found] = await inside('SELECT customer_id FROM journey_entry WHERE entry_id = $1', [entryId]);
        if (found === undefined) return undefined;
        const states = await lockCustomers(inside, [textOf(found, 'customer_id')]);
        await withdraw(inside, [...states.values()]);
        const [row] = await inside('SELECT * FROM journey_entry WHERE entry_id = $1', [entryId]);
        return row === undefined ? undefined : toEntry(row);
      }),
    customer: async (customerId) => {
      const [row] = await query('SELECT * FROM customer WHERE customer_id = $1', [customerId]);
      return row === undefined ? undefined : toCustomer(row);
    },
    customerEvents: async (customerId, limit) => {
      const rows = await query(
        'SELECT * FROM customer_event WHERE customer_id = $1 ORDER BY sequence DESC, received_at DESC LIMIT $2',
        [customerId, limit],
      );
      return rows.map(toCustomerEvent);
    },
    setDoNotCall: async (customerId, isForbidden) => {
      const rows = await query(
        'UPDATE customer SET do_not_call = $2, updated_at = now() WHERE customer_id = $1 RETURNING customer_id',
        [customerId, isForbidden],
      );
      return rows.length > 0;
    },
  };
}

type Applied = Awaited<ReturnType<OutreachRecords['applyEvents']>>;

async function applyAll(inside: Query, events: readonly CustomerEvent[]): Promise<Applied> {
  const states = await lockCustomers(
    inside,
    events.map((event) => event.customerId),
  );
  const known = await knownEvents(inside, events);
  const standings: EventStanding[] = [];
  const fresh: { event: CustomerEvent; standing: EventStanding }[] = [];
  for (const event of events) {
    const key = keyOf(event.source, event.eventId);
    const state = states.get(event.customerId) ?? newCustomer(event.customerId);
    if (known.has(key)) {
      standings.push('duplicate');
      continue;
    }
    known.add(key);
    const applied = applyEvent(state, event);
    states.set(event.customerId, applied.state);
    standings.push(applied.standing);
    fresh.push({ event, standing: applied.standing });
  }
  await storeEvents(inside, fresh);
  const changed = new Set(
    fresh.filter(({ standing }) => standing === 'acted').map(({ event }) => event.customerId),
  );
  const touched = new Set(fresh.map(({ event }) => event.customerId));
  await storeCustomers(
    inside,
    [...states.values()].filter((state) => touched.has(state.customerId)),
  );
  const ended = await withdraw(
    inside,
    [...states.values()].filter((state) => changed.has(state.customerId)),
  );
  return standings.map((standing, index) => ({
    standing,
    ended: standing === 'acted' ? (ended.get(events[index]?.customerId ?? '') ?? 0) : 0,
  }));
}

const keyOf = (source: string, eventId: string): string => `${source}\n${eventId}`;

/** Makes missing customers and locks all of them in one order, so that two batches never wait for each other in a circle. */
export async function lockCustomers(
  inside: Query,
  customerIds: readonly string[],
): Promise<Map<string, CustomerState>> {
  const ids = [...new Set(customerIds)].sort();
  const blank = newCustomer('');
  await inside(
    `INSERT INTO customer (customer_id, time_zone, profile, step_at)
     SELECT id, $2, '{}', to_timestamp(0) FROM unnest($1::text[]) AS t(id) ORDER BY id ON CONFLICT DO NOTHING`,
    [ids, blank.timeZone],
  );
  const rows = await inside(
    'SELECT * FROM customer WHERE customer_id = ANY($1::text[]) ORDER BY customer_id FOR UPDATE',
    [ids],
  );
  return new Map(rows.map((row) => [textOf(row, 'customer_id'), toCustomer(row)]));
}

async function knownEvents(inside: Query, events: readonly CustomerEvent[]): Promise<Set<string>> {
  const rows = await inside(
    `SELECT source, event_id FROM customer_event
     WHERE (source, event_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    [events.map((event) => event.source), events.map((event) => event.eventId)],
  );
  return new Set(rows.map((row) => keyOf(textOf(row, 'source'), textOf(row, 'event_id'))));
}

async function storeEvents(
  inside: Query,
  fresh: ReadonlyArray<{ readonly event: CustomerEvent; readonly standing: EventStanding }>,
): Promise<void> {
  if (fresh.length === 0) return;
  const column = <Value>(pick: (event: CustomerEvent) => Value) => fresh.map(({ event }) => pick(event));
  await inside(
    `INSERT INTO customer_event (source, event_id, customer_id, kind, sequence, step, body, standing, occurred_at)
     SELECT a, b, c, d, e, f, g::json, h, to_timestamp(i / 1000.0)
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::float8[])
       AS t(a, b, c, d, e, f, g, h, i)`,
    [
      column((event) => event.source),
      column((event) => event.eventId),
      column((event) => event.customerId),
      column((event) => event.kind),
      column((event) => String(event.sequence)),
      column((event) => event.step),
      column(({ channel, timeZone, profile }) => JSON.stringify({ channel, timeZone, profile })),
      fresh.map(({ standing }) => standing),
      column((event) => event.occurredAtMs),
    ],
  );
}

async function storeCustomers(inside: Query, states: readonly CustomerState[]): Promise<void> {
  if (states.length === 0) return;
  const column = <Value>(pick: (state: CustomerState) => Value) => states.map(pick);
  await inside(
    `UPDATE customer SET time_zone = t.zone, time_zone_sequence = t.zone_at, channel = t.channel, channel_sequence = t.channel_at,
       profile = t.profile::json, profile_sequence = t.profile_at, step = t.step, is_stalled = t.stalled,
       step_sequence = t.step_at_sequence, step_at = to_timestamp(t.step_at_ms / 1000.0), consent = t.consent,
       consent_sequence = t.consent_at, is_closed = t.closed, closed_sequence = t.closed_at, updated_at = now()
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::text[],
       $9::bool[], $10::bigint[], $11::float8[], $12::bool[], $13::bigint[], $14::bool[], $15::bigint[])
       AS t(id, zone, zone_at, channel, channel_at, profile, profile_at, step, stalled, step_at_sequence, step_at_ms,
         consent, consent_at, closed, closed_at)
     WHERE customer.customer_id = t.id`,
    [
      column((state) => state.customerId),
      column((state) => state.timeZone),
      column((state) => String(state.timeZoneSequence)),
      column((state) => state.channel),
      column((state) => String(state.channelSequence)),
      column((state) => JSON.stringify(state.profile)),
      column((state) => String(state.profileSequence)),
      column((state) => state.step),
      column((state) => state.isStalled),
      column((state) => String(state.stepSequence)),
      column((state) => state.stepAtMs),
      column((state) => state.consent),
      column((state) => String(state.consentSequence)),
      column((state) => state.isClosed),
      column((state) => String(state.closedSequence)),
    ],
  );
}

/** Ends what the new state of these customers no longer allows; the number ended per customer. The customers are locked. */
async function withdraw(inside: Query, states: readonly CustomerState[]): Promise<Map<string, number>> {
  if (states.length === 0) return new Map();
  const rows = await inside(
    `SELECT * FROM journey_entry WHERE customer_id = ANY($1::text[])
       AND (status = 'waiting' OR (status IN ('task', 'handed-off') AND reason IS NULL)) FOR UPDATE`,
    [states.map((state) => state.customerId)],
  );
  const byId = new Map(states.map((state) => [state.customerId, state]));
  const over: { entry: JourneyEntryRow; reason: string }[] = [];
  const entries = rows.map(toEntry);
  const versions = await versionsOf(inside, entries);
  for (const entry of entries) {
    const state = byId.get(entry.customerId);
    const rules = versions.get(`${entry.journey}/${entry.version}`)?.rules;
    const reason =
      state === undefined || rules === undefined
        ? undefined
        : endOfWaiting(state, { step: entry.step, sequence: entry.stallSequence }, rules);
    if (reason !== undefined) over.push({ entry, reason });
  }
  await endEntries(inside, over);
  const counts = new Map<string, number>();
  for (const { entry } of over) counts.set(entry.customerId, (counts.get(entry.customerId) ?? 0) + 1);
  return counts;
}

/**
 * Ends entries: waiting ones are cancelled (superseded by a newer stall), un-started tasks are cancelled and give their reserved call
 * back, a call in hand gets a notice, and the robot is told to leave the customer alone.
 */
export async function endEntries(
  inside: Query,
  over: ReadonlyArray<{ readonly entry: JourneyEntryRow; readonly reason: string }>,
): Promise<void> {
  if (over.length === 0) return;
  const ids = over.map(({ entry }) => entry.entryId);
  const reasons = over.map(({ reason }) => reason);
  await inside(
    `UPDATE journey_entry SET reason = t.reason, ended_at = COALESCE(ended_at, now()), status = CASE
       WHEN status <> 'waiting' THEN status WHEN t.reason = 'stalled-again' THEN 'superseded' ELSE 'cancelled' END
     FROM unnest($1::text[], $2::text[]) AS t(id, reason) WHERE entry_id = t.id`,
    [ids, reasons],
  );
  await inside(
    `WITH gone AS (
       UPDATE call_task SET status = 'cancelled', notice = t.reason, ended_at = now()
       FROM unnest($1::text[], $2::text[]) AS t(id, reason)
       WHERE entry_id = t.id AND status = 'open' RETURNING customer_id, cap_bucket, calls)
     UPDATE contact_cap SET reserved = reserved - 1 FROM gone
     WHERE contact_cap.customer_id = gone.customer_id AND bucket = gone.cap_bucket AND gone.calls = 0`,
    [ids, reasons],
  );
  await inside(
    `UPDATE call_task SET notice = t.reason FROM unnest($1::text[], $2::text[]) AS t(id, reason)
     WHERE entry_id = t.id AND status = 'calling'`,
    [ids, reasons],
  );
  const robots = over.filter(({ entry }) => entry.status === 'handed-off');
  if (robots.length === 0) return;
  await inside(
    `INSERT INTO outbox (queue, dedupe_key, payload)
     SELECT 'robot-calls', 'cancel/' || t.id, json_build_object('kind', 'cancel', 'entryId', t.id, 'reason', t.reason)
     FROM unnest($1::text[], $2::text[]) AS t(id, reason) ON CONFLICT DO NOTHING`,
    [robots.map(({ entry }) => entry.entryId), robots.map(({ reason }) => reason)],
  );
  await inside(
    `UPDATE contact_cap SET reserved = reserved - 1 FROM journey_entry AS entry
     WHERE entry.entry_id = ANY($1::text[]) AND contact_cap.customer_id = entry.customer_id
       AND bucket = entry.outcome->>'capBucket'`,
    [robots.map(({ entry }) => entry.entryId)],
  );
}
