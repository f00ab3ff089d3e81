import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import type { FlowError } from '../../../engine/types.ts';

/** One visit of a task as the timeline of a run tells it. */
export interface RanTask {
  readonly name: string;
  readonly pointer: string;
  readonly status: string;
  readonly output: Json;
  readonly error: FlowError | null;
}

/**
 * How a run ended: what a scenario's assertions look at. `refused` = the document was not published, `not-started` = none of the events
 * fits its schedule; `tasks` in the order they began.
 */
export interface Outcome {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'waiting' | 'refused' | 'not-started';
  readonly output: Json;
  readonly error: FlowError | null;
  readonly tasks: readonly RanTask[];
  /** Codes of the problems that held the document back, or why nothing can be said. */
  readonly reason: string;
}

/** What a scenario brings along. */
export interface Case {
  readonly source: string;
  readonly input: Json;
  /** CloudEvents the run is offered, in order. */
  readonly events: readonly JsonObject[];
  /** Values of secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The outcome of a scheduled flow that none of the events starts. */
export const NOT_STARTED: Outcome = {
  status: 'not-started',
  output: null,
  error: null,
  tasks: [],
  reason: '',
};

/** One way to run a case to its end. A flow with a schedule is started by it: at its time, or by the first event that fits. */
export interface Engine {
  readonly name: 'pure' | 'temporal';
  run(given: Case): Promise<Outcome>;
  close(): Promise<void>;
}

/** Headers and CloudEvents attributes that name the moment or the run, never the meaning. */
const VOLATILE = new Set(['time', 'date', 'idempotency-key', 'traceparent']);

/**
 * Where two outcomes of one case differ; undefined when they agree: same end, output, error, and the same tasks with the same status.
 * Tasks of parallel branches may end in another order, so tasks are compared as a set.
 */
export function differenceOf(left: Outcome, right: Outcome): string | undefined {
  for (const key of ['status', 'output', 'error', 'reason'] as const) {
    const [one, other] = [steady(left[key] as Json), steady(right[key] as Json)];
    if (one !== other) return `${key}: ${one} and ${other}`;
  }
  const [one, other] = [tasksOf(left), tasksOf(right)];
  return one === other ? undefined : `tasks: ${one} and ${other}`;
}

function tasksOf({ tasks }: Outcome): string {
  return tasks
    .map(({ pointer, status }) => `${pointer} ${status}`)
    .toSorted()
    .join(', ');
}

function steady(value: Json): string {
  return canonicalJson(masked(value));
}

function masked(value: Json): Json {
  if (Array.isArray(value)) return value.map(masked);
  if (!isJsonObject(value)) return value;
  const isEvent = value['specversion'] !== undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      VOLATILE.has(key) || (isEvent && key === 'id') ? '*' : masked(member),
    ]),
  );
}
