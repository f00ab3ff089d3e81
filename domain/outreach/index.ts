export { ACCOUNT_OPENING, accountOpeningRules } from './account-opening.ts';
export {
  applyEvent,
  DEFAULT_TIME_ZONE,
  endOfWaiting,
  type EventStanding,
  newCustomer,
  stallKey,
} from './customer-events.ts';
export { capBucket, decideAtFire, type FireDecision, type FireFacts, type FireReason } from './fire-check.ts';
export {
  delayOf,
  dueTimeOf,
  type EarlierEntry,
  type EntryVerdict,
  journeyFaults,
  judgeEntry,
  LONGEST_DELAY_MS,
  type NoEntryReason,
} from './journey.ts';
export { journeyRulesSchema } from './journey-schema.ts';
export {
  type AfterOutcome,
  afterOutcome,
  CallbackTimeError,
  isOutcomeCode,
  OUTCOMES,
  type OutcomeCode,
  type OutcomeRule,
} from './outcomes.ts';
export {
  CUSTOMER_EVENT_PREFIX,
  ENTRY_CHANGED,
  type ParsedCustomerEvent,
  parseCustomerEvent,
} from './parse-event.ts';
export { callableAt, endOfQuiet, isQuiet, isTimeZone, stableJitterMs } from './quiet-hours.ts';
export { type Representative, routeTask, type Routing } from './routing.ts';
export { gradeOf, type GradeDecision, type ScoreLine } from './scorecard.ts';
export * from './types.ts';
