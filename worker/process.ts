import { type Logger as TemporalLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { readFile } from 'node:fs/promises';
import { type Config, loadConfig, requireDatabaseUrl } from '../platform/config.ts';
import { loadKeys } from '../platform/keys.ts';
import { createLogger, type Logger } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createTracing } from '../platform/tracing.ts';
import { openRecords } from '../prisma/records/index.ts';
import type { WorkerParts } from './create-worker.ts';
import { TimelineWriter } from './timeline-writer.ts';

/** Opens what every worker process stands on. Close it last. */
export async function openWorkerParts(
  processName: string,
): Promise<WorkerParts & { close(): Promise<void> }> {
  const config = loadConfig(process.env);
  const log = createLogger(processName, config.logLevel);
  Runtime.install({
    // Signals are this process's own: it stops its workers, then the api, then the records.
    shutdownSignals: [],
    logger: sdkLogger(log),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'WARN' } } },
  });
  const keys = loadKeys(config.paths.masterKeyFile);
  const records = openRecords(requireDatabaseUrl(config));
  const connection = await connect(config);
  const tracing = await createTracing(config, `afterbell-${processName}`);
  const timeline = new TimelineWriter(records.timeline, log);
  return {
    config,
    keys,
    records,
    log,
    metrics: createMetrics(processName),
    tracing,
    connection,
    timeline,
    close: async () => {
      await timeline.flush();
      await connection.close();
      await tracing?.shutdown();
      await records.close();
    },
  };
}

/** The SDK's own lines go into our log at their level; without this its DefaultLogger would write text beside our JSON. */
function sdkLogger(log: Logger): TemporalLogger {
  const write = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: object) =>
    log[level](meta ?? {}, message);
  const methods = {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  const byLevel = {
    TRACE: methods.trace,
    DEBUG: methods.debug,
    INFO: methods.info,
    WARN: methods.warn,
    ERROR: methods.error,
  };
  return { ...methods, log: (level, message, meta) => byLevel[level](message, meta) };
}

/** Compression costs more than it saves on the same machine. */
async function connect(config: Config): Promise<NativeConnection> {
  const tls = config.temporalTls;
  const read = async (file: string | null) => (file === null ? undefined : readFile(file));
  const [crt, key, ca] =
    tls === null ? [] : await Promise.all([read(tls.certFile), read(tls.keyFile), read(tls.caFile)]);
  const isLocal = /^(?:127\.|localhost:|\[::1\])/.test(config.temporalAddress);
  return NativeConnection.connect({
    address: config.temporalAddress,
    ...(isLocal ? { grpcCompression: { codec: 'none' as const } } : {}),
    ...(tls === null
      ? {}
      : {
          tls: {
            ...(crt === undefined || key === undefined ? {} : { clientCertPair: { crt, key } }),
            ...(ca === undefined ? {} : { serverRootCACertificate: ca }),
          },
        }),
  });
}

/** Runs until a signal arrives, then `stop`s once. A part that ends by itself ends the process as failed. */
export function runUntilSignal(
  work: Promise<unknown>,
  stop: () => Promise<void>,
  onError: (error: unknown) => void,
): void {
  let stopping: Promise<void> | undefined;
  const end = (code: number): void => {
    stopping ??= stop().then(
      () => process.exit(code),
      (error: unknown) => {
        onError(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => end(0));
  process.once('SIGINT', () => end(0));
  work.catch((error: unknown) => {
    onError(error);
    end(1);
  });
}
