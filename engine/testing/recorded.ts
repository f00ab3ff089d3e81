import type { RecordedStep } from '../restart/types.ts';
import type { StepRecord } from '../types.ts';

/** The timeline that records leave: one line per step run and attempt, as the store folds them. */
export function recordedSteps(records: readonly StepRecord[]): RecordedStep[] {
  const steps = new Map<string, RecordedStep>();
  for (const record of records) {
    const { pointer, name, visit, attempt } = record.step;
    const key = `${pointer} ${visit} ${attempt}`;
    const isEnded = record.status !== 'running' && record.status !== 'waiting';
    steps.set(key, {
      sequence: steps.get(key)?.sequence ?? record.sequence,
      lastSequence: record.sequence,
      pointer,
      name,
      visit,
      attempt,
      task: record.task,
      function: record.function ?? null,
      status: record.status,
      startedAtMs: record.startedAtMs,
      endedAtMs: isEnded ? record.atMs : null,
      error: record.error ?? null,
      ...(record.output === undefined ? {} : { output: record.output }),
    });
  }
  return [...steps.values()];
}
