import { keyValuesOf } from '../../engine/index.ts';
import type { EventRow, WaitingRun } from '../../prisma/records/event-types.ts';
import { type AppDependencies, FlowEngineUnavailable } from '../dependencies.ts';
import { fireEventTriggers } from '../triggers/fire.ts';

const BATCH = 100;
const LEASE_MS = 30_000;
const AGAIN_AFTER_MS = 1_000;

/** Reacts to an event inside the product, beside triggers and waiting runs. Called at least once per event: must be idempotent. */
export interface EventConsumer {
  /** Events whose type begins with this. */
  readonly typePrefix: string;
  consume(deps: AppDependencies, event: EventRow): Promise<void>;
}

/**
 * Hands out stored events: starts flows by event trigger, wakes waiting runs, feeds the consumers. One pass; returns how many events
 * were dealt with. An event is handed out at least once; starts and waits recognise a repeat. Safe in several processes.
 */
export async function dispatchOnce(
  deps: AppDependencies,
  consumers: readonly EventConsumer[] = [],
): Promise<number> {
  const events = await deps.records.events.claim(BATCH, LEASE_MS);
  if (events.length === 0) return 0;
  const triggers = (await deps.records.triggers.list('event')).filter((row) => row.pausedAt === null);
  const done: bigint[] = [];
  for (const [index, event] of events.entries()) {
    try {
      for (const consumer of consumers) {
        if (event.type.startsWith(consumer.typePrefix)) await consumer.consume(deps, event);
      }
      await fireEventTriggers(deps, triggers, event);
      await wakeRuns(deps, event);
      done.push(event.sequence);
    } catch (error) {
      const left = events.slice(index).map((each) => each.sequence);
      // Nobody can be told while the engine is away; another failure must not hold up the events behind it.
      if (error instanceof FlowEngineUnavailable) {
        await deps.records.events.release(left, AGAIN_AFTER_MS);
        break;
      }
      deps.log.warn({ err: error, source: event.source, eventId: event.eventId }, 'event not handed out');
      await deps.records.events.release([event.sequence], AGAIN_AFTER_MS * 10);
    }
  }
  await deps.records.events.markDispatched(done);
  return done.length;
}

async function wakeRuns(deps: AppDependencies, event: EventRow): Promise<void> {
  const { events } = deps.records;
  const runs = new Map<string, WaitingRun>();
  for (const sources of await events.keySources(event.type)) {
    const values = keyValuesOf(sources, event.envelope, event.receivedAt.getTime());
    if (values === undefined) continue;
    for (const run of await events.waiting(event.type, sources, values)) runs.set(run.runId, run);
  }
  for (const { runId, workflowId } of runs.values()) {
    const isKnown = await deps.flowClient.deliverEvent(workflowId, event.envelope);
    if (!isKnown) await events.closeWaits(runId);
  }
}

/** Runs `dispatchOnce` when the database says that an event came, and every `everyMs`, until `stop` is called. */
export async function startDispatcher(
  deps: AppDependencies,
  consumers: readonly EventConsumer[],
  everyMs: number,
): Promise<{ stop: () => Promise<void> }> {
  let isStopped = false;
  let isAsked = false;
  let pass: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    do {
      isAsked = false;
      while (!isStopped && (await dispatchOnce(deps, consumers)) > 0);
    } while (isAsked && !isStopped);
  };
  const ask = (): void => {
    isAsked = true;
    pass ??= work()
      .catch((error: unknown) => deps.log.warn({ err: error }, 'events not handed out'))
      .finally(() => {
        pass = undefined;
      });
  };
  const timer = setInterval(ask, everyMs);
  const stopListening = await deps.records.listen('event', ask);
  ask();
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await stopListening();
      await pass;
    },
  };
}
