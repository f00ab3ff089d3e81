import Type from 'typebox';
import type { JsonObject } from '../../json.ts';
import { normaliseInterfaceName } from '../interface-name.ts';
import { parseDurationSeconds } from './durations.ts';
import {
  flag,
  flagOrNull,
  interfaceName,
  interfaceNames,
  named,
  text,
  textOrNull,
  wholeOrNull,
} from './fields.ts';
import type { OutputParser } from './parser.ts';
import { blocks, columnsOf, cutRow, isRule, saysNothing, textIn } from './table.ts';

const full = (name: string): string => normaliseInterfaceName('huawei_vrp', name);
const DIS = 'dis(?:p|pl|pla|play)?';
const MAC = /^\s*([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})\s+(\S+)\s+(.*)$/i;
const PORT_WORD = /^(?:\d+GE|[A-Z][A-Za-z-]*)\d[\d/.:]*$|^CPU$/;

function macRows(lines: readonly string[]): JsonObject[] | undefined {
  const rows: JsonObject[] = [];
  for (const line of lines) {
    const match = MAC.exec(line);
    if (!match) continue;
    const words = (match[3] ?? '').split(/\s+/);
    const at = words.findIndex((word) => PORT_WORD.test(word));
    const vlan = /^\d+/.exec(match[2] ?? '')?.[0];
    rows.push({
      macAddress: (match[1] ?? '').toLowerCase(),
      vlanId: vlan === undefined ? null : Number(vlan),
      ...named('huawei_vrp', at < 0 ? '' : (words[at] ?? '')),
      type: (at < 0 ? words.find((word) => /^[a-z]/.test(word)) : words[at + 1])?.toLowerCase() ?? '',
    });
  }
  return rows.length > 0 || saysNothing(lines) || lines.some((line) => /MAC Address/i.test(line))
    ? rows
    : undefined;
}

function lldpRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^\s*Local Int(?:f|erface)\b/i.test(line));
  if (at < 0) return saysNothing(lines) ? [] : undefined;
  const header = lines[at] ?? '';
  const title = (pattern: RegExp): string => pattern.exec(header)?.[0] ?? '\n';
  const columns = columnsOf(header, {
    local: title(/Local Int(?:f|erface)/i),
    name: title(/Neighbor Dev(?:ice)?/i),
    remote: title(/Neighbor Int(?:f|erface)/i),
    expiry: title(/Exptime(?: ?\(\w+\))?/i),
  });
  return lines
    .slice(at + 1)
    .filter((line) => /^\s*[A-Z0-9]\S*\d\s/.test(line) && !isRule(line))
    .map((line) => {
      const cells = cutRow(line, columns);
      return {
        localInterface: full(cells.local ?? ''),
        neighborName: cells.name ?? '',
        neighborInterface: full(cells.remote ?? ''),
        expirySeconds: /^\d+$/.test(cells.expiry ?? '') ? Number(cells.expiry) : null,
      };
    });
}

const USER =
  /^\s*([+*F]*)\s*(\d+)\s+(VTY|CON|TTY|NCA|RPC|WEB|AUX)\s+(\d+)\s+(\d\S*:\d\d(?::\d\d)?)?\s*(.*)$/i;

function userRows(lines: readonly string[]): JsonObject[] | undefined {
  if (!lines.some((line) => /User-Intf/i.test(line))) return undefined;
  const rows: Array<JsonObject & { user: string }> = [];
  for (const line of lines) {
    const name = /Username\s*:\s*(\S+)/i.exec(line)?.[1];
    const match = USER.exec(line);
    const last = rows.at(-1);
    if (match) {
      const words = (match[6] ?? '')
        .replace(/Username\s*:.*$/i, '')
        .trim()
        .split(/\s+/);
      const address = words.find((word) => /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)$/i.test(word));
      rows.push({
        isSelf: (match[1] ?? '').includes('+'),
        line: `${(match[3] ?? '').toUpperCase()} ${match[4]}`,
        user: name ?? '',
        type: /^(?:SSH|TEL|HTTPS?|NETCONF)$/i.exec(words[0] ?? '')?.[0]?.toUpperCase() ?? null,
        address: address ?? null,
        idleSeconds: parseDurationSeconds(match[5] ?? ''),
      });
    } else if (name !== undefined && last) last.user = name;
  }
  return rows;
}

function trunkRows(lines: readonly string[]): JsonObject[] | undefined {
  const found = blocks(lines, /^Eth-Trunk\d+'?s? state information/i);
  if (found.length === 0) return saysNothing(lines) ? [] : undefined;
  return found.map((block) => {
    const all = block.join('\n');
    return {
      interface: full(/^(Eth-Trunk\d+)/i.exec(all)?.[1] ?? ''),
      workingMode: textIn(all, /Working ?Mode ?: *([A-Za-z-]+)/i)?.toLowerCase() ?? null,
      up: /Operate status ?: *up/i.test(all) ? true : /Operate status ?: *down/i.test(all) ? false : null,
      members: members(block),
    };
  });
}

function members(block: readonly string[]): JsonObject[] {
  const at = block.findIndex((line) => /^\s*(?:Actor)?PortName\s+Status/i.test(line));
  const rows: JsonObject[] = [];
  for (const line of at < 0 ? [] : block.slice(at + 1)) {
    if (/^\s*Partner|ActorPortName|PartnerPortName/i.test(line)) break;
    const match = /^\s*(\S*[A-Za-z]\S*\d)(?:\([a-z]+\))?\s+(\S+)/i.exec(line);
    if (!match) continue;
    const status = (match[2] ?? '').toLowerCase();
    rows.push({ interface: full(match[1] ?? ''), status, active: status === 'selected' || status === 'up' });
  }
  return rows;
}

function versionRows(lines: readonly string[]): JsonObject[] | undefined {
  const all = lines.join('\n');
  const software = /VRP \(R\) software, Version ([\d.]+)\s*(?:\(([^)]*)\))?/i.exec(all);
  if (!software) return undefined;
  const uptime = /^\s*(?:HUAWEI|Quidway)\s+(.+?)\s+uptime is\s+(.+)$/im.exec(all);
  return [
    {
      softwareVersion: software[1] ?? null,
      release: software[2]?.trim() || null,
      model: uptime?.[1]?.split(/\s+/)[0] ?? software[2]?.split(/\s+/)[0] ?? null,
      patch: textIn(all, /Patch Version ?: *(\S+)/i),
      uptime: uptime?.[2]?.trim() ?? null,
      uptimeSeconds: parseDurationSeconds(uptime?.[2] ?? ''),
    },
  ];
}

/** Other tables of Huawei VRP5 and VRP8. */
export const HUAWEI_TABLES: readonly OutputParser[] = [
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-mac-address',
    command: new RegExp(`^${DIS} mac-addr(?:ess)?(?: .*)?$`),
    schema: Type.Object({
      macAddress: text('Address, lower case'),
      vlanId: wholeOrNull('VLAN'),
      ...interfaceNames,
      type: text('dynamic, static and so on'),
    }),
    parse: macRows,
  },
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-lldp-neighbor',
    command: new RegExp(`^${DIS} lldp nei(?:ghbor)? br(?:ief)?$`),
    schema: Type.Object({
      localInterface: text('Own interface, full name'),
      neighborName: text('Name of the other device'),
      neighborInterface: text('Interface of the other device'),
      expirySeconds: wholeOrNull('Time the entry is still valid, s'),
    }),
    parse: lldpRows,
  },
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-user',
    command: new RegExp(`^${DIS} users?$`),
    schema: Type.Object({
      isSelf: flag('Our own session'),
      line: text('Line, such as VTY 0'),
      user: text('User name'),
      type: textOrNull('SSH, TEL and so on'),
      address: textOrNull('Where from'),
      idleSeconds: wholeOrNull('Delay, s'),
    }),
    parse: userRows,
  },
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-eth-trunk',
    command: new RegExp(`^${DIS} eth-trunk(?: \\d+)?$`),
    schema: Type.Object({
      interface: text('Eth-Trunk'),
      workingMode: textOrNull('lacp, static or normal'),
      up: flagOrNull('Operate status'),
      members: Type.Array(
        Type.Object({
          interface: interfaceName,
          status: text('As printed, lower case'),
          active: flag('Carries traffic'),
        }),
        { description: 'Member interfaces' },
      ),
    }),
    parse: trunkRows,
  },
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-version',
    command: new RegExp(`^${DIS} ver(?:sion)?$`),
    schema: Type.Object({
      softwareVersion: textOrNull('VRP version, such as 5.170'),
      release: textOrNull('Product and release'),
      model: textOrNull('Model'),
      patch: textOrNull('Patch'),
      uptime: textOrNull('As printed'),
      uptimeSeconds: wholeOrNull('Uptime, s'),
    }),
    parse: versionRows,
  },
];
