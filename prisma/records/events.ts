import type { Database, Row } from './database.ts';
import type { EventRecords, EventRow } from './event-types.ts';
import { bigOf, objectOf, textOf, textOrNull, timeOf } from './row.ts';

/** Events: stored once, handed out at least once. */
export function createEventRecords(database: Database): EventRecords {
  const { query, prepared } = database;
  return {
    accept: async (events) => {
      if (events.length === 0) return { stored: 0 };
      const rows = await prepared(
        'event-accept',
        `INSERT INTO event (source, event_id, type, subject, envelope, received_by)
         SELECT source, event_id, type, subject, envelope::json, received_by
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
           AS t(source, event_id, type, subject, envelope, received_by)
         ON CONFLICT (source, event_id) DO NOTHING RETURNING sequence`,
        [
          events.map((event) => event.source),
          events.map((event) => event.eventId),
          events.map((event) => event.type),
          events.map((event) => event.subject),
          events.map((event) => JSON.stringify(event.envelope)),
          events.map((event) => event.receivedBy),
        ],
      );
      return { stored: rows.length };
    },
    claim: async (limit, leaseMs) => {
      const rows = await prepared(
        'event-claim',
        `UPDATE event SET claimed_until = now() + $2 * interval '1 millisecond' WHERE sequence IN (
           SELECT sequence FROM event WHERE dispatched_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
           ORDER BY sequence LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING *`,
        [limit, leaseMs],
      );
      return rows.map(toEvent).sort((left, right) => (left.sequence < right.sequence ? -1 : 1));
    },
    markDispatched: async (sequences) => {
      await query('UPDATE event SET dispatched_at = now() WHERE sequence = ANY($1::bigint[])', [
        sequences.map(String),
      ]);
    },
    release: async (sequences, afterMs) => {
      await query(
        `UPDATE event SET claimed_until = now() + $2 * interval '1 millisecond' WHERE sequence = ANY($1::bigint[])`,
        [sequences.map(String), afterMs],
      );
    },
    ...createWaits(database),
    since: async (runId, types, afterSequence, limit) => {
      const rows = await query(
        `SELECT event.* FROM event JOIN run ON run.run_id = $1 AND event.received_at >= run.accepted_at
         WHERE sequence > $3 AND ($2::text[] IS NULL OR type = ANY($2::text[])) ORDER BY sequence LIMIT $4`,
        [runId, types, String(afterSequence), limit],
      );
      return rows.map(toEvent);
    },
    list: async ({ type }, limit) => {
      const rows = await query(
        'SELECT * FROM event WHERE ($1::text IS NULL OR type = $1) ORDER BY sequence DESC LIMIT $2',
        [type ?? null, limit],
      );
      return rows.map(toEvent);
    },
  };
}

type Waits = Pick<EventRecords, 'keySources' | 'waiting' | 'openWait' | 'closeWaits'>;

function createWaits(database: Database): Waits {
  const { query, prepared } = database;
  return {
    keySources: async (type) => {
      const rows = await prepared(
        'event-key-sources',
        'SELECT DISTINCT key_sources FROM event_wait WHERE type = $1 OR type IS NULL',
        [type],
      );
      return rows.map((row) => textOf(row, 'key_sources'));
    },
    waiting: async (type, keySources, keyValues) => {
      const rows = await prepared(
        'event-waiting',
        `SELECT DISTINCT run_id, workflow_id FROM event_wait
         WHERE (type = $1 OR type IS NULL) AND key_sources = $2 AND key_values = $3`,
        [type, keySources, keyValues],
      );
      return rows.map((row) => ({ runId: textOf(row, 'run_id'), workflowId: textOf(row, 'workflow_id') }));
    },
    openWait: ({ runId, workflowId }, commandId, routes, openCommands) =>
      database.transaction(async (inside) => {
        await inside('DELETE FROM event_wait WHERE run_id = $1 AND NOT (command_id = ANY($2::text[]))', [
          runId,
          openCommands,
        ]);
        await inside(
          `INSERT INTO event_wait (run_id, command_id, ordinal, workflow_id, type, key_sources, key_values)
           SELECT $1, $2, t.ordinal, $3, t.type, t.key_sources, t.key_values
           FROM unnest($4::int[], $5::text[], $6::text[], $7::text[]) AS t(ordinal, type, key_sources, key_values)
           ON CONFLICT (run_id, command_id, ordinal) DO NOTHING`,
          [
            runId,
            commandId,
            workflowId,
            routes.map((_route, index) => index),
            routes.map((route) => route.type),
            routes.map((route) => route.keySources),
            routes.map((route) => route.keyValues),
          ],
        );
      }),
    closeWaits: async (runId) => {
      await query('DELETE FROM event_wait WHERE run_id = $1', [runId]);
    },
  };
}

function toEvent(row: Row): EventRow {
  return {
    sequence: bigOf(row, 'sequence'),
    source: textOf(row, 'source'),
    eventId: textOf(row, 'event_id'),
    type: textOf(row, 'type'),
    subject: textOrNull(row, 'subject'),
    envelope: objectOf(row, 'envelope'),
    receivedBy: textOf(row, 'received_by'),
    receivedAt: timeOf(row, 'received_at'),
  };
}
