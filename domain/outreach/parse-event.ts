import { isJsonObject, type JsonObject } from '../json.ts';
import { isTimeZone } from './quiet-hours.ts';
import { CUSTOMER_EVENT_KINDS, type CustomerEvent, type CustomerEventKind } from './types.ts';

/** CloudEvents of this prefix are about customers; the rest of the type is the kind. */
export const CUSTOMER_EVENT_PREFIX = 'com.afterbell.customer.';

/** Told to runs that an operator has changed their entry: resumed it, or given it another due time. */
export const ENTRY_CHANGED = 'com.afterbell.outreach.entry-changed';

/** A customer event, or what is wrong with it in one sentence. */
export type ParsedCustomerEvent =
  | { readonly event: CustomerEvent; readonly fault?: undefined }
  | { readonly fault: string };

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/**
 * Reads a CloudEvent as a customer event. `data` carries `customer` and `sequence` (1 or more, growing per customer at the source);
 * `step` for stalls and progress; `channel`, `timeZone` (IANA) and `profile` where the source knows them.
 */
export function parseCustomerEvent(envelope: JsonObject, receivedAtMs: number): ParsedCustomerEvent {
  const data = envelope['data'];
  if (!isJsonObject(data)) return { fault: 'data must be an object' };
  const kind = kindOf(textOf(envelope, 'type'));
  if (kind === undefined) return { fault: `type “${textOf(envelope, 'type')}” is not one of ours` };
  const customerId = textOf(data, 'customer');
  if (!ID.test(customerId))
    return { fault: `data.customer “${customerId.slice(0, 100)}” is not a reference` };
  const { sequence } = data;
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 1)
    return { fault: 'data.sequence must be a whole number of 1 or more' };
  const step = textOf(data, 'step');
  if ((kind === 'stalled' || kind === 'progressed') && !ID.test(step))
    return { fault: `data.step “${step.slice(0, 100)}” is not the name of a step` };
  const timeZone = textOf(data, 'timeZone');
  if (timeZone !== '' && !isTimeZone(timeZone)) return { fault: `data.timeZone “${timeZone}” is not a zone` };
  const time = Date.parse(textOf(envelope, 'time'));
  return {
    event: {
      source: textOf(envelope, 'source'),
      eventId: textOf(envelope, 'id'),
      customerId,
      kind,
      sequence,
      // A source whose clock runs ahead must not move calls into the future.
      occurredAtMs: Number.isNaN(time) ? receivedAtMs : Math.min(time, receivedAtMs),
      step,
      channel: textOf(data, 'channel').slice(0, 100),
      profile: isJsonObject(data['profile']) ? data['profile'] : {},
      timeZone,
    },
  };
}

function kindOf(type: string): CustomerEventKind | undefined {
  if (!type.startsWith(CUSTOMER_EVENT_PREFIX)) return undefined;
  const rest = type.slice(CUSTOMER_EVENT_PREFIX.length);
  return CUSTOMER_EVENT_KINDS.find((kind) => kind === rest);
}

function textOf(object: JsonObject, name: string): string {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' ? value : '';
}
