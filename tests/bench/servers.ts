import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreeLowPorts } from '../../cli/stack/ports.ts';
import { type PostgresServer, startPostgres } from '../../cli/stack/postgres.ts';
import { findTemporal, findTemporalServer } from '../../cli/stack/temporal-binary.ts';
import { startProductionServer } from '../../cli/stack/temporal-server.ts';
import { startDevServer, type TemporalServer } from '../../cli/stack/temporal.ts';
import { createDatabase, migrate } from '../../prisma/migrate.ts';
import { cacheDir } from '../stack/cache-dir.ts';

/** Temporal namespace of the measurement. */
export const NAMESPACE = 'bench';

/** The servers of one measurement, in a temporary folder. */
export interface BenchServers {
  readonly folder: string;
  /** What Temporal runs as; named in the result. */
  readonly kind: string;
  readonly databaseUrl: string;
  address(): string;
  /** Stops Temporal and starts it again without our server settings, on the same data. */
  restartWithServerDefaults(): Promise<void>;
  stop(): Promise<void>;
}

type StartTemporal = (serverDefaults: boolean) => Promise<TemporalServer>;

/** Starts PostgreSQL and Temporal with our settings; the real server when its programs can be had, else the dev server. */
export async function startServers(progress: (line: string) => void): Promise<BenchServers> {
  const folder = mkdtempSync(join(tmpdir(), 'afterbell-bench-'));
  // The database server's own user must be able to pass through.
  chmodSync(folder, 0o711);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [postgresPort = 0, temporalPort = 0] = await findFreeLowPorts(2);
    const postgres = await startPostgres({
      dataDir: join(folder, 'postgres', 'data'),
      port: postgresPort,
      passwordFile: join(folder, 'keys', 'postgres.password'),
      cacheDir: cacheDir(),
      logFile: join(folder, 'postgres.log'),
    });
    stops.push(() => postgres.stop());
    const databaseUrl = await createDatabase(postgres.urlOf(), 'afterbell');
    await migrate(databaseUrl);
    const { kind, start } = await temporalStarter(folder, temporalPort, postgres, progress);
    let temporal = await start(false);
    stops.push(() => temporal.stop());
    return {
      folder,
      kind,
      databaseUrl,
      address: () => temporal.address,
      restartWithServerDefaults: async () => {
        await temporal.stop();
        temporal = await start(true);
      },
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function temporalStarter(
  folder: string,
  port: number,
  postgres: PostgresServer,
  progress: (line: string) => void,
): Promise<{ kind: string; start: StartTemporal }> {
  const search = { env: { ...process.env, TEMPORAL_ADDRESS: '' }, cacheDir: cacheDir(), progress };
  const common = { port, namespace: NAMESPACE, logFile: join(folder, 'temporal.log') };
  try {
    const programs = await findTemporalServer(search);
    const dir = join(folder, 'temporal');
    return {
      kind: 'real server on PostgreSQL',
      start: (serverDefaults) =>
        startProductionServer({ ...common, programs, dir, databaseUrl: postgres.urlOf(), serverDefaults }),
    };
  } catch (thrown) {
    progress(`${thrown instanceof Error ? thrown.message : String(thrown)}; measuring on the dev server`);
  }
  const source = await findTemporal(search);
  if (source.kind !== 'program') throw new Error('the measurement needs a Temporal server of its own');
  const dbFile = join(folder, 'temporal', 'temporal.sqlite');
  return {
    kind: 'dev server on a file',
    start: (serverDefaults) => startDevServer({ ...common, program: source.path, dbFile, serverDefaults }),
  };
}
