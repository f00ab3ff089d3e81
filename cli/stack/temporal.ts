import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from '@temporalio/client';
import { StackFailure, messageOf } from './failure.ts';
import { startService, tailOf, waitUntil } from './service.ts';
import type { Service } from './service.ts';

const HOST = '127.0.0.1';

/**
 * Server settings of our stack (design: "Server settings are ours to set"). With server defaults each task queue is
 * polled 20 times a second per shard and has 4 partitions; on one small node these values make a sequential step
 * three to six times faster.
 */
export const DYNAMIC_CONFIG: Readonly<Record<string, number>> = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};

/** Search attributes every namespace we use must have; their values are HMACs and a status word, never clear keys. */
export const SEARCH_ATTRIBUTES = ['AfterbellFlow', 'AfterbellKey', 'AfterbellStatus'] as const;

export interface TemporalServer {
  address: string;
  service: Service;
  stop(): Promise<void>;
}

export interface DevServerOptions {
  /** The `temporal` program (`findTemporal`). */
  program: string;
  /** SQLite file that keeps everything across restarts; its folder is made. */
  dbFile: string;
  port: number;
  namespace: string;
  logFile: string;
  /** More or other server settings than ours. */
  dynamicConfig?: Record<string, number | string | boolean>;
  /** Leave our server settings out (to measure against server defaults). Default false. */
  serverDefaults?: boolean;
}

/** gRPC status of a workflow that does not exist. */
const NOT_FOUND = 5;

/**
 * Asks the server for its capabilities, for the namespace, and for a workflow of it: the part that keeps histories joins later than the part
 * that answers for namespaces. True when all are there.
 */
async function servesNamespace(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    if (namespace === 'temporal-system') return true;
    const execution = { workflowId: 'afterbell-is-it-there' };
    return await connection.workflowService.describeWorkflowExecution({ namespace, execution }).then(
      () => true,
      (error: unknown) => (error as { code?: unknown }).code === NOT_FOUND,
    );
  } finally {
    await connection.close();
  }
}

/**
 * Waits until a Temporal server answers for a namespace.
 *
 * @throws Error when it does not within `timeoutMs`, or with the text of `giveUp`
 */
export async function waitForTemporal(
  address: string,
  namespace: string,
  timeoutMs: number,
  giveUp?: () => string | null,
): Promise<void> {
  await waitUntil(
    `Temporal at ${address} (namespace ${namespace})`,
    () => servesNamespace(address, namespace),
    timeoutMs,
    giveUp,
  );
}

/** The settings as arguments of the dev server. */
function devServerArguments(options: DevServerOptions): string[] {
  const settings = { ...(options.serverDefaults === true ? {} : DYNAMIC_CONFIG), ...options.dynamicConfig };
  return [
    'server',
    'start-dev',
    '--headless',
    '--ip',
    HOST,
    '--port',
    String(options.port),
    '--namespace',
    options.namespace,
    '--db-filename',
    options.dbFile,
    '--sqlite-pragma',
    'journal_mode=WAL',
    '--sqlite-pragma',
    'synchronous=NORMAL',
    '--log-level',
    'warn',
    ...Object.entries(settings).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/**
 * Starts the dev server on a file, with our server settings and search attributes, and waits until it serves.
 *
 * @throws StackFailure with one line and the end of its log
 */
export async function startDevServer(options: DevServerOptions): Promise<TemporalServer> {
  mkdirSync(dirname(options.dbFile), { recursive: true, mode: 0o700 });
  const service = await startService({
    name: 'temporal',
    command: options.program,
    args: devServerArguments(options),
    logFile: options.logFile,
  });
  const address = `${HOST}:${options.port}`;
  try {
    await waitForTemporal(address, options.namespace, 60_000, () =>
      service.hasExited() ? `Temporal ended at start: ${tailOf(options.logFile)}` : null,
    );
  } catch (thrown) {
    await service.stop();
    throw new StackFailure(messageOf(thrown));
  }
  return { address, service, stop: () => service.stop('SIGTERM', 20_000) };
}
