import { parseArgs } from 'node:util';
import type { Worker } from '@temporalio/worker';
import { serveMetrics } from '../platform/metrics.ts';
import { workflowBundle } from './bundle.ts';
import { createActivityWorker, createFlowsWorker } from './create-worker.ts';
import { careDeps, startCare } from './care.ts';
import { type Activities, createActivities } from './dependencies.ts';
import { handOffParts, startHandOffs } from './hand-offs.ts';
import { openWorkerParts, runUntilSignal } from './process.ts';

const QUEUE = /^(?:flows|ops|browser|net-[a-z0-9][a-z0-9-]{0,39})$/;

/** A worker process: `--queue flows`, `ops`, `browser` or `net-<zone>`, repeated for several in one process. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { queue: { type: 'string', multiple: true } } });
  const queues = values.queue ?? [];
  const wrong = queues.find((queue) => !QUEUE.test(queue));
  if (queues.length === 0 || wrong !== undefined)
    throw new Error(`--queue ${wrong ?? ''} must be flows, ops, browser or net-<zone>`);
  const parts = await openWorkerParts(`worker-${queues.join('-')}`);
  const activities = createActivities(parts);
  const workers: Worker[] = [];
  const bundlePath = queues.includes('flows') ? await workflowBundle(parts.config.paths.cache) : undefined;
  for (const queue of queues) {
    if (queue === 'flows' && bundlePath !== undefined)
      workers.push(await createFlowsWorker(parts, bundlePath, activities.ops));
    else workers.push(await createActivityWorker(parts, queue, activitiesOf(queue, activities)));
  }
  const care = bundlePath === undefined ? undefined : startCare(careDeps(parts, bundlePath));
  const handOffs = queues.includes('ops') ? await startHandOffs(handOffParts(parts)) : undefined;
  const listener = await serveMetrics(
    parts.metrics.registry,
    parts.config.listenHost,
    parts.config.workerMetricsPort,
  );
  const work = Promise.all(workers.map((worker) => worker.run()));
  parts.log.info({ queues }, 'ready');
  const stop = async (): Promise<void> => {
    care?.stop();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await work.catch(() => undefined);
    await handOffs?.stop();
    await activities.close();
    await listener.close();
    await parts.close();
  };
  runUntilSignal(work, stop, (error) => parts.log.error({ err: error }, 'worker ended'));
}

function activitiesOf(queue: string, activities: Activities): object {
  if (queue === 'ops') return activities.ops;
  return queue === 'browser' ? activities.browser : activities.net;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
