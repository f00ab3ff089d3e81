import { runMigrations } from 'bullmq';
import pg from 'pg';
import { applyMigrations } from './schema-engine.ts';

/** The key of the lock that lets one process migrate at a time. Any fixed number of ours would do. */
const MIGRATION_LOCK = 7_100_416_119;

/** The queue library makes a sequence per queue at run time, in its own schema only. */
const QUEUE_SCHEMA = 'bullmq';
const QUEUE_RIGHTS = `
  GRANT USAGE, CREATE ON SCHEMA ${QUEUE_SCHEMA} TO afterbell_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO afterbell_app;
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO afterbell_app`;

/**
 * Brings a database to the newest schema; returns the names of the migrations applied now. Safe to call from several processes at once:
 * an advisory lock lets one of them work. The user of the URL owns the tables; the product itself works as `afterbell_app`. The tables
 * of the hand-off queues stand in a schema of their own, brought up by the queue library.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied = await applyMigrations(databaseUrl);
    await runMigrations(client, QUEUE_SCHEMA);
    await client.query(QUEUE_RIGHTS);
    return applied;
  } finally {
    await client.end();
  }
}

/** Makes a database when the server does not have it; `serverUrl` names any database the user may connect to. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.toString();
}
