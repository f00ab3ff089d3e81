import type { Json } from '../../domain/json.ts';
import { planRoot } from '../plan.ts';
import type { RecordedStep } from '../restart/types.ts';
import type { Plan, RunFacts } from '../types.ts';
import { interpreter } from './machine.ts';
import { type Reached, Walk, type WalkEnd, WalkEnded } from './recall.ts';
import { freshData, ROOT } from './state.ts';
import { enterWorkflow } from './tasks.ts';
import { RunFailure, Turn } from './turn.ts';

/** What going through an earlier run has shown: the places a run can begin at by pointer, and where the walk stopped short. */
export interface Walked {
  readonly reached: ReadonlyMap<string, Reached>;
  readonly end: WalkEnd | undefined;
}

/** Goes through an earlier run on its own plan. `facts` are those of that run. Pure. */
export function walkRun(plan: Plan, input: Json, facts: RunFacts, steps: readonly RecordedStep[]): Walked {
  const walk = new Walk(planRoot(plan), steps);
  const nowMs = facts.startedAtMs;
  // Each call of a loop has a line of its own, however it went out.
  const data = freshData(input, { ...facts, hasChunks: false }, nowMs);
  let end: WalkEnd | undefined;
  try {
    enterWorkflow(new Turn(interpreter, plan, data, nowMs, walk), ROOT);
  } catch (error) {
    if (error instanceof WalkEnded) ({ end } = error);
    else if (!(error instanceof RunFailure)) throw error;
  }
  return { reached: walk.places(), end };
}
