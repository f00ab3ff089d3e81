import { cronFault } from '../domain/calendar/schedule-rule.ts';
import type { FlowRules } from '../engine/types.ts';
import type { Records } from '../prisma/records/types.ts';

/** What may be published on this installation, as it stands now. */
export async function flowRules(records: Pick<Records, 'switches'>): Promise<FlowRules> {
  return { scripts: (await records.switches.read('scripts')).isOn, cronFault };
}
