import { nextWindow, windowAt } from '../domain/calendar/windows.ts';
import { isJsonObject } from '../domain/json.ts';
import {
  describeStanding,
  type Sentence,
  type StandingFacts,
  type WaitingFor,
} from '../domain/watch/standing.ts';
import type { ApprovalRow, RunRow, StepRunRow } from '../prisma/records/types.ts';
import type { AppDependencies } from './dependencies.ts';

/** Error type with which the driver ends a cancelled run: `title` is who cancelled, `detail` the reason. */
const CANCELLED_ERROR = 'https://afterbell.example/errors/cancelled';
const ROLLED_BACK_ERROR = 'https://afterbell.example/errors/rolled-back';

/** Gathers the facts of a run and says in one sentence where it stands. */
export async function runStanding(
  run: RunRow,
  approvals: readonly ApprovalRow[],
  deps: Pick<AppDependencies, 'records' | 'clock' | 'settings'>,
): Promise<Sentence> {
  const isLive = run.status === 'running' || run.status === 'waiting';
  const steps = isLive ? await deps.records.timeline.steps(run.runId) : [];
  const open = steps.filter((step) => step.endedAt === null && step.status !== 'skipped');
  const current = open.at(-1);
  const waitingFor = current === undefined ? null : await waitingOf(current, approvals, deps);
  return describeStanding(factsOf(run, current, waitingFor, deps.clock()), deps.settings.timeZone);
}

function factsOf(
  run: RunRow,
  current: StepRunRow | undefined,
  waitingFor: WaitingFor | null,
  nowMs: number,
): StandingFacts {
  const cancelled = run.error?.type === CANCELLED_ERROR;
  return {
    status: run.status,
    nowMs,
    acceptedAtMs: run.acceptedAt.getTime(),
    endedAtMs: run.endedAt?.getTime() ?? null,
    currentStep: current?.name ?? null,
    waitingFor,
    error:
      run.error === null || cancelled
        ? null
        : {
            title: run.error.title,
            detail: run.error.detail ?? null,
            step: stepName(run.error.instance),
            rolledBack: run.error.type === ROLLED_BACK_ERROR,
          },
    cancelledBy: cancelled ? (run.error?.title ?? null) : null,
  };
}

async function waitingOf(
  step: StepRunRow,
  approvals: readonly ApprovalRow[],
  deps: Pick<AppDependencies, 'records' | 'clock'>,
): Promise<WaitingFor | null> {
  const approval = approvals.find((row) => row.status === 'open' && row.pointer === step.pointer);
  if (approval !== undefined) {
    return {
      kind: 'approval',
      title: approval.title,
      // Who is asked at this level; an old row without that asks everybody.
      candidates: approval.asked.length > 0 ? approval.asked : approval.candidates,
      sinceMs: approval.openedAt.getTime(),
      deadlineAtMs: approval.deadlineAt?.getTime() ?? null,
    };
  }
  if (step.function?.startsWith('change-window:') === true) return waitingForWindow(step, deps);
  if (step.task === 'wait') return { kind: 'timer', step: step.name, dueAtMs: null };
  if (step.task === 'listen') return { kind: 'event', step: step.name };
  return step.task === 'run' ? { kind: 'sub-flow', step: step.name } : null;
}

async function waitingForWindow(
  step: StepRunRow,
  deps: Pick<AppDependencies, 'records' | 'clock'>,
): Promise<WaitingFor> {
  const name = isJsonObject(step.input) && typeof step.input.name === 'string' ? step.input.name : step.name;
  const row = await deps.records.windows.find(name);
  const nowMs = deps.clock();
  const span = row === undefined ? undefined : (windowAt(row, nowMs) ?? nextWindow(row, nowMs));
  return {
    kind: 'window',
    window: name,
    opensAtMs: span?.opensAtMs ?? null,
    closesAtMs: span?.closesAtMs ?? null,
  };
}

function stepName(pointer: string | undefined): string | null {
  return pointer === undefined ? null : (pointer.split('/').at(-1) ?? null);
}
