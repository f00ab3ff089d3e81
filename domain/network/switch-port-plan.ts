import { contentHash } from '../json.ts';
import { checkPortRequest, type Platform, type PortChange, type PortRequestFault } from './port-request.ts';
import { interfaceKey } from './interface-name.ts';
import { PortNotPlannable } from './port-not-plannable.ts';
import { type DiffLine, type RenderedPort, renderPort } from './render-commands.ts';

/** What the plan needs to know of a device of the inventory. */
export interface PlanDevice {
  readonly platform: Platform;
  /** Open vSwitch only. */
  readonly bridge?: string;
}

/** Collected state of a port, as far as the plan needs it: its name on the device and its configuration lines. */
export interface CollectedPort {
  readonly port: string;
  readonly config: readonly string[];
}

/** One planned port: exactly what is approved, pushed and compared. */
export interface PlannedPort {
  readonly port: string;
  readonly preState: string[];
  readonly preStateHash: string;
  readonly commands: string[];
  readonly inverse: string[];
  readonly intended: PortChange;
  readonly diff: DiffLine[];
}

/** The planned ports of one device. */
export interface PlannedDevice {
  readonly device: string;
  readonly platform: Platform;
  readonly ports: PlannedPort[];
}

/** The plan an approver decides on. `planHash` is the content hash of `devices`. */
export interface SwitchPortPlan {
  readonly planId: string;
  readonly planHash: string;
  readonly devices: PlannedDevice[];
  readonly skipped: Array<{ readonly device: string; readonly port: string; readonly reason: string }>;
  readonly scriptText: string;
}

/** A request that must not reach a device: all its faults. */
export class PortRequestRefused extends Error {
  readonly faults: readonly PortRequestFault[];

  constructor(faults: readonly PortRequestFault[]) {
    super(faults.map((fault) => `${fault.pointer} ${fault.message}`).join('; '));
    this.name = 'PortRequestRefused';
    this.faults = faults;
  }
}

/** What the plan is made of. `portOf` finds the collected port behind a possibly abbreviated name. */
export interface PlanInput {
  readonly requestId: string;
  readonly ports: readonly PortChange[];
  readonly verdicts: ReadonlyArray<{
    readonly device: string;
    readonly port: string;
    readonly eligible: boolean;
    readonly reason: string;
  }>;
  readonly deviceOf: (device: string) => PlanDevice | undefined;
  readonly portOf: (device: string, port: string) => CollectedPort | undefined;
}

/**
 * Renders the eligible ports of a request. Ports that are not eligible, or are as asked for already, are skipped with the reason.
 * Throws `PortRequestRefused` with every fault of the request.
 */
export function planSwitchPorts(input: PlanInput): SwitchPortPlan {
  const faults = checkPortRequest(input.ports, (device) => input.deviceOf(device)?.platform);
  if (faults.length > 0) throw new PortRequestRefused(faults);
  const skipped: SwitchPortPlan['skipped'] = [];
  const byDevice = new Map<string, PlannedDevice>();
  for (const wanted of input.ports) {
    const planned = planPort(input, wanted);
    if (typeof planned === 'string') {
      skipped.push({ device: wanted.device, port: wanted.port, reason: planned });
      continue;
    }
    const device = byDevice.get(wanted.device) ?? {
      device: wanted.device,
      platform: planned.platform,
      ports: [],
    };
    device.ports.push(planned.port);
    byDevice.set(wanted.device, device);
  }
  const devices = [...byDevice.values()];
  const planHash = contentHash(devices);
  return {
    planId: `${input.requestId}-${planHash.slice(0, 12)}`,
    planHash,
    devices,
    skipped,
    scriptText: renderScript(devices),
  };
}

function planPort(input: PlanInput, wanted: PortChange): { platform: Platform; port: PlannedPort } | string {
  const device = input.deviceOf(wanted.device);
  if (device === undefined) return 'unreachable';
  const verdict = input.verdicts.find(
    (entry) =>
      entry.device === wanted.device &&
      interfaceKey(device.platform, entry.port) === interfaceKey(device.platform, wanted.port),
  );
  if (verdict === undefined) return 'no-history';
  if (!verdict.eligible) return verdict.reason;
  const collected = input.portOf(wanted.device, wanted.port);
  if (collected === undefined) return 'not-found';
  // The device's own spelling of the port is what is pushed, so an abbreviation cannot mean two things.
  const change = { ...wanted, port: collected.port };
  const rendered = renderOrReason(device, collected, change);
  if (typeof rendered === 'string') return rendered;
  const { commands, inverse, diff } = rendered;
  if (commands.length === 0) return 'already-so';
  const preState = [...collected.config];
  return {
    platform: device.platform,
    port: {
      port: collected.port,
      preState,
      preStateHash: contentHash(preState),
      commands,
      inverse,
      intended: change,
      diff,
    },
  };
}

function renderOrReason(
  device: PlanDevice,
  collected: CollectedPort,
  change: PortChange,
): RenderedPort | string {
  try {
    return renderPort(device.platform, collected.config, change, device.bridge);
  } catch (error) {
    if (error instanceof PortNotPlannable) return error.reason;
    throw error;
  }
}

/** The script as text: commands, then the way back, per device and port. */
export function renderScript(devices: readonly PlannedDevice[]): string {
  return devices
    .map(({ device, platform, ports }) => {
      const body = ports.map((port) =>
        [
          `port ${port.port}`,
          ...port.commands.map((line) => `  ${line}`),
          '  roll back:',
          ...port.inverse.map((line) => `    ${line}`),
        ].join('\n'),
      );
      return [`# ${device} (${platform})`, ...body].join('\n');
    })
    .join('\n\n');
}
