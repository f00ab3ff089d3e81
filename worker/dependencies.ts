import { createApprovalActivities } from '../activities/approval/approval-activities.ts';
import { createCalendarActivities } from '../activities/calendar/calendar-activities.ts';
import { createEventActivities } from '../activities/flow/event-activities.ts';
import { createFlowActivities } from '../activities/flow/flow-activities.ts';
import { createNotifyActivity } from '../activities/general/notify.ts';
import { createReconciliationActivities } from '../activities/reconciliation/reconciliation-activities.ts';
import { createEgressClient } from '../platform/egress.ts';
import { opaque } from '../platform/keys.ts';
import type { StepActivities } from '../steps/index.ts';
import type { DriverActivities } from '../workflows/primitives/activities.ts';
import { createAccess } from './access.ts';
import { createBots } from './bots.ts';
import type { WorkerParts } from './create-worker.ts';
import { createHttp } from './http.ts';
import { createNetwork, type Network } from './network.ts';
import { createOutreach } from './outreach.ts';
import { createProcesses } from './processes.ts';

type Named<Names extends keyof StepActivities> = Pick<StepActivities, Names>;
type OpsSteps =
  | 'callHttp'
  | 'callOpenapi'
  | 'runProcess'
  | 'sendNotification'
  | 'selectEligiblePorts'
  | 'planSwitchPorts'
  | 'grantAccess'
  | 'revokeAccess'
  | 'sendSignedCallback'
  | 'parsePositionFile'
  | 'checkControlTotals'
  | 'reconcilePositions'
  | 'publishBreaks'
  | 'openSignOff'
  | 'enterJourney'
  | 'decideCall'
  | 'cancelCall';
type NetSteps =
  | 'collectDevices'
  | 'collectPortState'
  | 'pushDeviceChanges'
  | 'probeService'
  | 'restartService'
  | 'runScript'
  | 'verifyService'
  | 'resolveIncident'
  | 'escalateIncident';
type BrowserSteps = 'runBot';

/** Every activity of a process by the queue that carries it. The types prove that no step of the catalogue is left out. */
export interface Activities {
  readonly ops: Named<OpsSteps> & DriverActivities & ReturnType<typeof createFlowActivities>;
  readonly net: Named<NetSteps> & Pick<Network['activities'], 'probeDevice'>;
  readonly browser: Named<BrowserSteps>;
  close(): Promise<void>;
}

type Missing = Exclude<keyof StepActivities, OpsSteps | NetSteps | BrowserSteps>;
/** Fails to compile as soon as a step names an activity that no queue carries. */
type AllCarried = Missing extends never ? true : never;
const ALL_CARRIED: AllCarried = true;

/** Makes the real things: vault, egress, SSH threads; nothing else in the product does. */
export function createActivities(parts: WorkerParts): Activities {
  const { config, keys, records } = parts;
  const bots = createBots(parts);
  const egress = createEgressClient(config.egressAllowedHosts);
  const network = createNetwork(parts);
  const { activities } = network;
  return {
    ops: {
      ...createApprovalActivities({ records }),
      ...createCalendarActivities({ records }),
      ...createEventActivities({ records }),
      ...createFlowActivities({ records, opaque: (text) => opaque(keys, text), clock: Date.now }),
      ...createReconciliationActivities({ records, clock: Date.now }),
      ...createAccess(parts),
      ...createOutreach(parts),
      ...createHttp(parts, egress),
      ...createProcesses(parts),
      sendNotification: createNotifyActivity({ handOffs: records.handOffs }),
      selectEligiblePorts: (call) => activities.selectEligiblePorts(call),
      planSwitchPorts: (call) => activities.planSwitchPorts(call),
    },
    net: {
      collectDevices: (call) => activities.collectDevices(call),
      collectPortState: (call) => activities.collectPortState(call),
      pushDeviceChanges: (call) => activities.pushDeviceChanges(call),
      probeDevice: (input) => activities.probeDevice(input),
      ...network.healing,
    },
    browser: bots.activities,
    close: async () => {
      if (ALL_CARRIED) await Promise.all([network.close(), bots.close()]);
    },
  };
}
