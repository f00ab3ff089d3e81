import { type FireTime, nextFireTimes, parseScheduleRule } from '../domain/calendar/schedule-rule.ts';
import { MARKET_TIME_ZONE, wallClock } from '../domain/calendar/index.ts';
import { EXPECTED_ORDER, type ExpectedState, expectedState } from '../domain/watch/today.ts';
import type { TriggerFiringRow, TriggerRow } from '../prisma/records/event-types.ts';
import type { RunRow } from '../prisma/records/types.ts';
import type { AppDependencies } from './dependencies.ts';

/** One run that is expected today, as the page shows it. */
export interface ExpectedRun {
  readonly triggerName: string;
  readonly flowName: string;
  /** Title of the flow as published; its name when it is not. */
  readonly title: string;
  readonly at: string;
  /** The trading day it is for. */
  readonly forDay: string;
  readonly state: ExpectedState;
  readonly runId: string | null;
  readonly endedAt: string | null;
  /** Why nothing started, where nothing did. */
  readonly reason: string | null;
}

/** The desk's day. */
export interface Today {
  readonly date: string;
  readonly expected: readonly ExpectedRun[];
  /** Calendar faults: a schedule whose next times cannot be known. */
  readonly unknown: ReadonlyArray<{ readonly triggerName: string; readonly reason: string }>;
  readonly runs: { readonly running: number; readonly waiting: number; readonly failedToday: number };
  readonly openApprovals: number;
  readonly openBreaks: number;
  readonly openIncidents: number;
  /** Calls to make now, and customers whose call is still to fall due. */
  readonly openCalls: number;
  readonly waitingCalls: number;
}

const MOST_PER_TRIGGER = 300;
const DAY_MS = 86_400_000;
const FIRINGS = 400;
/** Open incidents come first in the list; more than these would be one cause, not many. */
const INCIDENTS = 100;

/** Gathers the day: every time a schedule fires on this date of the market, with what has come of it. */
export async function gatherToday(deps: AppDependencies): Promise<Today> {
  const { records } = deps;
  const nowMs = deps.clock();
  const { date } = wallClock(nowMs, MARKET_TIME_ZONE);
  const startMs = Date.parse(`${date}T00:00:00+08:00`);
  const [triggers, counts, asking, openBreaks, incidents, calls] = await Promise.all([
    records.triggers.list('schedule'),
    records.runs.counts(new Date(startMs)),
    records.approvals.openRuns(),
    records.reconciliation.openCount(),
    records.healing.incidents(INCIDENTS),
    records.outreach.board(nowMs),
  ]);
  const expected: ExpectedRun[] = [];
  const unknown: Array<{ triggerName: string; reason: string }> = [];
  for (const trigger of triggers) {
    const { times, stopped } = timesOfDay(trigger, startMs);
    if (stopped !== undefined) unknown.push({ triggerName: trigger.triggerName, reason: stopped });
    if (times.length === 0) continue;
    const title = (await records.flows.find(trigger.flowName))?.title ?? trigger.flowName;
    const firings = await records.triggers.firings(trigger.triggerName, FIRINGS);
    for (const time of times)
      expected.push(
        await expectedRun(deps, { trigger, title, time, firings, nowMs, asking: new Set(asking) }),
      );
  }
  expected.sort(
    (left, right) =>
      EXPECTED_ORDER.indexOf(left.state) - EXPECTED_ORDER.indexOf(right.state) ||
      left.at.localeCompare(right.at),
  );
  return {
    date,
    expected,
    unknown,
    runs: counts,
    openApprovals: new Set(asking).size,
    openBreaks,
    openIncidents: incidents.filter((row) => row.status === 'open').length,
    openCalls: calls.openByGrade.reduce((sum, { count }) => sum + count, 0),
    waitingCalls: calls.waiting,
  };
}

function timesOfDay(trigger: TriggerRow, startMs: number): { times: FireTime[]; stopped?: string } {
  const rule = parseScheduleRule(trigger.settings);
  const { times, stopped } = nextFireTimes(rule, startMs - 1, MOST_PER_TRIGGER);
  const today = times.filter((time) => time.atMs < startMs + DAY_MS);
  // Only a calendar that ends before tomorrow hides something of today.
  return today.length === times.length && stopped !== undefined && times.length === 0
    ? { times: today, stopped }
    : { times: today };
}

async function expectedRun(
  { records }: AppDependencies,
  facts: {
    readonly trigger: TriggerRow;
    readonly title: string;
    readonly time: FireTime;
    readonly firings: readonly TriggerFiringRow[];
    readonly nowMs: number;
    readonly asking: ReadonlySet<string>;
  },
): Promise<ExpectedRun> {
  const { trigger, title, time, firings, nowMs, asking } = facts;
  const at = new Date(time.atMs).toISOString();
  const firing = firings.find((row) => row.occasion === `schedule ${at}`);
  const runId = firing?.runId ?? null;
  const run: RunRow | undefined = runId === null ? undefined : await records.runs.find(runId);
  return {
    triggerName: trigger.triggerName,
    flowName: trigger.flowName,
    title,
    at,
    forDay: time.forDay,
    state: expectedState({
      atMs: time.atMs,
      nowMs,
      catchUpMs: parseScheduleRule(trigger.settings).catchUpMinutes * 60_000,
      isPaused: trigger.pausedAt !== null,
      outcome: firing?.outcome ?? null,
      runStatus: run?.status ?? null,
      isAsking: runId !== null && asking.has(runId),
    }),
    runId,
    endedAt: run?.endedAt?.toISOString() ?? null,
    reason: firing?.detail ?? null,
  };
}
