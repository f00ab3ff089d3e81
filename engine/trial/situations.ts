import type { Json } from '../../domain/json.ts';
import { type Frame, type MachineData, machineData } from '../machine/state.ts';
import { type PlanNode, planRoot } from '../plan.ts';
import { type Rehearsal, rehearse, type RehearsalOptions } from '../rehearsal.ts';
import type { Plan } from '../types.ts';
import type { Situation } from './trial.ts';

/**
 * What surrounded each step when it first began, in a rehearsal of the whole flow, by JSON pointer. Of steps that end at once, such as a
 * `set` or a decision, `raw` is what they worked with.
 */
export async function situationsOf(
  plan: Plan,
  input: Json,
  options: Omit<RehearsalOptions, 'onTurn'>,
): Promise<{ readonly rehearsal: Rehearsal; readonly situations: ReadonlyMap<string, Situation> }> {
  const { nodes } = planRoot(plan);
  const found = new Map<string, Situation>();
  const rehearsal = await rehearse(plan, input, {
    ...options,
    onTurn: (state, records) => {
      const data = machineData(state);
      for (const frame of Object.values(data.frames)) {
        const pointer = nodes[frame.node]?.pointer ?? '';
        if (pointer !== '' && !found.has(pointer))
          found.set(pointer, {
            input,
            raw: frame.raw,
            context: data.context,
            variables: variablesOf(data, frame),
          });
      }
      for (const { step, input: worked = null } of records)
        if (!found.has(step.pointer))
          found.set(step.pointer, {
            input,
            raw: worked,
            context: data.context,
            variables: variablesAround(data, nodes, step.pointer),
          });
    },
  });
  return { rehearsal, situations: found };
}

/** Values of the enclosing tasks; an inner one hides an outer one of the same name. */
function variablesOf(data: MachineData, frame: Frame): Record<string, Json> {
  const variables: Record<string, Json> = {};
  for (let at = frame.parent; at !== ''; ) {
    const outer = data.frames[at];
    if (outer === undefined) break;
    for (const [name, value] of Object.entries(outer.vars ?? {}))
      if (!Object.hasOwn(variables, name)) variables[name] = value;
    at = outer.parent;
  }
  return variables;
}

/** The same for a step that has no frame any more, from the enclosing tasks that still run. */
function variablesAround(
  data: MachineData,
  nodes: readonly PlanNode[],
  pointer: string,
): Record<string, Json> {
  const variables: Record<string, Json> = {};
  for (const { node, vars = {} } of Object.values(data.frames))
    if (pointer.startsWith(`${nodes[node]?.pointer}/`)) Object.assign(variables, vars);
  return variables;
}
