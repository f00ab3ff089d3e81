import { readdirSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, migrate } from './migrate.ts';
import { createTestDatabase } from './records/test-database.ts';
import { renderSchema } from './schema-engine.ts';

const MIGRATIONS = readdirSync(new URL('./migrations', import.meta.url))
  .filter((name) => /^\d/.test(name))
  .sort();

let migrated: pg.Client;
let declared: pg.Client;
let migratedUrl: string;

beforeAll(async () => {
  migratedUrl = await createTestDatabase('schema');
  migrated = new pg.Client({ connectionString: migratedUrl });
  await migrated.connect();
  const name = `${new URL(migratedUrl).pathname.slice(1)}_declared`;
  declared = new pg.Client({ connectionString: await createDatabase(migratedUrl, name) });
  await declared.connect();
  await declared.query(await renderSchema(migratedUrl));
});
afterAll(async () => {
  await migrated.end();
  await declared.end();
});

const COLUMNS = `
  SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, datetime_precision
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
  ORDER BY table_name, column_name`;
// Partial indexes and checks are ours alone: the schema file has no words for them.
const INDEXES = `
  SELECT indexname, indexdef FROM pg_indexes
  WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' AND indexdef NOT LIKE '% WHERE %' ORDER BY indexname`;
const KEYS = `
  SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') AND conrelid <> to_regclass('_prisma_migrations')
  ORDER BY conname`;

describe('migrations', () => {
  it.each([
    ['columns', COLUMNS],
    ['indexes', INDEXES],
    ['keys', KEYS],
  ])('give the %s that schema.prisma declares', async (_what, sql) => {
    await declared.query('CREATE TABLE IF NOT EXISTS _prisma_migrations (x int)');
    const expected = (await declared.query(sql)).rows;
    expect(expected.length).toBeGreaterThan(20);
    expect((await migrated.query(sql)).rows).toEqual(expected);
  });

  it('are applied once and kept in Prisma’s own table', async () => {
    expect(await migrate(migratedUrl)).toEqual([]);
    const { rows } = await migrated.query(
      'SELECT migration_name, finished_at IS NOT NULL AS done FROM _prisma_migrations ORDER BY migration_name',
    );
    expect(rows).toEqual(MIGRATIONS.map((name) => ({ migration_name: name, done: true })));
  });

  it('may be asked for by several processes at once', async () => {
    const url = await createDatabase(migratedUrl, `${new URL(migratedUrl).pathname.slice(1)}_race`);
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(applied.flat()).toEqual(MIGRATIONS);
  });
});

describe('rights of afterbell_app', () => {
  const asApp = async (sql: string): Promise<string> => {
    await migrated.query('BEGIN');
    try {
      await migrated.query('SET LOCAL ROLE afterbell_app');
      await migrated.query(sql);
      return 'done';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await migrated.query('ROLLBACK');
    }
  };

  it.each([
    `UPDATE audit_entry SET leaf = '{}'`,
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
    'DELETE FROM decision',
    `UPDATE decision SET decision = 'approve'`,
    `UPDATE flow_version SET source = ''`,
    `UPDATE secret SET ciphertext = ''`,
    'DELETE FROM payload',
    'ALTER TABLE audit_entry DISABLE TRIGGER ALL',
  ])('refuse %s', async (sql) => {
    expect(await asApp(sql)).toMatch(/permission denied|must be owner/);
  });

  it('let it append', async () => {
    expect(
      await asApp(
        `INSERT INTO audit_entry (leaf) VALUES ('{"actor":"a","action":"b","objectKind":"c","objectId":"d"}')`,
      ),
    ).toBe('done');
  });

  it.each([
    'UPDATE audit_entry SET leaf = leaf',
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
    'DELETE FROM decision',
  ])('are not all: the owner too is refused %s', async (sql) => {
    await expect(migrated.query(sql)).rejects.toThrow('append-only');
  });
});
