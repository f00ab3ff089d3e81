import { proxySinks, type Sinks, workflowInfo } from '@temporalio/workflow';
import type { Json } from '../../domain/json.ts';
import * as machine from '../../engine/machine/machine.ts';
import type { Command, MachineEvent, MachineState, Plan, RunFacts, Transition } from '../../engine/types.ts';

export { parseDuration } from '../../engine/durations.ts';
export { standardError } from '../../engine/errors.ts';

/** One turn of the machine inside a workflow. `event` is null for the first, which has the arguments of the run. */
export interface Turned {
  /** Position among the turns of one execution, from 0. */
  readonly at: number;
  readonly continuedFrom: string | null;
  readonly event: MachineEvent | null;
  readonly start: { readonly input: Json; readonly facts: RunFacts; readonly nowMs: number } | null;
  readonly commands: readonly Command[];
  readonly state: MachineState;
}

/** Where turns leave the workflow. */
export interface TraceSinks extends Sinks {
  trace: { turned(turn: Turned, isReplaying: boolean): void };
}

const { trace } = proxySinks<TraceSinks>();
const POSITION = 'soakPosition';

/** The engine as the interpreter sees it in the soak: the same machine, with every turn told. Stands in for `engine/index.ts` in the bundle. */
export function startMachine(plan: Plan, input: Json, facts: RunFacts, nowMs: number): Transition {
  return told(machine.startMachine(plan, input, facts, nowMs), null, { input, facts, nowMs });
}

/** The same for every further turn. */
export function advanceMachine(plan: Plan, state: MachineState, event: MachineEvent): Transition {
  return told(machine.advanceMachine(plan, state, event), event, null);
}

function told(turn: Transition, event: MachineEvent | null, start: Turned['start']): Transition {
  // The sandbox keeps what is global apart per run, and a replay begins with none of it.
  const before: unknown = Reflect.get(globalThis, POSITION);
  const at = typeof before === 'number' ? before : 0;
  Reflect.set(globalThis, POSITION, at + 1);
  const { continuedFromExecutionRunId, unsafe } = workflowInfo();
  const continuedFrom = continuedFromExecutionRunId ?? null;
  const { commands, state } = turn;
  trace.turned({ at, continuedFrom, event, start, commands, state }, unsafe.isReplaying);
  return turn;
}
