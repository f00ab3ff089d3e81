import type { RestartStart, StepKey } from '../../engine/restart/types.ts';
import type { Idempotency, NewRun } from './runs.ts';
import type { RunRow, StepRunRow } from './types.ts';

/** How one run goes on from another. */
export interface RestartRow {
  readonly runId: string;
  readonly restartOf: string;
  readonly pointer: string;
  readonly stepName: string;
  readonly reason: string;
  readonly restartedBy: string;
  readonly restartedAt: Date;
  /** Status of the run `runId`. */
  readonly status: RunRow['status'];
  readonly businessKey: string;
}

/** What a person says of an effect of the earlier runs before its step runs again. */
export interface StatedEffect {
  readonly effectId: string;
  readonly as: 'done' | 'not-done';
  /** The ledger left it open: what is said here becomes its outcome. */
  readonly isOpen: boolean;
}

/** A restart to be accepted. */
export interface NewRestart {
  /** Business key and workflow id follow from the number of the restart, which is counted when it is accepted. */
  readonly run: Omit<NewRun, 'businessKey' | 'workflowId'>;
  readonly workflowIdOf: (businessKey: string) => string;
  readonly restartOf: string;
  readonly start: RestartStart;
  readonly stepName: string;
  readonly kept: readonly StepKey[];
  readonly reason: string;
  readonly effects: readonly StatedEffect[];
  readonly idempotency: Idempotency;
}

/** Runs that go on from a step of another. */
export interface RestartRecords {
  /**
   * Accepts a restart: the new run, its link, the lines it keeps, what was said of effects and the audit entry, or none of them. Throws
   * `run-going-on` when the earlier run has not ended, `restart-going-on` when another restart of the same run has not, `effects-changed`
   * when an effect is no longer open.
   */
  accept(restart: NewRestart): Promise<{ outcome: 'created' | 'replayed' | 'conflict'; run: RunRow }>;
  /** What an earlier request with the same key made; `conflict` when that one asked for something else. */
  replayed(idempotency: Idempotency): Promise<{ outcome: 'replayed' | 'conflict'; run: RunRow } | undefined>;
  /** What the run that goes on from another begins with; undefined for every other run. */
  startOf(runId: string): Promise<RestartStart | undefined>;
  /** The restart that made this run, and those made of it, oldest first. */
  around(
    runId: string,
  ): Promise<{ readonly made: RestartRow | undefined; readonly later: readonly RestartRow[] }>;
  /** All runs linked to this one by restarts, itself included, oldest first. */
  family(runId: string): Promise<RunRow[]>;
  /** The timeline with the order of the newest record of each line, in order. */
  steps(runId: string): Promise<Array<StepRunRow & { readonly lastSequence: number }>>;
}
