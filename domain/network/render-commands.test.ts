import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowedLine } from './command-grammar.ts';
import { PortNotPlannable } from './port-not-plannable.ts';
import type { Platform, PortChange } from './port-request.ts';
import { renderPort } from './render-commands.ts';
import { FakePort } from './testing/fake-port.ts';
import { huaweiVlanLists, parseVlanList, rangesOf, sortedVlans } from './vlan-lists.ts';

const PORTS: Readonly<Record<Platform, string>> = {
  cisco_ios: 'GigabitEthernet1/0/5',
  huawei_vrp: 'GigabitEthernet0/0/5',
  ovs: 'p2',
};

function wanted(platform: Platform, change: Partial<PortChange>): PortChange {
  return { device: 'sw', port: PORTS[platform], mode: 'access', adminUp: true, ...change };
}

function applied(platform: Platform, preState: readonly string[], change: PortChange): FakePort {
  const port = new FakePort(platform, preState);
  for (const line of renderPort(platform, preState, change).commands) port.take(line);
  return port;
}

const vlan = fc.integer({ min: 2, max: 4094 }).filter((id) => id < 1002 || id > 1005);
const vlans = fc.oneof(
  fc.uniqueArray(vlan, { minLength: 1, maxLength: 8 }),
  // Many separate ranges: the list needs more than one command.
  fc.constant(Array.from({ length: 90 }, (_unused, index) => 2000 + 2 * index)),
);
const text = fc.stringMatching(/^[A-Z][A-Za-z0-9 ._:/#@()+=,-]{0,30}[A-Za-z0-9]$/);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const change = fc
  .record({
    trunk: fc.boolean(),
    accessVlan: vlan,
    trunkVlans: vlans,
    nativeVlan: maybe(vlan),
    description: maybe(text),
    adminUp: fc.boolean(),
    speed: maybe(fc.constantFrom('auto' as const, '100' as const, '1000' as const)),
  })
  .map(({ trunk, accessVlan, trunkVlans, nativeVlan, description, adminUp, speed }): Partial<PortChange> => {
    const common = {
      adminUp,
      ...(description === undefined ? {} : { description }),
      ...(speed === undefined ? {} : { speed }),
    };
    if (!trunk) return { ...common, mode: 'access', accessVlan };
    return { ...common, mode: 'trunk', trunkVlans, ...(nativeVlan === undefined ? {} : { nativeVlan }) };
  });

const state = fc.record({
  mode: fc.constantFrom('default', 'access', 'trunk', 'hybrid'),
  description: maybe(text),
  access: maybe(vlan),
  native: maybe(vlan),
  list: maybe(vlans),
  carriesOne: fc.boolean(),
  shut: fc.boolean(),
  speed: maybe(fc.constantFrom('100', '1000')),
});
type State = typeof state extends fc.Arbitrary<infer Value> ? Value : never;

function ciscoLines(at: State): string[] {
  const list =
    at.list === undefined
      ? []
      : rangesOf(at.list).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return [
    ...(at.description === undefined ? [] : [`description ${at.description}`]),
    ...(at.access === undefined ? [] : [`switchport access vlan ${at.access}`]),
    ...(at.native === undefined ? [] : [`switchport trunk native vlan ${at.native}`]),
    // The fake port prints what it was told; a list is told as everything but its complement.
    ...(list.length === 0 ? [] : trunkOnly(at.list ?? [])),
    ...(at.mode === 'access' || at.mode === 'trunk' ? [`switchport mode ${at.mode}`] : []),
    ...(at.shut ? ['shutdown'] : []),
    ...(at.speed === undefined ? [] : [`speed ${at.speed}`]),
  ];
}

function trunkOnly(list: readonly number[]): string[] {
  const gone = parseVlanList('all').filter((id) => !list.includes(id));
  return rangesOf(gone).map(([from, to]) => `switchport trunk allowed vlan remove ${from}-${to}`);
}

function huaweiLines(at: State): string[] {
  const lines = at.description === undefined ? [] : [`description ${at.description}`];
  if (at.shut) lines.push('shutdown');
  if (at.speed !== undefined) lines.push('undo negotiation auto', `speed ${at.speed}`);
  if (at.mode === 'access' || at.mode === 'trunk') lines.push(`port link-type ${at.mode}`);
  if (at.mode === 'access' && at.access !== undefined) lines.push(`port default vlan ${at.access}`);
  if (at.mode === 'hybrid' && at.access !== undefined)
    lines.push(
      'port link-type hybrid',
      `port hybrid pvid vlan ${at.access}`,
      `port hybrid untagged vlan ${at.access}`,
    );
  if (at.mode === 'trunk') {
    if (at.native !== undefined) lines.push(`port trunk pvid vlan ${at.native}`);
    if (!at.carriesOne) lines.push('undo port trunk allow-pass vlan 1');
    for (const list of huaweiVlanLists(at.list ?? [])) lines.push(`port trunk allow-pass vlan ${list}`);
  }
  return lines;
}

function ovsLines(at: State): string[] {
  const trunk = at.mode === 'trunk';
  return [
    ...(trunk ? ['vlan_mode=trunk'] : at.mode === 'access' ? ['vlan_mode=access'] : []),
    ...(at.access === undefined ? [] : [`tag=${at.access}`]),
    ...(trunk && at.list !== undefined ? [`trunks=${sortedVlans(at.list).join(',')}`] : []),
    ...(at.description === undefined ? [] : [`description=${at.description}`]),
    ...(at.shut ? ['admin=down'] : []),
  ];
}

const LINES: Readonly<Record<Platform, (at: State) => string[]>> = {
  cisco_ios: ciscoLines,
  huawei_vrp: huaweiLines,
  ovs: ovsLines,
};

describe.each(['cisco_ios', 'huawei_vrp', 'ovs'] as const)(
  'plans of %s on a device in memory',
  (platform) => {
    it('reach what was asked for, say nothing the second time, and the inverse restores every line', () => {
      fc.assert(
        fc.property(state, change, (at, asked) => {
          const { speed, ...rest } = asked;
          const request = wanted(
            platform,
            platform === 'ovs' || speed === undefined ? rest : { ...rest, speed },
          );
          const port = new FakePort(platform, LINES[platform](at));
          const preState = port.config();
          const before = port.picture();
          const { commands, inverse } = renderPort(platform, preState, request);
          for (const line of commands) port.take(line);
          expectReached(platform, port, request);
          expect(renderPort(platform, port.config(), request).commands).toEqual([]);
          for (const line of inverse) port.take(line);
          expect(port.picture()).toBe(before);
          expect([...port.config()].sort()).toEqual([...preState].sort());
        }),
        { numRuns: 80 },
      );
    });

    it('are empty both ways or not at all, and hold only lines of the grammar', () => {
      fc.assert(
        fc.property(state, change, (at, asked) => {
          const { speed: _speed, ...rest } = asked;
          const preState = new FakePort(platform, LINES[platform](at)).config();
          const { commands, inverse } = renderPort(platform, preState, wanted(platform, rest));
          expect(commands.length === 0).toBe(inverse.length === 0);
          for (const line of [...commands, ...inverse])
            expect(isAllowedLine(platform, line, PORTS[platform], 'br0')).toBe(true);
        }),
        { numRuns: 40 },
      );
    });
  },
);

it('on Cisco the whole inverse restores a port after any part of the commands', () => {
  fc.assert(
    fc.property(state, change, fc.nat(), (at, asked, stop) => {
      const port = new FakePort('cisco_ios', ciscoLines(at));
      const before = port.picture();
      const { commands, inverse } = renderPort('cisco_ios', port.config(), wanted('cisco_ios', asked));
      for (const line of commands.slice(0, stop % (commands.length + 1))) port.take(line);
      for (const line of inverse) port.take(line);
      expect(port.picture()).toBe(before);
    }),
    { numRuns: 40 },
  );
});

function expectReached(platform: Platform, port: FakePort, request: PortChange): void {
  const key = platform === 'ovs' ? { mode: 'vlan_mode', access: 'tag' } : { mode: 'mode', access: 'access' };
  if (request.mode === 'access') {
    expect(port.get(key.mode)).toBe('access');
    expect(port.get(key.access)).toBe(String(request.accessVlan));
  } else if (platform === 'ovs') {
    expect(parseVlanList(port.get('trunks') ?? '')).toEqual(sortedVlans(request.trunkVlans ?? []));
  } else {
    expect(port.get('mode')).toBe('trunk');
    expect(port.trunk()).toEqual(sortedVlans(request.trunkVlans ?? []));
    if (request.nativeVlan !== undefined) expect(port.get('native')).toBe(String(request.nativeVlan));
  }
  if (request.description !== undefined) expect(port.get('description')).toBe(request.description);
  expect(port.get(platform === 'ovs' ? 'admin' : 'shutdown') === undefined).toBe(request.adminUp);
  if (request.speed !== undefined) expect(port.get('speed') ?? 'auto').toBe(request.speed);
}

describe('Cisco', () => {
  const cisco = (preState: readonly string[], asked: Partial<PortChange>) =>
    renderPort('cisco_ios', preState, wanted('cisco_ios', asked));

  it('opens a shut port in an access VLAN, in the order a person would', () => {
    const plan = cisco(['shutdown'], { accessVlan: 20, description: 'desk 12F-05' });
    expect(plan.commands).toEqual([
      'description desk 12F-05',
      'switchport access vlan 20',
      'switchport mode access',
      'no shutdown',
    ]);
    expect(plan.inverse).toEqual([
      'shutdown',
      'no switchport mode',
      'no switchport access vlan',
      'no description',
    ]);
    expect(plan.diff).toEqual([
      { mark: '-', line: 'shutdown' },
      { mark: '+', line: 'description desk 12F-05' },
      { mark: '+', line: 'switchport access vlan 20' },
      { mark: '+', line: 'switchport mode access' },
    ]);
  });

  it('never replaces a trunk list, which would cut off everything else', () => {
    const pre = ['switchport trunk allowed vlan 10,20-22', 'switchport mode trunk'];
    const plan = cisco(pre, { mode: 'trunk', trunkVlans: [10, 21, 30] });
    expect(plan.commands).toEqual([
      'switchport trunk allowed vlan add 30',
      'switchport trunk allowed vlan remove 20,22',
    ]);
    expect(plan.inverse).toEqual([
      'switchport trunk allowed vlan add 20,22',
      'switchport trunk allowed vlan remove 30',
    ]);
    expect(plan.diff).toContainEqual({ mark: '-', line: 'switchport trunk allowed vlan 10,20-22' });
    expect(plan.diff).toContainEqual({ mark: '+', line: 'switchport trunk allowed vlan 10,21,30' });
  });

  it('reads a list that the device prints over several lines', () => {
    const pre = [
      'switchport trunk allowed vlan 10,20',
      'switchport trunk allowed vlan add 30,40',
      'switchport mode trunk',
    ];
    expect(cisco(pre, { mode: 'trunk', trunkVlans: [40, 30, 20, 10] }).commands).toEqual([]);
  });

  it('limits the VLANs of a new trunk before it becomes one', () => {
    const { commands } = cisco([], { mode: 'trunk', trunkVlans: [10] });
    expect(commands).toEqual(['switchport trunk allowed vlan remove 1-9,11-4094', 'switchport mode trunk']);
  });

  it.each([
    ['no switchport'],
    ['channel-group 1 mode active'],
    ['switchport mode dynamic auto'],
    ['switchport mode dot1q-tunnel'],
    ['switchport trunk allowed vlan ten'],
    ['switchport trunk allowed vlan 10-'],
  ])('leaves a port alone that says "%s"', (line) => {
    expect(() => cisco([line], { accessVlan: 20 })).toThrow(PortNotPlannable);
  });

  it('leaves a port alone whose old description could not be typed back', () => {
    expect(() => cisco(['description a; reload'], { accessVlan: 20, description: 'b' })).toThrow(
      PortNotPlannable,
    );
    expect(cisco(['description a; reload'], { accessVlan: 20 }).commands).toHaveLength(2);
  });
});

describe('Huawei', () => {
  const huawei = (preState: readonly string[], asked: Partial<PortChange>) =>
    renderPort('huawei_vrp', preState, wanted('huawei_vrp', asked));

  it('undoes VLAN membership before it changes the link type', () => {
    const pre = [
      'port link-type trunk',
      'port trunk pvid vlan 30',
      'undo port trunk allow-pass vlan 1',
      'port trunk allow-pass vlan 10 20 to 22',
    ];
    const plan = huawei(pre, { accessVlan: 40 });
    expect(plan.commands).toEqual([
      'undo port trunk pvid vlan',
      'undo port trunk allow-pass vlan 10 20 to 22',
      'port trunk allow-pass vlan 1',
      'port link-type access',
      'port default vlan 40',
    ]);
    expect(plan.inverse).toEqual([
      'undo port default vlan',
      'port link-type trunk',
      'undo port trunk allow-pass vlan 1',
      'port trunk allow-pass vlan 10 20 to 22',
      'port trunk pvid vlan 30',
    ]);
    expect(plan.diff.filter(({ mark }) => mark === '-').map(({ line }) => line)).toEqual(pre);
  });

  it('undoes hybrid membership line by line', () => {
    const pre = ['port hybrid pvid vlan 10', 'port hybrid tagged vlan 30 40', 'port hybrid untagged vlan 10'];
    const plan = huawei(pre, { accessVlan: 20 });
    expect(plan.commands.slice(0, 4)).toEqual([
      'undo port hybrid pvid vlan',
      'undo port hybrid tagged vlan 30 40',
      'undo port hybrid untagged vlan 10',
      'port link-type access',
    ]);
  });

  it('fixes a speed only after negotiation is off', () => {
    expect(huawei([], { accessVlan: 20, speed: '100' }).commands).toEqual([
      'port link-type access',
      'port default vlan 20',
      'undo negotiation auto',
      'speed 100',
    ]);
  });

  it.each([
    ['undo portswitch'],
    ['eth-trunk 1'],
    ['undo port hybrid vlan 1'],
    ['port vlan-stacking vlan 10 stack-vlan 20'],
  ])('leaves a port alone that says "%s"', (line) => {
    expect(() => huawei([line], { accessVlan: 20 })).toThrow(PortNotPlannable);
  });
});

describe('Open vSwitch', () => {
  it('puts every column and the description in one transaction', () => {
    const asked = wanted('ovs', {
      mode: 'trunk',
      trunkVlans: [20, 10],
      nativeVlan: 30,
      description: 'seat 12',
    });
    const plan = renderPort('ovs', ['vlan_mode=access', 'tag=10'], asked);
    expect(plan.commands).toEqual([
      `ovs-vsctl set port p2 vlan_mode=native-untagged tag=30 trunks=10,20 -- set interface p2 'external_ids:description="seat 12"'`,
    ]);
    expect(plan.inverse).toEqual([
      'ovs-vsctl set port p2 vlan_mode=access tag=10 -- clear port p2 trunks -- remove interface p2 external_ids description',
    ]);
  });

  it('takes a port down before it changes, and up after', () => {
    const down = renderPort('ovs', [], wanted('ovs', { accessVlan: 10, adminUp: false }));
    expect(down.commands[0]).toBe('ovs-ofctl mod-port br0 p2 down');
    const up = renderPort('ovs', ['admin=down'], wanted('ovs', { accessVlan: 10 }));
    expect(up.commands.at(-1)).toBe('ovs-ofctl mod-port br0 p2 up');
  });

  it('does not plan a list too long for one call', () => {
    const trunkVlans = Array.from({ length: 120 }, (_unused, index) => 2000 + 2 * index);
    expect(() => renderPort('ovs', [], wanted('ovs', { mode: 'trunk', trunkVlans }))).toThrow(
      PortNotPlannable,
    );
  });

  it('knows no fixed speed', () => {
    expect(() => renderPort('ovs', [], wanted('ovs', { accessVlan: 10, speed: '1000' }))).toThrow(
      PortNotPlannable,
    );
  });
});

describe('the grammar of what may be sent', () => {
  it.each<[Platform, string]>([
    ['cisco_ios', 'interface GigabitEthernet1/0/6'],
    ['cisco_ios', 'switchport trunk allowed vlan 30'],
    ['cisco_ios', 'switchport access vlan 4095'],
    ['cisco_ios', 'description x\nreload'],
    ['cisco_ios', 'description x; reload'],
    ['cisco_ios', 'do reload'],
    ['cisco_ios', 'no switchport'],
    ['cisco_ios', ' shutdown'],
    ['cisco_ios', 'shutdown\r'],
    ['huawei_vrp', 'interface GigabitEthernet0/0/6'],
    ['huawei_vrp', 'clear configuration this'],
    ['huawei_vrp', 'port trunk allow-pass vlan 10 to 5000'],
    ['huawei_vrp', 'quit'],
    ['ovs', 'ovs-vsctl set port p3 tag=10'],
    ['ovs', 'ovs-vsctl set port p2 tag=10 -- del-br br0'],
    ['ovs', 'ovs-vsctl set port p2 tag=10; reboot'],
    ['ovs', 'ovs-vsctl set port p2 tag=10 other_config=1'],
    ['ovs', `ovs-vsctl set interface p2 'external_ids:description="a'; reboot; '"'`],
    ['ovs', 'ovs-ofctl mod-port br1 p2 down'],
    ['ovs', 'ovs-ofctl del-flows br0'],
  ])('refuses on %s: %s', (platform, line) => {
    expect(isAllowedLine(platform, line, PORTS[platform], 'br0')).toBe(false);
  });
});

describe('an applied plan', () => {
  it('changes nothing on a port that is as asked for', () => {
    const pre = ['description desk', 'switchport access vlan 20', 'switchport mode access'];
    const port = applied('cisco_ios', pre, wanted('cisco_ios', { accessVlan: 20, description: 'desk' }));
    expect(port.config()).toEqual(pre);
  });
});
