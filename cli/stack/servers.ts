import { join } from 'node:path';
import { StackFailure, messageOf } from './failure.ts';
import { makeDatabase, startPostgres } from './postgres.ts';
import type { PostgresServer } from './postgres.ts';
import type { Setting } from './setting.ts';
import { findTemporal, findTemporalServer } from './temporal-binary.ts';
import type { TemporalSource } from './temporal-binary.ts';
import { prepareNamespace, startProductionServer } from './temporal-server.ts';
import { startDevServer, waitForTemporal } from './temporal.ts';

const DATABASE = 'afterbell';

/** Starts PostgreSQL under the supervisor, unless a database address is given; answers the superuser's address. */
export async function bringUpPostgres({ config, where, supervisor, options }: Setting): Promise<string> {
  if (config.databaseUrl !== null) {
    options.progress('PostgreSQL: AFTERBELL_DATABASE_URL');
    return config.databaseUrl;
  }
  let server: PostgresServer | null = null;
  await supervisor.add({
    name: 'postgres',
    stopSignal: 'SIGINT',
    start: async () => {
      server = await startPostgres({
        dataDir: join(where.postgresDir, 'data'),
        port: config.postgresPort,
        passwordFile: join(where.home, 'keys', 'postgres.password'),
        cacheDir: where.cache,
        logFile: join(where.logsDir, 'postgres.log'),
      });
      return server.service;
    },
  });
  const started = server as PostgresServer | null;
  if (started === null) throw new StackFailure('PostgreSQL did not start');
  await makeDatabase(started.urlOf(), DATABASE);
  options.progress(`PostgreSQL: ${started.version} on port ${started.port}`);
  return started.urlOf(DATABASE);
}

/** The same server, its maintenance database: for creating other databases. */
function maintenanceUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.pathname = '/postgres';
  return url.href;
}

/** Starts Temporal under the supervisor, unless an address is given; answers host:port. */
export async function bringUpTemporal(
  { config, where, supervisor, options }: Setting,
  databaseUrl: string,
): Promise<string> {
  const namespace = config.temporalNamespace;
  const { env, progress } = options;
  const search = { env, cacheDir: where.cache, progress };
  const port = config.temporalPort;
  const logFile = join(where.logsDir, 'temporal.log');
  if (!config.isTemporalExternal && options.isProductionShape) {
    const programs = await findTemporalServer(search);
    const dir = join(where.temporalDir, 'server');
    await supervisor.add({
      name: 'temporal',
      start: async () =>
        (
          await startProductionServer({
            programs,
            databaseUrl: maintenanceUrl(databaseUrl),
            dir,
            port,
            namespace,
            logFile,
          })
        ).service,
    });
    progress(`Temporal: real server on PostgreSQL, port ${port}`);
    return `127.0.0.1:${port}`;
  }
  const source: TemporalSource = await findTemporal(search);
  if (source.kind === 'address') {
    await waitForTemporal(source.address, 'temporal-system', 10_000).catch((thrown: unknown) => {
      throw new StackFailure(`TEMPORAL_ADDRESS ${source.address}: ${messageOf(thrown)}`);
    });
    await prepareNamespace(source.address, namespace);
    progress(`Temporal: ${source.address}`);
    return source.address;
  }
  const dbFile = join(where.temporalDir, 'temporal.sqlite');
  const program = source.path;
  await supervisor.add({
    name: 'temporal',
    start: async () => (await startDevServer({ program, dbFile, port, namespace, logFile })).service,
  });
  progress(`Temporal: ${program} (${source.from}) on port ${port}`);
  return `127.0.0.1:${port}`;
}
