import type { StepCall } from '../../steps/define-step.ts';
import {
  collectDevices,
  collectPortState,
  type CollectOutput,
  type SampleSummary,
} from './collect-devices.ts';
import { type EligibilityOutput, type JudgePort, selectEligiblePorts } from './eligibility.ts';
import type { NetworkDeps } from './network-deps.ts';
import { type ProbeOutput, probeDevice } from './probe-device.ts';
import type { PushInput } from './push/push-types.ts';
import { type PushOutput, pushDeviceChanges } from './push-device-changes.ts';

/** Pure rules of the network domain that the activities bind to records. */
export interface NetworkRules<PlanInput, PlanOutput> {
  readonly judgePort: JudgePort;
  /** Renders typed requests into commands, inverse commands, text and hash; throws a FlowError-like error for a bad field. */
  readonly buildPlan: (input: PlanInput, inventory: NetworkDeps) => Promise<PlanOutput>;
}

/** The activities of the network steps and of device care; names are what Temporal calls them by. */
export interface NetworkActivities<PlanInput, PlanOutput> {
  collectDevices(call: StepCall<{ readonly devices: readonly string[] }>): Promise<CollectOutput>;
  selectEligiblePorts(call: StepCall<Parameters<typeof selectEligiblePorts>[2]>): Promise<EligibilityOutput>;
  planSwitchPorts(call: StepCall<PlanInput>): Promise<PlanOutput>;
  pushDeviceChanges(call: StepCall<PushInput>): Promise<PushOutput>;
  probeDevice(input: { readonly device: string }): Promise<ProbeOutput>;
  collectPortState(call: StepCall<Parameters<typeof collectPortState>[1]>): Promise<SampleSummary>;
}

/** Binds the network activities to their stores, SSH threads, clock and rules. */
export function createNetworkActivities<PlanInput, PlanOutput>(
  deps: NetworkDeps,
  rules: NetworkRules<PlanInput, PlanOutput>,
): NetworkActivities<PlanInput, PlanOutput> {
  return {
    collectDevices: async ({ input }) => collectDevices(deps, input.devices),
    selectEligiblePorts: async ({ input }) => selectEligiblePorts(deps, rules.judgePort, input),
    planSwitchPorts: async ({ input }) => rules.buildPlan(input, deps),
    pushDeviceChanges: async (call) => pushDeviceChanges(deps, call),
    probeDevice: async (input) => probeDevice(deps, input),
    collectPortState: async ({ input }) => collectPortState(deps, input),
  };
}
