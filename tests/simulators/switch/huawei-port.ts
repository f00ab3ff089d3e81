import { parseVlanList, type SwitchState, vlanRanges } from './state.ts';
import type { PortConfig } from './types.ts';

const UNKNOWN = "              ^\nError: Unrecognized command found at '^' position.\n";
const WRONG = "              ^\nError: Wrong parameter found at '^' position.\n";
const RENEW = 'Error: Please renew the default configurations.\n';
const NOT_TRUNK = 'Error: The port type is not trunk.\n';
const NOT_ACCESS = 'Error: The port type is not access.\n';

/** `10 20 to 22` in Huawei's form. */
export function huaweiVlans(vlans: readonly number[]): string {
  return vlanRanges(vlans)
    .map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
    .join(' ');
}

/** Lines of a port in the order VRP prints them. */
export function renderHuaweiPort({ config }: { config: PortConfig }): string[] {
  const lines: string[] = [];
  if (config.description) lines.push(`description ${config.description}`);
  if (config.shutdown) lines.push('shutdown');
  if (!config.negotiation) lines.push('undo negotiation auto');
  if (config.speed !== 'auto') lines.push(`speed ${config.speed}`);
  if (config.mode !== 'default') lines.push(`port link-type ${config.mode}`);
  if (config.mode !== 'trunk' && config.accessVlan !== 1)
    lines.push(`port default vlan ${config.accessVlan}`);
  if (config.mode === 'trunk') {
    if (config.nativeVlan !== 1) lines.push(`port trunk pvid vlan ${config.nativeVlan}`);
    const vlans = config.trunkVlans ?? [1];
    if (!vlans.includes(1)) lines.push('undo port trunk allow-pass vlan 1');
    const others = vlans.filter((vlan) => vlan !== 1);
    if (others.length > 0) lines.push(`port trunk allow-pass vlan ${huaweiVlans(others)}`);
  }
  return [...lines, ...config.extra];
}

type PortRule = readonly [
  RegExp,
  (config: PortConfig, match: RegExpExecArray, state: SwitchState) => string | null,
];

/** A link type may change only while the VLAN membership of the old one is at its default, as on the real device. */
function linkType(config: PortConfig, mode: PortConfig['mode']): string | null {
  if (config.mode === mode) return null;
  const trunk = config.trunkVlans ?? [1];
  const plain = config.accessVlan === 1 && config.nativeVlan === 1 && trunk.length === 1 && trunk[0] === 1;
  if (!plain) return RENEW;
  config.mode = mode;
  return null;
}

function accessVlan(config: PortConfig, text: string, state: SwitchState): string | null {
  const vlan = Number(text);
  if (!(vlan >= 1 && vlan <= 4094)) return WRONG;
  if (config.mode !== 'access') return NOT_ACCESS;
  if (!state.vlans.has(vlan)) return 'Error: The VLAN does not exist.\n';
  config.accessVlan = vlan;
  return null;
}

function allowPass(config: PortConfig, text: string, undo: boolean): string | null {
  if (config.mode !== 'trunk') return NOT_TRUNK;
  const vlans = parseVlanList(text);
  if (!vlans) return WRONG;
  const before = config.trunkVlans ?? [1];
  config.trunkVlans = undo
    ? before.filter((vlan) => !vlans.includes(vlan))
    : [...new Set([...before, ...vlans])].sort((left, right) => left - right);
  return null;
}

function pvid(config: PortConfig, vlan: number): string | null {
  if (config.mode !== 'trunk') return NOT_TRUNK;
  config.nativeVlan = vlan;
  return null;
}

function speed(config: PortConfig, text: string): string | null {
  if (config.negotiation)
    return 'Error: The auto-negotiation mode is enabled on the interface. Please disable it first.\n';
  config.speed = text as PortConfig['speed'];
  return null;
}

function negotiate(config: PortConfig, on: boolean): null {
  config.negotiation = on;
  if (on) config.speed = 'auto';
  return null;
}

const RULES: readonly PortRule[] = [
  [/^description (.{1,242})$/, (config, match) => ((config.description = match[1] ?? ''), null)],
  [/^undo description$/, (config) => ((config.description = ''), null)],
  [/^shutdown$/, (config) => ((config.shutdown = true), null)],
  [/^undo shutdown$/, (config) => ((config.shutdown = false), null)],
  [
    /^port link-type (access|trunk)$/,
    (config, match) => linkType(config, match[1] === 'trunk' ? 'trunk' : 'access'),
  ],
  [/^undo port link-type$/, (config) => linkType(config, 'default')],
  [/^port default vlan (\d+)$/, (config, match, state) => accessVlan(config, match[1] ?? '', state)],
  [/^undo port default vlan$/, (config) => ((config.accessVlan = 1), null)],
  [/^port trunk allow-pass vlan ([\d to]+)$/, (config, match) => allowPass(config, match[1] ?? '', false)],
  [
    /^undo port trunk allow-pass vlan ([\d to]+)$/,
    (config, match) => allowPass(config, match[1] ?? '', true),
  ],
  [/^port trunk pvid vlan (\d+)$/, (config, match) => pvid(config, Number(match[1]))],
  [/^undo port trunk pvid vlan$/, (config) => pvid(config, 1)],
  [/^negotiation auto$/, (config) => negotiate(config, true)],
  [/^undo negotiation auto$/, (config) => negotiate(config, false)],
  [/^speed (10|100|1000|10000)$/, (config, match) => speed(config, match[1] ?? '')],
  [/^undo speed$/, (config) => ((config.speed = 'auto'), null)],
  [
    /^(?:stp|storm-control|loopback-detect|trust|qos|duplex|lldp)\b.*$/,
    (config, match) => (config.extra.push(match[0]), null),
  ],
  [
    /^undo ((?:stp|storm-control|loopback-detect|trust|qos|duplex).*)$/,
    (config, match) => (
      (config.extra = config.extra.filter((line) => !line.startsWith(match[1] ?? ' '))), null
    ),
  ],
  [
    /^(?:port default vlan|port link-type|description|speed)$/,
    () => "Error:Incomplete command found at '^' position.\n",
  ],
];

/** Applies one line of interface configuration; the text is VRP's error, null when it took effect. */
export function applyHuaweiPortLine(state: SwitchState, config: PortConfig, line: string): string | null {
  for (const [pattern, apply] of RULES) {
    const match = pattern.exec(line);
    if (match) return apply(config, match, state);
  }
  return UNKNOWN;
}
