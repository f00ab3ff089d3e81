import { randomBytes } from 'node:crypto';
import { startSwitchSimulator } from '../simulators/switch/start.ts';
import type { LocalStack } from '../support/local-stack.ts';
import { addDevice } from './add-device.ts';
import type { DemoTarget } from './targets.ts';

const DEVICE = 'lab-ios';
const DAY_MS = 86_400_000;
const [GOOD, FAILING] = ['GigabitEthernet1/0/5', 'GigabitEthernet1/0/6'] as const;

/** The pretend switch over real SSH, for machines that cannot have the real one; `note` says why. */
export async function simulatorTarget(stack: LocalStack, note: string): Promise<DemoTarget> {
  const password = randomBytes(12).toString('hex');
  const bootedAtMs = Date.now() - 60 * DAY_MS;
  const idle = {
    link: 'down' as const,
    downSinceMs: Date.now() - 30 * DAY_MS,
    config: { mode: 'access' as const, accessVlan: 20 },
  };
  const simulator = await startSwitchSimulator({
    devices: [
      {
        name: DEVICE,
        personality: 'cisco_ios',
        username: 'afterbell',
        password,
        vlans: [20, 120],
        bootedAtMs,
        ports: [
          { name: GOOD, ...idle },
          { name: FAILING, ...idle },
        ],
      },
    ],
  });
  const { sshPort, hostKeyType, hostKeySha256 } = simulator.device(DEVICE);
  await addDevice(stack, {
    name: DEVICE,
    sshPort,
    platform: 'cisco_ios',
    hostKeyType,
    hostKeySha256,
    credential: { username: 'afterbell', password },
    attributes: {},
    protectedPorts: [],
    idlePorts: [GOOD, FAILING],
    deviceUpSince: new Date(bootedAtMs),
  });
  let faultPlanted: Promise<void> = Promise.resolve();
  return {
    kind: 'simulator',
    note,
    device: DEVICE,
    good: GOOD,
    failing: FAILING,
    newVlan: 120,
    vlanOf: async (port) => {
      await faultPlanted;
      const { ports } = await simulator.view(DEVICE);
      const line = ports[port]?.running.find((text) => text.includes('switchport access vlan'));
      return line?.trim().split(' ').at(-1) ?? 'none';
    },
    canReach: () => undefined,
    plantFault: () => {
      faultPlanted = simulator.setFaults(DEVICE, [
        { line: 'switchport access vlan 120', act: { kind: 'ignore' } },
      ]);
    },
    stop: () => simulator.stop(),
  };
}
