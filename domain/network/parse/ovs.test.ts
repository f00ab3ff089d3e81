import { describe, expect, it } from 'vitest';
import { decodeOvsdb } from './ovs.ts';
import { readRows } from './testing/read-rows.ts';

describe('decodeOvsdb', () => {
  it('decodes sets, maps and ids', () => {
    expect(decodeOvsdb(['set', []])).toBeNull();
    expect(decodeOvsdb(['set', [1, 2]])).toEqual([1, 2]);
    expect(
      decodeOvsdb([
        'set',
        [
          ['uuid', 'a'],
          ['uuid', 'b'],
        ],
      ]),
    ).toEqual(['a', 'b']);
    expect(
      decodeOvsdb([
        'map',
        [
          ['description', 'x'],
          [1, 2],
        ],
      ]),
    ).toEqual({ description: 'x', '1': 2 });
  });
});

describe('Open vSwitch', () => {
  it('reads ports, interfaces and bridges', () => {
    expect(
      readRows(
        'ovs',
        'ovs-vsctl -f json --columns=name,tag,trunks,vlan_mode list port',
        '{"data":[["eth1",10,["set",[]],"access"],["eth2",["set",[]],["set",[10,20]],["set",[]]],["eth3",1,30,"native-untagged"]],"headings":["name","tag","trunks","vlan_mode"]}',
      ),
    ).toMatchObject([
      { interface: 'eth1', tag: 10, trunks: null, vlanMode: 'access', uuid: null },
      { tag: null, trunks: [10, 20], vlanMode: null },
      { trunks: [30] },
    ]);
    expect(
      readRows(
        'ovs',
        'ovs-vsctl -f json list interface',
        '{"data":[[["uuid","0b1c"],"eth1","up","down",4,1000000000,["map",[["rx_crc_err",2],["rx_packets",9]]],["map",[["description","desk 3"]]],["set",[]]]],"headings":["_uuid","name","admin_state","link_state","link_resets","link_speed","statistics","external_ids","mtu"]}',
      ),
    ).toMatchObject([
      {
        uuid: '0b1c',
        link: 'down',
        linkResets: 4,
        speedMbps: 1000,
        crcErrors: 2,
        description: 'desk 3',
        mtuBytes: null,
      },
    ]);
    expect(
      readRows(
        'ovs',
        'sudo ovs-vsctl --format=json list bridge',
        '{"headings":["name","ports"],"data":[["br0",["uuid","x"]]]}',
      ),
    ).toMatchObject([{ bridge: 'br0', portIds: ['x'] }]);
  });

  it('reads ovs-vsctl show and ovs-ofctl show', () => {
    expect(
      readRows(
        'ovs',
        'ovs-vsctl show',
        '6f1b3c1e-0000-4000-8000-000000000000\n    Bridge br0\n        fail_mode: secure\n        Port "eth1"\n            tag: 10\n            Interface "eth1"\n                error: "could not open network device eth1 (No such device)"\n        Port br0\n            trunks: [10, 20]\n            Interface br0\n                type: internal\n    ovs_version: "2.17.9"',
      ),
    ).toMatchObject([
      {
        bridge: 'br0',
        interface: 'eth1',
        tag: 10,
        error: 'could not open network device eth1 (No such device)',
      },
      { interface: 'br0', tag: null, trunks: [10, 20], type: 'internal' },
    ]);
    expect(
      readRows(
        'ovs',
        'ovs-ofctl show br0',
        'OFPT_FEATURES_REPLY (xid=0x2): dpid:0000aabb\n 1(eth1): addr:AA:bb:cc:00:00:01\n     config:     PORT_DOWN\n     state:      LINK_DOWN\n     speed: 1000 Mbps now, 0 Mbps max\n LOCAL(br0): addr:aa:bb:cc:00:00:02\n     config:     0\n     state:      0\n     speed: 0 Mbps now, 0 Mbps max\nOFPT_GET_CONFIG_REPLY (xid=0x4): frags=normal',
      ),
    ).toMatchObject([
      { interface: 'eth1', ofport: 1, link: 'admin-down', config: ['PORT_DOWN'], speedMbps: 1000 },
      { interface: 'br0', ofport: null, link: 'up', config: [] },
    ]);
  });
});
