import { describe, expect, it } from 'vitest';
import { contentHash } from '../json.ts';
import { interfaceKey } from './interface-name.ts';
import { assertPlanMatches, type CheckedPlan, PlanMismatch } from './plan-check.ts';
import type { PortChange } from './port-request.ts';
import {
  type PlanDevice,
  type PlanInput,
  type PlannedPort,
  planSwitchPorts,
  PortRequestRefused,
  type SwitchPortPlan,
} from './switch-port-plan.ts';

const DEVICES: Readonly<Record<string, PlanDevice>> = {
  ios: { platform: 'cisco_ios' },
  vrp: { platform: 'huawei_vrp' },
  ovs: { platform: 'ovs', bridge: 'br7' },
};

const CONFIG: Readonly<Record<string, readonly string[]>> = {
  'ios GigabitEthernet1/0/5': ['shutdown'],
  'ios GigabitEthernet1/0/6': ['switchport access vlan 20', 'switchport mode access'],
  'ios GigabitEthernet1/0/7': ['no switchport', 'ip address 10.0.0.1 255.255.255.0'],
  'vrp GE1/0/5': [],
  'ovs p2': ['vlan_mode=access', 'tag=10'],
};

const change = (device: string, port: string, more: Partial<PortChange> = {}): PortChange => ({
  device,
  port,
  mode: 'access',
  accessVlan: 20,
  adminUp: true,
  ...more,
});

function plan(ports: readonly PortChange[], more: Partial<PlanInput> = {}): SwitchPortPlan {
  return planSwitchPorts({
    requestId: 'OA-1',
    ports,
    verdicts: ports.map(({ device, port }) => ({ device, port, eligible: true, reason: 'eligible' })),
    deviceOf: (device) => DEVICES[device],
    portOf: (device, port) => {
      const platform = DEVICES[device]?.platform ?? 'ovs';
      const key = Object.keys(CONFIG).find(
        (entry) =>
          entry.startsWith(`${device} `) &&
          interfaceKey(platform, entry.slice(device.length + 1)) === interfaceKey(platform, port),
      );
      return key === undefined
        ? undefined
        : { port: key.slice(device.length + 1), config: CONFIG[key] ?? [] };
    },
    ...more,
  });
}

describe('planSwitchPorts', () => {
  it('groups ports by device, under the name the device gives them', () => {
    const { devices, skipped } = plan([
      change('ios', 'Gi1/0/5'),
      change('vrp', 'GigabitEthernet1/0/5'),
      change('ovs', 'p2'),
    ]);
    expect(devices.map(({ device, ports }) => [device, ports.map(({ port }) => port)])).toEqual([
      ['ios', ['GigabitEthernet1/0/5']],
      ['vrp', ['GE1/0/5']],
      ['ovs', ['p2']],
    ]);
    expect(skipped).toEqual([]);
    expect(devices[0]?.ports[0]?.intended.port).toBe('GigabitEthernet1/0/5');
    expect(devices[2]?.ports[0]?.commands).toEqual(['ovs-vsctl set port p2 tag=20']);
  });

  it('skips with a reason and plans the rest', () => {
    const ports = [
      change('ios', 'Gi1/0/5'),
      change('ios', 'Gi1/0/6'),
      change('ios', 'Gi1/0/7'),
      change('ios', 'Gi1/0/8'),
      change('ios', 'Gi1/0/9'),
      change('gone', 'Gi1/0/1'),
    ];
    const verdicts = ports
      .slice(0, 4)
      .map(({ device, port }) => ({ device, port, eligible: true, reason: 'eligible' }));
    const refused = { device: 'gone', port: 'Gi1/0/1', eligible: false, reason: 'unreachable' };
    const made = plan(ports, { verdicts: [...verdicts, refused] });
    expect(made.skipped).toEqual([
      { device: 'ios', port: 'Gi1/0/6', reason: 'already-so' },
      { device: 'ios', port: 'Gi1/0/7', reason: 'unsupported-config: the port is routed' },
      { device: 'ios', port: 'Gi1/0/8', reason: 'not-found' },
      { device: 'ios', port: 'Gi1/0/9', reason: 'no-history' },
      { device: 'gone', port: 'Gi1/0/1', reason: 'unreachable' },
    ]);
    expect(made.devices).toHaveLength(1);
  });

  it('keeps the reason of the eligibility rule', () => {
    const verdicts = [{ device: 'ios', port: 'GigabitEthernet1/0/5', eligible: false, reason: 'link-up' }];
    expect(plan([change('ios', 'Gi1/0/5')], { verdicts }).skipped[0]?.reason).toBe('link-up');
  });

  it('refuses a request with a fault as a whole', () => {
    const ports = [change('ios', 'Gi1/0/5'), change('ios', 'Gi1/0/6', { description: 'x\nreload' })];
    expect(() => plan(ports)).toThrow(PortRequestRefused);
    expect(() => plan([change('ios', 'Gi1/0/5'), change('ios', 'GigabitEthernet1/0/5')])).toThrow(
      'asked for twice',
    );
  });

  it('has a hash of exactly what is pushed, the same for the same state', () => {
    const ports = [change('ios', 'Gi1/0/5')];
    const made = plan(ports);
    expect(made.planHash).toBe(contentHash(made.devices));
    expect(made.planId).toBe(`OA-1-${made.planHash.slice(0, 12)}`);
    expect(plan(ports)).toEqual(made);
    expect(plan([change('ios', 'Gi1/0/5', { accessVlan: 21 })]).planHash).not.toBe(made.planHash);
  });

  it('writes every line and its way back into the script', () => {
    expect(plan([change('ios', 'Gi1/0/5'), change('ovs', 'p2')]).scriptText).toBe(
      `# ios (cisco_ios)
port GigabitEthernet1/0/5
  switchport access vlan 20
  switchport mode access
  no shutdown
  roll back:
    shutdown
    no switchport mode
    no switchport access vlan

# ovs (ovs)
port p2
  ovs-vsctl set port p2 tag=20
  roll back:
    ovs-vsctl set port p2 tag=10`,
    );
  });
});

describe('assertPlanMatches', () => {
  const good = plan([
    change('ios', 'Gi1/0/5', { description: 'desk' }),
    change('vrp', 'GE1/0/5'),
    change('ovs', 'p2'),
  ]);

  /** A plan whose first port was tampered with; hash and script are made to agree again unless told otherwise. */
  function tampered(
    edit: (port: PlannedPort) => Partial<PlannedPort>,
    more: Partial<CheckedPlan> = {},
  ): CheckedPlan {
    const devices = structuredClone(good.devices);
    const port = devices[0]?.ports[0];
    if (!devices[0] || !port) throw new Error('no port');
    devices[0].ports[0] = { ...port, ...edit(port) };
    const lines = (list: readonly string[], indent: string) => list.map((line) => `${indent}${line}`);
    const { commands, inverse } = { ...port, ...edit(port) };
    const first = [
      '# ios (cisco_ios)',
      `port ${devices[0].ports[0].port}`,
      ...lines(commands, '  '),
      '  roll back:',
      ...lines(inverse, '    '),
    ];
    const scriptText = [first.join('\n'), ...good.scriptText.split('\n\n').slice(1)].join('\n\n');
    return { planHash: contentHash(devices), devices, scriptText, ...more };
  }

  it('passes what the planner makes', () => {
    expect(() => assertPlanMatches(good)).not.toThrow();
    expect(() => assertPlanMatches(tampered(() => ({})))).not.toThrow();
  });

  it.each<[string, CheckedPlan, string]>([
    ['another hash', { ...good, planHash: '0'.repeat(64) }, 'the plan hash'],
    [
      'a line that enters another port',
      tampered(() => ({ commands: ['interface GigabitEthernet1/0/6', 'shutdown'] })),
      'not a line',
    ],
    ['a line outside the grammar', tampered(() => ({ commands: ['reload'] })), 'not a line'],
    [
      'a way back outside the grammar',
      tampered(() => ({ inverse: ['default interface GigabitEthernet1/0/5'] })),
      'not a line',
    ],
    ['two commands in a line', tampered(() => ({ commands: ['shutdown\nreload'] })), 'not a line'],
    ['commands without a way back', tampered(() => ({ inverse: [] })), 'without a way back'],
    ['a pre-state that was edited', tampered(() => ({ preState: ['switchport mode trunk'] })), 'pre-state'],
    [
      'an intended state of another port',
      tampered((port) => ({ intended: { ...port.intended, port: 'GigabitEthernet1/0/6' } })),
      'another port',
    ],
    [
      'an intended reserved VLAN',
      tampered((port) => ({ intended: { ...port.intended, accessVlan: 1 } })),
      'reserved',
    ],
    [
      'a script that hides a line',
      { ...good, scriptText: good.scriptText.replace('  no shutdown\n', '') },
      'the script',
    ],
    ['a script with one line more', { ...good, scriptText: `${good.scriptText}\n` }, 'the script'],
  ])('refuses %s', (_case, bad, message) => {
    expect(() => assertPlanMatches(bad)).toThrow(PlanMismatch);
    expect(() => assertPlanMatches(bad)).toThrow(message);
  });

  it('refuses a port that stands twice', () => {
    const [device] = structuredClone(good.devices);
    if (!device?.ports[0]) throw new Error('no port');
    device.ports.push(device.ports[0]);
    const bad = { planHash: contentHash([device]), devices: [device], scriptText: '' };
    expect(() => assertPlanMatches(bad)).toThrow('stands twice');
  });

  it('refuses an Open vSwitch line of another port', () => {
    const devices = structuredClone(good.devices);
    const port = devices[2]?.ports[0];
    if (!port || !devices[2]) throw new Error('no port');
    devices[2].ports[0] = { ...port, commands: ['ovs-vsctl set port p3 tag=20'] };
    const bad = { planHash: contentHash(devices), devices, scriptText: '' };
    expect(() => assertPlanMatches(bad)).toThrow('is not a line this product sends');
  });
});
