import { proxySinks, type Sinks, upsertSearchAttributes } from '@temporalio/workflow';
import type { Command, FlowError } from '../engine/types.ts';
import type { TimelineBatch } from '../prisma/records/types.ts';
import { CANCELLED_ERROR } from './failures.ts';
import type { RunContext } from './messages.ts';

/** Where timeline lines leave the workflow: they cost no history events and are repeated on replay. */
export interface TimelineSinks extends Sinks {
  timeline: { write(batch: TimelineBatch): void };
}

/** How a run ended. */
export type RunOutcome = Extract<Command, { kind: 'complete' | 'fail' | 'cancelled' }>;

/** Standing of a run that goes on. */
export type MovingStatus = 'running' | 'waiting';

const { timeline } = proxySinks<TimelineSinks>();
const END_STATUS = { complete: 'completed', fail: 'failed', cancelled: 'cancelled' } as const;

/** Tells the timeline and the search attributes where a run stands. */
export class RunReport {
  private readonly context: RunContext;
  shownStatus: MovingStatus;
  hasWaited: boolean;

  constructor(context: RunContext, shownStatus: MovingStatus, hasWaited: boolean) {
    this.context = context;
    this.shownStatus = shownStatus;
    this.hasWaited = hasWaited;
  }

  /** Reports the lines of a turn and, where it changed, the standing. */
  write(records: TimelineBatch['records'], status: MovingStatus, outcome: RunOutcome | undefined): void {
    const isChanged = status !== this.shownStatus;
    if (isChanged && outcome === undefined) {
      this.shownStatus = status;
      this.hasWaited = true;
      upsertSearchAttributes({ AfterbellStatus: [status] });
    }
    // A run that never waited ends before anybody could search for it; its own close status says the rest.
    if (outcome !== undefined && this.hasWaited)
      upsertSearchAttributes({ AfterbellStatus: [END_STATUS[outcome.kind]] });
    if (!this.context.isTimelineOn) return;
    const run = outcome === undefined ? moving(isChanged, status) : ending(outcome);
    if (records.length === 0 && run === undefined) return;
    timeline.write({ runId: this.context.runId, records, ...(run === undefined ? {} : { run }) });
  }
}

function moving(isChanged: boolean, status: MovingStatus): TimelineBatch['run'] | undefined {
  return isChanged ? { status, atMs: Date.now() } : undefined;
}

function ending(outcome: RunOutcome): NonNullable<TimelineBatch['run']> {
  const atMs = Date.now();
  if (outcome.kind === 'complete') return { status: 'completed', output: outcome.output, atMs };
  return { status: END_STATUS[outcome.kind], atMs, error: endErrorOf(outcome) };
}

/** The error a run ends with when it does not complete. */
export function endErrorOf(outcome: Exclude<RunOutcome, { kind: 'complete' }>): FlowError {
  if (outcome.kind === 'fail') return outcome.error;
  return { type: CANCELLED_ERROR, status: 499, title: outcome.by, detail: outcome.reason };
}
