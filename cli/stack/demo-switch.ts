import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackFailure } from './failure.ts';
import { startService, tailOf, waitUntil } from './service.ts';
import type { Service } from './service.ts';
import { writeWhole } from './state.ts';

const DAY_MS = 24 * 3_600_000;

/** A pretend switch as `tests/simulators/switch/types.ts` describes it. */
interface SwitchOptions {
  name: string;
  personality: 'cisco_ios' | 'vrp5' | 'vrp8';
  username: string;
  password: string;
  vlans: number[];
  bootedAtMs: number;
  ports: Array<{
    name: string;
    link: 'up' | 'down';
    downSinceMs?: number;
    flaps?: number;
    neighbor?: string;
    config?: object;
  }>;
}

interface SimulatorConfig {
  folder: string;
  devices: SwitchOptions[];
}

interface ReadyDevice {
  name: string;
  sshPort: number;
  hostKeyType: string;
  hostKeySha256: string;
}

/** A device as the demo seed takes it (`api/demo-seed.ts`, DemoDevice); dates are ISO texts here. */
export interface DemoDeviceJson {
  name: string;
  host: string;
  port: number;
  platform: 'cisco_ios' | 'huawei_vrp';
  zone: string;
  hostKeyType: string;
  hostKeySha256: string;
  sshProfile: 'modern';
  protectedPorts: string[];
  attributes: Record<string, string>;
  credential: Record<string, string>;
  idlePorts: Array<{
    port: string;
    flapCount: number | null;
    downSince: string | null;
    deviceUpSince: string | null;
  }>;
}

/** The running pretend switches and what the seed needs to know of them. */
export interface DemoSwitches {
  service: Service;
  devices: DemoDeviceJson[];
}

function idle(name: string, downSinceMs: number): SwitchOptions['ports'][number] {
  return { name, link: 'down', downSinceMs, flaps: 2, config: { mode: 'access', accessVlan: 10 } };
}

/** Two access switches of two vendors: some ports idle for weeks, some in use, one uplink. */
function newConfig(folder: string, nowMs: number): SimulatorConfig {
  const bootedAtMs = nowMs - 90 * DAY_MS;
  const idleSinceMs = nowMs - 30 * DAY_MS;
  const password = (): string => randomBytes(12).toString('hex');
  return {
    folder,
    devices: [
      {
        name: 'access-1',
        personality: 'cisco_ios',
        username: 'afterbell',
        password: password(),
        vlans: [10, 20, 120, 130],
        bootedAtMs,
        ports: [
          { name: 'GigabitEthernet1/0/1', link: 'up', config: { mode: 'access', accessVlan: 10 } },
          ...[5, 6, 7, 8].map((number) => idle(`GigabitEthernet1/0/${number}`, idleSinceMs)),
          { name: 'GigabitEthernet1/0/48', link: 'up', neighbor: 'core-1', config: { mode: 'trunk' } },
        ],
      },
      {
        name: 'access-2',
        personality: 'vrp5',
        username: 'afterbell',
        password: password(),
        vlans: [10, 20, 120, 130],
        bootedAtMs,
        ports: [
          { name: 'GigabitEthernet0/0/1', link: 'up', config: { mode: 'access', accessVlan: 10 } },
          ...[5, 6, 7, 8].map((number) => idle(`GigabitEthernet0/0/${number}`, idleSinceMs)),
          { name: 'GigabitEthernet0/0/24', link: 'up', neighbor: 'core-1', config: { mode: 'trunk' } },
        ],
      },
    ],
  };
}

function describeDevice(options: SwitchOptions, ready: ReadyDevice): DemoDeviceJson {
  const isCisco = options.personality === 'cisco_ios';
  return {
    name: options.name,
    host: '127.0.0.1',
    port: ready.sshPort,
    platform: isCisco ? 'cisco_ios' : 'huawei_vrp',
    zone: 'default',
    hostKeyType: ready.hostKeyType,
    hostKeySha256: ready.hostKeySha256,
    sshProfile: 'modern',
    protectedPorts: options.ports.filter((port) => port.neighbor !== undefined).map((port) => port.name),
    attributes: isCisco ? {} : { dialect: options.personality },
    credential: { username: options.username, password: options.password },
    idlePorts: options.ports
      .filter((port) => port.link === 'down')
      .map((port) => ({
        port: port.name,
        flapCount: isCisco ? null : (port.flaps ?? null),
        downSince: port.downSinceMs === undefined ? null : new Date(port.downSinceMs).toISOString(),
        deviceUpSince: new Date(options.bootedAtMs).toISOString(),
      })),
  };
}

/**
 * Starts the pretend switches of the demo in a process of their own. Their configuration, passwords, host keys, ports
 * and journal stay in `folder` from one start to the next.
 *
 * @throws StackFailure when they do not come up
 */
export async function startDemoSwitches(
  root: string,
  folder: string,
  logFile: string,
): Promise<DemoSwitches> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const configFile = join(folder, 'simulator.json');
  let config: SimulatorConfig;
  try {
    config = JSON.parse(readFileSync(configFile, 'utf8')) as SimulatorConfig;
  } catch {
    config = newConfig(folder, Date.now());
    writeWhole(configFile, `${JSON.stringify(config, null, 2)}\n`);
  }
  let ready: ReadyDevice[] | null = null;
  const main = join(root, 'tests', 'simulators', 'switch', 'main.ts');
  const service = await startService({
    name: 'switches',
    command: process.execPath,
    args: ['--import', 'tsx', main, '--config', configFile],
    cwd: root,
    logFile,
    onLine: (line) => {
      const message = JSON.parse(line) as { ready?: boolean; devices?: ReadyDevice[] };
      if (message.ready === true) ready = message.devices ?? [];
    },
  });
  try {
    await waitUntil(
      'the demo switches',
      async () => ready !== null,
      30_000,
      () => (service.hasExited() ? `the demo switches ended at start: ${tailOf(logFile)}` : null),
    );
  } catch (thrown) {
    await service.stop();
    throw new StackFailure(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const found: ReadyDevice[] = ready ?? [];
  const devices = config.devices.flatMap((options) => {
    const entry = found.find((device) => device.name === options.name);
    return entry === undefined ? [] : [describeDevice(options, entry)];
  });
  return { service, devices };
}
