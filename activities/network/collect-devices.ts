import type { DeviceRow, PortSampleRow } from '../../prisma/records/types.ts';
import { openDevice, READ_ONLY } from './drivers/open-device.ts';
import type { PortState } from './drivers/port-state.ts';
import { mapLimit } from './map-limit.ts';
import { flowError, type NetworkDeps } from './network-deps.ts';
import { errorText, SshError } from './ssh/ssh-error.ts';

/** One device of a collection; `error` says why there is no state. */
export interface CollectedDevice {
  readonly device: string;
  readonly platform: DeviceRow['platform'];
  readonly reachable: boolean;
  readonly error?: string;
  readonly upSince: string | null;
  readonly ports: PortState[];
}

export interface CollectOutput {
  readonly collectedAt: string;
  readonly devices: CollectedDevice[];
}

const AT_ONCE = 8;

/** Reads the port state of devices, one session and a handful of commands each. A device that fails is reported, never thrown. */
export async function collectDevices(deps: NetworkDeps, names: readonly string[]): Promise<CollectOutput> {
  const task = deps.task();
  const collectedAt = new Date(deps.clock()).toISOString();
  let done = 0;
  const beat = setInterval(() => task.heartbeat({ collected: done, of: names.length }), 3000);
  try {
    const devices = await mapLimit([...new Set(names)], deps.collectConcurrency ?? AT_ONCE, async (name) => {
      if (task.signal.aborted) throw task.cancelled('the collection was cancelled', {});
      const collected = await collectDevice(deps, name);
      done += 1;
      task.heartbeat({ collected: done, of: names.length });
      return collected;
    });
    return { collectedAt, devices };
  } finally {
    clearInterval(beat);
  }
}

async function collectDevice(deps: NetworkDeps, name: string): Promise<CollectedDevice> {
  const device = await deps.records.devices.findByName(name);
  if (!device) return failed(name, 'cisco_ios', 'the device is not in the inventory');
  try {
    const driver = await openDevice(deps, device, READ_ONLY);
    try {
      const { upSinceMs } = await driver.readDevice();
      const ports = await driver.readAllPorts();
      const upSince = upSinceMs === null ? null : new Date(upSinceMs).toISOString();
      return { device: name, platform: device.platform, reachable: true, upSince, ports };
    } finally {
      await driver.close().catch(() => undefined);
    }
  } catch (error) {
    const reason = error instanceof SshError ? `${error.code}: ${error.message}` : errorText(error);
    deps.log.warn({ device: name, reason }, 'a device could not be collected');
    return failed(name, device.platform, reason);
  }
}

function failed(device: string, platform: DeviceRow['platform'], error: string): CollectedDevice {
  return { device, platform, reachable: false, error, upSince: null, ports: [] };
}

/** What a trading day's collection stored: number of ports per device, or why there is no sample. */
export interface SampleSummary {
  readonly tradingDay: string;
  readonly devices: Array<{ device: string; ports: number; error?: string }>;
}

/** Stores one sample per port and trading day (ISO date), for the named devices or all of this worker's zone. Repeating it replaces the day. */
export async function collectPortState(
  deps: NetworkDeps,
  input: { readonly tradingDay: string; readonly devices?: readonly string[] },
): Promise<SampleSummary> {
  if (!/^\d{4}-\d\d-\d\d$/.test(input.tradingDay)) {
    const detail = `trading day "${input.tradingDay}" is not an ISO date`;
    throw deps.task().failure(flowError('bad-input', 400, 'Bad trading day', detail), false);
  }
  const names = input.devices ?? (await zoneDevices(deps, deps.zone ?? 'default'));
  const collected = await collectDevices(deps, names);
  const devices: SampleSummary['devices'] = [];
  for (const device of collected.devices) {
    const rows = device.ports.map((port) => sampleOf(device, port, input.tradingDay, collected.collectedAt));
    if (rows.length > 0) await deps.records.devices.putSamples(rows);
    const error = device.error === undefined ? {} : { error: device.error };
    devices.push({ device: device.device, ports: rows.length, ...error });
  }
  return { tradingDay: input.tradingDay, devices };
}

async function zoneDevices(deps: NetworkDeps, zone: string): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.records.devices.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    names.push(...page.items.filter((device) => device.zone === zone).map((device) => device.name));
    cursor = page.next;
  } while (cursor !== undefined);
  return names;
}

function sampleOf(device: CollectedDevice, port: PortState, tradingDay: string, at: string): PortSampleRow {
  return {
    deviceName: device.device,
    port: port.port,
    tradingDay,
    sampledAt: new Date(at),
    link: port.link,
    flapCount: port.flapCount,
    downSince: port.downSince === null ? null : new Date(port.downSince),
    deviceUpSince: device.upSince === null ? null : new Date(device.upSince),
    source: 'schedule',
  };
}
