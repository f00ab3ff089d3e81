import { isJsonObject } from '../../domain/json.ts';
import type {
  CustomerEventKind,
  CustomerState,
  EntryStatus,
  EventStanding,
  Grade,
  GradeDecision,
  JourneyRules,
} from '../../domain/outreach/index.ts';
import type { Row } from './database.ts';
import type {
  CallReportRow,
  CallTaskRow,
  CallTaskStatus,
  CustomerEventRow,
  JourneyEntryRow,
  JourneyVersionRow,
} from './outreach-types.ts';
import { objectOf, textOf, textOrNull, timeOf, timeOrNull, wholeOf, wordOf } from './row.ts';

const sequenceOf = (row: Row, column: string): number => Number(textOf(row, column));
const flagOf = (row: Row, column: string): boolean => row[column] === true;

/** A customer with the sequences of its parts. */
export function toCustomer(row: Row): CustomerState {
  return {
    customerId: textOf(row, 'customer_id'),
    timeZone: textOf(row, 'time_zone'),
    timeZoneSequence: sequenceOf(row, 'time_zone_sequence'),
    channel: textOf(row, 'channel'),
    channelSequence: sequenceOf(row, 'channel_sequence'),
    profile: objectOf(row, 'profile'),
    profileSequence: sequenceOf(row, 'profile_sequence'),
    step: textOf(row, 'step'),
    isStalled: flagOf(row, 'is_stalled'),
    stepSequence: sequenceOf(row, 'step_sequence'),
    stepAtMs: timeOf(row, 'step_at').getTime(),
    consent: flagOf(row, 'consent'),
    consentSequence: sequenceOf(row, 'consent_sequence'),
    doNotCall: flagOf(row, 'do_not_call'),
    isClosed: flagOf(row, 'is_closed'),
    closedSequence: sequenceOf(row, 'closed_sequence'),
  };
}

/** A stored customer event. */
export function toCustomerEvent(row: Row): CustomerEventRow {
  const body = objectOf(row, 'body');
  return {
    source: textOf(row, 'source'),
    eventId: textOf(row, 'event_id'),
    customerId: textOf(row, 'customer_id'),
    kind: wordOf<CustomerEventKind>(row, 'kind'),
    sequence: sequenceOf(row, 'sequence'),
    step: textOf(row, 'step'),
    channel: typeof body['channel'] === 'string' ? body['channel'] : '',
    timeZone: typeof body['timeZone'] === 'string' ? body['timeZone'] : '',
    profile: isJsonObject(body['profile']) ? body['profile'] : {},
    occurredAtMs: timeOf(row, 'occurred_at').getTime(),
    standing: wordOf<EventStanding>(row, 'standing'),
    receivedAt: timeOf(row, 'received_at'),
  };
}

/** A journey version joined with its journey. */
export function toJourneyVersion(row: Row): JourneyVersionRow {
  return {
    journey: textOf(row, 'journey'),
    title: textOf(row, 'title'),
    version: wholeOf(row, 'version'),
    rules: objectOf(row, 'rules') as unknown as JourneyRules,
    publishedBy: textOf(row, 'published_by'),
    publishedAt: timeOf(row, 'published_at'),
    pausedBy: textOrNull(row, 'paused_by'),
  };
}

/** A journey entry. */
export function toEntry(row: Row): JourneyEntryRow {
  return {
    entryId: textOf(row, 'entry_id'),
    customerId: textOf(row, 'customer_id'),
    journey: textOf(row, 'journey'),
    version: wholeOf(row, 'version'),
    stallKey: textOf(row, 'stall_key'),
    step: textOf(row, 'step'),
    stallSequence: sequenceOf(row, 'stall_sequence'),
    status: wordOf<EntryStatus>(row, 'status'),
    reason: textOrNull(row, 'reason'),
    firstDueAt: timeOf(row, 'first_due_at'),
    dueAt: timeOf(row, 'due_at'),
    frozenBy: textOrNull(row, 'frozen_by'),
    runId: textOf(row, 'run_id'),
    enteredAt: timeOf(row, 'entered_at'),
    endedAt: timeOrNull(row, 'ended_at'),
  };
}

/** A call task. */
export function toTask(row: Row): CallTaskRow {
  return {
    taskId: textOf(row, 'task_id'),
    entryId: textOf(row, 'entry_id'),
    customerId: textOf(row, 'customer_id'),
    journey: textOf(row, 'journey'),
    stallKey: textOf(row, 'stall_key'),
    step: textOf(row, 'step'),
    grade: wordOf<Grade>(row, 'grade'),
    score: wholeOf(row, 'score'),
    explanation: objectOf(row, 'explanation') as unknown as GradeDecision,
    assignee: textOrNull(row, 'assignee'),
    routing: textOf(row, 'routing'),
    status: wordOf<CallTaskStatus>(row, 'status'),
    dueAt: timeOf(row, 'due_at'),
    calls: wholeOf(row, 'calls'),
    outcome: textOrNull(row, 'outcome'),
    comment: textOf(row, 'comment'),
    notice: textOrNull(row, 'notice'),
    createdAt: timeOf(row, 'created_at'),
    startedAt: timeOrNull(row, 'started_at'),
    endedAt: timeOrNull(row, 'ended_at'),
  };
}

/** A report after a call. */
export function toReport(row: Row): CallReportRow {
  return {
    ordinal: wholeOf(row, 'ordinal'),
    outcome: textOf(row, 'outcome'),
    comment: textOf(row, 'comment'),
    reportedBy: textOf(row, 'reported_by'),
    reportedAt: timeOf(row, 'reported_at'),
  };
}
