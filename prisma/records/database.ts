import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/client.ts';

/** How the records connect. */
export interface RecordsOptions {
  /** Connections of this process. Default 10. */
  readonly maxConnections?: number;
  /** Role to work as; null keeps the login's own. Default `afterbell_app`. */
  readonly role?: string | null;
  /** Told of lost connections; queries fail on their own. */
  readonly onConnectionError?: (error: Error) => void;
}

/** A row as `pg` gives it. Read it through the readers of `row.ts`. */
export type Row = Record<string, unknown>;

/** The two ways to PostgreSQL behind the records: SQL for what must be exact or cheap, the Prisma client for plain rows. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly query: (text: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** A statement that runs often: parsed once per connection under this name. */
  readonly prepared: (name: string, text: string, values: readonly unknown[]) => Promise<Row[]>;
  /** One transaction on one connection; rolled back when `work` throws. */
  readonly transaction: <Result>(work: (query: Database['query']) => Promise<Result>) => Promise<Result>;
  readonly close: () => Promise<void>;
}

/** Connection settings that make a session work as the product's role. */
export function sessionConfig(databaseUrl: string, role: string | null | undefined): pg.ClientConfig {
  const name = role === undefined ? 'afterbell_app' : role;
  return {
    connectionString: databaseUrl,
    application_name: 'afterbell',
    ...(name === null ? {} : { options: `-c role=${name}` }),
  };
}

/** Opens a pool; connects on first use. */
export function openDatabase(databaseUrl: string, options: RecordsOptions = {}): Database {
  const pool = new pg.Pool({
    ...sessionConfig(databaseUrl, options.role),
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
  });
  // Without a listener a connection lost while idle would end the process.
  pool.on('error', (error) => options.onConnectionError?.(error));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    query: async (text, values = []) => (await pool.query<Row>(text, [...values])).rows,
    prepared: async (name, text, values) => (await pool.query<Row>({ name, text, values: [...values] })).rows,
    transaction: (work) => inTransaction(pool, work),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

async function inTransaction<Result>(
  pool: pg.Pool,
  work: (query: Database['query']) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(async (text, values = []) => (await client.query<Row>(text, [...values])).rows);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((thrown: unknown) => {
      broken = thrown instanceof Error ? thrown : new Error(String(thrown));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Name of the constraint a failed statement broke; undefined for every other error. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined;
}
