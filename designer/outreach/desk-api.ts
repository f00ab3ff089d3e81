import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { CustomerEventKind, Grade, OutcomeCode, OutcomeRule } from '../../domain/outreach/index.ts';
import { apiPath, PAGE_SIZE, requestJson, withQuery } from '../api/client.ts';
import type { Page } from '../api/types.ts';

/** A call task as lists show it. Times are RFC 3339 texts. */
export interface CallTask {
  readonly taskId: string;
  readonly customerId: string;
  readonly journey: string;
  readonly step: string;
  readonly grade: Grade;
  readonly score: number;
  readonly explanation: {
    readonly score: number;
    readonly offset: number;
    readonly scorecardVersion: string;
    readonly lines: ReadonlyArray<{
      readonly field: string;
      readonly title: { readonly zh: string; readonly en: string };
      readonly value: string | number | boolean | null;
      readonly bin: string;
      readonly points: number;
    }>;
  };
  readonly assignee: string | null;
  readonly status: 'open' | 'calling' | 'done' | 'cancelled';
  readonly dueAt: string;
  readonly calls: number;
  readonly outcome: string | null;
  readonly notice: string | null;
}

/** The card of a task. */
export interface CallCard extends CallTask {
  readonly journeyTitle: string;
  readonly customer: {
    readonly timeZone: string;
    readonly channel: string;
    readonly step: string;
    readonly isStalled: boolean;
    readonly consent: boolean;
    readonly doNotCall: boolean;
  };
  readonly talkTrack: { readonly zh: string; readonly en: string } | null;
  readonly outcomes: readonly OutcomeRule[];
  readonly reports: ReadonlyArray<{
    readonly ordinal: number;
    readonly outcome: OutcomeCode;
    readonly comment: string;
    readonly reportedBy: string;
    readonly reportedAt: string;
  }>;
  readonly events: ReadonlyArray<{
    readonly eventId: string;
    readonly kind: CustomerEventKind;
    readonly step: string;
    readonly standing: 'acted' | 'late';
    readonly occurredAtMs: number;
  }>;
  readonly mayCall: boolean;
}

/** A waiting customer. */
export interface WaitingEntry {
  readonly entryId: string;
  readonly customerId: string;
  readonly step: string;
  readonly dueAt: string;
  readonly frozenBy: string | null;
  readonly runId: string;
}

/** Figures of the board. */
export interface CallBoard {
  readonly waiting: number;
  readonly frozen: number;
  readonly dueWithinHour: number;
  readonly overdue: number;
  readonly openByGrade: ReadonlyArray<{ readonly grade: Grade; readonly count: number }>;
  readonly unassigned: number;
  readonly robotToday: number;
  readonly doneToday: number;
  readonly endedToday: ReadonlyArray<{
    readonly status: string;
    readonly reason: string | null;
    readonly count: number;
  }>;
  readonly representatives: ReadonlyArray<{
    readonly personId: string;
    readonly skills: readonly string[];
    readonly capacity: number;
    readonly isOnShift: boolean;
    readonly openTasks: number;
  }>;
}

/** What the operator means by "these". */
export interface WaitingFilter {
  readonly step?: string | undefined;
  readonly channel?: string | undefined;
  readonly frozen: boolean;
}

/** Every call the call desk makes. Each rejects with `ApiError`. */
export const desk = {
  start: (taskId: string) => requestJson<CallCard>('POST', apiPath('outreach', 'tasks', taskId, 'start'), {}),
  report: (
    taskId: string,
    report: { readonly outcome: OutcomeCode; readonly comment: string; readonly callbackAt?: string },
  ) =>
    requestJson<{ status: 'open' | 'done'; dueAt: string }>(
      'POST',
      apiPath('outreach', 'tasks', taskId, 'report'),
      report,
    ),
  reassign: (taskIds: readonly string[], assignee: string | null) =>
    requestJson<{ reassigned: number }>('POST', apiPath('outreach', 'tasks', 'reassign'), {
      taskIds,
      assignee,
    }),
  setFrozen: ({ frozen, step, channel }: WaitingFilter, expected: number) =>
    requestJson<{ changed: number }>('POST', apiPath('outreach', 'waiting', frozen ? 'resume' : 'freeze'), {
      ...(step === undefined ? {} : { step }),
      ...(channel === undefined ? {} : { channel }),
      expected,
    }),
};

type TaskFilter = { readonly mine?: 'true'; readonly pool?: 'true'; readonly status?: string };

/** What the call desk reads; all keys begin with `calls`, so that one word makes all of it fresh. */
export const deskQueries = {
  tasks: (filter: TaskFilter) =>
    infiniteQueryOptions({
      queryKey: ['calls', 'tasks', filter],
      queryFn: ({ pageParam }) =>
        requestJson<Page<CallTask>>(
          'GET',
          withQuery('/v1/outreach/tasks', { ...filter, cursor: pageParam, limit: String(PAGE_SIZE) }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
      refetchInterval: 15_000,
    }),
  card: (taskId: string) =>
    queryOptions({
      queryKey: ['calls', 'task', taskId],
      queryFn: () => requestJson<CallCard>('GET', apiPath('outreach', 'tasks', taskId)),
      // A customer who goes on during the call must be seen at once.
      refetchInterval: 5_000,
    }),
  board: () =>
    queryOptions({
      queryKey: ['calls', 'board'],
      queryFn: () => requestJson<CallBoard>('GET', '/v1/outreach/board'),
      refetchInterval: 15_000,
    }),
  waiting: (filter: WaitingFilter) =>
    infiniteQueryOptions({
      queryKey: ['calls', 'waiting', filter],
      queryFn: ({ pageParam }) =>
        requestJson<Page<WaitingEntry> & { readonly count: number }>(
          'GET',
          withQuery('/v1/outreach/waiting', {
            step: filter.step,
            channel: filter.channel,
            frozen: String(filter.frozen),
            cursor: pageParam,
            limit: String(PAGE_SIZE),
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
      refetchInterval: 15_000,
    }),
};
