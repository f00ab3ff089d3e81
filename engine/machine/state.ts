import type { Json, JsonObject } from '../../domain/json.ts';
import type { FlowError, MachineState, RunFacts } from '../types.ts';

/** How a task ended, before its parent looks at it. */
export type TaskResult =
  | {
      readonly kind: 'done';
      readonly output: Json;
      readonly goTo: string;
      readonly skipped?: boolean | undefined;
    }
  /** `then: end` somewhere inside: every enclosing task ends with this output, untouched. */
  | { readonly kind: 'end'; readonly output: Json }
  | { readonly kind: 'error'; readonly error: FlowError }
  | { readonly kind: 'cancelled' };

/** How the body of a task ended; `goTo` overrides the directive of the task. */
export type BodyResult =
  | {
      readonly kind: 'done';
      readonly output: Json;
      readonly goTo?: string | undefined;
      /** The list was left by `exit` before its end. */
      readonly exited?: boolean | undefined;
    }
  | Exclude<TaskResult, { kind: 'done' }>;

/**
 * One running task. Only tasks that have begun and not ended have one; positions are integers into the plan. Fields after
 * `deadlineAtMs` belong to single kinds of tasks.
 */
export interface Frame {
  readonly node: number;
  /** Id of the enclosing frame, '' for the workflow. */
  readonly parent: string;
  /** Branch of the enclosing fork. */
  slot?: number | undefined;
  readonly visit: string;
  readonly attempt: number;
  readonly raw: Json;
  input: Json;
  readonly startedAtMs: number;
  /** Earliest of all enclosing timeouts. */
  deadlineAtMs?: number | undefined;
  /** Timer of this task's own timeout. */
  timer?: string | undefined;
  children?: string[] | undefined;
  /** The open command of a task that waits itself. */
  command?: string | undefined;
  /** Arguments of the call, for the final record. */
  arguments?: Json | undefined;
  /** What the world answered, kept for the record where the output will not say it. */
  answer?: Json | undefined;
  /** Of a listen task: what it has consumed, which filters that met, and the correlation values so far. */
  listening?: Listening | undefined;
  /** Of a listen task with rounds: events taken and not yet worked on, and whether more can come. */
  queue?: Json[] | undefined;
  isHeardOut?: boolean | undefined;
  vars?: JsonObject | undefined;
  list?: number | undefined;
  at?: number | undefined;
  data?: Json | undefined;
  laps?: number | undefined;
  items?: Json[] | undefined;
  index?: number | undefined;
  results?: Json[] | undefined;
  left?: number | undefined;
  error?: FlowError | undefined;
  phase?: 'try' | 'delay' | 'catch' | 'before' | 'body' | 'after' | undefined;
  retries?: number | undefined;
  tryAttempt?: number | undefined;
  /** Highest attempt used anywhere inside, so that the next one is new for nested tries too. */
  highest?: number | undefined;
  /** Timer of one try (`limit.attempt.duration`) or of the delay before the next. */
  tryTimer?: string | undefined;
  /** Calls cancelled inside that have not come to rest yet, and what follows when they have. */
  draining?: number | undefined;
  after?: { readonly kind: 'conclude' | 'caught'; readonly result: BodyResult } | undefined;
}

/** How far a listen task has come. `ending`: the filters of `until` that were met. */
export interface Listening {
  readonly events: Json[];
  readonly met: number[];
  readonly keys: JsonObject;
  readonly ending?: number[];
  /** The events as they came, where `events` does not hold them whole. */
  readonly envelopes?: JsonObject[];
}

/** What an open command is for. `drain` = a cancelled call that has not come to rest. */
export interface Wait {
  readonly frame: string;
  readonly role: 'call' | 'chunk' | 'timer' | 'timeout' | 'attempt' | 'retry' | 'event' | 'drain';
  /** For `drain`: the step to record when the call rests; absent when its own task does that. */
  readonly rest?:
    | {
        readonly node: number;
        readonly visit: string;
        readonly attempt: number;
        readonly startedAtMs: number;
        readonly input: Json;
      }
    | undefined;
}

/** How a task ended in an earlier run, for one that is not carried out again. */
export type RecalledEnd =
  | { readonly status: 'completed' | 'skipped'; readonly output: Json }
  | { readonly status: 'failed'; readonly error: FlowError };

/** Contents of `MachineState.data`. */
export interface MachineData {
  facts: RunFacts;
  input: Json;
  context: Json;
  nowMs: number;
  sequence: number;
  nextCommand: number;
  nextFrame: number;
  frames: Record<string, Frame>;
  waits: Record<string, Wait>;
  cancel?: { readonly by: string; readonly reason: string } | undefined;
}

/** The typed view of a state's data. States are made by this machine only, so the shape is known. */
export function machineData(state: MachineState): MachineData {
  return state.data as unknown as MachineData;
}

/** A state from its parts. */
export function machineState(status: MachineState['status'], data: MachineData): MachineState {
  return { status, open: Object.keys(data.waits), data: data as unknown as JsonObject };
}

/** Frame of the workflow itself. */
export const ROOT = 'f0';

/** What a run begins with: the workflow itself under way, nothing else. */
export function freshData(input: Json, facts: RunFacts, nowMs: number): MachineData {
  return {
    facts,
    input,
    context: {},
    nowMs,
    sequence: 0,
    nextCommand: 1,
    nextFrame: 1,
    frames: {
      [ROOT]: { node: 0, parent: '', visit: '0', attempt: 1, raw: input, input, startedAtMs: nowMs },
    },
    waits: {},
  };
}
