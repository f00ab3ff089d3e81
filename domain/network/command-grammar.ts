import type { Platform } from './platform.ts';

/** Text of a description: nothing that ends a line, asks for help, comments, or quotes; no broken characters. */
const TEXT = '[^\\x00-\\x1f\\x7f\\u2028\\u2029\\ufffd?!;|"\'\\\\`$]{1,240}';
const ID = '\\d{1,4}';
const IDS = `${ID}(?:-${ID})?(?:,${ID}(?:-${ID})?)*`;
const RANGES = `${ID}(?: to ${ID})?(?: ${ID}(?: to ${ID})?)*`;

function words(...alternatives: readonly string[]): RegExp {
  return new RegExp(`^(?:${alternatives.join('|')})$`, 'u');
}

/** Everything the product may send inside an interface: written down apart from the renderers, so that one fault is not enough. */
const GRAMMAR: Readonly<Record<Exclude<Platform, 'ovs'>, RegExp>> = {
  cisco_ios: words(
    `description ${TEXT}`,
    'no description',
    'switchport mode (?:access|trunk)',
    'no switchport mode',
    `switchport access vlan ${ID}`,
    'no switchport access vlan',
    `switchport trunk native vlan ${ID}`,
    'no switchport trunk native vlan',
    `switchport trunk allowed vlan (?:add|remove) ${IDS}`,
    'no switchport trunk allowed vlan',
    'speed (?:auto|nonegotiate|\\d{2,6})',
    'no speed',
    '(?:no )?shutdown',
  ),
  huawei_vrp: words(
    `description ${TEXT}`,
    'undo description',
    'port link-type [a-z0-9-]+',
    'undo port link-type',
    `port default vlan ${ID}`,
    'undo port default vlan',
    `port trunk pvid vlan ${ID}`,
    'undo port trunk pvid vlan',
    `(?:undo )?port trunk allow-pass vlan (?:${RANGES}|all)`,
    `port hybrid pvid vlan ${ID}`,
    'undo port hybrid pvid vlan',
    `(?:undo )?port hybrid (?:tagged|untagged) vlan (?:${RANGES}|all)`,
    '(?:undo )?negotiation auto',
    'speed \\d{2,6}',
    'undo speed',
    '(?:undo )?shutdown',
  ),
};

const OVS_TEXT = new RegExp(`^set interface (\\S+) 'external_ids:description="(${TEXT})"'$`, 'u');

/** True when a line is one of the few the product sends, and touches this port only. */
export function isAllowedLine(platform: Platform, line: string, port: string, bridge?: string): boolean {
  if (platform !== 'ovs') return GRAMMAR[platform].test(line) && vlansInRange(line);
  const mod = /^ovs-ofctl mod-port ([A-Za-z0-9_.-]{1,15}) (\S+) (?:up|down)$/.exec(line);
  if (mod) return mod[2] === port && (bridge === undefined || mod[1] === bridge);
  const parts = ovsParts(line);
  return parts !== undefined && parts.every((part) => isAllowedOvsPart(part, port));
}

/** The actions of one `ovs-vsctl` call; undefined when the line is none. */
export function ovsParts(line: string): string[] | undefined {
  return line.startsWith('ovs-vsctl ') ? line.slice('ovs-vsctl '.length).split(' -- ') : undefined;
}

function isAllowedOvsPart(part: string, port: string): boolean {
  const set = /^set port (\S+)((?: (?:vlan_mode=[a-z0-9-]+|tag=\d{1,4}|trunks=\d{1,4}(?:,\d{1,4})*))+)$/.exec(
    part,
  );
  if (set) return set[1] === port && vlansInRange(set[2] ?? '');
  const clear = /^clear port (\S+)((?: (?:vlan_mode|tag|trunks))+)$/.exec(part);
  const remove = /^remove interface (\S+) external_ids description$/.exec(part);
  return [clear, remove, OVS_TEXT.exec(part)].some((match) => match?.[1] === port);
}

/** VLAN ids of a line lie in 0 to 4094 (Open vSwitch knows tag 0); a description may hold any number. */
function vlansInRange(line: string): boolean {
  if (!/\bvlan |tag=|trunks=/.test(line) || line.startsWith('description ')) return true;
  return [...line.matchAll(/\d+/g)].every((match) => Number(match[0]) <= 4094);
}
