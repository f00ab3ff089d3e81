import { Client } from '@temporalio/client';
import { startServer } from '../api/server.ts';
import { createFlowClient } from '../api/temporal-client.ts';
import { dataConverter } from '../platform/data-converter.ts';
import { serveMetrics } from '../platform/metrics.ts';
import { workflowBundle } from './bundle.ts';
import { careDeps, startCare } from './care.ts';
import { createActivityWorker, createFlowsWorker } from './create-worker.ts';
import { createActivities } from './dependencies.ts';
import { handOffParts, startHandOffs } from './hand-offs.ts';
import { openWorkerParts, runUntilSignal } from './process.ts';

/**
 * What `npm start` runs: the api and the `flows`, `ops` and `browser` workers in one process on one connection, so that a start hands its
 * first task straight to the worker beside it (eager start).
 */
async function main(): Promise<void> {
  const parts = await openWorkerParts('afterbell');
  const { config, keys, records, log, connection } = parts;
  const bundlePath = await workflowBundle(config.paths.cache);
  const activities = createActivities(parts);
  const flows = await createFlowsWorker(parts, bundlePath, activities.ops);
  const ops = await createActivityWorker(parts, 'ops', activities.ops);
  // Carried without a Chromium too: a bot step then says that it needs a browser instead of waiting for one.
  const browser = await createActivityWorker(parts, 'browser', activities.browser);
  const workers = [flows, ops, browser];
  const client = new Client({
    connection,
    namespace: config.temporalNamespace,
    dataConverter: dataConverter(keys, records.evidence),
    ...(parts.tracing === undefined ? {} : { plugins: [parts.tracing.plugin] }),
  });
  const work = Promise.all(workers.map((worker) => worker.run()));
  const listener = await serveMetrics(parts.metrics.registry, config.listenHost, config.workerMetricsPort);
  const flowClient = createFlowClient(client, keys, config.netZone, {
    eager: true,
    isTimelineOn: config.isTimelineOn,
  });
  const server = await startServer({ config, keys, records, flowClient, log, metrics: parts.metrics });
  const care = startCare(careDeps(parts, bundlePath));
  const handOffs = await startHandOffs(handOffParts(parts));
  log.info({ address: server.address }, 'ready');
  const stop = async (): Promise<void> => {
    care.stop();
    await server.close();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await work.catch(() => undefined);
    await handOffs.stop();
    await activities.close();
    await listener.close();
    await parts.close();
  };
  runUntilSignal(work, stop, (error) => log.error({ err: error }, 'process ended'));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
