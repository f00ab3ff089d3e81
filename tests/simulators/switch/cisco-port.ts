import { parseVlanList, type SwitchState, vlanRanges } from './state.ts';
import type { PortConfig } from './types.ts';

const INVALID = (line: string): string =>
  `${' '.repeat(Math.min(line.length, 8))}^\n% Invalid input detected at '^' marker.\n`;
const INCOMPLETE = '% Incomplete command.\n';

/** `1,10-12` in Cisco's form. */
export function ciscoVlans(vlans: readonly number[]): string {
  return vlanRanges(vlans)
    .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`))
    .join(',');
}

/** Lines of a port in the order IOS prints them. */
export function renderCiscoPort({ config }: { config: PortConfig }): string[] {
  const lines: string[] = [];
  if (config.description) lines.push(`description ${config.description}`);
  if (config.accessVlan !== 1) lines.push(`switchport access vlan ${config.accessVlan}`);
  if (config.nativeVlan !== 1) lines.push(`switchport trunk native vlan ${config.nativeVlan}`);
  if (config.trunkVlans !== null) {
    lines.push(
      `switchport trunk allowed vlan ${config.trunkVlans.length === 0 ? 'none' : ciscoVlans(config.trunkVlans)}`,
    );
  }
  if (config.mode !== 'default') lines.push(`switchport mode ${config.mode}`);
  if (config.shutdown) lines.push('shutdown');
  if (config.speed !== 'auto') lines.push(`speed ${config.speed}`);
  return [...lines, ...config.extra];
}

type PortRule = readonly [
  RegExp,
  (config: PortConfig, match: RegExpExecArray, state: SwitchState) => string | null,
];

const allVlans = (): number[] => Array.from({ length: 4094 }, (_, index) => index + 1);

function access(config: PortConfig, text: string, state: SwitchState): string | null {
  const vlan = Number(text);
  if (!(vlan >= 1 && vlan <= 4094)) return INVALID('switchport access');
  config.accessVlan = vlan;
  if (state.vlans.has(vlan)) return null;
  state.vlans.add(vlan);
  return `% Access VLAN does not exist. Creating vlan ${vlan}\n`;
}

function trunk(config: PortConfig, verb: string | undefined, text: string): string | null {
  if (text === 'none') config.trunkVlans = [];
  else if (text === 'all') config.trunkVlans = null;
  else {
    const vlans = parseVlanList(text);
    if (!vlans)
      return 'Command rejected: Bad VLAN list - character #1 (EOL) delimits a VLAN\n number which is out of the range 1..4094.\n';
    const before = config.trunkVlans ?? allVlans();
    if (verb === 'add') config.trunkVlans = [...new Set([...before, ...vlans])].sort((a, b) => a - b);
    else if (verb === 'remove') config.trunkVlans = before.filter((vlan) => !vlans.includes(vlan));
    else config.trunkVlans = vlans;
    if (config.trunkVlans.length === 4094) config.trunkVlans = null;
  }
  return null;
}

const set =
  (change: (config: PortConfig) => void) =>
  (config: PortConfig): null => {
    change(config);
    return null;
  };

const RULES: readonly PortRule[] = [
  [/^description (.{1,240})$/, (config, match) => ((config.description = match[1] ?? ''), null)],
  [/^no description$/, set((config) => (config.description = ''))],
  [
    /^switchport mode (access|trunk)$/,
    (config, match) => ((config.mode = match[1] === 'trunk' ? 'trunk' : 'access'), null),
  ],
  [/^no switchport mode(?: \w+)?$/, set((config) => (config.mode = 'default'))],
  [/^switchport access vlan (\d+)$/, (config, match, state) => access(config, match[1] ?? '', state)],
  [/^no switchport access vlan(?: \d+)?$/, set((config) => (config.accessVlan = 1))],
  [/^switchport trunk native vlan (\d+)$/, (config, match) => ((config.nativeVlan = Number(match[1])), null)],
  [/^no switchport trunk native vlan(?: \d+)?$/, set((config) => (config.nativeVlan = 1))],
  [
    /^switchport trunk allowed vlan (?:(add|remove) )?([\d,-]+|all|none)$/,
    (config, match) => trunk(config, match[1], match[2] ?? ''),
  ],
  [/^no switchport trunk allowed vlan$/, set((config) => (config.trunkVlans = null))],
  [/^shutdown$/, set((config) => (config.shutdown = true))],
  [/^no shutdown$/, set((config) => (config.shutdown = false))],
  [
    /^speed (auto|10|100|1000|10000)$/,
    (config, match) => ((config.speed = (match[1] ?? 'auto') as PortConfig['speed']), null),
  ],
  [/^no speed(?: \w+)?$/, set((config) => (config.speed = 'auto'))],
  [
    /^(?:duplex|spanning-tree|storm-control|switchport (?:port-security|voice|nonegotiate)|ip dhcp snooping|load-interval|power inline|lldp|cdp)\b.*$/,
    (config, match) => addExtra(config, match[0]),
  ],
  [
    /^no ((?:duplex|spanning-tree|storm-control|switchport (?:port-security|voice|nonegotiate)|load-interval).*)$/,
    (config, match) => dropExtra(config, match[1] ?? ''),
  ],
  [
    /^(?:switchport access vlan|switchport mode|switchport trunk allowed vlan|description|speed)$/,
    () => INCOMPLETE,
  ],
];

function addExtra(config: PortConfig, line: string): null {
  if (!config.extra.includes(line)) config.extra.push(line);
  return null;
}

function dropExtra(config: PortConfig, line: string): null {
  config.extra = config.extra.filter((kept) => kept !== line && !kept.startsWith(`${line} `));
  return null;
}

/** Applies one line of interface configuration; the text is IOS's answer when it is not silent. */
export function applyCiscoPortLine(state: SwitchState, config: PortConfig, line: string): string | null {
  for (const [pattern, apply] of RULES) {
    const match = pattern.exec(line);
    if (match) return apply(config, match, state);
  }
  return INVALID(line);
}
