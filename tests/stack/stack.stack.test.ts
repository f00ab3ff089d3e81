import { Connection } from '@temporalio/client';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../cli/stack/temporal.ts';

const databaseUrl = process.env.AFTERBELL_TEST_DATABASE_URL ?? '';
const temporalAddress = process.env.AFTERBELL_TEST_TEMPORAL_ADDRESS ?? '';

describe('the servers of a test run', () => {
  it('reach test files by environment and by injection', () => {
    expect(databaseUrl).toBe(inject('databaseUrl'));
    expect(temporalAddress).toBe(inject('temporalAddress'));
  });

  it('PostgreSQL answers as superuser, durable and on loopback only', async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ name: string; setting: string }>(
        `select name, setting from pg_settings
         where name in ('fsync', 'synchronous_commit', 'listen_addresses', 'server_encoding', 'TimeZone')`,
      );
      const settings = Object.fromEntries(rows.map((row) => [row.name, row.setting]));
      expect(settings).toEqual({
        fsync: 'on',
        synchronous_commit: 'on',
        listen_addresses: '127.0.0.1',
        server_encoding: 'UTF8',
        TimeZone: 'UTC',
      });
      const role = await client.query<{ rolsuper: boolean }>(
        'select rolsuper from pg_roles where rolname = current_user',
      );
      expect(role.rows[0]?.rolsuper).toBe(true);
    } finally {
      await client.end();
    }
  });

  it('PostgreSQL refuses a wrong password', async () => {
    const url = new URL(databaseUrl);
    url.password = 'wrong';
    const client = new pg.Client({ connectionString: url.href });
    await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  });

  it('Temporal serves the default namespace with our search attributes', async () => {
    const connection = await Connection.connect({ address: temporalAddress });
    try {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({
        namespace: 'default',
      });
      expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...SEARCH_ATTRIBUTES]));
    } finally {
      await connection.close();
    }
  });
});
