import type { Json } from '../../domain/json.ts';
import type { Sentence } from '../../domain/watch/standing.ts';
import type { StepRun } from '../picture/types.ts';
import type { FlowError } from '../types.ts';

/** A step run of an earlier run as its timeline has it. */
export interface RecordedStep extends StepRun {
  /** Order of its newest record. */
  readonly lastSequence: number;
  /** Absent when it is not to be had any more. */
  readonly output?: Json;
  readonly error: FlowError | null;
}

/** One task that is under way around the point: the flow itself first. */
export interface RestartLevel {
  readonly pointer: string;
  readonly visit: string;
  /** What it was given; the flow itself has the input of the run. */
  readonly raw?: Json;
  /** What `input.from` made of that, where it did. */
  readonly input?: Json;
  /** Times a jump has gone back in its list. */
  readonly laps?: number;
  /** Whether the extension around it applies, for an extended task. */
  readonly applies?: boolean;
}

/** Where a run that restarts begins: everything before `pointer` counts as done. JSON all through. */
export interface RestartStart {
  readonly pointer: string;
  readonly visit: string;
  readonly context: Json;
  /** What the step is given. */
  readonly raw: Json;
  readonly levels: readonly RestartLevel[];
  /** Number of the last line of the timeline that is kept. */
  readonly sequence: number;
}

/** Names one line of a timeline. */
export interface StepKey {
  readonly pointer: string;
  readonly visit: string;
  readonly attempt: number;
}

/** Why a step cannot be a restart point. `code` is stable; `from` is the step to restart from instead, where there is one. */
export interface RestartRefusal {
  readonly code:
    | 'not-reached'
    | 'no-such-step'
    | 'inside-loop'
    | 'inside-fork'
    | 'inside-try'
    | 'inside-extension'
    | 'data-missing'
    | 'data-withheld'
    | 'context-unknown'
    | 'too-large'
    | 'version-differs'
    | 'approval-asked-again'
    | 'approval-not-same';
  readonly sentence: Sentence;
  readonly from?: string;
}

/** One step of a flow as a place to restart from. */
export interface RestartPoint {
  readonly pointer: string;
  readonly name: string;
  readonly task: string;
  readonly visit: string;
  /** Absent when the step can be restarted from. */
  readonly refusal?: RestartRefusal;
  /** Present when the run reached the step and everything before it is known. */
  readonly start?: RestartStart;
  /** Lines of the timeline that stay as they are. */
  readonly kept: readonly StepKey[];
}
