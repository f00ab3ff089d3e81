import { type DeliverDeps, deliverHandOff } from '../activities/general/deliver-hand-off.ts';
import { createEgressClient } from '../platform/egress.ts';
import { requireDatabaseUrl } from '../platform/config.ts';
import {
  addHandOffs,
  type HandOffAttempt,
  HandOffImpossible,
  type HandOffQueueHandle,
  isQueueName,
  openQueue,
  openQueueWorker,
  QUEUE_NAMES,
  type QueueName,
} from '../platform/queues.ts';
import { createVault, resolveSecret } from '../platform/vault.ts';
import type { WorkerParts } from './create-worker.ts';

const BATCH = 200;
const LOOK_EVERY_MS = 1_000;

/** What the queues of a process stand on. */
export interface HandOffParts {
  readonly databaseUrl: string;
  readonly records: WorkerParts['records'];
  readonly log: WorkerParts['log'];
  readonly delivery: DeliverDeps;
}

/** The parts of a worker process: secrets from its vault, addresses after its rules. */
export function handOffParts({
  config,
  keys,
  records,
  log,
}: Pick<WorkerParts, 'config' | 'keys' | 'records' | 'log'>): HandOffParts {
  const vault = createVault(keys);
  return {
    databaseUrl: requireDatabaseUrl(config),
    records,
    log,
    delivery: {
      handOffs: records.handOffs,
      egress: createEgressClient(config.egressAllowedHosts),
      resolveText: async (reference) => (await resolveSecret(vault, records.secrets, reference)).reveal(),
      clock: Date.now,
      dialler: config.dialler,
    },
  };
}

/**
 * What a process with the `ops` worker does beside it: takes rows of the outbox to their queues and works the queues. May be done by several
 * processes at once. A crash between queue and mark adds the same job again, which the queue knows by its id.
 */
export async function startHandOffs(parts: HandOffParts): Promise<{ stop: () => Promise<void> }> {
  const { databaseUrl, records, log, delivery: deps } = parts;
  const onError = (error: Error): void => log.warn({ err: error }, 'hand-off queue');
  const queues = new Map(QUEUE_NAMES.map((name) => [name, openQueue(databaseUrl, name, onError)]));
  const deliver = async (attempt: HandOffAttempt): Promise<void> => {
    const delivery = await deliverHandOff(deps, attempt);
    if (delivery.kind === 'again') throw new Error(delivery.detail);
    if (delivery.kind === 'given-up') throw new HandOffImpossible(delivery.detail);
  };
  const worked = QUEUE_NAMES.filter((name) => name !== 'robot-calls' || deps.dialler !== null);
  const workers = worked.map((name) => openQueueWorker(databaseUrl, name, deliver, onError));
  const relay = await startRelay(
    () => relayOutbox(parts, queues),
    (run) => records.listen('outbox', run),
    onError,
  );
  return {
    stop: async () => {
      await relay.stop();
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** Takes waiting rows to their queues, oldest first; returns how many. A row of an unknown queue stays and is told. */
export async function relayOutbox(
  { records, log }: Pick<WorkerParts, 'records' | 'log'>,
  queues: ReadonlyMap<QueueName, HandOffQueueHandle>,
): Promise<number> {
  const rows = await records.handOffs.waiting(BATCH);
  let taken = 0;
  for (const name of new Set(rows.map((row) => row.queue))) {
    const some = rows.filter((row) => row.queue === name);
    const queue = isQueueName(name) ? queues.get(name) : undefined;
    if (queue === undefined) {
      log.warn({ queue: name, rows: some.length }, 'hand-offs of a queue that is not known');
      continue;
    }
    await addHandOffs(
      queue,
      some.map(({ outboxId, dedupeKey }) => ({ outboxId, about: dedupeKey })),
    );
    await records.handOffs.take(some.map(({ outboxId }) => outboxId));
    taken += some.length;
  }
  return taken;
}

async function startRelay(
  pass: () => Promise<number>,
  listen: (run: () => void) => Promise<() => Promise<void>>,
  onError: (error: Error) => void,
): Promise<{ stop: () => Promise<void> }> {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  const run = (): void => {
    clearTimeout(timer);
    if (isStopped) return;
    if (running !== undefined) {
      isAskedAgain = true;
      return;
    }
    running = pass()
      .then((taken) => {
        isAskedAgain ||= taken === BATCH;
      })
      .catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        running = undefined;
        timer = setTimeout(run, isAskedAgain ? 0 : LOOK_EVERY_MS);
        isAskedAgain = false;
      });
  };
  const unlisten = await listen(run);
  run();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await unlisten();
      await running;
      clearTimeout(timer);
    },
  };
}
