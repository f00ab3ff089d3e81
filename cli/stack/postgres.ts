import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { StackFailure, messageOf } from './failure.ts';
import { findPostgresPrograms, findServerUser } from './postgres-files.ts';
import type { PostgresPrograms, ServerUser } from './postgres-files.ts';
import { startService, tailOf, waitUntil } from './service.ts';
import type { Service } from './service.ts';

const run = promisify(execFile);
const HOST = '127.0.0.1';
const SUPERUSER = 'postgres';

export interface PostgresOptions {
  /** Folder of the cluster; made on first start. The parent must be reachable for the server's user. */
  dataDir: string;
  port: number;
  /** File of the superuser's password, 0600; made with a random password on first start. */
  passwordFile: string;
  /** Where copies of the server programs go when the installed ones cannot be used. */
  cacheDir: string;
  logFile: string;
  /** Server settings beside ours, as in postgresql.conf. */
  settings?: Record<string, string>;
}

export interface PostgresServer {
  port: number;
  version: string;
  service: Service;
  /** Superuser URL of a database of this server. Default database: `postgres`. */
  urlOf(database?: string): string;
  /** Fast shutdown (SIGINT): open transactions are rolled back, the next start needs no recovery. */
  stop(): Promise<void>;
}

/**
 * Ours by default: durable (fsync, synchronous commit), loopback only, no socket files. 200 connections cover the api,
 * three workers, BullMQ and Temporal's pools on one machine.
 */
const SETTINGS: Record<string, string> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  max_connections: '200',
  shared_buffers: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Reads the password of the file, or makes a random one (32 bytes, hexadecimal) and stores it with mode 0600. */
async function readOrMakePassword(file: string): Promise<string> {
  if (existsSync(file)) {
    const text = (await readFile(file, 'utf8')).trim();
    if (text !== '') return text;
  }
  const password = randomBytes(32).toString('hex');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}

/**
 * Makes the cluster beside its final place and renames it there, so that a start killed half-way leaves nothing that
 * looks like a cluster.
 */
async function initialise(
  programs: PostgresPrograms,
  options: PostgresOptions,
  user: ServerUser | null,
  password: string,
): Promise<void> {
  const draftDir = `${options.dataDir}.new`;
  const passwordCopy = `${options.dataDir}.pw`;
  await rm(draftDir, { recursive: true, force: true });
  await mkdir(draftDir, { recursive: true, mode: 0o700 });
  await writeFile(passwordCopy, `${password}\n`, { mode: 0o600 });
  try {
    if (user !== null) {
      await chown(draftDir, user.uid, user.gid);
      await chown(passwordCopy, user.uid, user.gid);
    }
    await run(
      programs.initdb,
      [
        `--pgdata=${draftDir}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordCopy}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
      ],
      { cwd: '/', env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }, ...user },
    );
    await rename(draftDir, options.dataDir);
  } catch (thrown) {
    await rm(draftDir, { recursive: true, force: true });
    throw new StackFailure(
      `PostgreSQL data folder ${options.dataDir} could not be made: ${messageOf(thrown)}`,
    );
  } finally {
    await rm(passwordCopy, { force: true });
  }
}

/**
 * The process of a leftover `postmaster.pid` when it still runs. Where /proc exists the process must also be called
 * postgres, since after a reboot its number may belong to anything.
 */
async function runningPostmaster(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    process.kill(pid, 0);
  } catch {
    return null;
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return commandLine !== null && !commandLine.includes('postgres') ? null : pid;
}

/** A home below a 0700 folder, such as root's, cannot be reached by the server's own user: said here, not by initdb. */
async function requirePassage(dir: string, user: ServerUser): Promise<void> {
  try {
    await run('test', ['-x', dir], { cwd: '/', ...user });
  } catch {
    throw new StackFailure(
      `folder ${dir} cannot be entered by the user "postgres": choose AFTERBELL_HOME outside private folders`,
    );
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes a database when the server has none of this name. `serverUrl` is a superuser's, of any database. */
export async function makeDatabase(serverUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/**
 * Starts a PostgreSQL server of the npm package's binaries on `dataDir`, making the cluster first when there is none,
 * and waits until it answers a query.
 *
 * @throws StackFailure with one line: data folder not ours, another server on it, port busy, server does not start
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const user = await findServerUser();
  const programs = await findPostgresPrograms(options.cacheDir, user);
  const password = await readOrMakePassword(options.passwordFile);
  const parentDir = dirname(options.dataDir);
  await mkdir(parentDir, { recursive: true, mode: 0o711 });
  if (user !== null) await requirePassage(parentDir, user);
  if (!existsSync(join(options.dataDir, 'PG_VERSION'))) await initialise(programs, options, user, password);

  const owner = (await stat(options.dataDir)).uid;
  const expected = user?.uid ?? process.getuid?.() ?? owner;
  if (owner !== expected) {
    throw new StackFailure(
      `PostgreSQL data folder ${options.dataDir} belongs to user id ${owner}, but must belong to user id ${expected}`,
    );
  }
  const other = await runningPostmaster(options.dataDir);
  if (other !== null) {
    throw new StackFailure(`PostgreSQL data folder ${options.dataDir} is in use by process ${other}`);
  }

  const settings = { ...SETTINGS, ...options.settings };
  const service = await startService({
    name: 'postgres',
    command: programs.postgres,
    args: [
      '-D',
      options.dataDir,
      '-p',
      String(options.port),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    logFile: options.logFile,
    ...user,
  });
  const urlOf = (database = 'postgres'): string =>
    `postgresql://${SUPERUSER}:${password}@${HOST}:${options.port}/${database}`;
  try {
    await waitUntil(
      'PostgreSQL',
      () => answers(urlOf()),
      60_000,
      () => (service.hasExited() ? `PostgreSQL ended at start: ${tailOf(options.logFile)}` : null),
    );
  } catch (thrown) {
    await service.stop('SIGINT');
    throw new StackFailure(messageOf(thrown));
  }
  return {
    port: options.port,
    version: programs.version,
    service,
    urlOf,
    stop: () => service.stop('SIGINT', 30_000),
  };
}
