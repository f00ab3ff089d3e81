import { processFunction } from '../engine/plan-builder.ts';
import type { FlowRules, Plan } from '../engine/types.ts';
import type { Records } from '../prisma/records/types.ts';

/** What may be published on this installation, as it stands now. */
export async function flowRules(records: Pick<Records, 'switches'>): Promise<FlowRules> {
  return { scripts: (await records.switches.read('scripts')).isOn };
}

/** True for a plan that runs scripts or shell commands. */
export function runsScripts({ functions }: Pick<Plan, 'functions'>): boolean {
  return Object.values(functions).some(({ name }) => name === processFunction.name);
}
