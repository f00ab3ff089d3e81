import type { JsonObject } from '../json.ts';

/** What a customer event says. `profile` brings facts about the person, the others change what may be done. */
export type CustomerEventKind = 'stalled' | 'progressed' | 'opted-out' | 'opted-in' | 'closed' | 'profile';

/** Every kind, for schemas and checks. */
export const CUSTOMER_EVENT_KINDS: readonly CustomerEventKind[] = [
  'stalled',
  'progressed',
  'opted-out',
  'opted-in',
  'closed',
  'profile',
];

/** An event about one customer as the source counted it. `sequence` is 1 or more and grows per customer at the source. */
export interface CustomerEvent {
  readonly source: string;
  readonly eventId: string;
  readonly customerId: string;
  readonly kind: CustomerEventKind;
  readonly sequence: number;
  /** Epoch milliseconds at the source. */
  readonly occurredAtMs: number;
  /** The process step the customer stands at; empty for events that name none. */
  readonly step: string;
  /** Where the customer came from; empty leaves the known one. */
  readonly channel: string;
  /** Facts of a `profile` or `stalled` event; empty otherwise. */
  readonly profile: JsonObject;
  /** IANA zone, empty leaves the known one. */
  readonly timeZone: string;
}

/**
 * What is known of a customer. Each part remembers the sequence it was set by, so that an older event arriving later never undoes a
 * newer one and the order of arrival does not matter for the result.
 */
export interface CustomerState {
  readonly customerId: string;
  readonly timeZone: string;
  readonly channel: string;
  readonly profile: JsonObject;
  /** Sequences that zone, channel and profile were set by: an event may bring one of them without the others. */
  readonly timeZoneSequence: number;
  readonly channelSequence: number;
  readonly profileSequence: number;
  /** Empty before the first step event. */
  readonly step: string;
  readonly isStalled: boolean;
  readonly stepSequence: number;
  /** When the newest step event happened, epoch milliseconds. */
  readonly stepAtMs: number;
  readonly consent: boolean;
  readonly consentSequence: number;
  readonly doNotCall: boolean;
  readonly isClosed: boolean;
  readonly closedSequence: number;
}

/** How far a call desk has come with an entry. All but `waiting` are final. */
export type EntryStatus =
  | 'waiting'
  | 'task'
  | 'handed-off'
  | 'no-call'
  | 'refused'
  | 'expired'
  | 'cancelled'
  | 'superseded';

/** Grade of a stalled customer: whom to hand it to. */
export type Grade = 'high' | 'medium' | 'low';

/** Length of a delay by what is known of the customer. The first rule that fits counts. */
export interface DelayRule {
  readonly channel?: string;
  readonly step?: string;
  readonly profile?: readonly ProfileTest[];
  readonly delayMs: number;
}

/** One test on a fact of the profile; a fact that is absent fits nothing but `absent`. */
export interface ProfileTest {
  readonly field: string;
  readonly is: 'equal' | 'at-least' | 'below' | 'absent';
  readonly value?: string | number | boolean;
}

/** When a customer may enter again: never, each time, once the entry before is over, or so long after the previous *entry*. */
export type ReentryPolicy = 'never' | 'each-stall' | 'after-exit' | { readonly afterMs: number };

/** A feature of the scorecard: one fact of the profile, cut into bins. The first bin that fits gives the points. */
export interface ScoreFeature {
  readonly field: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly bins: readonly ScoreBin[];
  /** Points of a fact that is absent or of another kind. */
  readonly otherwise: number;
}

/** Bounds of a bin: `from` is part of it, `below` is not; or one of the values. */
export interface ScoreBin {
  readonly from?: number;
  readonly below?: number;
  readonly oneOf?: readonly (string | boolean)[];
  readonly points: number;
}

/** Points per feature, the offset they start from and the two thresholds. `version` is kept with every grade. */
export interface Scorecard {
  readonly version: string;
  readonly offset: number;
  readonly features: readonly ScoreFeature[];
  /** High from here. */
  readonly high: number;
  /** Medium from here up to `high`. */
  readonly medium: number;
}

/** Published rules of a journey; a version is never changed, and an entry keeps the version it entered by. */
export interface JourneyRules {
  /** Steps of the customer's process in order. */
  readonly steps: readonly string[];
  readonly delays: readonly DelayRule[];
  readonly defaultDelayMs: number;
  readonly reentry: ReentryPolicy;
  /** A second stall on the same step while one waits: keep its due time, or start anew. */
  readonly onRepeat: 'keep' | 'restart';
  /** Local wall time `HH:mm` in the customer's zone in which nobody is called; `from` may be later than `to` (over midnight). */
  readonly quietHours: { readonly from: string; readonly to: string };
  /** Calls put off to the end of quiet hours are spread over so many milliseconds. */
  readonly jitterMs: number;
  /** A call later than this after its due time is of no use. */
  readonly latestUsefulMs: number;
  readonly cap: { readonly calls: number; readonly days: number };
  readonly scorecard: Scorecard;
  /** What a representative needs for each step, besides the shift. */
  readonly skills: Readonly<Record<string, string>>;
  readonly talkTrack: Readonly<Record<string, { readonly zh: string; readonly en: string }>>;
}
