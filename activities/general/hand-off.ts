import { setTimeout as delay } from 'node:timers/promises';
import type { HandOffQueue, HandOffReceipt, HandOffRecords } from '../../prisma/records/hand-off-types.ts';

const LOOK_EVERY_MS = 150;

/** What an activity that hands work to a queue stands on. `pause` waits between two looks; tests give one that passes at once. */
export interface HandOffDeps {
  readonly handOffs: HandOffRecords;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Waits for the receipt of a hand-off, up to `withinMs`. Undefined when there is none by then: the queue goes on. The receipt is our row;
 * what the queue itself calls completed is never asked.
 */
export async function awaitReceipt(
  { handOffs, pause = delay }: HandOffDeps,
  queue: HandOffQueue,
  dedupeKey: string,
  withinMs: number,
): Promise<HandOffReceipt | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const row = await handOffs.findByKey(queue, dedupeKey);
    if (row?.receipt !== undefined || waitedMs >= withinMs) return row?.receipt;
    await pause(LOOK_EVERY_MS);
  }
}
