import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestJson } from '../api/client.ts';

/** Something earlier runs did outside in a step that runs again. */
export interface EarlierEffect {
  readonly effectId: string;
  readonly step: string;
  readonly what: string;
  readonly part: string;
  readonly status: 'done' | 'unknown' | 'failed' | 'compensated';
}

/** A step as a place to restart from. */
export interface RestartPoint {
  readonly pointer: string;
  readonly name: string;
  readonly task: string;
  readonly isPossible: boolean;
  readonly refusal: {
    readonly code: string;
    readonly sentence: { readonly zh: string; readonly en: string };
    /** Pointer of the step to restart from instead. */
    readonly from?: string;
  } | null;
  /** Lines of the timeline that stay. */
  readonly kept: number;
  readonly keptSteps: readonly string[];
  readonly againSteps: readonly string[];
  readonly effects: readonly EarlierEffect[];
}

/** What a restart asks for. */
export interface RestartRequest {
  readonly step: string;
  readonly version: string;
  readonly reason: string;
  readonly effects: ReadonlyArray<{ readonly effectId: string; readonly as: 'done' | 'not-done' }>;
}

const pathOf = (runId: string): string => `/v1/runs/${encodeURIComponent(runId)}`;

/** The restart points of an ended run, on one version of its flow. */
export const restartPointsQuery = (runId: string, version: string) =>
  queryOptions({
    queryKey: ['run', runId, 'restart-points', version],
    queryFn: () =>
      requestJson<{ version: string; points: readonly RestartPoint[] }>(
        'GET',
        `${pathOf(runId)}/restart-points?${new URLSearchParams({ version }).toString()}`,
      ),
    placeholderData: keepPreviousData,
  });

/** Restarts a run; the same key gives the same new run. Rejects with `ApiError`. */
export function restartRun(
  runId: string,
  request: RestartRequest,
  idempotencyKey: string,
): Promise<{ runId: string }> {
  return requestJson('POST', `${pathOf(runId)}/restart`, request, { 'idempotency-key': idempotencyKey });
}
