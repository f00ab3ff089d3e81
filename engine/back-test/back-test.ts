import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { stepPairs } from '../diff/index.ts';
import { parseFlowDocument } from '../document.ts';
import { expressionRevision } from '../expression/index.ts';
import { type Answer, type AskedCommand, rehearse } from '../rehearsal.ts';
import type { Plan } from '../types.ts';
import { deviationsOf, firstChanges } from './compare.ts';
import type { BackTest, AnsweredStep, Recording } from './types.ts';

/** A draft to hold against recorded runs. */
export interface Draft {
  readonly document: JsonObject;
  readonly plan: Plan;
}

/** Answers a step that no record answers: a new one, or one on a way that was not taken then. */
export type Simulate = (
  command: Extract<AskedCommand, { kind: 'callFunction' }>,
  nowMs: number,
) => NonNullable<Answer>;

/**
 * Takes a recorded run again, by the draft: every step the draft shares with the version that ran is answered as it was then, after the
 * time it took then; others by `simulate`. Nothing but the pure machine takes part.
 */
export async function backTest(draft: Draft, recording: Recording, simulate: Simulate): Promise<BackTest> {
  const { runId, flowVersion, input, startedAtMs } = recording;
  const pairs = stepPairs(parseFlowDocument(recording.source).document ?? {}, draft.document);
  const answers = new Answers(recording, pairs);
  const run = await rehearse(draft.plan, input, {
    startAtMs: startedAtMs,
    facts: { runId, startedAtMs, engineVersion: 'rehearsal', expressions: expressionRevision },
    answer: (command, nowMs) => {
      const recorded = answers.next(command);
      if (recorded !== undefined) return recorded.answer;
      if (command.kind === 'callFunction') return simulate(command, nowMs);
      if (command.kind === 'runWorkflow') answers.lose(command.step.name);
      return undefined;
    },
  });
  const deviations = deviationsOf(recording.steps, run.records, pairs);
  const fields = run.status === 'completed' ? firstChanges(recording.output, run.output) : [];
  const isSame =
    deviations.length === 0 &&
    run.status === recording.status &&
    (recording.status === 'failed' || fields.length === 0);
  const lostAt = answers.lost ?? (run.status === 'waiting' ? waitingAt(run.records) : undefined);
  return {
    runId,
    flowVersion,
    verdict: lostAt !== undefined ? 'unknown' : isSame ? 'same' : 'different',
    deviations,
    end: { before: recording.status, after: run.status, fields },
    ...(lostAt === undefined ? {} : { lostAt }),
  };
}

function waitingAt(
  records: ReadonlyArray<{ readonly status: string; readonly step: { name: string } }>,
): string {
  return records.findLast(({ status }) => status === 'waiting' || status === 'running')?.step.name ?? '';
}

/** What the world said in a recorded run, by the steps of the draft. */
class Answers {
  /** First step whose answer is not known. */
  lost: string | undefined;
  readonly #recorded = new Map<string, AnsweredStep[]>();
  readonly #unknown: ReadonlySet<string>;

  constructor({ steps, unknown }: Recording, pairs: ReadonlyMap<string, string>) {
    this.#unknown = new Set(unknown);
    for (const step of steps) {
      const pointer = pairs.get(step.pointer);
      if (pointer === undefined) continue;
      const key = `${pointer} ${step.visit}`;
      const list = this.#recorded.get(key);
      if (list === undefined) this.#recorded.set(key, [step]);
      else list.push(step);
    }
  }

  lose(name: string): void {
    this.lost ??= name;
  }

  /**
   * The answer a step was given then; `answer` undefined leaves it waiting, as it was then. Undefined when it did not run, or called
   * something else.
   */
  next(command: AskedCommand): { readonly answer: Answer } | undefined {
    const { pointer, visit, attempt, name } = command.step;
    const tries = this.#recorded.get(`${pointer} ${visit}`) ?? [];
    const step = tries.find((each) => each.attempt === attempt) ?? tries.at(-1);
    if (step === undefined || step.status === 'skipped') return undefined;
    if (command.kind === 'callFunction' && step.function !== command.function) return undefined;
    const afterMs = Math.max(0, (step.endedAtMs ?? step.startedAtMs) - step.startedAtMs);
    if (step.status === 'failed' && step.error !== null) return { answer: { error: step.error, afterMs } };
    if (step.status !== 'completed') return { answer: undefined };
    if (this.#unknown.has(step.name)) this.lose(name);
    if (command.kind === 'awaitEvent' && !isEvents(step.answer)) {
      this.lose(name);
      return { answer: undefined };
    }
    return { answer: { output: step.answer, afterMs } };
  }
}

function isEvents(answer: AnsweredStep['answer']): boolean {
  return Array.isArray(answer) && answer.every((event) => isJsonObject(event) && 'type' in event);
}
