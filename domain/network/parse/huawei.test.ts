import { describe, expect, it } from 'vitest';
import { readRows } from './testing/read-rows.ts';

const ESC = String.fromCharCode(27);

const BRIEF = `<SW-H01>dis int brief
PHY: Physical
*down: administratively down
#down: LBDT down
(l): loopback
(s): spoofing
InUti/OutUti: input utility/output utility
Interface                   PHY   Protocol  InUti OutUti   inErrors  outErrors
Eth-Trunk1                  up    up        0.01%  0.02%          3          0
  10GE1/0/1                 up    up        0.01%  0.01%          0          0
  10GE1/0/2(10G)            down  down         0%     0%          0          0
  ---- More ----${ESC}[16D                ${ESC}[16DGigabitEthernet0/0/5        *down down         0%     0%          7          1
GE1/0/6                     #down down         --     --         --         --
GigabitEthernet0/0/7        down(ed) down      0%     0%          0          0
LoopBack0                   up    up(s)        0%     0%          0          0
<SW-H01>`;

describe('display interface brief', () => {
  it('reads flags, channel members and missing values', () => {
    const rows = readRows('huawei_vrp', 'DIS INT BR | include GE', BRIEF.replaceAll('\n', '\r\n'));
    expect(rows).toMatchObject([
      { interface: 'Eth-Trunk1', inUtilisationPercent: 0.01, inputErrors: 3, link: 'up', memberOf: null },
      { interface: '10GE1/0/1', memberOf: 'Eth-Trunk1' },
      { interface: '10GE1/0/2', speedMbps: 10_000, link: 'down', memberOf: 'Eth-Trunk1' },
      {
        interface: 'GigabitEthernet0/0/5',
        link: 'admin-down',
        flags: ['*'],
        outputErrors: 1,
        memberOf: null,
      },
      { link: 'err-disabled', flags: ['#'], inputErrors: null, inUtilisationPercent: null },
      { link: 'err-disabled', flags: ['ed'] },
      { protocol: 'up(s)', protocolFlags: ['s'] },
    ]);
  });
});

describe('display interface', () => {
  it('reckons ages on the clock of the device', () => {
    const [first, second] = readRows(
      'huawei_vrp',
      'display interface',
      `GigabitEthernet0/0/5 current state : DOWN
Line protocol current state : DOWN
Description:seat 12, floor 3
Switch Port, PVID :   10, TPID : 8100(Hex), The Maximum Frame Length is 9216
IP Sending Frames' Format is PKTFMT_ETHNT_2, Hardware address is 4C1F-cc00-0001
Last physical up time   : 2026-11-01 08:00:00 UTC+08:00
Last physical down time : 2026-11-20 16:00:00 UTC+08:00
Current system time: 2026-11-23 16:00:10+08:00
Port Mode: COMMON COPPER
Speed : 1000,  Loopback: NONE
Duplex: FULL,  Negotiation: ENABLE
Last 300 seconds input rate 8 bits/sec, 0 packets/sec
Input:  15 packets, 2000 bytes
  CRC:                         -,  Giants:                         2
  Total Error:                 4
Output:  0 packets, 0 bytes
  Total Error:                 5
    Input bandwidth utilization  : 0.10%

10GE1/0/1 current state : UP (ifindex: 5)
Line protocol current state : UP
Description:
Last physical up time   : 2026-11-23 15:59:10
Last physical down time : -
Current system time: 2026-11-23 16:00:10
  CRC:                         8,  Giants:                         0`,
    );
    expect(first).toMatchObject({
      interface: 'GigabitEthernet0/0/5',
      link: 'down',
      description: 'seat 12, floor 3',
      pvid: 10,
      macAddress: '4c1f-cc00-0001',
      downSeconds: 3 * 86_400 + 10,
      upSeconds: null,
      crcErrors: null,
      giants: 2,
      inputErrors: 4,
      outputErrors: 5,
      negotiation: true,
      speedMbps: 1000,
      inUtilisationPercent: 0.1,
    });
    expect(second).toMatchObject({
      interface: '10GE1/0/1',
      state: 'UP',
      description: null,
      crcErrors: 8,
      upSeconds: 60,
      lastPhysicalDown: null,
    });
  });
});

describe('other Huawei tables', () => {
  it('reads display vlan and display port vlan', () => {
    expect(
      readRows(
        'huawei_vrp',
        'dis vlan',
        `VID  Type    Ports
--------------------------------------------------------------------------------
1    common  UT:GE0/0/1(U)      GE0/0/2(D)
                GE0/0/3(D)
10   common  TG:GE0/0/24(U)

VID  Status  Property      MAC-LRN Statistics Description
--------------------------------------------------------------------------------
1    enable  default       enable  disable    VLAN 0001
10   enable  default       enable  disable    行情 floor 3`,
      ),
    ).toMatchObject([
      {
        vlanId: 1,
        untaggedPorts: ['GigabitEthernet0/0/1', 'GigabitEthernet0/0/2', 'GigabitEthernet0/0/3'],
        upPorts: ['GigabitEthernet0/0/1'],
      },
      { vlanId: 10, taggedPorts: ['GigabitEthernet0/0/24'], description: '行情 floor 3' },
    ]);
    expect(
      readRows(
        'huawei_vrp',
        'display port vlan',
        `Port                    Link Type    PVID  Trunk VLAN List
-------------------------------------------------------------------------------
GigabitEthernet0/0/1    access       10    -
GigabitEthernet0/0/24   trunk        1     1 10 20 to 22
                                           30`,
      ),
    ).toMatchObject([
      { pvid: 10, trunkVlans: [] },
      { linkType: 'trunk', trunkVlans: [1, 10, 20, 21, 22, 30] },
    ]);
  });

  it('reads configurations', () => {
    expect(
      readRows(
        'huawei_vrp',
        'display current-configuration interface GE0/0/24',
        '#\ninterface GigabitEthernet0/0/24\n description up-link\n port link-type trunk\n undo port trunk allow-pass vlan 1\n port trunk allow-pass vlan 10 20 to 22\n#\nreturn',
      ),
    ).toMatchObject([{ mode: 'trunk', trunkVlans: [10, 20, 21, 22], adminUp: true, description: 'up-link' }]);
  });

  it('reads version, mac addresses, neighbours, users, channels, addresses', () => {
    expect(
      readRows(
        'huawei_vrp',
        'dis ver',
        'VRP (R) software, Version 5.170 (S5720 V200R019C00SPC500)\nHUAWEI S5720-52X-LI-AC Routing Switch uptime is 30 weeks, 5 days, 1 hour, 2 minutes',
      ),
    ).toMatchObject([{ model: 'S5720-52X-LI-AC', uptimeSeconds: 215 * 86_400 + 3720 }]);
    expect(
      readRows(
        'huawei_vrp',
        'display mac-address',
        'MAC Address    VLAN/VSI/BD   Learned-From        Type\n-----\n00E0-fc12-0001 10/-/-        GE0/0/1             dynamic\n-----\nTotal items displayed = 1',
      ),
    ).toMatchObject([{ vlanId: 10, interface: 'GigabitEthernet0/0/1', type: 'dynamic' }]);
    expect(
      readRows(
        'huawei_vrp',
        'display lldp neighbor brief',
        'Local Intf       Neighbor Dev             Neighbor Intf             Exptime (sec)\nGE0/0/24         core sw 1                10GE1/0/1                 105',
      ),
    ).toMatchObject([{ neighborName: 'core sw 1', neighborInterface: '10GE1/0/1', expirySeconds: 105 }]);
    expect(
      readRows(
        'huawei_vrp',
        'display users',
        '  User-Intf    Delay    Type   Network Address     AuthenStatus    AuthorcmdFlag\n+ 34  VTY 0   00:00:00  SSH    10.1.1.1             pass\n  Username : ops',
      ),
    ).toMatchObject([{ isSelf: true, user: 'ops', address: '10.1.1.1', line: 'VTY 0' }]);
    expect(
      readRows(
        'huawei_vrp',
        'display eth-trunk',
        "Eth-Trunk1's state information is:\nWorkingMode: NORMAL   Hash arithmetic: x\nOperate status: up    Number Of Up Port In Trunk: 1\n----\nPortName                      Status      Weight\nGigabitEthernet0/0/1          Up          1\nGigabitEthernet0/0/2          Down        1",
      ),
    ).toMatchObject([{ workingMode: 'normal', up: true, members: [{ active: true }, { active: false }] }]);
    expect(
      readRows(
        'huawei_vrp',
        'display ip interface brief',
        '*down: administratively down\nInterface                         IP Address/Mask      Physical   Protocol\nMEth0/0/1                         unassigned           *down      down\nVlanif1                           10.1.1.1/24          up         up',
      ),
    ).toMatchObject([
      { ipAddress: null, link: 'admin-down' },
      { ipAddress: '10.1.1.1/24', link: 'up' },
    ]);
  });

  it('reads neighbours of VRP8, and headers without a unit', () => {
    expect(
      readRows(
        'huawei_vrp',
        'display lldp neighbor brief',
        'Local Interface         Exptime(s) Neighbor Interface      Neighbor Device\n10GE1/0/1                     99  10GE1/0/48              core sw',
      ),
    ).toMatchObject([{ localInterface: '10GE1/0/1', expirySeconds: 99, neighborName: 'core sw' }]);
    expect(
      readRows(
        'huawei_vrp',
        'display lldp neighbor brief',
        'Local Intf   Neighbor Dev             Neighbor Intf             Exptime\nGE0/0/1      SW-A                     GigabitEthernet 0/0/2     112',
      ),
    ).toMatchObject([{ neighborInterface: 'GigabitEthernet0/0/2', expirySeconds: 112 }]);
  });

  it('takes Info as no rows', () => {
    expect(readRows('huawei_vrp', 'dis mac-address', 'Info: No MAC address entry is found.')).toEqual([]);
  });
});
