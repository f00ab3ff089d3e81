import { connect } from 'node:net';
import pg from 'pg';
import type { ProbeRule, ServiceRow } from '../../prisma/records/healing-types.ts';
import type { HealingDeps } from './healing-deps.ts';
import { openService } from './service-session.ts';

const TIMEOUT_MS = 3_000;
const SHOWN_CHARS = 120;

/** What a look at a service gave. `detail` says what answered, or what went wrong. */
export interface Seen {
  readonly isUp: boolean;
  readonly detail: string;
}

type ProbeDeps = Pick<HealingDeps, 'sshPool' | 'resolveCredential'>;

/** Looks once whether a service is up. Never throws: not being reachable is an answer. A few seconds at most; changes nothing. */
export async function probeService(deps: ProbeDeps, service: ServiceRow): Promise<Seen> {
  const { probe } = service;
  switch (probe.kind) {
    case 'tcp':
      return probeTcp(probe.host, probe.port);
    case 'http':
      return probeHttp(probe.url);
    case 'ssh':
      return probeSsh(deps, service, probe.command);
    case 'sql':
      return probeSql(deps, probe);
  }
}

function probeTcp(host: string, port: number): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (seen: Seen): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.once('connect', () => end({ isUp: true, detail: `tcp ${host}:${port} accepts` }));
    socket.once('timeout', () =>
      end({ isUp: false, detail: `tcp ${host}:${port}: no answer in ${TIMEOUT_MS} ms` }),
    );
    socket.once('error', (error) => end({ isUp: false, detail: `tcp ${host}:${port}: ${error.message}` }));
  });
}

async function probeHttp(url: string): Promise<Seen> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return { isUp: answer.status < 500, detail: `http ${answer.status} of ${url}` };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { isUp: false, detail: `${url}: ${cause}` };
  }
}

/** The command is the inventory's own, written and reviewed there; flows and alarms give nothing to it. */
async function probeSsh(deps: ProbeDeps, service: ServiceRow, command: string): Promise<Seen> {
  try {
    const session = await openService(deps, service);
    try {
      const { exitCode, stdout, stderr } = await session.exec(command, TIMEOUT_MS);
      const said = `${stdout}${stderr}`.trim().slice(0, SHOWN_CHARS);
      return {
        isUp: exitCode === 0,
        detail: `ssh exit ${exitCode ?? 'unknown'}${said === '' ? '' : `: ${said}`}`,
      };
    } finally {
      await session.close().catch(() => undefined);
    }
  } catch (error) {
    return {
      isUp: false,
      detail: `ssh ${service.host}:${service.port}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** In a transaction that may only read, with a time limit of the server's own. */
async function probeSql(
  { resolveCredential }: ProbeDeps,
  { host, port, database, credentialRef, query }: Extract<ProbeRule, { kind: 'sql' }>,
): Promise<Seen> {
  const where = `sql ${host}:${port}/${database}`;
  let client: pg.Client | undefined;
  try {
    const { username, password } = await resolveCredential(credentialRef);
    client = new pg.Client({
      host,
      port,
      database,
      user: username,
      password,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      statement_timeout: TIMEOUT_MS,
      options: '-c default_transaction_read_only=on',
    });
    // A connection that the server ends is told by the query.
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' });
    const value = rows[0]?.[0];
    const isUp = value !== undefined && ![null, false, 0, '0', '', 'f', 'false'].includes(value as never);
    return { isUp, detail: `${where}: ${JSON.stringify(value ?? null)?.slice(0, SHOWN_CHARS) ?? 'null'}` };
  } catch (error) {
    return { isUp: false, detail: `${where}: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    await client?.end().catch(() => undefined);
  }
}
