import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findFreeLowPorts } from '../../cli/stack/ports.ts';
import { startPostgres } from '../../cli/stack/postgres.ts';
import { findTemporal } from '../../cli/stack/temporal-binary.ts';
import { startDevServer } from '../../cli/stack/temporal.ts';
import { cacheDir } from './cache-dir.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the PostgreSQL of this test run; each test file makes its own database. */
    databaseUrl: string;
    /** host:port of the Temporal server of this test run, namespace `default`. */
    temporalAddress: string;
  }
}

/**
 * Starts a real PostgreSQL and a real Temporal dev server once for the whole test run, on free ports and in a
 * temporary folder, and stops both afterwards. Test files read AFTERBELL_TEST_DATABASE_URL and
 * AFTERBELL_TEST_TEMPORAL_ADDRESS (or `inject`). With both variables already set it uses those servers and starts
 * nothing.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const stop = await startTestServers();
  project.provide('databaseUrl', process.env.AFTERBELL_TEST_DATABASE_URL ?? '');
  project.provide('temporalAddress', process.env.AFTERBELL_TEST_TEMPORAL_ADDRESS ?? '');
  return stop;
}

/** The same for programs that are no test run: both variables are set when it returns. Undefined when both were given. */
export async function startTestServers(): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.AFTERBELL_TEST_DATABASE_URL;
  const givenAddress = process.env.AFTERBELL_TEST_TEMPORAL_ADDRESS;
  if (given !== undefined && givenAddress !== undefined) return undefined;

  const folder = mkdtempSync(join(tmpdir(), 'afterbell-test-'));
  // The server's own user must be able to pass through.
  chmodSync(folder, 0o711);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const [postgresPort = 0, temporalPort = 0] = await findFreeLowPorts(2);
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres', 'data'),
    port: postgresPort,
    passwordFile: join(folder, 'keys', 'postgres.password'),
    cacheDir: cacheDir(),
    logFile: join(folder, 'postgres.log'),
  }).catch((thrown: unknown) => {
    remove();
    throw thrown;
  });

  try {
    const source = await findTemporal({
      env: { ...process.env, TEMPORAL_ADDRESS: '' },
      cacheDir: cacheDir(),
      progress: (line) => console.log(line),
    });
    if (source.kind !== 'program') throw new Error('the tests need a Temporal server of their own');
    const temporal = await startDevServer({
      program: source.path,
      dbFile: join(folder, 'temporal', 'temporal.sqlite'),
      port: temporalPort,
      namespace: 'default',
      logFile: join(folder, 'temporal.log'),
      // The server lets a second pass between two executions of one run; tests that continue as new at every step do not wait for it.
      dynamicConfig: { 'history.workflowIdReuseMinimalInterval': '0s' },
    });
    process.env.AFTERBELL_TEST_DATABASE_URL = postgres.urlOf();
    process.env.AFTERBELL_TEST_TEMPORAL_ADDRESS = temporal.address;
    return async () => {
      delete process.env.AFTERBELL_TEST_DATABASE_URL;
      delete process.env.AFTERBELL_TEST_TEMPORAL_ADDRESS;
      await temporal.stop();
      await postgres.stop();
      remove();
    };
  } catch (thrown) {
    await postgres.stop();
    remove();
    throw thrown;
  }
}
