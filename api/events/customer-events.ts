import { CUSTOMER_EVENT_PREFIX, parseCustomerEvent } from '../../domain/outreach/index.ts';
import type { EventRow } from '../../prisma/records/event-types.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { EventConsumer } from './dispatch.ts';

/**
 * Applies an event about a customer: stores it, moves the customer on where it is not late, withdraws what no longer holds. A repeat
 * changes nothing. Returns what is wrong with an event that says nothing usable; undefined when it was taken.
 */
export async function applyCustomerEvent(
  { outreach }: Pick<Records, 'outreach'>,
  event: Pick<EventRow, 'envelope' | 'receivedAt'>,
): Promise<string | undefined> {
  const parsed = parseCustomerEvent(event.envelope, event.receivedAt.getTime());
  if (parsed.fault !== undefined) return parsed.fault;
  await outreach.applyEvents([parsed.event]);
  return undefined;
}

/** Keeps customers up to date before flows are started and runs are woken by the same event. */
export const customerEvents: EventConsumer = {
  typePrefix: CUSTOMER_EVENT_PREFIX,
  consume: async ({ records, log }, event) => {
    const fault = await applyCustomerEvent(records, event);
    if (fault !== undefined)
      log.warn({ source: event.source, eventId: event.eventId, fault }, 'customer event without effect');
  },
};
