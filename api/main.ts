import { loadConfig, requireDatabaseUrl } from '../platform/config.ts';
import { loadKeys } from '../platform/keys.ts';
import { createLogger } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createTracing } from '../platform/tracing.ts';
import { openRecords } from '../prisma/records/index.ts';
import { startServer } from './server.ts';
import { connectFlowClient } from './temporal-client.ts';

/** The api as a process of its own: configuration from the environment, ends cleanly on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger('api', config.logLevel);
  const keys = loadKeys(config.paths.masterKeyFile);
  const records = openRecords(requireDatabaseUrl(config));
  const tracing = await createTracing(config, 'afterbell-api');
  const { flowClient, close } = await connectFlowClient(config, keys, records, tracing);
  const server = await startServer({ config, keys, records, flowClient, log, metrics: createMetrics('api') });
  log.info({ address: server.address }, 'ready');
  const stop = async (): Promise<void> => {
    await server.close();
    await close();
    await records.close();
    await tracing?.shutdown();
  };
  const onSignal = () =>
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
