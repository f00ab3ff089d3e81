import Type from 'typebox';
import type { JsonObject } from '../../json.ts';
import { normaliseInterfaceName } from '../interface-name.ts';
import { parseDurationSeconds } from './durations.ts';
import { flag, interfaceName, text, textOrNull, texts, whole, wholeOrNull } from './fields.ts';
import type { OutputParser } from './parser.ts';
import { columnsOf, cutRow, textIn } from './table.ts';

const full = (name: string): string => normaliseInterfaceName('cisco_ios', name);
const SH = 'sh(?:ow)?';

function portList(words: string): string[] {
  return words
    .split(/[\s,]+/)
    .filter((word) => /^[A-Za-z][\w-]*\d/.test(word))
    .map(full);
}

const VLAN_ROW = /^(\d{1,4})\s+(\S.*?)\s+(active|act\/\S+|sus\S*|suspended|inactive)(?:\s+(.*))?$/;

function vlanRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^VLAN\s+Name\s+Status/i.test(line));
  if (at < 0) return undefined;
  const rows: Array<{ vlanId: number; name: string; status: string; ports: string[] }> = [];
  for (const line of lines.slice(at + 1)) {
    // The second table of `show vlan` has other columns.
    if (/^VLAN\s+Type\s+SAID/i.test(line)) break;
    const match = VLAN_ROW.exec(line);
    if (match) {
      rows.push({
        vlanId: Number(match[1]),
        name: match[2] ?? '',
        status: match[3] ?? '',
        ports: portList(match[4] ?? ''),
      });
    } else if (/^\s{8,}\S/.test(line)) rows.at(-1)?.ports.push(...portList(line));
  }
  return rows.map((row) => ({ ...row, active: row.status === 'active' }));
}

const MAC_ROW =
  /^\s*[*+RGO]?\s*(All|\d{1,4}|N\/A|-+)\s+([0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})\s+(\w+)\s*(.*)$/i;

function macRows(lines: readonly string[]): JsonObject[] | undefined {
  const rows: JsonObject[] = [];
  for (const line of lines) {
    const match = MAC_ROW.exec(line);
    if (!match) continue;
    const words = (match[4] ?? '').split(/[\s,]+/).filter((word) => word !== '');
    const named = words.filter((word) => /^(?:[A-Za-z][\w-]*\d[\d/.]*|CPU|Router|Switch|Drop)$/i.test(word));
    const ports = (named.length > 0 ? named : words.slice(-1)).map(full);
    rows.push({
      vlanId: /^\d+$/.test(match[1] ?? '') ? Number(match[1]) : null,
      macAddress: (match[2] ?? '').toLowerCase(),
      type: (match[3] ?? '').toLowerCase(),
      interface: ports.at(-1) ?? '',
      ports,
    });
  }
  const known = lines.some((line) => /mac address|no entries|total mac/i.test(line));
  return rows.length > 0 || known ? rows : undefined;
}

function cdpRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^Device[ -]ID\s+Local Intr?f/i.test(line));
  if (at < 0)
    return lines.some((line) => /total cdp entries displayed|capability codes/i.test(line)) ? [] : undefined;
  const columns = columnsOf(lines[at] ?? '', {
    device: (lines[at] ?? '').slice(0, 9),
    local: /Local Intrfce/i.test(lines[at] ?? '') ? 'Local Intrfce' : 'Local Intf',
    hold: /Hold-?time/i.exec(lines[at] ?? '')?.[0] ?? 'Holdtme',
    capability: 'Capability',
    platform: 'Platform',
    remote: 'Port ID',
  });
  const rows: JsonObject[] = [];
  let name = '';
  for (const line of lines.slice(at + 1)) {
    if (line.trim() === '' || /^total /i.test(line.trim())) continue;
    if (/^\S+$/.test(line)) {
      name = line;
      continue;
    }
    const row = neighborRow(line, columns, name);
    name = '';
    if (row) rows.push(row);
  }
  return rows;
}

function neighborRow(
  line: string,
  columns: ReturnType<typeof columnsOf>,
  above: string,
): JsonObject | undefined {
  const localStart = columns.find(({ key }) => key === 'local')?.start ?? 0;
  const rest = line.slice(localStart);
  // LLDP cuts names at the column without a gap: what follows there must be an interface.
  const isCut = /^[A-Z][A-Za-z]+ ?\d[\d/.]*\s/.test(rest);
  const name =
    above !== '' ? above : isCut ? line.slice(0, localStart).trim() : (/^\S+/.exec(line)?.[0] ?? '');
  const tail = isCut ? rest : line.slice(above === '' ? name.length : 0).trimStart();
  const match = /^([A-Z][A-Za-z-]+ ?\d[\d/.]*)\s+(\d+)\s*(.*)$/.exec(tail);
  if (!match) return undefined;
  const cells = cutRow(line, columns);
  const hasPlatform = columns.some(({ key }) => key === 'platform');
  const words = match[3] ?? '';
  const capability = hasPlatform
    ? (/^(?:[A-Za-z](?:\s+|$))+/.exec(words)?.[0] ?? '')
    : (/^[A-Z](?:,[A-Z])*(?=\s)/.exec(words)?.[0] ?? '');
  const behind = words.slice(capability.length).trim();
  return {
    neighborName: name,
    localInterface: full(match[1] ?? ''),
    holdTimeSeconds: Number(match[2]),
    capabilities: capability.split(/[\s,]+/).filter((word) => word !== ''),
    ...(hasPlatform ? platformAndPort(behind, cells) : { platform: null, neighborInterface: full(behind) }),
  };
}

/** `WS-C3850- Ten 1/1/1`, `IP Phone  Port 1`, `Linux eth0`: by the column where the cut is clean, else by the last words. */
function platformAndPort(behind: string, cells: Readonly<Record<string, string>>): JsonObject {
  const { platform = '', remote = '' } = cells;
  if (
    platform !== '' &&
    remote !== '' &&
    behind.replace(/\s+/g, ' ') === `${platform} ${remote}`.replace(/\s+/g, ' ')
  )
    return { platform, neighborInterface: full(remote) };
  const match = /^(.*?)\s*((?:[A-Z][A-Za-z]+ )?\S+)$/.exec(behind);
  return { platform: match?.[1] || null, neighborInterface: full(match?.[2] ?? behind) };
}

function userRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^\s*Line\s+User\s+Host/i.test(line));
  if (at < 0) return undefined;
  const columns = columnsOf(lines[at] ?? '', {
    line: 'Line',
    user: 'User',
    host: 'Host(s)',
    idle: 'Idle',
    location: 'Location',
  });
  const rows: JsonObject[] = [];
  for (const line of lines.slice(at + 1)) {
    if (/^\s*Interface\s+User/i.test(line)) break;
    const head = /^(\*)?\s*(\d+)\s+(con|console|vty|aux|tty)\s+(\d+)/i.exec(line);
    if (!head) continue;
    const cells = cutRow(line, columns);
    rows.push({
      isSelf: head[1] === '*',
      line: `${head[3]} ${head[4]}`,
      user: cells.user ?? '',
      host: cells.host ?? '',
      idleSeconds: parseDurationSeconds(cells.idle ?? ''),
      location: cells.location ?? '',
    });
  }
  return rows;
}

function channelRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^Group\s+Port-channel/i.test(line));
  const rows: Array<{
    group: number;
    interface: string;
    flags: string;
    protocol: string;
    members: JsonObject[];
  }> = [];
  for (const line of lines.slice(at + 1)) {
    const match = /^(\d+)\s+(Po\d+)\((\w+)\)\s*(LACP|PAgP|-|NONE)?\s*(.*)$/i.exec(line);
    const more = match ? (match[5] ?? '') : line;
    if (match) {
      const [, group, name = '', flags = '', protocol = '-'] = match;
      rows.push({
        group: Number(group),
        interface: full(name),
        flags,
        protocol: protocol.toLowerCase(),
        members: [],
      });
    } else if (!/^\s{10,}\S+\(/.test(line)) continue;
    for (const [, name = '', flags = ''] of more.matchAll(/([A-Z][\w-]*\d[\d/]*)\((\w+)\)/g))
      rows.at(-1)?.members.push({ interface: full(name), flags, bundled: /P/.test(flags) });
  }
  if (at < 0)
    return lines.some((line) => /number of (?:channel-groups|aggregators)/i.test(line)) ? [] : undefined;
  return rows.map((row) => ({ ...row, up: row.flags.includes('U') }));
}

function versionRows(lines: readonly string[]): JsonObject[] | undefined {
  const all = lines.join('\n');
  if (!/Cisco (?:IOS|Internetwork)/i.test(all)) return undefined;
  const uptime = /^(\S+) uptime is (.+)$/im.exec(all);
  return [
    {
      hostname: uptime?.[1] ?? null,
      softwareVersion: textIn(all, /Version ([^,\s]+)/i),
      softwareImage: textIn(all, /Software \(([^)]+)\)/i),
      uptime: uptime?.[2]?.trim() ?? null,
      uptimeSeconds: parseDurationSeconds(uptime?.[2] ?? ''),
      model:
        textIn(all, /^Model number\s*:\s*(\S+)/im) ?? textIn(all, /^cisco (\S+) .*(?:processor|memory)/im),
      serialNumber:
        textIn(all, /^System serial number\s*:\s*(\S+)/im) ?? textIn(all, /^Processor board ID (\S+)/im),
      systemImage: textIn(all, /System image file is "([^"]+)"/i),
      reloadReason:
        textIn(all, /^Last reload reason:\s*(.+)$/im) ?? textIn(all, /^System returned to ROM by (.+)$/im),
      configurationRegister: textIn(all, /Configuration register is (\S+)/i),
    },
  ];
}

const neighborSchema = Type.Object({
  neighborName: text('Name of the other device'),
  localInterface: text('Own interface, full name'),
  holdTimeSeconds: whole('Time the entry is still valid, s'),
  capabilities: texts('Letters as printed'),
  platform: textOrNull('CDP: platform, cut by the device'),
  neighborInterface: text('Interface of the other device'),
});

/** Other tables of Cisco IOS and IOS-XE. */
export const CISCO_TABLES: readonly OutputParser[] = [
  {
    platform: 'cisco_ios',
    rowType: 'cisco-vlan',
    command: new RegExp(`^${SH} vlan(?: br(?:ief)?)?$`),
    schema: Type.Object({
      vlanId: whole('VLAN'),
      name: text('Name'),
      status: text('As printed'),
      active: flag('Status is active'),
      ports: texts('Access ports, full names'),
    }),
    parse: vlanRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-mac-address',
    command: new RegExp(`^${SH} mac(?:-| )addr\\w*(?:-table| table)?(?: .*)?$`),
    schema: Type.Object({
      vlanId: wholeOrNull('VLAN; null for all'),
      macAddress: text('Address, lower case, dotted'),
      type: text('dynamic or static'),
      interface: interfaceName,
      ports: texts('All ports of the entry'),
    }),
    parse: macRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-cdp-neighbor',
    command: new RegExp(`^${SH} cdp nei\\w*$`),
    schema: neighborSchema,
    parse: cdpRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-lldp-neighbor',
    command: new RegExp(`^${SH} lldp nei\\w*$`),
    schema: neighborSchema,
    parse: cdpRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-user',
    command: new RegExp(`^${SH} users?$`),
    schema: Type.Object({
      isSelf: flag('Our own session'),
      line: text('Line, such as vty 0'),
      user: text('User name'),
      host: text('Host or idle'),
      idleSeconds: wholeOrNull('Idle time, s'),
      location: text('Where from'),
    }),
    parse: userRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-etherchannel',
    command: new RegExp(`^${SH} etherch\\w* sum\\w*$`),
    schema: Type.Object({
      group: whole('Channel group'),
      interface: interfaceName,
      flags: text('Flags as printed'),
      up: flag('In use'),
      protocol: text('lacp, pagp or -'),
      members: Type.Array(
        Type.Object({
          interface: interfaceName,
          flags: text('Flags as printed'),
          bundled: flag('Bundled (P)'),
        }),
      ),
    }),
    parse: channelRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-version',
    command: new RegExp(`^${SH} ver(?:sion)?$`),
    schema: Type.Object({
      hostname: textOrNull('Host name'),
      softwareVersion: textOrNull('Version'),
      softwareImage: textOrNull('Image name'),
      uptime: textOrNull('As printed'),
      uptimeSeconds: wholeOrNull('Uptime, s'),
      model: textOrNull('Model'),
      serialNumber: textOrNull('Serial number of the first member'),
      systemImage: textOrNull('File'),
      reloadReason: textOrNull('Why it started last'),
      configurationRegister: textOrNull('Register'),
    }),
    parse: versionRows,
  },
];
