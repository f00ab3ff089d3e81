import { contentHash } from '../json.ts';
import { isAllowedLine } from './command-grammar.ts';
import { checkPortRequest } from './port-request.ts';
import {
  type PlannedDevice,
  type PlannedPort,
  renderScript,
  type SwitchPortPlan,
} from './switch-port-plan.ts';

/** Why a plan is not what its hash, its script or its lines claim. */
export class PlanMismatch extends Error {
  constructor(detail: string) {
    super(`the plan does not hold together: ${detail}`);
    this.name = 'PlanMismatch';
  }
}

/** What `assertPlanMatches` looks at: the approved plan without its skipped ports. */
export type CheckedPlan = Pick<SwitchPortPlan, 'planHash' | 'devices' | 'scriptText'>;

/**
 * The last look at a plan before its lines go to a device, from its bytes alone: hashes agree, every line is one of the few the product
 * sends (read by a grammar of its own), lines touch their own port only, each port stands once, and the script that people read holds
 * exactly these lines and no others. Throws PlanMismatch.
 */
export function assertPlanMatches(plan: CheckedPlan): void {
  if (contentHash(plan.devices) !== plan.planHash)
    throw new PlanMismatch('the plan hash is not the hash of its devices');
  const seen = new Set<string>();
  for (const device of plan.devices) {
    for (const port of device.ports) {
      const place = `${device.device} ${port.port}`;
      if (seen.has(place)) throw new PlanMismatch(`${place} stands twice`);
      seen.add(place);
      checkPort(device, port, place);
    }
  }
  if (renderScript(plan.devices) !== plan.scriptText)
    throw new PlanMismatch('the script does not show exactly the planned lines');
}

function checkPort(device: PlannedDevice, port: PlannedPort, place: string): void {
  if (contentHash(port.preState) !== port.preStateHash)
    throw new PlanMismatch(`the pre-state of ${place} does not give its hash`);
  if (port.intended.device !== device.device || port.intended.port !== port.port)
    throw new PlanMismatch(`the intended state of ${place} is of another port`);
  const [fault] = checkPortRequest([port.intended], () => device.platform);
  if (fault !== undefined) throw new PlanMismatch(`${place}: ${fault.message}`);
  if ((port.commands.length === 0) !== (port.inverse.length === 0))
    throw new PlanMismatch(`${place} has commands without a way back`);
  for (const line of [...port.commands, ...port.inverse]) {
    if (!isAllowedLine(device.platform, line, port.port))
      throw new PlanMismatch(
        `${place}: ${JSON.stringify(line.slice(0, 80))} is not a line this product sends`,
      );
  }
}
