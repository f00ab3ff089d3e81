import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { StackFailure, messageOf } from './failure.ts';
import { findFreeLowPorts } from './ports.ts';
import { startService, tailOf, waitUntil } from './service.ts';
import type { TemporalServerPrograms } from './temporal-binary.ts';
import { DYNAMIC_CONFIG, SEARCH_ATTRIBUTES, waitForTemporal } from './temporal.ts';
import type { TemporalServer } from './temporal.ts';

const run = promisify(execFile);
const HOST = '127.0.0.1';
const DATABASE = 'temporal';
const VISIBILITY_DATABASE = 'temporal_visibility';
const ROLE = 'temporal';
/** Closed runs stay readable in Temporal this long; our own timeline in PostgreSQL has no such end. */
const RETENTION_S = 30 * 24 * 3600;
/** `INDEXED_VALUE_TYPE_KEYWORD` of temporal/api/enums/v1/common.proto. */
const KEYWORD = 2;
/** gRPC status codes (grpc/status.h). */
const ALREADY_EXISTS = 6;

export interface ProductionServerOptions {
  programs: TemporalServerPrograms;
  /** Superuser URL of the PostgreSQL server that will hold Temporal's two databases. */
  databaseUrl: string;
  /** Folder of the generated configuration and of the role's password. */
  dir: string;
  port: number;
  namespace: string;
  logFile: string;
  /** Shards of history; fixed for the life of the database. Default 4, enough for one machine. */
  shards?: number;
  /** Leave our server settings out (to measure against server defaults). Default false. */
  serverDefaults?: boolean;
}

interface DatabaseLogin {
  host: string;
  port: string;
  password: string;
}

/** Makes the role and both databases when they are missing. Temporal never gets the superuser's password. */
async function prepareDatabases(databaseUrl: string, passwordFile: string): Promise<DatabaseLogin> {
  let password = existsSync(passwordFile) ? (await readFile(passwordFile, 'utf8')).trim() : '';
  if (password === '') {
    password = randomBytes(32).toString('hex');
    await mkdir(dirname(passwordFile), { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const role = await client.query('select 1 from pg_roles where rolname = $1', [ROLE]);
    const verb = role.rowCount === 0 ? 'create' : 'alter';
    await client.query(
      `${verb} role ${client.escapeIdentifier(ROLE)} login password ${client.escapeLiteral(password)}`,
    );
    for (const name of [DATABASE, VISIBILITY_DATABASE]) {
      const found = await client.query('select 1 from pg_database where datname = $1', [name]);
      if (found.rowCount !== 0) continue;
      await client.query(
        `create database ${client.escapeIdentifier(name)} owner ${client.escapeIdentifier(ROLE)}`,
      );
    }
  } finally {
    await client.end();
  }
  const url = new URL(databaseUrl);
  return { host: url.hostname, port: url.port === '' ? '5432' : url.port, password };
}

/** Brings one database to the schema version inside the tool; on a current one this changes nothing. */
async function applySchema(
  sql: string,
  login: DatabaseLogin,
  database: string,
  schema: string,
): Promise<void> {
  const tool = async (...args: string[]): Promise<void> => {
    await run(
      sql,
      ['--plugin', 'postgres12', '--ep', login.host, '-p', login.port, '-u', ROLE, '--db', database, ...args],
      { env: { PATH: process.env.PATH ?? '', SQL_PASSWORD: login.password }, maxBuffer: 16 * 1024 * 1024 },
    );
  };
  const url = new URL(`postgresql://${HOST}`);
  url.username = ROLE;
  url.password = login.password;
  url.hostname = login.host;
  url.port = login.port;
  url.pathname = database;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const { rows } = await client.query<{ present: boolean }>(
    `select to_regclass('public.schema_version') is not null as present`,
  );
  await client.end();
  if (rows[0]?.present !== true) await tool('setup-schema', '-v', '0.0');
  await tool('update-schema', '--schema-name', schema);
}

function sqlStore(login: DatabaseLogin, databaseName: string, maxConns: number): object {
  return {
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `${login.host}:${login.port}`,
      connectProtocol: 'tcp',
      user: ROLE,
      password: login.password,
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  };
}

/** The server's configuration; JSON is YAML. All four services in one process, bound to loopback. */
async function writeConfiguration(
  options: ProductionServerOptions,
  login: DatabaseLogin,
): Promise<{ configFile: string }> {
  const [frontend, history, matching, worker, h, m, w, http] = await findFreeLowPorts(8, [options.port]);
  const rpc = (grpcPort: number | undefined, membershipPort: number | undefined): object => ({
    rpc: { grpcPort, membershipPort, bindOnIP: HOST },
  });
  const dynamicFile = join(options.dir, 'dynamic-config.json');
  const configFile = join(options.dir, 'server.json');
  const settings = options.serverDefaults === true ? {} : DYNAMIC_CONFIG;
  const dynamic = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, [{ value }]]));
  const config = {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: options.shards ?? 4,
      datastores: {
        default: sqlStore(login, DATABASE, 20),
        visibility: sqlStore(login, VISIBILITY_DATABASE, 8),
      },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: HOST } },
    services: {
      frontend: { rpc: { grpcPort: options.port, membershipPort: frontend, bindOnIP: HOST, httpPort: http } },
      history: rpc(h, history),
      matching: rpc(m, matching),
      worker: rpc(w, worker),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `${HOST}:${options.port}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: `${HOST}:${options.port}` },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '60s' },
  };
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  await writeFile(dynamicFile, `${JSON.stringify(dynamic, null, 2)}\n`, { mode: 0o600 });
  await writeFile(configFile, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return { configFile };
}

function codeOf(thrown: unknown): number | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null;
  return typeof thrown.code === 'number' ? thrown.code : null;
}

/**
 * Registers the namespace (30 days of retention) and our search attributes on a server; what is there already stays.
 *
 * @param address host:port of any Temporal server, also one we did not start
 */
export async function prepareNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 5_000 });
  try {
    await connection.workflowService
      .registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: longOf(RETENTION_S) } })
      .catch((thrown: unknown) => {
        if (codeOf(thrown) !== ALREADY_EXISTS) throw thrown;
      });
    // A fresh namespace reaches every service's cache only after some seconds.
    await waitUntil(
      `Temporal search attributes of namespace ${namespace}`,
      async () => {
        const known = await connection.operatorService.listSearchAttributes({ namespace });
        const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in known.customAttributes));
        if (missing.length === 0) return true;
        const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
        await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
        return false;
      },
      60_000,
    );
  } finally {
    await connection.close();
  }
}

type Seconds = Exclude<
  NonNullable<
    Parameters<Connection['workflowService']['registerNamespace']>[0]['workflowExecutionRetentionPeriod']
  >['seconds'],
  null | undefined
>;

/** The client's generated types want a Long; its encoder takes plain numbers of this size as well. */
function longOf(seconds: number): Seconds {
  return { low: seconds, high: 0, unsigned: false } as Seconds;
}

/**
 * Starts the real Temporal server on PostgreSQL: databases, schemas, configuration, server, namespace, search
 * attributes. Everything is idempotent, so that the same call is also the restart and the upgrade.
 *
 * @throws StackFailure with one line and the end of its log
 */
export async function startProductionServer(options: ProductionServerOptions): Promise<TemporalServer> {
  const address = `${HOST}:${options.port}`;
  let login: DatabaseLogin;
  try {
    login = await prepareDatabases(options.databaseUrl, join(options.dir, 'database.password'));
    await applySchema(options.programs.sql, login, DATABASE, 'postgresql/v12/temporal');
    await applySchema(options.programs.sql, login, VISIBILITY_DATABASE, 'postgresql/v12/visibility');
  } catch (thrown) {
    throw new StackFailure(`Temporal's databases could not be prepared: ${messageOf(thrown).slice(0, 400)}`);
  }
  const { configFile } = await writeConfiguration(options, login);
  const service = await startService({
    name: 'temporal',
    command: options.programs.server,
    args: ['--config-file', configFile, '--allow-no-auth', 'start'],
    logFile: options.logFile,
  });
  const ended = (): string | null =>
    service.hasExited() ? `Temporal ended at start: ${tailOf(options.logFile)}` : null;
  try {
    await waitForTemporal(address, 'temporal-system', 90_000, ended);
    await prepareNamespace(address, options.namespace);
    await waitForTemporal(address, options.namespace, 60_000, ended);
  } catch (thrown) {
    await service.stop();
    throw new StackFailure(messageOf(thrown));
  }
  return { address, service, stop: () => service.stop('SIGTERM', 20_000) };
}
