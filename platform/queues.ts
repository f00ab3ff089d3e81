import { createPostgresBackend, type Job, UnrecoverableError, withBackend } from 'bullmq';

const Postgres = withBackend(createPostgresBackend);

/** How the jobs of a queue are tried and kept. Times in milliseconds. */
interface QueueRules {
  readonly attempts: number;
  /** First pause between two attempts; doubles from one to the next. */
  readonly firstPauseMs: number;
  /** Jobs worked on at once per process. */
  readonly atOnce: number;
  /** At most so many jobs in so long, over all processes. */
  readonly limit?: { readonly max: number; readonly duration: number };
}

const DAY_S = 86_400;

/**
 * The hand-off queues. A robot dialler is given 50 calls a second at most: it is another company's system.
 * The pauses of twelve attempts add up to 68 minutes.
 */
export const QUEUES = {
  'signed-callback': { attempts: 12, firstPauseMs: 2_000, atOnce: 10 },
  notification: { attempts: 12, firstPauseMs: 2_000, atOnce: 10 },
  'robot-calls': { attempts: 12, firstPauseMs: 2_000, atOnce: 5, limit: { max: 50, duration: 1_000 } },
} as const satisfies Readonly<Record<string, QueueRules>>;

/** Name of a hand-off queue. */
export type QueueName = keyof typeof QUEUES;

/** All names, in the order pages show them. */
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** True for the name of a hand-off queue. */
export function isQueueName(name: string): name is QueueName {
  return Object.hasOwn(QUEUES, name);
}

/** What a job carries: the row of the outbox. The content stays in the row, so that a board of queues shows none of it. */
export interface HandOffJob {
  readonly outboxId: string;
  readonly about: string;
}

/** A queue of hand-offs. */
export type HandOffQueueHandle = ReturnType<typeof openQueue>;
/** A process's share of the work on a queue. */
export type HandOffWorker = ReturnType<typeof openQueueWorker>;

/** Connection of a queue: the product's role, and few connections, for each queue has a pool of its own. */
function connectionOf(databaseUrl: string) {
  return {
    connectionString: databaseUrl,
    options: '-c role=afterbell_app',
    application_name: 'afterbell',
    max: 3,
  };
}

/** Opens a queue to add to or to look into. Its tables must be there (`prisma/migrate.ts`). */
export function openQueue(databaseUrl: string, name: QueueName, onError: (error: Error) => void) {
  const { attempts, firstPauseMs } = QUEUES[name];
  const queue = new Postgres.Queue<HandOffJob>(name, {
    connection: connectionOf(databaseUrl),
    defaultJobOptions: {
      attempts,
      backoff: { type: 'exponential', delay: firstPauseMs },
      removeOnComplete: { age: 7 * DAY_S, count: 100_000 },
      removeOnFail: { age: 90 * DAY_S },
    },
  });
  queue.on('error', onError);
  return queue;
}

/** Adds hand-offs; one that the queue has already is not added twice. */
export async function addHandOffs(queue: HandOffQueueHandle, jobs: readonly HandOffJob[]): Promise<void> {
  await queue.addBulk(
    jobs.map((data) => ({ name: data.about, data, opts: { jobId: `outbox-${data.outboxId}` } })),
  );
}

/** A hand-off that no further attempt can bring through; the queue does not try it again by itself. */
export class HandOffImpossible extends UnrecoverableError {}

/** One attempt at a hand-off. `isLast`: when it fails, the queue does not try again. */
export interface HandOffAttempt {
  readonly outboxId: string;
  readonly attempt: number;
  readonly isLast: boolean;
}

/** Works a queue until closed. `deliver` must be idempotent: a job whose worker died is given to another. */
export function openQueueWorker(
  databaseUrl: string,
  name: QueueName,
  deliver: (attempt: HandOffAttempt) => Promise<void>,
  onError: (error: Error) => void,
) {
  const rules: QueueRules = QUEUES[name];
  const worker = new Postgres.Worker<HandOffJob>(
    name,
    async (job: Job<HandOffJob>) => {
      const attempt = job.attemptsMade + 1;
      await deliver({ outboxId: job.data.outboxId, attempt, isLast: attempt >= rules.attempts });
    },
    {
      connection: connectionOf(databaseUrl),
      concurrency: rules.atOnce,
      lockDuration: 10_000,
      stalledInterval: 5_000,
      maxStalledCount: 10,
      ...(rules.limit === undefined ? {} : { limiter: rules.limit }),
    },
  );
  worker.on('error', onError);
  return worker;
}
