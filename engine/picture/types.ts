/** One step run and attempt of the timeline. Times in epoch milliseconds. */
export interface StepRun {
  /** Order of the first record in the run. */
  readonly sequence: number;
  /** JSON pointer of the task. */
  readonly pointer: string;
  readonly name: string;
  /** Counters of enclosing loops and jump targets, outermost first, joined with dots; "0" when there is none. */
  readonly visit: string;
  readonly attempt: number;
  /** Task kind, such as `call`, `wait`, `for`. */
  readonly task: string;
  /** `name:version` of a call. */
  readonly function: string | null;
  readonly status: string;
  readonly startedAtMs: number;
  /** Null while it has not ended. */
  readonly endedAtMs: number | null;
}

/** What is known of the run as a whole. */
export interface RunSeen {
  readonly status: 'accepted' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  readonly endedAtMs: number | null;
}

/** State of a step at one moment; `none` when it has not begun. */
export type PictureState =
  | 'none'
  | 'running'
  | 'waiting'
  | 'needsPerson'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'skipped';

/**
 * Why a step stands as it does, for one sentence. `step` is the name of the step that decides it, `lane` that of the way that was taken,
 * `when` a condition as written.
 */
export type Why =
  | { readonly kind: WhyAlone }
  | { readonly kind: WhyByStep; readonly step: string }
  | { readonly kind: 'otherCase'; readonly lane: string; readonly when: string | undefined }
  | { readonly kind: 'conditionFalse'; readonly when: string };

/** Reasons that stand alone. */
export type WhyAlone =
  /** It ended well, badly, by cancellation, or works right now. */
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'working'
  /** Who or what it waits for. */
  | 'approval'
  | 'window'
  | 'timer'
  | 'event'
  | 'subFlow'
  /** A failed attempt is to be repeated after its pause. */
  | 'retryPause'
  /** Nobody has taken the run yet. */
  | 'notTaken'
  /** The whole flow is under way, this step is the very next. */
  | 'next'
  /** It is switched off in the flow. */
  | 'off'
  /** No case held. */
  | 'noCase'
  /** Nothing failed, so nothing was to be caught. */
  | 'nothingFailed'
  /** It catches what may still fail. */
  | 'catches'
  /** The list held nothing. */
  | 'emptyList'
  /** The round that is looked at had not come. */
  | 'notThisRound';

/** Reasons that name another step. */
export type WhyByStep =
  /** The step inside that runs. */
  | 'inside'
  /** It comes after a step that has not ended. */
  | 'after'
  /** A step before it failed, was cancelled, or ended the way early. */
  | 'failedBefore'
  | 'cancelledBefore'
  | 'leftBefore'
  /** A step before it went on further down. */
  | 'jumpedOver'
  /** Another way was faster. */
  | 'lostRace';

/** A step as a picture of a run shows it. */
export interface StepPicture {
  readonly state: PictureState;
  /** Attempts of the visit that is shown, in order; empty when it has not begun. */
  readonly attempts: readonly StepRun[];
  /** Length of the last attempt up to the moment shown; undefined when it has not begun. */
  readonly lengthMs: number | undefined;
  /** Rounds to pick from: of a loop, or of a step that a jump came back to. Undefined when there is one at most. */
  readonly rounds: { readonly count: number; readonly at: number } | undefined;
  readonly why: Why;
}
