import { describe, expect, it } from 'vitest';
import { ciscoMarker, huaweiMarker } from './markers.ts';
import { quoteWord, refuseOvsLine, splitWords } from './ovs-model.ts';
import { type Dialect, judgeState, portModel, restoreLines, sameModel } from './port-model.ts';

const same = (dialect: Dialect, left: string[], right: string[]): boolean =>
  sameModel(portModel(dialect, left), portModel(dialect, right));

describe('what lines do to a port', () => {
  it.each<[Dialect, string[], string[]]>([
    ['cisco', ['switchport access vlan 20', 'no switchport access vlan'], []],
    ['cisco', ['switchport access vlan 1'], []],
    [
      'cisco',
      ['switchport trunk allowed vlan 10,20', 'switchport trunk allowed vlan add 30-31'],
      ['switchport trunk allowed vlan 10,20,30,31'],
    ],
    ['cisco', ['switchport trunk allowed vlan remove 2-4094'], ['switchport trunk allowed vlan 1']],
    ['cisco', ['shutdown', 'no shutdown'], []],
    ['cisco', ['spanning-tree portfast', 'no spanning-tree portfast'], []],
    [
      'huawei',
      ['port trunk allow-pass vlan 10 20 to 22'],
      ['port trunk allow-pass vlan 20 to 22', 'port trunk allow-pass vlan 10'],
    ],
    ['huawei', ['undo port trunk allow-pass vlan 1', 'port trunk allow-pass vlan 1'], []],
    ['huawei', ['undo negotiation auto', 'speed 1000', 'negotiation auto'], []],
    ['ovs', ['ovs-vsctl set port p2 tag=10 vlan_mode=access'], ['vlan_mode=access', 'tag=10']],
    ['ovs', ['tag=10', 'ovs-vsctl clear port p2 tag'], []],
    ['ovs', ['ovs-vsctl set port p2 trunks=20,10'], ['trunks=10,20']],
    ['ovs', ['ovs-ofctl mod-port br0 p2 down', 'ovs-ofctl mod-port br0 p2 up'], []],
  ])('%s %j is %j', (dialect, left, right) => {
    expect(same(dialect, left, right)).toBe(true);
  });

  it('tells a replaced trunk list from an extended one', () => {
    const before = ['switchport trunk allowed vlan 10,20'];
    expect(
      same(
        'cisco',
        [...before, 'switchport trunk allowed vlan 30'],
        [...before, 'switchport trunk allowed vlan add 30'],
      ),
    ).toBe(false);
  });

  it('names what a state means for a plan', () => {
    const commands = ['description x', 'switchport mode access', 'switchport access vlan 20'];
    const judge = (lines: string[]) => judgeState('cisco', portModel('cisco', lines), [], commands);
    expect(judge([])).toEqual({ kind: 'pre' });
    expect(judge(commands.slice(0, 2))).toEqual({ kind: 'prefix', lines: 2 });
    expect(judge(commands)).toEqual({ kind: 'post' });
    expect(judge(['switchport access vlan 20'])).toMatchObject({ kind: 'foreign', keys: ['accessVlan'] });
    expect(judge([...commands, 'spanning-tree portfast'])).toMatchObject({ kind: 'foreign' });
  });

  it('restores from words of the approved state only', () => {
    expect(restoreLines('cisco', ['shutdown'], [])).toEqual(['no shutdown']);
    expect(restoreLines('cisco', ['shutdown', 'description'], ['shutdown', 'description a'])).toEqual([
      'shutdown',
      'description a',
    ]);
  });
});

describe('error markers', () => {
  it('finds what the vendor says, and only that', () => {
    expect(ciscoMarker("   ^\n% Invalid input detected at '^' marker.\n")).toContain('Invalid input');
    expect(ciscoMarker('Command rejected: Bad VLAN list')).toContain('rejected');
    expect(ciscoMarker('% Access VLAN does not exist. Creating vlan 20')).toBeNull();
    expect(huaweiMarker("   ^\nError:Incomplete command found at '^' position.")).toContain('Incomplete');
    expect(huaweiMarker('     0 input errors, 0 CRC')).toBeNull();
  });
});

describe('Open vSwitch lines', () => {
  it('quotes every word for the shell', () => {
    expect(splitWords('set interface p "external_ids:description=a b"')).toEqual([
      'set',
      'interface',
      'p',
      'external_ids:description=a b',
    ]);
    expect(quoteWord("a'b; rm $HOME")).toBe(`'a'\\''b; rm $HOME'`);
    expect(quoteWord('tag=10')).toBe('tag=10');
    expect(splitWords('set "open')).toBeUndefined();
  });

  it.each([
    'ovs-vsctl set port p1 tag=1',
    'ovs-vsctl set port p2 tag=1 -- del-port br0 p1',
    'ovs-vsctl set interface p2 type=internal',
    'ovs-vsctl set bridge br0 fail_mode=secure',
    'ovs-ofctl mod-port br0 p1 down',
    'ovs-ofctl del-flows br0',
    'rm -rf /',
    'ovs-vsctl set port p2 "tag=1',
  ])('refuses %s for port p2', (line) => {
    expect(refuseOvsLine(line, 'p2', 'br0')).toBeDefined();
  });
});
