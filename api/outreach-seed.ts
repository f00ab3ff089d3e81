import { addDays, instantOf, wallClock } from '../domain/calendar/index.ts';
import type { JsonObject } from '../domain/json.ts';
import {
  ACCOUNT_OPENING,
  accountOpeningRules,
  CUSTOMER_EVENT_PREFIX,
  type CustomerEvent,
  DEFAULT_TIME_ZONE,
} from '../domain/outreach/index.ts';
import type { Records } from '../prisma/records/types.ts';

const MINUTE_MS = 60_000;
const SOURCE = '/demo/crm';

/** A customer of the demo: where they stalled and what is known of them. */
interface DemoCustomer {
  readonly customer: string;
  readonly step: string;
  readonly channel: string;
  readonly profile: JsonObject;
  readonly timeZone?: string;
}

/** They stalled on the last afternoon: tasks for people, one for the robot, one that earns no call, one who went on after the task was made. */
const EARLIER: readonly DemoCustomer[] = [
  {
    customer: 'C-10293',
    step: 'video-witness',
    channel: 'branch',
    profile: { assetsCny: 820_000, visits30d: 9 },
  },
  {
    customer: 'C-10311',
    step: 'bank-link',
    channel: 'referral',
    profile: { assetsCny: 1_350_000, visits30d: 4 },
  },
  { customer: 'C-10345', step: 'bank-link', channel: 'app', profile: { assetsCny: 560_000, visits30d: 7 } },
  {
    customer: 'C-10352',
    step: 'video-witness',
    channel: 'app',
    profile: { assetsCny: 90_000, visits30d: 3 },
  },
  { customer: 'C-10360', step: 'identity', channel: 'web', profile: { assetsCny: 20_000, visits30d: 1 } },
  {
    customer: 'C-10377',
    step: 'video-witness',
    channel: 'branch',
    profile: { assetsCny: 610_000, visits30d: 6 },
  },
];

/** They stalled a moment ago: real runs wait for them. */
const NOW: readonly DemoCustomer[] = [
  {
    customer: 'C-10401',
    step: 'video-witness',
    channel: 'branch',
    profile: { assetsCny: 700_000, visits30d: 8 },
  },
  {
    customer: 'C-10402',
    step: 'risk-questionnaire',
    channel: 'app',
    profile: { assetsCny: 150_000, visits30d: 5 },
  },
  { customer: 'C-10403', step: 'sign', channel: 'app', profile: { assetsCny: 480_000, visits30d: 2 } },
  {
    customer: 'C-10404',
    step: 'bank-link',
    channel: 'web',
    profile: { assetsCny: 900_000, visits30d: 6 },
    timeZone: 'Europe/London',
  },
];

/** Publishes the shipped journey where there is none yet; one that is there stays as people have changed it. */
export async function seedJourneys({ outreach }: Pick<Records, 'outreach'>): Promise<void> {
  const known = await outreach.journeys();
  if (!known.some((row) => row.journey === ACCOUNT_OPENING))
    await outreach.publishJourney(ACCOUNT_OPENING, '开户跟进', accountOpeningRules, 'shipped');
}

/** Two representatives, customers in different states, and fresh stalls whose runs the dispatcher starts. */
export async function seedOutreach(
  { outreach, events }: Pick<Records, 'outreach' | 'events'>,
  nowMs: number,
): Promise<void> {
  for (const [personId, skills] of [
    ['wu.jing', ['banking', 'suitability']],
    ['he.jun', ['banking']],
  ] as const)
    await outreach.putRepresentative({ personId, skills, capacity: 20, isOnShift: true });
  const { date, time } = wallClock(nowMs, DEFAULT_TIME_ZONE);
  // The newest afternoon whose calls all are due by now, outside quiet hours.
  const dayMs = instantOf(time >= '17:00' ? date : addDays(date, -1), '14:00', DEFAULT_TIME_ZONE);
  for (const person of EARLIER) await outreach.applyEvents(storyOf(person, dayMs));
  const answers = await outreach.enter(
    EARLIER.map(({ customer, step }) => ({
      journey: ACCOUNT_OPENING,
      customerId: customer,
      step,
      sequence: 2,
      runId: 'demo-seed',
    })),
    dayMs,
  );
  for (const answer of answers)
    if (answer.entered)
      await outreach.decide([answer.entry.entryId], answer.entry.dueAt.getTime() + MINUTE_MS);
  await outreach.applyEvents([{ ...eventOf('C-10377', 'progressed', 3, nowMs), step: 'risk-questionnaire' }]);
  await events.accept(NOW.flatMap((person) => storyOf(person, nowMs)).map((event) => envelopeOf(event)));
}

function storyOf(
  { customer, step, channel, profile, timeZone }: DemoCustomer,
  atMs: number,
): CustomerEvent[] {
  return [
    { ...eventOf(customer, 'opted-in', 1, atMs - MINUTE_MS), timeZone: timeZone ?? '' },
    { ...eventOf(customer, 'stalled', 2, atMs), step, channel, profile },
  ];
}

function eventOf(
  customerId: string,
  kind: CustomerEvent['kind'],
  sequence: number,
  atMs: number,
): CustomerEvent {
  return {
    source: SOURCE,
    eventId: `${customerId}-${sequence}`,
    customerId,
    kind,
    sequence,
    occurredAtMs: atMs,
    step: '',
    channel: '',
    profile: {},
    timeZone: '',
  };
}

function envelopeOf({ customerId, kind, occurredAtMs, source, eventId, ...rest }: CustomerEvent) {
  const { step, channel, profile, timeZone, sequence } = rest;
  const type = `${CUSTOMER_EVENT_PREFIX}${kind}`;
  return {
    source,
    eventId,
    type,
    subject: customerId,
    envelope: {
      specversion: '1.0',
      id: eventId,
      source,
      type,
      subject: customerId,
      time: new Date(occurredAtMs).toISOString(),
      data: { customer: customerId, sequence, step, channel, profile, timeZone },
    },
    receivedBy: 'demo',
  };
}
