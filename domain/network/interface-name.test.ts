import { describe, expect, it } from 'vitest';
import {
  interfaceKey,
  isLogicalInterface,
  normaliseInterfaceName,
  shortInterfaceName,
} from './interface-name.ts';

describe('normaliseInterfaceName', () => {
  it.each([
    ['cisco_ios', 'Gi1/0/5', 'GigabitEthernet1/0/5'],
    ['cisco_ios', 'gigabitethernet 1/0/5', 'GigabitEthernet1/0/5'],
    ['cisco_ios', 'Gig 1/0/5', 'GigabitEthernet1/0/5'],
    ['cisco_ios', 'Te1/1/1', 'TenGigabitEthernet1/1/1'],
    ['cisco_ios', 'Twe1/1/1', 'TwentyFiveGigE1/1/1'],
    ['cisco_ios', 'Tw1/0/1', 'TwoGigabitEthernet1/0/1'],
    ['cisco_ios', 'Hu1/0/49', 'HundredGigE1/0/49'],
    ['cisco_ios', 'Fa0/1', 'FastEthernet0/1'],
    ['cisco_ios', 'Po10', 'Port-channel10'],
    ['cisco_ios', 'Vl20', 'Vlan20'],
    ['huawei_vrp', 'GE0/0/1', 'GigabitEthernet0/0/1'],
    ['huawei_vrp', 'XGE0/0/1', 'XGigabitEthernet0/0/1'],
    ['huawei_vrp', '10GE1/0/1', '10GE1/0/1'],
    ['huawei_vrp', '100ge1/0/1', '100GE1/0/1'],
    ['huawei_vrp', 'Eth-Trunk1', 'Eth-Trunk1'],
    ['huawei_vrp', 'MEth0/0/0', 'MEth0/0/0'],
    ['huawei_vrp', 'Vlanif20', 'Vlanif20'],
    ['ovs', 'p2', 'p2'],
    ['ovs', 'Gi1', 'Gi1'],
  ] as const)('%s %s is %s', (platform, name, full) => {
    expect(normaliseInterfaceName(platform, name)).toBe(full);
    expect(interfaceKey(platform, name)).toBe(interfaceKey(platform, full));
  });

  it('leaves what it does not know', () => {
    expect(normaliseInterfaceName('cisco_ios', 'CPU')).toBe('CPU');
    expect(normaliseInterfaceName('cisco_ios', 'Xy1/0')).toBe('Xy1/0');
  });
});

it.each([
  ['cisco_ios', 'GigabitEthernet1/0/5', 'Gi1/0/5'],
  ['cisco_ios', 'TwentyFiveGigE1/1/1', 'Twe1/1/1'],
  ['huawei_vrp', 'XGigabitEthernet0/0/1', 'XGE0/0/1'],
  ['ovs', 'p2', 'p2'],
] as const)('the short form of %s %s is %s', (platform, name, short) => {
  expect(shortInterfaceName(platform, name)).toBe(short);
});

it.each([
  ['Vlan10', true],
  ['Eth-Trunk1', true],
  ['Port-channel1', true],
  ['GigabitEthernet1/0/5.100', true],
  ['GigabitEthernet1/0/5', false],
  ['10GE1/0/1', false],
])('%s is logical: %s', (name, logical) => {
  expect(isLogicalInterface(name)).toBe(logical);
});
