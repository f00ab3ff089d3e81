import type { PortOptions, SwitchOptions } from '../types.ts';
import type { PlannedDevice } from '../../../../activities/network/push/push-types.ts';
import { ENABLE_PASSWORD, LOGIN, plannedPort } from './push-bench.ts';

/** One vendor's change: from an untouched port to `post`. */
export interface PushCase {
  readonly device: 'ios' | 'five' | 'eight';
  readonly platform: 'cisco_ios' | 'huawei_vrp';
  readonly portName: (index: number) => string;
  readonly commands: readonly string[];
  readonly inverse: readonly string[];
  /** Lines of the port afterwards, in the order the device prints them. */
  readonly post: readonly string[];
}

export const IOS: PushCase = {
  device: 'ios',
  platform: 'cisco_ios',
  portName: (index) => `GigabitEthernet1/0/${index}`,
  commands: [
    'description seat 12',
    'switchport mode access',
    'switchport access vlan 20',
    'shutdown',
    'no shutdown',
    'speed 1000',
  ],
  inverse: ['no speed', 'no switchport access vlan', 'no switchport mode', 'no description'],
  post: ['description seat 12', 'switchport access vlan 20', 'switchport mode access', 'speed 1000'],
};

export const FIVE: PushCase = {
  device: 'five',
  platform: 'huawei_vrp',
  portName: (index) => `GigabitEthernet0/0/${index}`,
  commands: [
    'description seat 12',
    'port link-type trunk',
    'undo port trunk allow-pass vlan 1',
    'port trunk allow-pass vlan 10 20',
    'port trunk pvid vlan 30',
  ],
  inverse: [
    'undo port trunk pvid vlan',
    'undo port trunk allow-pass vlan 10 20',
    'port trunk allow-pass vlan 1',
    'undo port link-type',
    'undo description',
  ],
  post: [
    'description seat 12',
    'port link-type trunk',
    'port trunk pvid vlan 30',
    'undo port trunk allow-pass vlan 1',
    'port trunk allow-pass vlan 10 20',
  ],
};

export const EIGHT: PushCase = {
  device: 'eight',
  platform: 'huawei_vrp',
  portName: (index) => `GE1/0/${index}`,
  commands: ['description seat 12', 'port link-type access', 'port default vlan 20'],
  inverse: ['undo port default vlan', 'undo port link-type', 'undo description'],
  post: ['description seat 12', 'port link-type access', 'port default vlan 20'],
};

/** The three simulated devices with `count` untouched, unplugged ports each. */
export function simulatedDevices(count: number): SwitchOptions[] {
  const ports = (change: PushCase): PortOptions[] =>
    Array.from({ length: count }, (_, index) => ({ name: change.portName(index + 1) }));
  const vlans = [10, 20, 30, 40];
  return [
    {
      name: 'ios',
      personality: 'cisco_ios',
      ...LOGIN,
      enablePassword: ENABLE_PASSWORD,
      vlans,
      ports: ports(IOS),
    },
    { name: 'five', personality: 'vrp5', ...LOGIN, vlans, ports: ports(FIVE) },
    { name: 'eight', personality: 'vrp8', ...LOGIN, vlans, ports: ports(EIGHT) },
  ];
}

/** Plan for some ports of a case, all from the untouched state. */
export function planOf(change: PushCase, indexes: readonly number[]): PlannedDevice[] {
  const ports = indexes.map((index) =>
    plannedPort(change.portName(index), [], change.commands, change.inverse),
  );
  return [{ device: change.device, platform: change.platform, ports }];
}
