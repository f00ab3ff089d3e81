import { hostname } from 'node:os';
import { defaultSinks, type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createItemActivities } from '../activities/flow/item-activities.ts';
import type { Config } from '../platform/config.ts';
import { dataConverter } from '../platform/data-converter.ts';
import type { Keys } from '../platform/keys.ts';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { Records } from '../prisma/records/types.ts';
import { AttemptInterceptor } from './attempts.ts';
import type { TimelineWriter } from './timeline-writer.ts';
import { timelineSinks } from './timeline-sinks.ts';

/** What every worker of a process shares. */
export interface WorkerParts {
  readonly config: Config;
  readonly keys: Keys;
  readonly records: Records;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly connection: NativeConnection;
  readonly timeline: TimelineWriter;
}

/** Name of this process: holder of leases, worker of an attempt. */
export const WORKER_NAME = `${hostname()}#${process.pid}`;

const IO_CONCURRENCY = 200;
const SSH_CONCURRENCY = 50;
/** Pages open at a time in one browser. */
const BROWSER_CONCURRENCY = 4;
const GRACE = '25 seconds';

/** The interpreter's worker on `flows`. Local activities run inside it, so it carries the short keyed ones as well. */
export async function createFlowsWorker(
  parts: WorkerParts,
  bundlePath: string,
  activities: object,
): Promise<Worker> {
  return Worker.create({
    ...commonOptions(parts),
    taskQueue: 'flows',
    workflowBundle: { codePath: bundlePath },
    activities: withItems(parts, activities),
    sinks: { ...defaultSinks(), ...timelineSinks(parts.timeline) },
    maxCachedWorkflows: parts.config.cachedRuns,
    maxConcurrentWorkflowTaskExecutions: 60,
    // Short, so that runs of a worker that was killed go on soon.
    stickyQueueScheduleToStartTimeout: '3 seconds',
    maxConcurrentActivityTaskExecutions: IO_CONCURRENCY,
  });
}

/** A worker for the activities of one queue: `ops`, `net-<zone>` or `browser`. */
export async function createActivityWorker(
  parts: WorkerParts,
  taskQueue: string,
  activities: object,
): Promise<Worker> {
  return Worker.create({
    ...commonOptions(parts),
    taskQueue,
    activities: withItems(parts, activities),
    maxConcurrentActivityTaskExecutions: concurrencyOf(taskQueue),
    // A cancelled bot must hear of it in time to end its browser within 5 s.
    ...(taskQueue === 'browser' ? { maxHeartbeatThrottleInterval: '1 second' } : {}),
  });
}

/** Every worker can carry out many calls of the steps it has. */
function withItems({ records }: WorkerParts, activities: object): object {
  const steps = Object.fromEntries(Object.entries(activities));
  return { ...activities, ...createItemActivities({ timeline: records.timeline, steps, clock: Date.now }) };
}

function concurrencyOf(taskQueue: string): number {
  if (taskQueue === 'browser') return BROWSER_CONCURRENCY;
  return taskQueue.startsWith('net-') ? SSH_CONCURRENCY : IO_CONCURRENCY;
}

function commonOptions({
  config,
  keys,
  records,
  log,
  metrics,
  tracing,
  connection,
}: WorkerParts): Omit<WorkerOptions, 'taskQueue'> {
  return {
    connection,
    namespace: config.temporalNamespace,
    identity: WORKER_NAME,
    dataConverter: dataConverter(keys, records.evidence),
    shutdownGraceTime: GRACE,
    ...(tracing === undefined ? {} : { plugins: [tracing.plugin] }),
    interceptors: {
      activity: [
        (context) => ({
          inbound: new AttemptInterceptor(context, { records, metrics, log, worker: WORKER_NAME }),
        }),
      ],
    },
  };
}
