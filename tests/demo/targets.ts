import { labObstacle, type LabHost, startOvsLab } from '../simulators/ovs/lab.ts';
import type { LocalStack } from '../support/local-stack.ts';
import { addDevice } from './add-device.ts';

/** Where the demo changes ports: what it asks for and how it looks at the result, past Afterbell. */
export interface DemoTarget {
  readonly kind: 'open-vswitch' | 'simulator';
  /** Why it is not the real switch; empty when it is. */
  readonly note: string;
  readonly device: string;
  /** The port that is changed, and the one whose change is made to fail. */
  readonly good: string;
  readonly failing: string;
  readonly newVlan: number;
  /** VLAN of a port as the switch itself says. */
  vlanOf(port: string): Promise<string>;
  /** Whether the host behind the port reaches the host in the new VLAN; undefined where there is no traffic. */
  canReach(port: string): boolean | undefined;
  /** From here on the next change of the failing port is stored wrongly. */
  plantFault(): void;
  stop(): Promise<void>;
}

const HOSTS: readonly LabHost[] = [
  { name: 'a', port: 'p1', address: '10.77.0.1', vlan: 120, up: true },
  { name: 'b', port: 'p2', address: '10.77.0.2', vlan: 20, up: false },
  { name: 'c', port: 'p3', address: '10.77.0.3', vlan: 30, up: false },
];
const DEVICE = 'lab-ovs';

/** The real switch when this machine allows it. */
export async function openVswitchTarget(stack: LocalStack): Promise<DemoTarget> {
  const lab = await startOvsLab(HOSTS);
  try {
    await addDevice(stack, {
      name: DEVICE,
      sshPort: lab.sshPort,
      platform: 'ovs',
      hostKeyType: lab.hostKeyType,
      hostKeySha256: lab.hostKeySha256,
      credential: { username: lab.username, privateKey: lab.privateKey },
      attributes: { auth: 'key', bridge: lab.bridge, ovsRunDir: lab.ovsRunDir },
      protectedPorts: ['p1'],
      idlePorts: ['p2', 'p3'],
      deviceUpSince: null,
    });
  } catch (error) {
    await lab.stop();
    throw error;
  }
  const hostOf = (port: string) => HOSTS.find((host) => host.port === port)?.name ?? '';
  return {
    kind: 'open-vswitch',
    note: '',
    device: DEVICE,
    good: 'p2',
    failing: 'p3',
    newVlan: 120,
    vlanOf: async (port) => lab.ovsVsctl('get', 'port', port, 'tag'),
    canReach: (port) => {
      // A port is changed while nothing is plugged in; to look at the traffic the host is plugged in for a moment.
      lab.setHostLink(hostOf(port), true);
      const reaches = lab.canPing(hostOf(port), 'a');
      lab.setHostLink(hostOf(port), false);
      return reaches;
    },
    plantFault: () => lab.corruptTagOf('p3'),
    stop: () => lab.stop(),
  };
}

/** Reason why the real switch cannot be had here, or undefined. */
export const openVswitchObstacle = labObstacle;
