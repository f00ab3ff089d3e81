import Type from 'typebox';
import type { JsonObject } from '../../json.ts';
import { parseVlanList } from '../vlan-lists.ts';
import { flag, interfaceNames, link, named, text, textOrNull, wholeOrNull, wholes } from './fields.ts';
import type { OutputParser } from './parser.ts';
import { blocks } from './table.ts';

function vlans(list: string): number[] {
  try {
    return parseVlanList(list.toLowerCase());
  } catch {
    return [];
  }
}

const PARTS: ReadonlyArray<readonly [RegExp, 'allowed' | 'active' | 'forwarding']> = [
  [/^Port\s+Vlans allowed on trunk/i, 'allowed'],
  [/^Port\s+Vlans allowed and active/i, 'active'],
  [/^Port\s+Vlans in spanning tree/i, 'forwarding'],
];

/** The trunk output is four tables over the same ports; long lists go on in indented lines. */
function trunkRows(lines: readonly string[]): JsonObject[] | undefined {
  if (!lines.some((line) => /^Port\s+Mode\s+Encapsulation/i.test(line))) {
    return lines.some((line) => line.trim() !== '') ? undefined : [];
  }
  const ports = new Map<string, { head: string[]; allowed: string; active: string; forwarding: string }>();
  let part: 'head' | 'allowed' | 'active' | 'forwarding' = 'head';
  let last = '';
  for (const line of lines) {
    if (/^Port\s/i.test(line)) {
      part = PARTS.find(([pattern]) => pattern.test(line))?.[1] ?? 'head';
      continue;
    }
    const match = /^([A-Z][\w-]*\d\S*)\s+(.+)$/.exec(line);
    if (match) last = match[1] ?? '';
    const value = match ? (match[2] ?? '') : line;
    if (last === '' || value.trim() === '') continue;
    const entry = ports.get(last) ?? { head: [], allowed: '', active: '', forwarding: '' };
    ports.set(last, entry);
    if (part === 'head') entry.head = value.trim().split(/\s+/);
    else
      entry[part] =
        `${entry[part]}${entry[part] === '' || entry[part].endsWith(',') ? '' : ','}${value.trim()}`;
  }
  return [...ports].map(([shown, { head, allowed, active, forwarding }]) => ({
    ...named('cisco_ios', shown),
    mode: head[0] ?? '',
    encapsulation: head[1] ?? '',
    status: head[2] ?? '',
    trunking: /^trunking|trnk/i.test(head[2] ?? ''),
    nativeVlan: /^\d+$/.test(head[3] ?? '') ? Number(head[3]) : null,
    allowedVlans: vlans(trim(allowed)),
    activeVlans: vlans(trim(active)),
    forwardingVlans: vlans(trim(forwarding)),
  }));
}

const trim = (list: string): string => list.replace(/,+$/, '');

function switchportRows(lines: readonly string[]): JsonObject[] | undefined {
  const found = blocks(lines, /^Name:\s*\S/);
  return found.length === 0 ? undefined : found.map(switchportRow);
}

function switchportRow(block: readonly string[]): JsonObject {
  const value = (title: string): string => {
    const at = block.findIndex((line) =>
      line.trimStart().toLowerCase().startsWith(`${title.toLowerCase()}:`),
    );
    if (at < 0) return '';
    let words = (block[at] ?? '').slice((block[at] ?? '').indexOf(':') + 1).trim();
    // A list that is too long for the line goes on in the next ones.
    for (let next = at + 1; words.endsWith(',') && next < block.length; next += 1)
      words += (block[next] ?? '').trim();
    return words;
  };
  const id = (words: string): number | null =>
    /^(\d+)/.test(words) ? Number(/^\d+/.exec(words)?.[0]) : null;
  const name = (words: string): string | null => /\(([^)]*)\)/.exec(words)?.[1] ?? null;
  const shown = value('Name');
  const access = value('Access Mode VLAN');
  const native = value('Trunking Native Mode VLAN');
  const trunk = value('Trunking VLANs Enabled');
  return {
    ...named('cisco_ios', shown),
    switchportEnabled: /^enabled/i.test(value('Switchport')),
    administrativeMode: value('Administrative Mode'),
    operationalMode: value('Operational Mode'),
    accessVlan: id(access),
    accessVlanName: name(access),
    nativeVlan: id(native),
    voiceVlan: id(value('Voice VLAN')),
    trunkVlans: trunk === '' || /^all$/i.test(trunk) ? null : vlans(trunk),
    negotiationOfTrunking: /^on/i.test(value('Negotiation of Trunking')),
  };
}

function ipRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^Interface\s+IP-Address/i.test(line));
  if (at < 0) return undefined;
  return lines.slice(at + 1).flatMap((line) => {
    const match =
      /^(\S+)\s+(unassigned|\d+\.\d+\.\d+\.\d+)\s+(YES|NO)\s+(\S+)\s+(.+?)\s+(up|down|\S+)\s*$/i.exec(line);
    if (!match) return [];
    const [, shown = '', address = '', ok = '', method = '', state = '', protocol = ''] = match;
    const up = /^up$/i.test(state);
    return [
      {
        ...named('cisco_ios', shown),
        ipAddress: /unassigned/i.test(address) ? null : address,
        ok: /^yes$/i.test(ok),
        method,
        status: state,
        protocol,
        link: /admin/i.test(state) ? 'admin-down' : up && /^up$/i.test(protocol) ? 'up' : 'down',
      },
    ];
  });
}

/** VLAN membership tables of Cisco IOS and IOS-XE. */
export const CISCO_SWITCHING: readonly OutputParser[] = [
  {
    platform: 'cisco_ios',
    rowType: 'cisco-trunk',
    command: /^sh(?:ow)? int(?:erfaces?|\w*)(?: \S*\d\S*)? trunk$/,
    schema: Type.Object({
      ...interfaceNames,
      mode: text('on, auto, desirable or off'),
      encapsulation: text('As printed'),
      status: text('As printed'),
      trunking: flag('The port is a trunk now'),
      nativeVlan: wholeOrNull('Native VLAN'),
      allowedVlans: wholes('Allowed'),
      activeVlans: wholes('Allowed and active'),
      forwardingVlans: wholes('Forwarding and not pruned'),
    }),
    parse: trunkRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-switchport',
    command: /^sh(?:ow)? int(?:erfaces?|\w*)(?: \S*\d\S*)? switchport$/,
    schema: Type.Object({
      ...interfaceNames,
      switchportEnabled: flag('Layer 2'),
      administrativeMode: text('As configured'),
      operationalMode: text('As it is; down for a port without link'),
      accessVlan: wholeOrNull('Access VLAN'),
      accessVlanName: textOrNull('Its name'),
      nativeVlan: wholeOrNull('Native VLAN'),
      voiceVlan: wholeOrNull('Voice VLAN'),
      trunkVlans: Type.Union([Type.Array(Type.Integer()), Type.Null()], { description: 'Null for all' }),
      negotiationOfTrunking: flag('DTP'),
    }),
    parse: switchportRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-ip-interface',
    command: /^sh(?:ow)? ip int(?:erfaces?|\w*) br\w*$/,
    schema: Type.Object({
      ...interfaceNames,
      ipAddress: textOrNull('Address; null when unassigned'),
      ok: flag('Address is valid'),
      method: text('Where the address comes from'),
      status: text('As printed'),
      protocol: text('Line protocol'),
      link,
    }),
    parse: ipRows,
  },
];
