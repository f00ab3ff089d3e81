import { type Config, requireDatabaseUrl } from '../platform/config.ts';
import type { Keys } from '../platform/keys.ts';
import type { Logger } from '../platform/log.ts';
import { type Metrics, serveMetrics } from '../platform/metrics.ts';
import { openQueue, QUEUE_NAMES } from '../platform/queues.ts';
import { createVault, testVault } from '../platform/vault.ts';
import type { Records } from '../prisma/records/types.ts';
import { createApp } from './app.ts';
import type { FlowClient } from './dependencies.ts';
import { dependenciesOf } from './dependencies-of.ts';
import { consumers } from './events/consumers.ts';
import { eventSinks } from './events/sinks.ts';
import { startDispatcher } from './events/dispatch.ts';
import { startRelay } from './relay.ts';

const RELAY_EVERY_MS = 1_000;

/** A listening api. */
export interface ApiServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the app of these parts: pages, API, metrics of its own port and the relay. Rejects when a port is busy. */
export async function startServer(parts: {
  readonly config: Config;
  readonly keys: Keys;
  readonly records: Records;
  readonly flowClient: FlowClient;
  readonly log: Logger;
  readonly metrics: Metrics;
}): Promise<ApiServer> {
  const { config, records, keys, metrics } = parts;
  await testVault(createVault(keys), records.secrets);
  const onError = (error: Error): void => parts.log.warn({ err: error }, 'hand-off queue');
  const databaseUrl = requireDatabaseUrl(config);
  const queues = new Map(QUEUE_NAMES.map((name) => [name, openQueue(databaseUrl, name, onError)]));
  const deps = dependenciesOf({ ...parts, queues });
  const app = await createApp(deps, metrics);
  const listener = await serveMetrics(metrics.registry, config.listenHost, config.apiMetricsPort);
  const address = await app.listen({ host: config.listenHost, port: config.httpPort });
  const relay = startRelay(deps, RELAY_EVERY_MS);
  const sinks = eventSinks(config.eventSinks.urls, config.eventSinks.secretRef);
  const dispatcher = await startDispatcher(deps, [...consumers, ...sinks], RELAY_EVERY_MS);
  return {
    address,
    close: async () => {
      await app.close();
      await relay.stop();
      await dispatcher.stop();
      await listener.close();
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
