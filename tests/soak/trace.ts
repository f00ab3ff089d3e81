import { canonicalJson } from '../../domain/json.ts';
import { advanceMachine, startMachine } from '../../engine/machine/machine.ts';
import type { Command, Plan, Transition } from '../../engine/types.ts';
import type { Turned } from './traced-engine.ts';

/** A turn as a worker tells it, with the execution it belongs to. */
export interface ToldTurn {
  readonly workflowId: string;
  readonly executionId: string;
  readonly turn: Turned;
  readonly isReplaying: boolean;
}

/**
 * Collects the turns of many runs. A turn told again by a replay must be the same. One told again that is no replay takes the place of what
 * was told before: the server had refused that workflow task, as it does when a signal comes meanwhile, so it never happened.
 */
export class Trace {
  private readonly executions = new Map<string, { workflowId: string; turns: Turned[] }>();
  /** Turns that were told again. */
  repeats = 0;
  /** Turns that took the place of ones that never happened. */
  retries = 0;
  readonly faults: string[] = [];

  tell({ workflowId, executionId, turn, isReplaying }: ToldTurn): void {
    const execution = this.executions.get(executionId) ?? { workflowId, turns: [] };
    this.executions.set(executionId, execution);
    const known = execution.turns[turn.at];
    if (known === undefined) {
      if (turn.at !== execution.turns.length)
        this.faults.push(
          `${workflowId}: turn ${turn.at} of ${executionId} comes after ${execution.turns.length}`,
        );
      execution.turns.push(turn);
      return;
    }
    if (!isReplaying) {
      execution.turns.splice(turn.at, Number.POSITIVE_INFINITY, turn);
      this.retries += 1;
      return;
    }
    this.repeats += 1;
    if (canonicalJson(known) !== canonicalJson(turn))
      this.faults.push(`${workflowId}: turn ${turn.at} of ${executionId} is another on replay`);
  }

  /** Ids of all runs that were traced, sub-flows included. */
  workflowIds(): string[] {
    return [...new Set([...this.executions.values()].map(({ workflowId }) => workflowId))];
  }

  /** Turns known of each execution. */
  lengths(): Record<string, number> {
    return Object.fromEntries([...this.executions].map(([id, { turns }]) => [id, turns.length]));
  }

  /** Executions of a run. */
  executionsOf(workflowId: string): number {
    return [...this.executions.values()].filter((execution) => execution.workflowId === workflowId).length;
  }

  /** All turns of a run over all its executions, in order. */
  turnsOf(workflowId: string): Turned[] {
    const mine = [...this.executions].filter(([, execution]) => execution.workflowId === workflowId);
    const turns: Turned[] = [];
    let from: string | null = null;
    for (let step = 0; step < mine.length; step += 1) {
      const next = mine.find(([, execution]) => (execution.turns[0]?.continuedFrom ?? null) === from);
      if (next === undefined) break;
      turns.push(...next[1].turns);
      [from] = next;
    }
    return turns;
  }
}

/** What a traced run did and the pure machine would not have done on the same events; empty when they agree. */
export function differencesFromPure(plan: Plan, turns: readonly Turned[]): string[] {
  const [first] = turns;
  if (first?.start === null || first?.start === undefined) return ['the first turn is missing'];
  const { input, facts, nowMs } = first.start;
  let pure: Transition = startMachine(plan, input, facts, nowMs);
  const found: string[] = [];
  const compare = (at: number, turn: Turned): void => {
    if (canonicalJson(pure.commands) !== canonicalJson(turn.commands))
      found.push(`turn ${at}: other commands`);
    if (canonicalJson(pure.state) !== canonicalJson(turn.state)) found.push(`turn ${at}: another state`);
  };
  compare(0, first);
  for (const [index, turn] of turns.slice(1).entries()) {
    if (turn.event === null) return [...found, `turn ${index + 1} has no event`];
    pure = advanceMachine(plan, pure.state, turn.event);
    compare(index + 1, turn);
  }
  if (pure.state.status === 'running') found.push('the run is over, the machine is not');
  return found;
}

/** Commands of a trace in the order they were given. */
export function commandsOf(turns: readonly Turned[]): Command[] {
  return turns.flatMap(({ commands }) => commands);
}
