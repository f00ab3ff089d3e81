import type { Json } from '../../domain/json.ts';
import { planRoot } from '../plan.ts';
import type { RecordedStep } from '../restart/types.ts';
import type { Plan, RunFacts } from '../types.ts';
import { interpreter, ROOT } from './machine.ts';
import { type Reached, Walk, type WalkEnd, WalkEnded } from './recall.ts';
import type { MachineData } from './state.ts';
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
  const data: MachineData = {
    // Each call of a loop has a line of its own, however it went out.
    facts: { ...facts, hasChunks: false },
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
  let end: WalkEnd | undefined;
  try {
    enterWorkflow(new Turn(interpreter, plan, data, nowMs, walk), ROOT);
  } catch (error) {
    if (error instanceof WalkEnded) ({ end } = error);
    else if (!(error instanceof RunFailure)) throw error;
  }
  return { reached: walk.places(), end };
}
