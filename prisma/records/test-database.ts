import { randomBytes } from 'node:crypto';
import { createDatabase, migrate } from '../migrate.ts';

/** Makes and migrates a database of its own on the PostgreSQL of the test run; returns its URL. */
export async function createTestDatabase(name: string): Promise<string> {
  const serverUrl = process.env.AFTERBELL_TEST_DATABASE_URL;
  if (serverUrl === undefined)
    throw new Error('AFTERBELL_TEST_DATABASE_URL is not set; run the stack project');
  const databaseUrl = await createDatabase(serverUrl, `test_${name}_${randomBytes(6).toString('hex')}`);
  await migrate(databaseUrl);
  return databaseUrl;
}
