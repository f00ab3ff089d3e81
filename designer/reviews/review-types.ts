import type { Json } from '../../domain/json.ts';
import type { Problem } from '../../engine/types.ts';

/** Standing of a submission. */
export type SubmissionStatus = 'open' | 'approved' | 'returned' | 'withdrawn' | 'superseded';

/** A submission as lists show it. */
export interface SubmissionSummary {
  readonly submissionId: string;
  readonly flowName: string;
  readonly version: string;
  readonly title: string;
  readonly comment: string;
  readonly submittedBy: string;
  readonly submittedAt: string;
  readonly status: SubmissionStatus;
}

/** One step of a rehearsal. */
export interface RehearsedStep {
  readonly step: string;
  readonly status: string;
  readonly input: Json;
  readonly output: Json;
}

/** A submission as the second person sees it. */
export interface Submission extends SubmissionSummary {
  readonly source: string;
  readonly baseSource: string | null;
  readonly baseVersion: string | null;
  readonly contentHash: string;
  readonly problems: readonly Problem[];
  readonly rehearsal: {
    readonly status: 'completed' | 'failed' | 'cancelled' | 'waiting';
    readonly input: Json;
    readonly output: Json;
    readonly error: { readonly title: string; readonly detail?: string } | null;
    readonly steps: readonly RehearsedStep[];
    readonly more: number;
  };
  readonly triggers: ReadonlyArray<{
    readonly triggerName: string;
    readonly kind: string;
    readonly isPaused: boolean;
  }>;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decisionComment: string | null;
  readonly mayDecide: boolean;
  readonly isOwn: boolean;
}
