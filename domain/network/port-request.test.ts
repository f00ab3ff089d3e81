import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkPortRequest,
  descriptionFault,
  guessPlatform,
  isPortName,
  type PortChange,
} from './port-request.ts';

const platformOf = (device: string) =>
  device === 'sw' ? 'cisco_ios' : device === 'hw' ? 'huawei_vrp' : undefined;

function codes(...changes: Array<Record<string, unknown>>): string[] {
  const ports = changes.map((change) => ({
    device: 'sw',
    port: 'GigabitEthernet1/0/5',
    mode: 'access',
    accessVlan: 120,
    adminUp: true,
    ...change,
  })) as unknown as PortChange[];
  return checkPortRequest(ports, platformOf).map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('checkPortRequest', () => {
  it('passes a plain request', () => {
    expect(codes({ description: 'desk 12F-05 (chen)' })).toEqual([]);
    expect(
      codes({ mode: 'trunk', accessVlan: undefined, trunkVlans: [10, 20], nativeVlan: 30, speed: '1000' }),
    ).toEqual([]);
  });

  it('says everything that is wrong at once, each with its pointer', () => {
    expect(
      codes(
        { accessVlan: 1, description: 'a; reload', port: 'Gi1/0/5\nshutdown' },
        { port: 'GigabitEthernet1/0/6', mode: 'trunk', nativeVlan: 1003, speed: '42' },
      ),
    ).toEqual([
      'port-name /ports/0/port',
      'description /ports/0/description',
      'vlan-reserved /ports/0/accessVlan',
      'speed /ports/1/speed',
      'vlan-missing /ports/1/trunkVlans',
      'vlan-not-for-mode /ports/1/accessVlan',
      'vlan-reserved /ports/1/nativeVlan',
    ]);
  });

  it.each([
    ['20; reload'],
    ['20\nreload'],
    [0],
    [4095],
    [1.5],
    [-1],
    [Number.NaN],
    [null],
    ['20'],
    [[20]],
    [{}],
  ])('refuses the VLAN %j', (accessVlan) => {
    expect(codes({ accessVlan })).toEqual(['vlan-range /ports/0/accessVlan']);
  });

  it.each([[1], [1002], [1003], [1004], [1005]])('refuses the reserved VLAN %d in every field', (vlan) => {
    expect(codes({ accessVlan: vlan })).toEqual(['vlan-reserved /ports/0/accessVlan']);
    expect(codes({ mode: 'trunk', accessVlan: undefined, trunkVlans: [10, vlan], nativeVlan: vlan })).toEqual(
      ['vlan-reserved /ports/0/nativeVlan', 'vlan-reserved /ports/0/trunkVlans/1'],
    );
  });

  it('knows one port under two spellings', () => {
    expect(codes({}, { port: 'Gi1/0/5' })).toEqual(['duplicate-port /ports/1/port']);
    expect(codes({ device: 'hw', port: 'GE0/0/5' }, { device: 'hw', port: 'GigabitEthernet0/0/5' })).toEqual([
      'duplicate-port /ports/1/port',
    ]);
    expect(
      codes({ device: 'new', port: 'GE0/0/5' }, { device: 'new', port: 'GigabitEthernet0/0/5' }),
    ).toEqual(['duplicate-port /ports/1/port']);
    expect(codes({}, { device: 'hw' })).toEqual([]);
  });

  it('refuses a VLAN named twice, an empty list and a flag that is no flag', () => {
    const trunk = { mode: 'trunk', accessVlan: undefined };
    expect(codes({ ...trunk, trunkVlans: [10, 10] })).toEqual(['vlan-duplicate /ports/0/trunkVlans']);
    expect(codes({ ...trunk, trunkVlans: [] })).toEqual(['vlan-range /ports/0/trunkVlans']);
    expect(codes({ adminUp: 'yes' })).toEqual(['admin /ports/0/adminUp']);
  });

  it('never repeats raw control or bidirectional characters in a message', () => {
    const ports = [
      { device: 'sw', port: 'Gi1/0/5\u202e\u001b[2J', mode: 'access', accessVlan: 9, adminUp: true },
    ];
    const [fault] = checkPortRequest(ports as PortChange[], platformOf);
    expect(fault?.message).toMatch(/^[ -~\u201c\u201d]+$/);
  });
});

describe('descriptionFault', () => {
  it.each([
    ['a\nshutdown'],
    ['a\rshutdown'],
    ['a\0'],
    ['a?'],
    ['a"b'],
    ["a'b"],
    ['a!b'],
    ['a; reload'],
    ['a | include'],
    ['a\u001b[A'],
    ['a\u0003'],
    ['a\u001a'],
    ['a`id`'],
    ['a$(id)'],
    ['a\\'],
    ['no shutdown'],
    ['No shutdown'],
    ['undo shutdown'],
    ['do reload'],
    ['no'],
    [' x'],
    ['x '],
    [''],
    ['x'.repeat(65)],
    ['\u202eevil'],
    ['a\u200bb'],
    ['\uff11\uff12'],
    ['\uff21'],
    ['caf\u00e9'],
    ['\u0430dmin'],
    [12],
  ])('refuses %j', (text) => {
    expect(descriptionFault(text, 'huawei_vrp')).toBeTypeOf('string');
  });

  it.each([
    ['desk 12F-05'],
    ['notebook of Li Na'],
    ['undone'],
    ['document room'],
    ['PC_0512 (12F) #3 @A/B,C=D+E:F'],
  ])('takes %j', (text) => {
    expect(descriptionFault(text, 'cisco_ios')).toBeUndefined();
  });

  it('takes Chinese where the device can show it again', () => {
    expect(descriptionFault('十二楼 05 工位', 'huawei_vrp')).toBeUndefined();
    expect(descriptionFault('十二楼 05 工位', 'cisco_ios')).toBe(
      'may hold printable ASCII only on this platform',
    );
  });

  it('takes no text that holds a control, quoting or command character, whatever is around it', () => {
    const sign = fc.constantFrom(...Array.from('\n\r\0\u0003\u001a\u001b?"\'!;|\\`$\u202e\u2028\uff10'));
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), sign, fc.string({ maxLength: 30 }), (left, middle, right) => {
        expect(descriptionFault(`${left}${middle}${right}`, undefined)).toBeTypeOf('string');
      }),
    );
  });
});

describe('isPortName', () => {
  it.each([
    ['cisco_ios', 'GigabitEthernet1/0/5', true],
    ['cisco_ios', 'Gi1/0/5', true],
    ['cisco_ios', 'TwentyFiveGigE1/1/1', true],
    ['cisco_ios', 'Vlan10', false],
    ['cisco_ios', 'Port-channel1', false],
    ['cisco_ios', 'range Gi1/0/1 - 48', false],
    ['cisco_ios', 'Gi1/0/5 ', false],
    ['huawei_vrp', 'GE1/0/5', true],
    ['huawei_vrp', '10GE1/0/1', true],
    ['huawei_vrp', 'XGigabitEthernet0/0/1', true],
    ['huawei_vrp', 'Eth-Trunk1', false],
    ['huawei_vrp', 'MEth0/0/0', false],
    ['huawei_vrp', 'Vlanif10', false],
    ['ovs', 'p2', true],
    ['ovs', '-p2', false],
    ['ovs', 'p2 --', false],
    ['ovs', 'averyveryverylongname', false],
  ] as const)('%s %s: %s', (platform, name, expected) => {
    expect(isPortName(platform, name)).toBe(expected);
  });
});

it.each([
  ['GigabitEthernet1/0/5', 'cisco_ios'],
  ['GE1/0/5', 'huawei_vrp'],
  ['10GE1/0/1', 'huawei_vrp'],
  ['p2', 'ovs'],
  ['a b', undefined],
])('the form of %s is %s', (port, platform) => {
  expect(guessPlatform(port)).toBe(platform);
});
