import { cell, type CliSession, type CommandTable, findPort } from './cli.ts';
import { huaweiVlans, renderHuaweiPort } from './huawei-port.ts';
import type { SwitchState } from './state.ts';
import type { PortConfig, PortState } from './types.ts';

/** `GE0/0/5` for `GigabitEthernet0/0/5`. */
export function shortHuawei(name: string): string {
  return name.replace(/^XGigabitEthernet/, 'XGE').replace(/^GigabitEthernet/, 'GE');
}

/** `2026-11-23 16:01:02` in the device's own zone, UTC+08:00. */
function deviceTime(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

function physical(state: SwitchState, port: PortState): string {
  if (port.config.shutdown) return '*down';
  if (port.link === 'err-disabled') return 'ED(down)';
  return state.isUp(port) ? 'up' : 'down';
}

function brief(state: SwitchState): string {
  const rows = [...state.ports.values()].map((port) => {
    const phy = physical(state, port);
    return `${cell(port.name, 28)}${cell(phy, phy.length > 5 ? phy.length + 1 : 6)}${cell(state.isUp(port) ? 'up' : 'down', 9)}   0%     0%          0          0`;
  });
  return [
    'PHY: Physical',
    '*down: administratively down',
    '(l): loopback',
    '(s): spoofing',
    '(b): BFD down',
    '(e): ETHOAM down',
    '(dl): DLDP down',
    '(d): Dampening Suppressed',
    '(ed): error down',
    'InUti/OutUti: input utility/output utility',
    'Interface                   PHY   Protocol InUti OutUti   inErrors  outErrors',
    ...rows,
    'NULL0                       up    up(s)       0%     0%          0          0',
    '',
  ].join('\n');
}

function detail(state: SwitchState, port: PortState): string {
  const word = port.config.shutdown
    ? 'Administratively DOWN'
    : port.link === 'err-disabled'
      ? 'ERROR DOWN(bpdu-protection)'
      : state.isUp(port)
        ? 'UP'
        : 'DOWN';
  const since = port.downSinceMs === null ? '-' : `${deviceTime(port.downSinceMs)} UTC+08:00`;
  return [
    `${port.name} current state : ${word}`,
    `Line protocol current state : ${state.isUp(port) ? 'UP' : 'DOWN'}`,
    `Description:${port.config.description}`,
    `Switch Port, PVID : ${String(port.config.mode === 'trunk' ? port.config.nativeVlan : port.config.accessVlan).padStart(4)}, TPID : 8100(Hex), The Maximum Frame Length is 9216`,
    "IP Sending Frames' Format is PKTFMT_ETHNT_2, Hardware address is 4c1f-cc00-0001",
    `Last physical up time   : ${state.isUp(port) ? `${deviceTime(state.bootedAtMs)} UTC+08:00` : '-'}`,
    `Last physical down time : ${since}`,
    `Current system time: ${deviceTime(Date.now())}+08:00`,
    `Port Mode: ${port.link === 'no-optics' ? 'COMMON FIBER (no module)' : 'COMMON COPPER'}`,
    'Speed : 1000,  Loopback: NONE',
    `Duplex: FULL,  Negotiation: ${port.config.negotiation ? 'ENABLE' : 'DISABLE'}`,
    'Mdi   : AUTO, Flow-control: DISABLE',
    'Last 300 seconds input rate 0 bits/sec, 0 packets/sec',
    'Last 300 seconds output rate 0 bits/sec, 0 packets/sec',
    'Input:  0 packets, 0 bytes',
    '  CRC:                          0,  Giants:                         0',
    `  Link flaps:                   ${port.flaps}`,
    'Output:  0 packets, 0 bytes',
    '    Input bandwidth utilization  :    0%',
    '    Output bandwidth utilization :    0%',
    '',
  ].join('\n');
}

function version(state: SwitchState): string {
  const minutes = Math.floor((Date.now() - state.bootedAtMs) / 60_000);
  const weeks = Math.floor(minutes / 10_080);
  const age = `${weeks} week${weeks === 1 ? '' : 's'}, ${Math.floor((minutes % 10_080) / 1440)} days, ${Math.floor((minutes % 1440) / 60)} hours, ${minutes % 60} minutes`;
  const eight = state.options.personality === 'vrp8';
  return [
    'Huawei Versatile Routing Platform Software',
    eight
      ? 'VRP (R) software, Version 8.180 (CE6857EI V200R005C10SPC800)'
      : 'VRP (R) software, Version 5.170 (S5720 V200R019C00SPC500)',
    'Copyright (C) 2000-2020 HUAWEI TECH Co., Ltd.',
    `HUAWEI ${eight ? 'CE6857-48S6CQ-EI' : 'S5720-52X-LI-AC Routing Switch'} uptime is ${age}`,
    '',
  ].join('\n');
}

function vlanTable(state: SwitchState): string {
  const rule = '-'.repeat(80);
  const rows: string[] = [];
  for (const vlan of [...state.vlans].sort((left, right) => left - right)) {
    const untagged = [...state.ports.values()].filter(
      (port) => (port.config.mode === 'trunk' ? port.config.nativeVlan : port.config.accessVlan) === vlan,
    );
    const tagged = [...state.ports.values()].filter(
      (port) =>
        port.config.mode === 'trunk' &&
        port.config.nativeVlan !== vlan &&
        (port.config.trunkVlans ?? []).includes(vlan),
    );
    const list = (ports: readonly PortState[]): string =>
      ports.map((port) => `${shortHuawei(port.name)}(${state.isUp(port) ? 'U' : 'D'})`).join('      ');
    rows.push(
      `${cell(String(vlan), 5)}common  ${untagged.length > 0 ? `UT:${list(untagged)}` : ''}`.trimEnd(),
    );
    if (tagged.length > 0) rows.push(`             TG:${list(tagged)}`);
  }
  const second = [...state.vlans]
    .sort((left, right) => left - right)
    .map(
      (vlan) =>
        `${cell(String(vlan), 5)}enable  default       enable  disable    VLAN ${String(vlan).padStart(4, '0')}`,
    );
  return [
    `The total number of vlans is : ${state.vlans.size}`,
    rule,
    'U: Up;         D: Down;         TG: Tagged;         UT: Untagged;',
    'MP: Vlan-mapping;               ST: Vlan-stacking;',
    '#: ProtocolTransparent-vlan;    *: Management-vlan;',
    rule,
    '',
    'VID  Type    Ports',
    rule,
    ...rows,
    '',
    'VID  Status  Property      MAC-LRN Statistics Description',
    rule,
    ...second,
    '',
  ].join('\n');
}

function portVlan(state: SwitchState): string {
  const rows = [...state.ports.values()].map(({ name, config }) => {
    const mode =
      config.mode === 'default' ? (state.options.personality === 'vrp8' ? 'access' : 'hybrid') : config.mode;
    const list = mode === 'trunk' ? huaweiVlans(config.trunkVlans ?? [1]) : '-';
    return `${cell(name, 24)}${cell(mode, 13)}${cell(String(mode === 'trunk' ? config.nativeVlan : config.accessVlan), 6)}${list}`;
  });
  return ['Port                    Link Type    PVID  Trunk VLAN List', '-'.repeat(79), ...rows, ''].join(
    '\n',
  );
}

function macTable(state: SwitchState, port?: PortState): string {
  const rows = [...state.ports.values()]
    .filter((other) => !port || other === port)
    .flatMap((other) =>
      other.macs.map(
        (mac) =>
          `${mac} ${cell(`${other.config.accessVlan}/-/-`, 34)}${cell(shortHuawei(other.name), 20)}dynamic`,
      ),
    );
  if (rows.length === 0) return 'Info: No MAC address entry is found.\n';
  const rule = '-'.repeat(79);
  return [
    rule,
    'MAC Address    VLAN/VSI/BD                       Learned-From        Type',
    rule,
    ...rows,
    '',
    rule,
    `Total items displayed = ${rows.length}`,
    '',
  ].join('\n');
}

function lldp(state: SwitchState): string {
  const rows = [...state.ports.values()]
    .filter((port) => port.neighbor)
    .map(
      (port) =>
        `${cell(shortHuawei(port.name), 17)}${cell(port.neighbor ?? '', 25)}${cell('10GE1/0/1', 26)}105`,
    );
  return [
    'Local Intf       Neighbor Dev             Neighbor Intf             Exptime (sec)',
    ...rows,
    '',
  ].join('\n');
}

function ethTrunk(state: SwitchState): string {
  const members = [...state.ports.values()].filter((port) => port.channelMember);
  if (members.length === 0) return 'Info: No Eth-Trunk exists.\n';
  return [
    "Eth-Trunk1's state information is:",
    'WorkingMode: LACP',
    '-'.repeat(80),
    'ActorPortName          Status   PortType PortPri PortNo PortKey PortState Weight',
    ...members.map((port) => `${cell(port.name, 23)}Selected 1GE      32768   1      305     10111100  1`),
    '',
  ].join('\n');
}

function users(session: CliSession): string {
  const second = session.state.secondAdmin;
  const row = (mark: string, index: number, user: string): string[] => [
    `${mark} ${34 + index}  VTY ${index}   00:00:00  SSH    127.0.0.1             pass`,
    `  Username : ${user}`,
  ];
  return [
    '  User-Intf    Delay    Type   Network Address     AuthenStatus    AuthorcmdFlag',
    ...row('+', 0, session.user),
    ...(second ? row(' ', 1, second.user) : []),
    '',
  ].join('\n');
}

/** Lines of a port with its running or candidate configuration. */
function section(port: PortState, config: PortConfig): string[] {
  return [
    '#',
    `interface ${port.name}`,
    ...renderHuaweiPort({ config }).map((line) => ` ${line}`),
    ...(port.channelMember ? [' eth-trunk 1'] : []),
  ];
}

/** The whole configuration; `candidate` replaces ports that a session has changed but not committed. */
export function renderHuaweiRunning(
  state: SwitchState,
  candidate?: ReadonlyMap<string, PortConfig>,
  moreVlans?: ReadonlySet<number>,
): string {
  const vlans = [...new Set([...state.vlans, ...(moreVlans ?? [])])].filter((vlan) => vlan !== 1);
  const lines = [
    `!Software Version ${state.options.personality === 'vrp8' ? 'V200R005C10SPC800' : 'V200R019C00SPC500'}`,
    '#',
    `sysname ${state.hostname}`,
  ];
  if (vlans.length > 0) lines.push('#', `vlan batch ${huaweiVlans(vlans)}`);
  for (const port of state.ports.values())
    lines.push(...section(port, candidate?.get(port.name) ?? port.config));
  return [
    ...lines,
    '#',
    'user-interface vty 0 4',
    ' authentication-mode aaa',
    ' protocol inbound ssh',
    '#',
    'return',
    '',
  ].join('\n');
}

const WRONG = "                        ^\nError: Wrong parameter found at '^' position.\n";

/** Display commands of VRP. */
export const HUAWEI_SHOW: CommandTable = [
  [/^dis(?:play)? interface brief$/, (session) => ({ output: brief(session.state) })],
  [
    /^dis(?:play)? interface$/,
    (session) => ({
      output: [...session.state.ports.values()].map((port) => `${detail(session.state, port)}\n`).join(''),
    }),
  ],
  [
    /^dis(?:play)? interface (\S+ ?\d\S*)$/,
    (session, match) => {
      const port = findPort(session.state, match[1] ?? '');
      return { output: port ? detail(session.state, port) : WRONG };
    },
  ],
  [/^dis(?:play)? current-configuration$/, (session) => ({ output: renderHuaweiRunning(session.state) })],
  [
    /^dis(?:play)? current-configuration interface (.+)$/,
    (session, match) => {
      const port = findPort(session.state, match[1] ?? '');
      return { output: port ? [...section(port, port.config), '#', 'return', ''].join('\n') : WRONG };
    },
  ],
  [
    /^dis(?:play)? this$/,
    (session) => ({
      output: session.port
        ? [
            ...section(session.port, session.candidate.get(session.port.name) ?? session.port.config),
            '#',
            'return',
            '',
          ].join('\n')
        : '#\nreturn\n',
    }),
  ],
  [/^dis(?:play)? saved-configuration$/, (session) => ({ output: session.state.startup })],
  [/^dis(?:play)? version$/, (session) => ({ output: version(session.state) })],
  [/^dis(?:play)? vlan(?: brief)?$/, (session) => ({ output: vlanTable(session.state) })],
  [/^dis(?:play)? port vlan$/, (session) => ({ output: portVlan(session.state) })],
  [/^dis(?:play)? mac-address$/, (session) => ({ output: macTable(session.state) })],
  [
    /^dis(?:play)? mac-address (?:dynamic |interface )?([A-Z0-9][A-Za-z]+ ?\d\S*)$/i,
    (session, match) => {
      const port = findPort(session.state, match[1] ?? '');
      return { output: port ? macTable(session.state, port) : WRONG };
    },
  ],
  [/^dis(?:play)? lldp neighbor brief$/, (session) => ({ output: lldp(session.state) })],
  [/^dis(?:play)? eth-trunk$/, (session) => ({ output: ethTrunk(session.state) })],
  [/^dis(?:play)? users$/, (session) => ({ output: users(session) })],
  [
    /^dis(?:play)? clock$/,
    () => ({ output: `${deviceTime(Date.now())}+08:00\nMonday\nTime Zone(BeiJing) : UTC+08:00\n` }),
  ],
];
