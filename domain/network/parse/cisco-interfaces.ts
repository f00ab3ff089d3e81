import Type from 'typebox';
import type { JsonObject } from '../../json.ts';
import { parseDurationSeconds } from './durations.ts';
import { flag, interfaceNames, link, named, numberOrNull, text, textOrNull, wholeOrNull } from './fields.ts';
import type { OutputParser } from './parser.ts';
import { blocks, columnsOf, cutRow, isRule, numberIn, textIn } from './table.ts';

const STATUS_WORDS =
  'connected|notconnect(?:ed)?|notconnec|err-disabled|disabled|inactive|monitoring|suspended|sfpabsent|xcvrabsen|faulty|up|down|routed|err-vlans';
const STATUS_ROW = new RegExp(
  `^(\\S+)\\s+(.*?)\\s*\\b(${STATUS_WORDS})\\s+(\\d+|trunk|routed|unassigned|rspan|f-path|mirror|monitor|pvlan\\S*|--|-)\\s+(\\S+)\\s+(\\S+)(?:\\s+(.*))?$`,
  'i',
);

/** Speed words: `a-1000`, `1000`, `a-10G`, `2.5G`, `a-100M`; null for `auto` and `--`. */
export function speedMbps(words: string): number | null {
  const match = /^(?:a-)?(\d+(?:\.\d+)?)\s*(g|m|k)?/i.exec(words.trim());
  if (!match) return null;
  const value = Number(match[1]);
  return match[2]?.toLowerCase() === 'g' ? value * 1000 : value;
}

function linkOfStatus(status: string, media: string): string {
  if (status === 'connected' || status === 'up' || status === 'monitoring') return 'up';
  if (status === 'disabled') return 'admin-down';
  if (status.startsWith('err-')) return 'err-disabled';
  if (
    /^(?:sfpabsent|xcvrabsen)/.test(status) ||
    /not present|no (?:gbic|xcvr|transceiver|sfp)|missing/i.test(media)
  )
    return 'no-optics';
  return /^(?:notconn|down|inactive|suspended|faulty)/.test(status) ? 'down' : 'unknown';
}

function statusRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^Port\s+Name\s+Status\s+Vlan/i.test(line));
  if (at < 0) return undefined;
  const columns = columnsOf(lines[at] ?? '', { port: 'Port', name: 'Name', status: 'Status', vlan: 'Vlan' });
  const statusStart = columns.find(({ key }) => key === 'status')?.start ?? 0;
  const nameStart = columns.find(({ key }) => key === 'name')?.start ?? 0;
  const rows: JsonObject[] = [];
  for (const line of lines.slice(at + 1)) {
    if (line.trim() === '' || isRule(line) || /^Port\s+Name\s+Status/i.test(line)) continue;
    const cut = splitStatusRow(line, nameStart, statusStart);
    if (cut === undefined) continue;
    const [shown, name, word, vlan, duplex, speed, media] = cut;
    const status = word.toLowerCase();
    rows.push({
      ...named('cisco_ios', shown),
      name,
      status,
      link: linkOfStatus(status, media),
      vlan,
      vlanId: /^\d+$/.test(vlan) ? Number(vlan) : null,
      duplex,
      speed,
      speedMbps: speedMbps(speed),
      mediaType: media,
    });
  }
  return rows;
}

type StatusCut = [string, string, string, string, string, string, string];

/** By column first, since names hold anything; by the words of the row where a name has pushed the columns. */
function splitStatusRow(line: string, nameStart: number, statusStart: number): StatusCut | undefined {
  const head = line.slice(0, statusStart);
  const tail = STATUS_ROW.exec(`x ${line.slice(statusStart)}`);
  const shown = /^\S+/.exec(line)?.[0];
  if (shown === undefined) return undefined;
  const fits = tail?.[2] === '' && shown.length <= statusStart;
  const free = fits && head.endsWith(' ') ? null : STATUS_ROW.exec(line);
  // A name that fills its column to the end leaves no gap: then only the column tells where the status begins.
  const isCut = fits && free === null;
  const match = isCut ? tail : free;
  if (!match) return undefined;
  const name = isCut ? head.slice(Math.max(nameStart, shown.length)).trim() : (match[2] ?? '').trim();
  return [
    shown,
    name,
    match[3] ?? '',
    match[4] ?? '',
    match[5] ?? '',
    match[6] ?? '',
    (match[7] ?? '').trim(),
  ];
}

const FIRST = /^(\S+) is (.+?), line protocol is ([^\s,]+)(?:\s*\((.+?)\))?\s*(?:,.*)?$/;

function detailRow(block: readonly string[]): JsonObject {
  const all = block.join('\n');
  const first = FIRST.exec(block[0] ?? '');
  const [, shown = '', state = '', protocol = '', word = ''] = first ?? [];
  const adminUp = !/administratively down|admin down/i.test(state);
  const pace = /^\s*(\S+?)[- ]duplex(?:\s*\((\w+)\))?,\s*([^,\n]+)/im.exec(all);
  const media = textIn(all, /media type is ([^\n]+?)\s*$/im);
  const input = /(\d+) packets input, (\d+) bytes/.exec(all);
  const output = /(\d+) packets output, (\d+) bytes/.exec(all);
  const count = (pattern: RegExp): number | null => numberIn(all, pattern);
  const age = (pattern: RegExp): number | null => {
    const found = pattern.exec(all)?.[1];
    return found === undefined ? null : parseDurationSeconds(found);
  };
  return {
    ...named('cisco_ios', shown),
    adminUp,
    link: linkOfDetail(state, protocol, word, media ?? ''),
    lineProtocolUp: protocol.toLowerCase() === 'up',
    status: word === '' ? state : word,
    description: textIn(all, /^\s*Description:\s*(.+)$/im) ?? '',
    hardware: textIn(all, /Hardware is ([^,\n]+)/i),
    macAddress: textIn(all, /address is ([0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})/i)?.toLowerCase() ?? null,
    ipAddress: textIn(all, /Internet address is (\S+)/i),
    mtuBytes: count(/MTU (\d+) bytes/i),
    bandwidthKbps: count(/BW (\d+) Kbit/i),
    duplex: pace?.[1]?.toLowerCase() ?? null,
    speed: pace?.[3]?.trim() ?? null,
    speedMbps: speedOfDetail(pace?.[3]),
    mediaType: media,
    lastInputSeconds: age(/Last input ([^,]+),/i),
    lastOutputSeconds: age(/Last input [^,]+, output ([^,]+)/i),
    lastFlapSeconds: age(/Last (?:link )?flapped:? ([^\n]+)/i),
    lastClearedSeconds: age(/Last clearing of "show interface" counters ([^\n]+)/i),
    inputRateBitsPerSecond: count(/input rate (\d+) bits\/sec/i),
    outputRateBitsPerSecond: count(/output rate (\d+) bits\/sec/i),
    inputPackets: input ? Number(input[1]) : null,
    inputBytes: input ? Number(input[2]) : null,
    runts: count(/(\d+) runts/i),
    giants: count(/(\d+) giants/i),
    inputErrors: count(/(\d+) input errors?/i),
    crcErrors: count(/(\d+) CRC/i),
    frameErrors: count(/(\d+) frame\b/i),
    overrunErrors: count(/(\d+) overrun/i),
    ignoredErrors: count(/(\d+) ignored/i),
    outputPackets: output ? Number(output[1]) : null,
    outputBytes: output ? Number(output[2]) : null,
    outputErrors: count(/(\d+) output errors?/i),
    collisions: count(/(\d+) collisions?/i),
    lateCollisions: count(/(\d+) late collision/i),
    interfaceResets: count(/(\d+) interface resets?/i),
    carrierTransitions: count(/(\d+) carrier transitions?/i),
    outputDrops: count(/Total output drops: (\d+)/i),
  };
}

function speedOfDetail(words: string | undefined): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(Gb|Mb|Kb)?/i.exec(words?.trim() ?? '');
  if (!match) return null;
  const unit = match[2]?.toLowerCase();
  return unit === 'gb' ? Number(match[1]) * 1000 : unit === 'kb' ? Number(match[1]) / 1000 : Number(match[1]);
}

function linkOfDetail(state: string, protocol: string, word: string, media: string): string {
  if (/err-?disabled/i.test(`${state} ${word}`)) return 'err-disabled';
  if (/administratively down|admin down/i.test(state) || word === 'disabled') return 'admin-down';
  if (/^up/i.test(state) && protocol.toLowerCase() === 'up') return 'up';
  if (/not present|no (?:gbic|xcvr|transceiver|sfp)|unknown media/i.test(media)) return 'no-optics';
  if (/^up/i.test(state) && /monitoring/i.test(word)) return 'up';
  return /down|deleted|reset|^up/i.test(state) ? 'down' : 'unknown';
}

function detailRows(lines: readonly string[]): JsonObject[] | undefined {
  const found = blocks(lines, FIRST);
  return found.length === 0 ? undefined : found.map(detailRow);
}

function linkRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^Port\s+Name\s+Down Time/i.test(line));
  if (at < 0) return undefined;
  const columns = columnsOf(lines[at] ?? '', {
    port: 'Port',
    name: 'Name',
    down: 'Down Time',
    downSince: 'Down Since',
    up: 'Up Time',
    upSince: 'Up Since',
  });
  return lines
    .slice(at + 1)
    .filter((line) => /^\S*\d/.test(line))
    .map((line) => {
      const cells = cutRow(line, columns);
      const down = parseDurationSeconds(cells.down ?? '');
      const up = parseDurationSeconds(cells.up ?? '');
      return {
        ...named('cisco_ios', cells.port ?? ''),
        name: cells.name ?? '',
        downSeconds: down === 0 && (up ?? 0) > 0 ? null : down,
        downSince: cells.downSince || null,
        upSeconds: up === 0 && (down ?? 0) > 0 ? null : up,
        upSince: cells.upSince || null,
      };
    });
}

const counters = Object.fromEntries(
  [
    ['inputRateBitsPerSecond', 'Input rate, bit/s'],
    ['outputRateBitsPerSecond', 'Output rate, bit/s'],
    ['inputPackets', 'Packets in'],
    ['inputBytes', 'Bytes in'],
    ['runts', 'Runts'],
    ['giants', 'Giants'],
    ['inputErrors', 'Input errors'],
    ['crcErrors', 'CRC errors'],
    ['frameErrors', 'Frame errors'],
    ['overrunErrors', 'Overruns'],
    ['ignoredErrors', 'Ignored'],
    ['outputPackets', 'Packets out'],
    ['outputBytes', 'Bytes out'],
    ['outputErrors', 'Output errors'],
    ['collisions', 'Collisions'],
    ['lateCollisions', 'Late collisions'],
    ['interfaceResets', 'Interface resets'],
    ['carrierTransitions', 'Carrier transitions'],
    ['outputDrops', 'Output drops'],
  ].map(([key, words]) => [key ?? '', wholeOrNull(`${words}, cumulative or as named`)]),
);

/** Interface tables of Cisco IOS and IOS-XE. */
export const CISCO_INTERFACES: readonly OutputParser[] = [
  {
    platform: 'cisco_ios',
    rowType: 'cisco-interface-status',
    command: /^sh(?:ow)? int(?:erfaces?|\w*)(?: \S*\d\S*)? stat(?:us)?$/,
    schema: Type.Object({
      ...interfaceNames,
      name: text('Description, cut by the device'),
      status: text('Word of the device, lower case'),
      link,
      vlan: text('Number, trunk, routed or unassigned'),
      vlanId: wholeOrNull('Access VLAN'),
      duplex: text('As printed, a- for negotiated'),
      speed: text('As printed'),
      speedMbps: numberOrNull('Speed, Mbit/s'),
      mediaType: text('Type of the socket or transceiver'),
    }),
    parse: statusRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-interface-link',
    command: /^sh(?:ow)? int(?:erfaces?|\w*)(?: \S*\d\S*)? link$/,
    schema: Type.Object({
      ...interfaceNames,
      name: text('Description, cut by the device'),
      downSeconds: wholeOrNull('Age of the down state, s; null while up'),
      downSince: textOrNull('As printed'),
      upSeconds: wholeOrNull('Age of the up state, s; null while down'),
      upSince: textOrNull('As printed'),
    }),
    parse: linkRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-interface',
    command: /^sh(?:ow)? int(?:erfaces?|\w*)(?: (?!status|link|trunk|switchport|stat|desc|counters)\S.*)?$/,
    schema: Type.Object({
      ...interfaceNames,
      adminUp: flag('Not shut by configuration'),
      link,
      lineProtocolUp: flag('Line protocol'),
      status: text('Word in brackets, or the state'),
      description: text('Empty when there is none'),
      hardware: textOrNull('Kind of hardware'),
      macAddress: textOrNull('Address'),
      ipAddress: textOrNull('Address and prefix length'),
      mtuBytes: wholeOrNull('MTU, byte'),
      bandwidthKbps: wholeOrNull('Bandwidth, kbit/s'),
      duplex: textOrNull('full, half or auto'),
      speed: textOrNull('As printed'),
      speedMbps: numberOrNull('Speed, Mbit/s'),
      mediaType: textOrNull('Type of the socket or transceiver'),
      lastInputSeconds: wholeOrNull('Age of the last packet in, s; traffic, not link'),
      lastOutputSeconds: wholeOrNull('Age of the last packet out, s'),
      lastFlapSeconds: wholeOrNull('Age of the last link change, s, where told'),
      lastClearedSeconds: wholeOrNull('Age of the counters, s; null for never'),
      ...counters,
    }),
    parse: detailRows,
  },
];
