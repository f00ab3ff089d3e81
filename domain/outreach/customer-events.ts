import type { CustomerEvent, CustomerEventKind, CustomerState, JourneyRules } from './types.ts';

/** What came of an event: acted on, known already (same source and id), or late (something newer of its kind is known). */
export type EventStanding = 'acted' | 'duplicate' | 'late';

/** The zone of a customer nobody has told us about. */
export const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

/** A customer nothing is known of. Consent is not presumed: without it nobody calls. */
export function newCustomer(customerId: string): CustomerState {
  return {
    customerId,
    timeZone: DEFAULT_TIME_ZONE,
    channel: '',
    profile: {},
    timeZoneSequence: 0,
    channelSequence: 0,
    profileSequence: 0,
    step: '',
    isStalled: false,
    stepSequence: 0,
    stepAtMs: 0,
    consent: false,
    consentSequence: 0,
    doNotCall: false,
    isClosed: false,
    closedSequence: 0,
  };
}

/**
 * Applies an event. An event older than what is known of its own part (step, consent, closing, profile) is late and changes nothing;
 * an old opt-out still counts when only the step is newer. Duplicates by source and id are the store's to drop.
 */
export function applyEvent(
  state: CustomerState,
  event: CustomerEvent,
): { readonly state: CustomerState; readonly standing: Exclude<EventStanding, 'duplicate'> } {
  const withFacts = withNewFacts(state, event);
  if (event.kind === 'profile') return { state: withFacts, standing: withFacts === state ? 'late' : 'acted' };
  if (event.sequence <= sequenceOf(state, event.kind)) return { state: withFacts, standing: 'late' };
  return { state: withOwnPart(withFacts, event, event.kind), standing: 'acted' };
}

type ActingKind = Exclude<CustomerEventKind, 'profile'>;

/** Source sequence of the part of a customer that an event of this kind sets. */
function sequenceOf(state: CustomerState, kind: ActingKind): number {
  switch (kind) {
    case 'stalled':
    case 'progressed':
      return state.stepSequence;
    case 'opted-in':
    case 'opted-out':
      return state.consentSequence;
    case 'closed':
      return state.closedSequence;
  }
}

function withOwnPart(state: CustomerState, event: CustomerEvent, kind: ActingKind): CustomerState {
  switch (kind) {
    case 'stalled':
    case 'progressed':
      return {
        ...state,
        step: event.step,
        isStalled: kind === 'stalled',
        stepSequence: event.sequence,
        stepAtMs: event.occurredAtMs,
      };
    case 'opted-in':
    case 'opted-out':
      return { ...state, consent: kind === 'opted-in', consentSequence: event.sequence };
    case 'closed':
      return { ...state, isClosed: true, closedSequence: event.sequence };
  }
}

/** Facts that came with an event of whatever kind: each counts when it is newer than the one known. */
function withNewFacts(state: CustomerState, event: CustomerEvent): CustomerState {
  const { sequence } = event;
  let next = state;
  if (event.timeZone !== '' && sequence > state.timeZoneSequence)
    next = { ...next, timeZone: event.timeZone, timeZoneSequence: sequence };
  if (event.channel !== '' && sequence > state.channelSequence)
    next = { ...next, channel: event.channel, channelSequence: sequence };
  if (Object.keys(event.profile).length > 0 && sequence > state.profileSequence)
    next = { ...next, profile: event.profile, profileSequence: sequence };
  return next;
}

/** Names one stall of a customer: the step and the sequence of the event that reported it. */
export function stallKey(step: string, sequence: number): string {
  return `${step}#${sequence}`;
}

/**
 * Why an entry of this stall may wait no longer, or undefined while the customer still stands there, consents and is not closed. A
 * newer stall on the same step ends it only where the journey starts anew on a repeat.
 */
export function endOfWaiting(
  state: CustomerState,
  stall: { readonly step: string; readonly sequence: number },
  { onRepeat }: Pick<JourneyRules, 'onRepeat'>,
): 'closed' | 'opted-out' | 'moved-on' | 'stalled-again' | undefined {
  if (state.isClosed) return 'closed';
  if (state.consentSequence > 0 && !state.consent) return 'opted-out';
  if (state.stepSequence === stall.sequence) return undefined;
  if (!state.isStalled) return 'moved-on';
  return onRepeat === 'keep' && state.step === stall.step ? undefined : 'stalled-again';
}
