import type { Json } from '../../domain/json.ts';
import type { FieldChange } from '../diff/index.ts';
import type { StepRun } from '../picture/index.ts';
import type { FlowError } from '../types.ts';

/** One step run and attempt as it was, with what the world answered. `pointer` leads into the version that ran. */
export interface AnsweredStep extends Omit<StepRun, 'sequence'> {
  readonly input: Json;
  /** Result of a call before `output.as`, events of a listen task; null when there was none. */
  readonly answer: Json;
  readonly error: FlowError | null;
}

/** A run that has ended, with everything it was told: enough to take it the same way again. */
export interface Recording {
  readonly runId: string;
  readonly flowVersion: string;
  /** The document that ran. */
  readonly source: string;
  readonly input: Json;
  readonly startedAtMs: number;
  readonly status: 'completed' | 'failed';
  readonly output: Json;
  readonly error: FlowError | null;
  readonly steps: readonly AnsweredStep[];
  /** Names of steps whose answer was not kept, as in runs before it was. */
  readonly unknown: readonly string[];
}

/**
 * Where a draft goes another way than a run did. `pointer` leads into the draft, for `notRun` of a step it does not have any more into the
 * version that ran. `visits` counts the rounds it happened in.
 */
export interface Deviation {
  readonly kind: 'notRun' | 'newlyRun' | 'newStep' | 'otherStatus' | 'otherInput';
  readonly pointer: string;
  readonly name: string;
  readonly visits: number;
  /** For `otherInput`: the first values that differ. */
  readonly fields?: readonly FieldChange[];
  /** For `otherStatus`: how the step ended then and would end now. */
  readonly status?: { readonly before: string; readonly after: string };
}

/** How a draft would have taken one recorded run. `unknown` = an answer that matters was not kept, or nobody answers a step of the draft. */
export interface BackTest {
  readonly runId: string;
  readonly flowVersion: string;
  readonly verdict: 'same' | 'different' | 'unknown';
  readonly deviations: readonly Deviation[];
  readonly end: {
    readonly before: Recording['status'];
    readonly after: 'completed' | 'failed' | 'cancelled' | 'waiting';
    /** Values of the output that differ; at most five. */
    readonly fields: readonly FieldChange[];
  };
  /** For `unknown`: the step that could not be followed. */
  readonly lostAt?: string;
}
