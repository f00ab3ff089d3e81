import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, describe, expect, it } from 'vitest';
import { findFreeLowPorts } from '../../cli/stack/ports.ts';
import { startProductionServer } from '../../cli/stack/temporal-server.ts';
import { findTemporalServer, onPath } from '../../cli/stack/temporal-binary.ts';
import { SEARCH_ATTRIBUTES } from '../../cli/stack/temporal.ts';
import type { TemporalServer } from '../../cli/stack/temporal.ts';
import { cacheDir } from './cache-dir.ts';

const databaseUrl = process.env.AFTERBELL_TEST_DATABASE_URL ?? '';
const folder = mkdtempSync(join(tmpdir(), 'afterbell-production-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const look = { env: process.env, cacheDir: cacheDir(), progress: (): void => undefined };
const isObtainable =
  onPath('go', process.env) !== null ||
  (await findTemporalServer({ ...look, obtain: false }).then(
    () => true,
    () => false,
  ));
if (!isObtainable)
  console.log('skipped: the real Temporal server is not in the cache and there is no Go to build it');

describe.skipIf(!isObtainable)('the real Temporal server on PostgreSQL', () => {
  const start = async (port: number): Promise<TemporalServer> =>
    startProductionServer({
      programs: await findTemporalServer({
        env: process.env,
        cacheDir: cacheDir(),
        progress: (line) => console.log(line),
      }),
      databaseUrl,
      dir: join(folder, 'temporal'),
      port,
      namespace: 'afterbell-test',
      logFile: join(folder, 'temporal.log'),
    });

  it('starts, keeps a run over a restart, and a second start changes nothing', {
    timeout: 600_000,
  }, async () => {
    const [port = 0] = await findFreeLowPorts(1);
    let server = await start(port);
    let runId: string;
    try {
      const connection = await Connection.connect({ address: server.address });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({
        namespace: 'afterbell-test',
      });
      expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...SEARCH_ATTRIBUTES]));
      const client = new Client({ connection, namespace: 'afterbell-test' });
      const handle = await client.workflow.start('nobodyRunsThis', {
        workflowId: 'kept',
        taskQueue: 'nobody',
      });
      runId = handle.firstExecutionRunId;
      await connection.close();
    } finally {
      await server.stop();
    }
    server = await start(port);
    try {
      const connection = await Connection.connect({ address: server.address });
      const client = new Client({ connection, namespace: 'afterbell-test' });
      const description = await client.workflow.getHandle('kept').describe();
      expect(description.runId).toBe(runId);
      expect(description.status.name).toBe('RUNNING');
      await connection.close();
    } finally {
      await server.stop();
    }
    expect(existsSync(join(folder, 'temporal', 'dynamic-config.json'))).toBe(true);
  });
});
