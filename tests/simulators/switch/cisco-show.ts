import { cell, type CliSession, type CommandTable, findPort, type Turn } from './cli.ts';
import { ciscoVlans, renderCiscoPort } from './cisco-port.ts';
import type { SwitchState } from './state.ts';
import type { PortState } from './types.ts';

const PREFIX: Readonly<Record<string, string>> = {
  GigabitEthernet: 'Gi',
  TenGigabitEthernet: 'Te',
  FastEthernet: 'Fa',
  Ethernet: 'Et',
};

/** `Gi1/0/5` for `GigabitEthernet1/0/5`. */
export function shortName(name: string): string {
  const match = /^([A-Za-z]+)(.*)$/.exec(name);
  return `${PREFIX[match?.[1] ?? ''] ?? match?.[1] ?? ''}${match?.[2] ?? ''}`;
}

/** IOS age: 00:00:09, 5d01h, 30w6d. */
export function ciscoAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  if (days >= 7) return `${Math.floor(days / 7)}w${days % 7}d`;
  if (days >= 1) return `${days}d${two(Math.floor((seconds % 86_400) / 3600))}h`;
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}

function longAge(ageMs: number): string {
  const minutes = Math.max(0, Math.floor(ageMs / 60_000));
  const parts: string[] = [];
  const add = (value: number, word: string) =>
    value > 0 && parts.push(`${value} ${word}${value === 1 ? '' : 's'}`);
  add(Math.floor(minutes / 10_080), 'week');
  add(Math.floor((minutes % 10_080) / 1440), 'day');
  add(Math.floor((minutes % 1440) / 60), 'hour');
  parts.push(`${minutes % 60} minute${minutes % 60 === 1 ? '' : 's'}`);
  return parts.join(', ');
}

function status(state: SwitchState, port: PortState): string {
  if (port.link === 'err-disabled') return 'err-disabled';
  if (port.config.shutdown) return 'disabled';
  return state.isUp(port) ? 'connected' : 'notconnect';
}

function statusTable(state: SwitchState): string {
  const rows = [...state.ports.values()].map((port) => {
    const vlan = port.config.mode === 'trunk' ? 'trunk' : String(port.config.accessVlan);
    const up = state.isUp(port);
    const speed = port.config.speed === 'auto' ? (up ? 'a-1000' : 'auto') : port.config.speed;
    const type = port.link === 'no-optics' ? 'Not Present' : '10/100/1000BaseTX';
    return `${cell(shortName(port.name), 10)}${cell(port.config.description.slice(0, 18), 19)}${cell(status(state, port), 13)}${cell(vlan, 11)}${(up ? 'a-full' : 'auto').padStart(6)} ${speed.padStart(6)} ${type}`;
  });
  return ['', 'Port      Name               Status       Vlan       Duplex  Speed Type', ...rows, ''].join(
    '\n',
  );
}

function linkTable(state: SwitchState): string {
  const now = Date.now();
  const rows = [...state.ports.values()].map((port) => {
    const down =
      port.downSinceMs === null ? '00:00:00' : ciscoAge(now - Math.max(port.downSinceMs, state.bootedAtMs));
    const up = state.isUp(port) ? ciscoAge(now - state.bootedAtMs) : '';
    return `${cell(shortName(port.name), 15)}${cell(port.config.description.slice(0, 18), 19)}${cell(down, 15)}${up}`.trimEnd();
  });
  return ['Port           Name               Down Time      Up Time', ...rows, ''].join('\n');
}

function detail(state: SwitchState, port: PortState): string {
  const up = state.isUp(port);
  const word = status(state, port);
  const first =
    word === 'disabled'
      ? `${port.name} is administratively down, line protocol is down (disabled)`
      : `${port.name} is ${up ? 'up' : 'down'}, line protocol is ${up ? 'up' : 'down'} (${word})`;
  return [
    first,
    '  Hardware is Gigabit Ethernet, address is 0011.2233.4401 (bia 0011.2233.4401)',
    ...(port.config.description ? [`  Description: ${port.config.description}`] : []),
    '  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,',
    '     reliability 255/255, txload 1/255, rxload 1/255',
    '  Encapsulation ARPA, loopback not set',
    '  Keepalive set (10 sec)',
    `  ${up ? 'Full-duplex, 1000Mb/s' : 'Auto-duplex, Auto-speed'}, media type is ${port.link === 'no-optics' ? 'Not Present' : '10/100/1000BaseTX'}`,
    '  input flow-control is off, output flow-control is unsupported',
    '  ARP type: ARPA, ARP Timeout 04:00:00',
    '  Last input never, output never, output hang never',
    '  Last clearing of "show interface" counters never',
    '  5 minute input rate 0 bits/sec, 0 packets/sec',
    '  5 minute output rate 0 bits/sec, 0 packets/sec',
    '     0 packets input, 0 bytes, 0 no buffer',
    '     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored',
    '     0 packets output, 0 bytes, 0 underruns',
    `     0 output errors, 0 collisions, ${port.flaps} interface resets`,
    '     0 unknown protocol drops',
    '',
  ].join('\n');
}

function vlanTable(state: SwitchState): string {
  const lines = [
    '',
    'VLAN Name                             Status    Ports',
    '---- -------------------------------- --------- -------------------------------',
  ];
  for (const vlan of [...state.vlans].sort((left, right) => left - right)) {
    const ports = [...state.ports.values()]
      .filter((port) => port.config.mode !== 'trunk' && port.config.accessVlan === vlan)
      .map((port) => shortName(port.name));
    const name = vlan === 1 ? 'default' : `VLAN${String(vlan).padStart(4, '0')}`;
    lines.push(
      `${cell(String(vlan), 5)}${cell(name, 33)}${cell('active', 10)}${ports.slice(0, 4).join(', ')}`.trimEnd(),
    );
    for (let index = 4; index < ports.length; index += 4)
      lines.push(`${' '.repeat(48)}${ports.slice(index, index + 4).join(', ')}`);
  }
  for (const [vlan, name] of [
    [1002, 'fddi-default'],
    [1003, 'token-ring-default'],
  ] as const)
    lines.push(`${vlan} ${cell(name, 33)}act/unsup`);
  return [...lines, ''].join('\n');
}

function version(state: SwitchState): string {
  return [
    'Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4a, RELEASE SOFTWARE (fc3)',
    'Technical Support: http://www.cisco.com/techsupport',
    'Copyright (c) 1986-2023 by Cisco Systems, Inc.',
    '',
    'ROM: IOS-XE ROMMON',
    `${state.hostname} uptime is ${longAge(Date.now() - state.bootedAtMs)}`,
    'Uptime for this control processor is as above',
    'System returned to ROM by Reload Command',
    'System image file is "flash:packages.conf"',
    '',
    'cisco C9300-48T (X86) processor with 1331521K/6147K bytes of memory.',
    'Processor board ID FCW0000SIM1',
    'Configuration register is 0x102',
    '',
  ].join('\n');
}

function macTable(port: PortState | undefined): string {
  if (!port || port.macs.length === 0)
    return '          Mac Address Table\n-------------------------------------------\n\nVlan    Mac Address       Type        Ports\n----    -----------       --------    -----\n';
  const rows = port.macs.map(
    (mac) => `${String(port.config.accessVlan).padStart(4)}    ${mac}    DYNAMIC     ${shortName(port.name)}`,
  );
  return [
    '          Mac Address Table',
    '-------------------------------------------',
    '',
    'Vlan    Mac Address       Type        Ports',
    '----    -----------       --------    -----',
    ...rows,
    `Total Mac Addresses for this criterion: ${rows.length}`,
    '',
  ].join('\n');
}

function allMacs(state: SwitchState): string {
  const rows = [...state.ports.values()].flatMap((port) =>
    port.macs.map(
      (mac) =>
        `${String(port.config.accessVlan).padStart(4)}    ${mac}    DYNAMIC     ${shortName(port.name)}`,
    ),
  );
  return [
    '          Mac Address Table',
    '-------------------------------------------',
    '',
    'Vlan    Mac Address       Type        Ports',
    '----    -----------       --------    -----',
    ...rows,
    `Total Mac Addresses for this criterion: ${rows.length}`,
    '',
  ].join('\n');
}

function neighbors(state: SwitchState): string {
  const rows = [...state.ports.values()]
    .filter((port) => port.neighbor)
    .map(
      (port) =>
        `${cell(port.neighbor ?? '', 17)}${cell(shortName(port.name).replace(/^(\D+)/, '$1 '), 18)}${cell('150', 12)}${cell('R S I', 12)}${cell('C9500', 10)}Ten 1/1/1`,
    );
  return [
    'Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge',
    '                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone,',
    '                  D - Remote, C - CVTA, M - Two-port Mac Relay',
    '',
    'Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID',
    ...rows,
    '',
    `Total cdp entries displayed : ${rows.length}`,
    '',
  ].join('\n');
}

function lldp(state: SwitchState): string {
  const rows = [...state.ports.values()]
    .filter((port) => port.neighbor)
    .map(
      (port) =>
        `${cell(port.neighbor ?? '', 20)}${cell(shortName(port.name), 15)}${cell('120', 11)}${cell('B,R', 16)}Te1/1/1`,
    );
  return [
    'Capability codes:',
    '    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device',
    '    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other',
    '',
    'Device ID           Local Intf     Hold-time  Capability      Port ID',
    ...rows,
    '',
    `Total entries displayed: ${rows.length}`,
    '',
  ].join('\n');
}

function etherchannel(state: SwitchState): string {
  const members = [...state.ports.values()]
    .filter((port) => port.channelMember)
    .map((port) => `${shortName(port.name)}(P)`);
  const rows = members.length > 0 ? [`1      Po1(SU)         LACP      ${members.join('   ')}`] : [];
  return [
    'Flags:  D - down        P - bundled in port-channel',
    '        I - stand-alone s - suspended',
    '',
    `Number of channel-groups in use: ${rows.length}`,
    `Number of aggregators:           ${rows.length}`,
    '',
    'Group  Port-channel  Protocol    Ports',
    '------+-------------+-----------+-----------------------------------------------',
    ...rows,
    '',
  ].join('\n');
}

function users(session: CliSession): string {
  const second = session.state.secondAdmin;
  return [
    '    Line       User       Host(s)              Idle       Location',
    `*  1 vty 0     ${cell(session.user, 11)}idle                 00:00:00   127.0.0.1`,
    ...(second ? [`   2 vty 1     ${cell(second.user, 11)}idle                 00:00:12   10.9.9.9`] : []),
    '',
    '  Interface    User               Mode         Idle     Peer Address',
    '',
  ].join('\n');
}

/** The whole running configuration. */
export function renderCiscoRunning(state: SwitchState): string {
  const vlans = [...state.vlans].filter((vlan) => vlan !== 1);
  const lines = [
    '!',
    'version 17.9',
    'service timestamps log datetime msec',
    '!',
    `hostname ${state.hostname}`,
    '!',
    'vtp mode transparent',
    '!',
  ];
  if (vlans.length > 0) lines.push(`vlan ${ciscoVlans(vlans)}`, '!');
  for (const port of state.ports.values()) lines.push(`interface ${port.name}`, ...portLines(port), '!');
  return [...lines, 'line vty 0 15', ' login local', ' transport input ssh', '!', 'end', ''].join('\n');
}

function portLines(port: PortState): string[] {
  const lines = renderCiscoPort(port).map((line) => ` ${line}`);
  if (port.channelMember) lines.push(' channel-group 1 mode active');
  return lines;
}

function runningTurn(state: SwitchState): Turn {
  const body = renderCiscoRunning(state);
  return {
    output: `Building configuration...\n\nCurrent configuration : ${body.length} bytes\n!\n! Last configuration change at 16:00:00 CST Mon Nov 23 2026\n${body}`,
  };
}

function runningPort(state: SwitchState, typed: string, whenMissing: () => Turn): Turn {
  const port = findPort(state, typed);
  if (!port) return whenMissing();
  const body = ['!', `interface ${port.name}`, ...portLines(port), 'end', ''].join('\n');
  return { output: `Building configuration...\n\nCurrent configuration : ${body.length} bytes\n${body}` };
}

const missing = (): Turn => ({
  output: "                          ^\n% Invalid input detected at '^' marker.\n",
});

/** Show commands of IOS. Abbreviations that operators and scripts use are accepted. */
export const CISCO_SHOW: CommandTable = [
  [/^sh(?:ow)? int(?:erfaces?)? status$/, (session) => ({ output: statusTable(session.state) })],
  [/^sh(?:ow)? int(?:erfaces?)? link$/, (session) => ({ output: linkTable(session.state) })],
  [
    /^sh(?:ow)? int(?:erfaces?)?$/,
    (session) => ({
      output: [...session.state.ports.values()].map((port) => detail(session.state, port)).join(''),
    }),
  ],
  [
    /^sh(?:ow)? int(?:erfaces?)? ([a-zA-Z]+ ?\d\S*)$/,
    (session, match) => {
      const port = findPort(session.state, match[1] ?? '');
      return port ? { output: detail(session.state, port) } : missing();
    },
  ],
  [/^sh(?:ow)? run(?:ning-config)?$/, (session) => runningTurn(session.state)],
  [
    /^sh(?:ow)? run(?:ning-config)? int(?:erface)? (.+)$/,
    (session, match) => runningPort(session.state, match[1] ?? '', missing),
  ],
  [
    /^sh(?:ow)? start(?:up-config)?$/,
    (session) => ({
      output: `Using ${session.state.startup.length} out of 2097152 bytes\n${session.state.startup}`,
    }),
  ],
  [/^sh(?:ow)? vlan(?: brief)?$/, (session) => ({ output: vlanTable(session.state) })],
  [/^sh(?:ow)? ver(?:sion)?$/, (session) => ({ output: version(session.state) })],
  [/^sh(?:ow)? mac address-table$/, (session) => ({ output: allMacs(session.state) })],
  [
    /^sh(?:ow)? mac address-table (?:dynamic )?interface (.+)$/,
    (session, match) => ({ output: macTable(findPort(session.state, match[1] ?? '')) }),
  ],
  [/^sh(?:ow)? mac address-table dynamic$/, (session) => ({ output: allMacs(session.state) })],
  [/^sh(?:ow)? cdp nei(?:ghbors)?$/, (session) => ({ output: neighbors(session.state) })],
  [/^sh(?:ow)? lldp nei(?:ghbors)?$/, (session) => ({ output: lldp(session.state) })],
  [/^sh(?:ow)? etherchannel summary$/, (session) => ({ output: etherchannel(session.state) })],
  [/^sh(?:ow)? users$/, (session) => ({ output: users(session) })],
  [/^sh(?:ow)? clock$/, () => ({ output: `${clock()}\n` })],
  [
    /^sh(?:ow)? (?:privilege)$/,
    (session) => ({ output: `Current privilege level is ${session.privileged ? 15 : 1}\n` }),
  ],
];

function clock(): string {
  const shanghai = new Date(Date.now() + 8 * 3_600_000);
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][shanghai.getUTCDay()];
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
    shanghai.getUTCMonth()
  ];
  return `${shanghai.toISOString().slice(11, 23)} CST ${day} ${month} ${shanghai.getUTCDate()} ${shanghai.getUTCFullYear()}`;
}
