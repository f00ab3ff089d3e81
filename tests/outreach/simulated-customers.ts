import type { CustomerEvent } from '../../domain/outreach/index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS = ['mobile-check', 'identity', 'video-witness', 'risk-questionnaire', 'bank-link', 'sign'];
const CHANNELS = ['app', 'web', 'branch', 'referral'];
const ZONES = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York'];

/** An event on its way: late and repeated ones come as the network has them. */
export interface Delivery {
  readonly atMs: number;
  readonly event: CustomerEvent;
}

/** Small generator, so that a failing series can be repeated by its seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a customer's source did, in order: consent first, then stalls and progress, sometimes an end. */
export function historyOf(customerId: string, startMs: number, random: () => number): CustomerEvent[] {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const events: CustomerEvent[] = [];
  let sequence = 0;
  let occurredAtMs = startMs;
  const add = (kind: CustomerEvent['kind'], over: Partial<CustomerEvent> = {}) => {
    sequence += 1 + Math.floor(random() * 2);
    events.push({
      source: '/crm',
      eventId: `${customerId}-${sequence}`,
      customerId,
      kind,
      sequence,
      occurredAtMs: Math.round(occurredAtMs),
      step: '',
      channel: '',
      profile: {},
      timeZone: '',
      ...over,
    });
  };
  add('opted-in', { timeZone: pick(ZONES) });
  const steps = 1 + Math.floor(random() * 7);
  for (let index = 0; index < steps; index += 1) {
    occurredAtMs += random() * 2 * DAY_MS;
    const step = pick(STEPS);
    if (random() < 0.6)
      add('stalled', {
        step,
        channel: pick(CHANNELS),
        profile: { assetsCny: Math.floor(random() * 1_000_000), visits30d: Math.floor(random() * 10) },
      });
    else add('progressed', { step });
  }
  if (random() < 0.12) {
    occurredAtMs += random() * DAY_MS;
    add(random() < 0.5 ? 'opted-out' : 'closed');
  }
  return events;
}

/** The same events as they arrive: most at once, some hours or two days late, one in six twice. Consent is there from the start. */
export function deliveriesOf(history: readonly CustomerEvent[], random: () => number): Delivery[] {
  return history.flatMap((event, index) => {
    const luck = random();
    const span = index === 0 || luck < 0.65 ? MINUTE_MS : luck < 0.85 ? 6 * HOUR_MS : 2 * DAY_MS;
    const atMs = event.occurredAtMs + Math.round(random() * span);
    const again = { atMs: atMs + Math.round(random() * DAY_MS), event };
    return random() < 1 / 6 ? [{ atMs, event }, again] : [{ atMs, event }];
  });
}

/** What must be true in the end, worked out from the source's order alone. */
export interface Reference {
  readonly step: string;
  readonly isStalled: boolean;
  readonly isClosed: boolean;
  readonly consent: boolean;
  /** The stall that may have a call in the end; null when the customer moved on, opted out or closed. */
  readonly stalledAt: CustomerEvent | null;
}

/** Reads a history front to back; nothing of the product's rules is used. */
export function referenceOf(history: readonly CustomerEvent[]): Reference {
  const last = history.findLast((event) => event.step !== '');
  const isClosed = history.some((event) => event.kind === 'closed');
  const consent = !history.some((event) => event.kind === 'opted-out');
  const isStalled = last?.kind === 'stalled';
  return {
    step: last?.step ?? '',
    isStalled,
    isClosed,
    consent,
    stalledAt: isStalled && !isClosed && consent ? (last ?? null) : null,
  };
}
