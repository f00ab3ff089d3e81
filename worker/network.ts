import { createHealingActivities } from '../activities/healing/healing-activities.ts';
import { createNetworkActivities } from '../activities/network/create-network-activities.ts';
import type { CollectOutput } from '../activities/network/collect-devices.ts';
import type { NetworkDeps } from '../activities/network/network-deps.ts';
import { samePort } from '../activities/network/push/same-port.ts';
import type { DeviceCredential } from '../activities/network/ssh/connect.ts';
import { createSshPool } from '../activities/network/ssh-pool.ts';
import { temporalTask } from '../activities/network/temporal-task.ts';
import { collectPortState } from '../activities/network/collect-devices.ts';
import { assertPlanMatches, type CheckedPlan, PlanMismatch } from '../domain/network/plan-check.ts';
import { judgePort } from '../domain/network/port-eligibility.ts';
import {
  type PlanDevice,
  planSwitchPorts,
  PortRequestRefused,
  type SwitchPortPlan,
} from '../domain/network/switch-port-plan.ts';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { createVault, resolveSecretFields } from '../platform/vault.ts';
import type { StepActivities } from '../steps/index.ts';
import type { StepCall } from '../steps/define-step.ts';
import { WORKER_NAME, type WorkerParts } from './create-worker.ts';

type PlanCall = Parameters<StepActivities['planSwitchPorts']>[0];

const DEFAULT_MARKET = 'SSE';
const MISMATCH = 'https://afterbell.example/errors/approval-mismatch';
const INVALID_REQUEST = 'https://afterbell.example/errors/port-request-refused';

/** The network activities of a process with their SSH threads. */
export type Network = ReturnType<typeof createNetwork>;

/** Binds the network activities to vault, records, SSH threads and the domain's rules. */
export function createNetwork({ config, keys, records, log }: WorkerParts) {
  const vault = createVault(keys);
  const sshPool = createSshPool(config.sshThreads);
  const deps: NetworkDeps = {
    records,
    resolveCredential: async (reference) =>
      (await resolveSecretFields(vault, records.secrets, reference)).reveal() as unknown as DeviceCredential,
    sshPool,
    clock: Date.now,
    log,
    task: () => temporalTask(WORKER_NAME),
    zone: config.netZone,
  };
  const bound = createNetworkActivities(deps, {
    judgePort,
    buildPlan: (input: PlanCall['input']) => buildPlan(deps, input),
  });
  return {
    healing: createHealingActivities({
      records,
      sshPool,
      resolveCredential: deps.resolveCredential,
      clock: Date.now,
      heartbeat: () => Context.current().heartbeat(),
    }),
    activities: {
      ...bound,
      pushDeviceChanges: (call: Parameters<typeof bound.pushDeviceChanges>[0]) => {
        checkPlan(call.input.plan as unknown as CheckedPlan);
        return bound.pushDeviceChanges(call);
      },
      selectEligiblePorts: ({ context, input }: Parameters<StepActivities['selectEligiblePorts']>[0]) =>
        bound.selectEligiblePorts({
          context,
          input: {
            ...input,
            collected: input.collected as CollectOutput,
            market: input.market ?? DEFAULT_MARKET,
          },
        }),
      collectPortState: ({
        input,
      }: StepCall<{ readonly tradingDay: string; readonly devices?: string[] | undefined }>) =>
        collectPortState(deps, {
          tradingDay: input.tradingDay,
          ...(input.devices === undefined ? {} : { devices: input.devices }),
        }),
    },
    close: () => sshPool.close(),
  };
}

/** The last look at the approved bytes: a plan that does not hold together reaches no device. */
function checkPlan(plan: CheckedPlan): void {
  try {
    assertPlanMatches(plan);
  } catch (error) {
    if (!(error instanceof PlanMismatch)) throw error;
    const told = { type: MISMATCH, status: 409, title: 'The plan was refused', detail: error.message };
    throw ApplicationFailure.create({
      message: error.message,
      type: MISMATCH,
      details: [told],
      nonRetryable: true,
    });
  }
}

async function buildPlan(
  { records }: NetworkDeps,
  { request, collected, eligibility }: PlanCall['input'],
): Promise<SwitchPortPlan> {
  const inventory = new Map<string, PlanDevice>();
  for (const name of new Set(request.ports.map((port) => port.device))) {
    const row = await records.devices.findByName(name);
    if (row === undefined) continue;
    const { bridge } = row.attributes;
    inventory.set(name, { platform: row.platform, ...(typeof bridge === 'string' ? { bridge } : {}) });
  }
  try {
    return planSwitchPorts({
      requestId: request.requestId,
      ports: request.ports,
      verdicts: eligibility.verdicts,
      deviceOf: (device) => inventory.get(device),
      portOf: (device, port) =>
        collected.devices
          .find((entry) => entry.device === device)
          ?.ports.find((entry) => samePort(entry.port, port)),
    });
  } catch (error) {
    if (!(error instanceof PortRequestRefused)) throw error;
    const told = {
      type: INVALID_REQUEST,
      status: 422,
      title: 'The request was refused',
      detail: error.message,
    };
    throw ApplicationFailure.create({
      message: error.message,
      type: INVALID_REQUEST,
      details: [told],
      nonRetryable: true,
    });
  }
}
