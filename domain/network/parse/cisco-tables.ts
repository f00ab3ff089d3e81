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
    // The idle time is followed by the location after one space, left of its title: the time itself is the mark.
    const [, front = line, idle = '', location = ''] =
      /^(.*?)\s(\d\d:\d\d:\d\d|\d+[ywdhm]\S*|never)(?:\s+(.*))?$/.exec(line) ?? [];
    const cells = cutRow(front, columns);
    rows.push({
      isSelf: head[1] === '*',
      line: `${head[3]} ${head[4]}`,
      user: cells.user ?? '',
      host: cells.host ?? '',
      idleSeconds: parseDurationSeconds(idle),
      location,
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
        { description: 'Member interfaces' },
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
