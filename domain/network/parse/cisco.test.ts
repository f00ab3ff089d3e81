import { describe, expect, it } from 'vitest';
import { readRows } from './testing/read-rows.ts';

const ESC = String.fromCharCode(27);
const BACK = String.fromCharCode(8);

const STATUS = `SW-A01#show interfaces status

Port         Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1      srv web 01         connected    10         a-full a-1000 10/100/1000BaseTX
Gi1/0/2      行情接入 disabled  notconnect   20           auto   auto 10/100/1000BaseTX
Gi1/0/3      not connected yet  err-disabled 1            auto   auto 10/100/1000BaseTX
Gi1/0/4                         disabled     trunk        full   1000 Not Present
 --More-- ${BACK.repeat(9)}        ${BACK.repeat(9)}Te1/1/1      uplink             connected    trunk        full    10G SFP-10GBase-SR
Twe1/1/2                        notconnect   routed       auto   auto No XCVR
Po1          to core            connected    trunk      a-full  a-10G
SW-A01#`;

describe('show interfaces status', () => {
  it('cuts by column; names hold anything', () => {
    const rows = readRows('cisco_ios', 'Sh Int Status', STATUS.replaceAll('\n', '\r\n'));
    expect(rows.map((row) => row.interface)).toEqual([
      'GigabitEthernet1/0/1',
      'GigabitEthernet1/0/2',
      'GigabitEthernet1/0/3',
      'GigabitEthernet1/0/4',
      'TenGigabitEthernet1/1/1',
      'TwentyFiveGigE1/1/2',
      'Port-channel1',
    ]);
    expect(rows[0]).toMatchObject({ name: 'srv web 01', vlanId: 10, speedMbps: 1000, link: 'up' });
    expect(rows[1]).toMatchObject({ status: 'notconnect', vlanId: 20 });
    expect(rows[2]).toMatchObject({ name: 'not connected yet', link: 'err-disabled' });
    expect(rows[3]).toMatchObject({
      name: '',
      link: 'admin-down',
      mediaType: 'Not Present',
      speedMbps: 1000,
    });
    expect(rows[4]).toMatchObject({ vlan: 'trunk', vlanId: null, speedMbps: 10_000 });
    expect(rows[5]).toMatchObject({ link: 'no-optics', interfaceAsShown: 'Twe1/1/2' });
    expect(rows[6]).toMatchObject({ mediaType: '', name: 'to core' });
  });
});

describe('show interfaces', () => {
  it('reads counters, ages and state', () => {
    const [first, second] = readRows(
      'cisco_ios',
      'show interface',
      `GigabitEthernet1/0/5 is down, line protocol is down (notconnect)
  Hardware is Gigabit Ethernet, address is 00AA.bb01.0205 (bia 00aa.bb01.0205)
  Description: HQ floor 3, seat 12
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
     reliability 255/255, txload 1/255, rxload 1/255
  Auto-duplex, Auto-speed, media type is 10/100/1000BaseTX
  Last input 30w6d, output 1y2w, output hang never
  5 minute input rate 2000 bits/sec, 3 packets/sec
     1548 packets input, 99231 bytes, 0 no buffer
     12 input errors, 11 CRC, 0 frame, 0 overrun, 0 ignored
     0 output errors, 0 collisions, 3 interface resets
TenGigabitEthernet1/1/1 is administratively down, line protocol is down (disabled)
  Full-duplex, 10Gb/s, link type is auto, media type is Not Present
  Last input never, output never, output hang never`,
    );
    expect(first).toMatchObject({
      interface: 'GigabitEthernet1/0/5',
      interfaceAsShown: null,
      link: 'down',
      adminUp: true,
      description: 'HQ floor 3, seat 12',
      macAddress: '00aa.bb01.0205',
      crcErrors: 11,
      inputErrors: 12,
      interfaceResets: 3,
      lastInputSeconds: (30 * 7 + 6) * 86_400,
      lastOutputSeconds: (365 + 14) * 86_400,
      inputRateBitsPerSecond: 2000,
    });
    expect(second).toMatchObject({
      link: 'admin-down',
      adminUp: false,
      lastInputSeconds: null,
      speedMbps: 10_000,
    });
  });

  it('keeps VLAN interfaces and names that fill their column', () => {
    expect(
      readRows(
        'cisco_ios',
        'sh int',
        'Vlan1 is up, line protocol is up , Autostate Enabled\n  Hardware is Ethernet SVI',
      ),
    ).toMatchObject([{ interface: 'Vlan1', link: 'up', hardware: 'Ethernet SVI' }]);
    expect(
      readRows(
        'cisco_ios',
        'sh int status',
        'Port      Name              Status       Vlan       Duplex  Speed Type\nTwe1/0/1  longestdescriptionconnected    trunk      a-full  a-25G SFP-25G',
      ),
    ).toMatchObject([{ name: 'longestdescription', status: 'connected', speedMbps: 25_000 }]);
  });

  it('reads down time in both forms', () => {
    expect(
      readRows(
        'cisco_ios',
        'show interfaces link',
        'Port           Name               Down Time      Up Time\nGi1/0/1        a b                00:00:00       5w2d\nGi1/0/2                           30w6d',
      ),
    ).toMatchObject([
      { downSeconds: null, upSeconds: 37 * 86_400 },
      { downSeconds: 216 * 86_400, upSeconds: null },
    ]);
    expect(
      readRows(
        'cisco_ios',
        'show interface link',
        'Port      Name               Down Time      Down Since\nGi1/0/3   spare              5d01h          09:14:02 Wed Nov 18 2026',
      ),
    ).toMatchObject([{ downSeconds: 5 * 86_400 + 3600, downSince: '09:14:02 Wed Nov 18 2026' }]);
  });
});

describe('other Cisco tables', () => {
  it('reads show vlan brief with wrapped ports', () => {
    expect(
      readRows(
        'cisco_ios',
        'show vlan br',
        `VLAN Name                             Status    Ports
---- -------------------------------- --------- -------------------------------
1    default                          active    Gi1/0/1, Gi1/0/2,
                                                Te1/1/1
20   market data                      active
1002 fddi-default                     act/unsup `,
      ),
    ).toMatchObject([
      { vlanId: 1, ports: ['GigabitEthernet1/0/1', 'GigabitEthernet1/0/2', 'TenGigabitEthernet1/1/1'] },
      { vlanId: 20, name: 'market data', ports: [] },
      { vlanId: 1002, active: false },
    ]);
  });

  it('reads interfaces of a configuration', () => {
    expect(
      readRows(
        'cisco_ios',
        'show running-config interface Gi1/0/5',
        'Building configuration...\n\nCurrent configuration : 99 bytes\n!\ninterface GigabitEthernet1/0/5\n description x # y\n switchport trunk allowed vlan 10,20-22\n switchport trunk allowed vlan add 30\n switchport mode trunk\n shutdown\nend\n\nSW#',
      ),
    ).toMatchObject([
      { description: 'x # y', mode: 'trunk', trunkVlans: [10, 20, 21, 22, 30], adminUp: false },
    ]);
  });

  it('reads mac addresses, version and users', () => {
    expect(
      readRows(
        'cisco_ios',
        'show mac address-table',
        '          Mac Address Table\nVlan    Mac Address       Type        Ports\n All    0100.0ccc.cccc    STATIC      CPU\n  10    00aa.bbcc.0001    DYNAMIC     Gi1/0/1\nTotal Mac Addresses for this criterion: 2',
      ),
    ).toMatchObject([{ vlanId: null }, { vlanId: 10, interface: 'GigabitEthernet1/0/1', type: 'dynamic' }]);
    expect(
      readRows(
        'cisco_ios',
        'sh ver',
        'Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E7, RELEASE SOFTWARE (fc2)\nSW-A01 uptime is 1 year, 2 weeks, 3 days, 4 hours, 5 minutes\nSystem image file is "flash:/a.bin"\ncisco WS-C2960X-48TS-L (APM86XXX) processor (revision A0) with 524288K bytes of memory.\nProcessor board ID FOC1234X0AB',
      ),
    ).toMatchObject([
      {
        hostname: 'SW-A01',
        softwareVersion: '15.2(4)E7',
        model: 'WS-C2960X-48TS-L',
        serialNumber: 'FOC1234X0AB',
        uptimeSeconds: (365 + 17) * 86_400 + 4 * 3600 + 300,
      },
    ]);
    expect(
      readRows(
        'cisco_ios',
        'show users',
        '    Line       User       Host(s)              Idle       Location\n*  1 vty 0     chen.lei   idle                 00:00:00 10.1.2.3\n   2 vty 1     wang       idle                 1d02h    10.1.2.4',
      ),
    ).toMatchObject([{ isSelf: true }, { user: 'wang', idleSeconds: 93_600, location: '10.1.2.4' }]);
  });

  it('reads neighbours: wrapped names, cut names, details', () => {
    expect(
      readRows(
        'cisco_ios',
        'show cdp neighbors',
        `Capability Codes: R - Router, T - Trans Bridge

Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
core-sw-with-a-very-long-name.example
                 Gig 1/0/48        153             R S I  WS-C3850- Ten 1/1/1

Total cdp entries displayed : 1`,
      ),
    ).toMatchObject([
      {
        neighborName: 'core-sw-with-a-very-long-name.example',
        localInterface: 'GigabitEthernet1/0/48',
        neighborInterface: 'TenGigabitEthernet1/1/1',
      },
    ]);
    expect(
      readRows(
        'cisco_ios',
        'show cdp neighbors detail',
        '-------------------------\nDevice ID: core1.example\nEntry address(es): \n  IP address: 10.0.0.1\nPlatform: cisco WS-C3850-24T,  Capabilities: Router Switch IGMP \nInterface: GigabitEthernet1/0/48,  Port ID (outgoing port): TenGigabitEthernet1/1/1\nHoldtime : 140 sec\n\nVersion :\nCisco IOS Software, Version 16.9\n\nDuplex: full',
      ),
    ).toMatchObject([
      {
        neighborName: 'core1.example',
        managementAddress: '10.0.0.1',
        capabilities: ['Router', 'Switch', 'IGMP'],
        softwareVersion: 'Cisco IOS Software, Version 16.9',
      },
    ]);
    expect(
      readRows(
        'cisco_ios',
        'show lldp neighbors',
        'Device ID           Local Intf     Hold-time  Capability      Port ID\nSW-B-very-long-name1Gi1/0/2        120        B,R             Gi1/0/1\n\nTotal entries displayed: 1',
      ),
    ).toMatchObject([{ neighborName: 'SW-B-very-long-name1', localInterface: 'GigabitEthernet1/0/2' }]);
  });

  it('reads trunks, channels and addresses', () => {
    expect(
      readRows(
        'cisco_ios',
        'show int trunk',
        `Port        Mode             Encapsulation  Status        Native vlan
Te1/1/1     on               802.1q         trunking      1

Port        Vlans allowed on trunk
Te1/1/1     10,20-22,
            30

Port        Vlans allowed and active in management domain
Te1/1/1     10

Port        Vlans in spanning tree forwarding state and not pruned
Te1/1/1     none`,
      ),
    ).toMatchObject([{ allowedVlans: [10, 20, 21, 22, 30], activeVlans: [10], forwardingVlans: [] }]);
    expect(
      readRows(
        'cisco_ios',
        'show etherchannel summary',
        'Number of channel-groups in use: 1\n\nGroup  Port-channel  Protocol    Ports\n------+-------------+-----------+-----\n1      Po1(SU)         LACP      Te1/1/1(P)  Te2/1/1(D)  ',
      ),
    ).toMatchObject([
      { interface: 'Port-channel1', up: true, members: [{ bundled: true }, { bundled: false }] },
    ]);
    expect(
      readRows(
        'cisco_ios',
        'show ip int brief',
        `${ESC}[0mInterface              IP-Address      OK? Method Status                Protocol\nVlan1                  unassigned      YES NVRAM  administratively down down\nVl10                   10.1.1.1        YES manual up                    up`,
      ),
    ).toMatchObject([
      { link: 'admin-down', ipAddress: null },
      { interface: 'Vlan10', ipAddress: '10.1.1.1', link: 'up' },
    ]);
  });
});
