import Type from 'typebox';
import type { JsonObject } from '../../json.ts';
import { parseDeviceTime, secondsBetween } from './durations.ts';
import {
  flagOrNull,
  interfaceNames,
  link,
  named,
  numberOrNull,
  text,
  textOrNull,
  texts,
  wholeOrNull,
} from './fields.ts';
import type { OutputParser } from './parser.ts';
import { blocks, numberIn, textIn, wholeOrNull as readWhole } from './table.ts';

const DIS = 'dis(?:p|pl|pla|play)?';
const INT = 'int(?:e|er|erf|erfa|erfac|erface)?';

const PHY = /^([*^#!~]*)(up|down|ED\(down\))((?:\([A-Za-z]+\))*)$/i;

/** Marks of a state word: `*down(l)` is `*` and `l`. */
function flagsOf(word: string): string[] {
  const match = PHY.exec(word);
  const inside = [...(match?.[3] ?? '').matchAll(/\(([A-Za-z]+)\)/g)].map((found) => found[1] ?? '');
  return [...(match?.[1] ?? '').split(''), ...(/^ED/i.test(match?.[2] ?? '') ? ['ed'] : []), ...inside];
}

function linkOfPhy(word: string): string {
  const match = PHY.exec(word);
  const flags = flagsOf(word);
  if (flags.includes('*')) return 'admin-down';
  if (flags.some((mark) => mark === '#' || /^ed$/i.test(mark))) return 'err-disabled';
  return match === null ? 'unknown' : match[2]?.toLowerCase() === 'up' ? 'up' : 'down';
}

function percent(word: string | undefined): number | null {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(word ?? '');
  return match ? Number(match[1]) : null;
}

function briefRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^\s*Interface\s+PHY\s+Protocol/i.test(line));
  if (at < 0) return lines.some((line) => /^\s*Info:/i.test(line)) ? [] : undefined;
  const rows: JsonObject[] = [];
  let carried = '';
  let channel = '';
  for (const line of lines.slice(at + 1)) {
    // A name wider than its column stands alone, its values in the next line.
    const whole = carried === '' ? line : `${carried} ${line.trim()}`;
    carried = '';
    const words = whole.trim().split(/\s+/);
    const state = words.findIndex((word, index) => index > 0 && PHY.test(word));
    if (state < 0) {
      if (words.length === 1 && /^[A-Za-z\d][\w-]*\d[\d/.:]*(?:\(\S+\))?$/.test(words[0] ?? ''))
        carried = whole;
      continue;
    }
    const isMember = /^\s/.test(whole);
    const shown = words.slice(0, state).join('');
    const speed = /\((\d+)([MG])\)$/.exec(shown);
    const bare = shown.replace(/\([^)]*\)$/, '');
    if (!isMember) channel = /^eth-trunk/i.test(bare) ? named('huawei_vrp', bare).interface : '';
    const [phy = '', protocol = '', inUse, outUse, inErrors, outErrors] = words.slice(state);
    rows.push({
      ...named('huawei_vrp', bare),
      physical: phy,
      link: linkOfPhy(phy),
      flags: flagsOf(phy),
      protocol,
      protocolFlags: flagsOf(protocol),
      inUtilisationPercent: percent(inUse),
      outUtilisationPercent: percent(outUse),
      inputErrors: readWhole(inErrors),
      outputErrors: readWhole(outErrors),
      speedMbps: speed ? Number(speed[1]) * (speed[2] === 'G' ? 1000 : 1) : null,
      memberOf: isMember && channel !== '' ? channel : null,
    });
  }
  return rows;
}

const FIRST = /^\s*([A-Za-z\d][\w/.:-]*\d[\w/.:-]*)\s+current state\s*:\s*(.+?)\s*$/i;

function linkOfState(state: string, mode: string): string {
  if (/administratively/i.test(state)) return 'admin-down';
  if (/error|err-?down|loop|LBDT/i.test(state)) return 'err-disabled';
  if (/^up/i.test(state)) return 'up';
  if (/no module|not present|no transceiver/i.test(mode)) return 'no-optics';
  return /^down/i.test(state) ? 'down' : 'unknown';
}

/** What the block says about times: on the device's own clock, so ages need no other clock. */
function times(all: string): JsonObject {
  const find = (title: string) =>
    parseDeviceTime(new RegExp(`^\\s*${title}\\s*:\\s*(.*)$`, 'im').exec(all)?.[1] ?? '');
  const up = find('Last physical up time');
  const down = find('Last physical down time');
  const now = find('Current system time');
  const isUp = /current state\s*:\s*up/i.test(all.split('\n')[0] ?? '');
  const age = secondsBetween(isUp ? up : down, now);
  const known = age !== null && age >= 0 ? age : null;
  return {
    lastPhysicalUp: up,
    lastPhysicalDown: down,
    deviceTime: now,
    upSeconds: isUp ? known : null,
    downSeconds: isUp ? null : known,
  };
}

function detailRow(block: readonly string[]): JsonObject {
  const all = block.join('\n');
  const [, shown = '', state = ''] = FIRST.exec(block[0] ?? '') ?? [];
  const mode = textIn(all, /Port Mode\s*:\s*([^,\n]+)/i);
  const count = (title: string): number | null =>
    numberIn(all, new RegExp(`(?:^|[\\s,])${title}\\s*:\\s*(\\d+)`, 'im'));
  const packets = (way: string): RegExpExecArray | null =>
    new RegExp(`^\\s*${way}:\\s*(\\d+) packets,\\s*(\\d+) bytes`, 'im').exec(all);
  const rate = (way: string): number | null =>
    numberIn(all, new RegExp(`Last \\d+ seconds ${way} rate:?\\s*(\\d+) bits`, 'i'));
  const input = packets('Input');
  const output = packets('Output');
  const negotiation = textIn(all, /Negotiation\s*:\s*(\w+)/i);
  const used = (way: string): number | null => {
    const found = new RegExp(`${way} bandwidth utilization\\s*:\\s*([\\d.]+)%`, 'i').exec(all)?.[1];
    return found === undefined ? null : Number(found);
  };
  return {
    ...named('huawei_vrp', shown),
    state: state.replace(/\s*\(ifindex:.*?\)/i, '').trim(),
    link: linkOfState(state, mode ?? ''),
    adminUp: !/administratively/i.test(state),
    lineProtocolUp: /line protocol current state\s*:\s*up/i.test(all),
    description: textIn(all, /^[ ]*Description:[ ]*(.*)$/im),
    pvid: numberIn(all, /PVID\s*:\s*(\d+)/i),
    ipAddress: textIn(all, /Internet Address is (\d\S+)/i),
    macAddress:
      textIn(all, /Hardware address is ([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})/i)?.toLowerCase() ?? null,
    mtuBytes: numberIn(all, /Maximum Transmit Unit is (\d+)/i),
    maxFrameBytes: numberIn(all, /Maximum Frame Length is (\d+)/i),
    portMode: mode,
    speedMbps: numberIn(all, /(?:^|[\s,])Speed\s*:\s*(\d+)/im),
    duplex: textIn(all, /Duplex\s*:\s*(\w+)/i)?.toLowerCase() ?? null,
    negotiation: negotiation === null ? null : /^enable/i.test(negotiation),
    ...times(all),
    inputRateBitsPerSecond: rate('input'),
    outputRateBitsPerSecond: rate('output'),
    inputPackets: input ? readWhole(input[1]) : null,
    inputBytes: input ? readWhole(input[2]) : null,
    outputPackets: output ? readWhole(output[1]) : null,
    outputBytes: output ? readWhole(output[2]) : null,
    crcErrors: count('CRC'),
    inputErrors: numberIn(all.split(/^\s*Output:/im)[0] ?? '', /Total Error\s*:\s*(\d+)/i),
    outputErrors: numberIn(all.split(/^\s*Output:/im)[1] ?? '', /Total Error\s*:\s*(\d+)/i),
    giants: count('Giants'),
    runts: count('Runts'),
    collisions: count('Collisions'),
    linkFlaps: count('Link flaps'),
    inUtilisationPercent: used('Input'),
    outUtilisationPercent: used('Output'),
  };
}

function detailRows(lines: readonly string[]): JsonObject[] | undefined {
  const found = blocks(lines, FIRST);
  return found.length === 0 ? undefined : found.map(detailRow);
}

function ipRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^\s*Interface\s+IP Address/i.test(line));
  if (at < 0) return undefined;
  return lines.slice(at + 1).flatMap((line) => {
    const match = /^\s*(\S+)\s+(unassigned|\d+\.\d+\.\d+\.\d+(?:\/\d+)?)\s+(\S+)\s+(\S+)(?:\s+(\S+))?/i.exec(
      line,
    );
    if (!match) return [];
    const [, shown = '', address = '', physical = '', protocol = '', vpn] = match;
    return [
      {
        ...named('huawei_vrp', shown),
        ipAddress: /unassigned/i.test(address) ? null : address,
        physical,
        link: linkOfPhy(physical),
        protocol,
        vpnInstance: vpn === undefined || /^-+$/.test(vpn) ? null : vpn,
      },
    ];
  });
}

const time = (what: string) => textOrNull(`${what}, device-local ISO time without zone`);
const total = (what: string) => wholeOrNull(`${what}, cumulative count; null when not told or printed as -`);

/** Interface tables of Huawei VRP5 and VRP8. */
export const HUAWEI_INTERFACES: readonly OutputParser[] = [
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-interface-brief',
    command: new RegExp(`^${DIS} ${INT} br\\w*(?: \\S.*)?$`),
    schema: Type.Object({
      ...interfaceNames,
      physical: text('PHY word as printed, such as *down or up(l)'),
      link,
      flags: texts(
        'Marks of the PHY word: * administratively down, # loop detection, ^ standby, l, s, E, b, ed ...',
      ),
      protocol: text('Protocol word as printed'),
      protocolFlags: texts('Marks of the protocol word'),
      inUtilisationPercent: numberOrNull('Use of the line inwards, %'),
      outUtilisationPercent: numberOrNull('Use of the line outwards, %'),
      inputErrors: total('Input errors'),
      outputErrors: total('Output errors'),
      speedMbps: numberOrNull('Speed in brackets behind the name, Mbit/s'),
      memberOf: textOrNull('Eth-Trunk under which the row is indented'),
    }),
    parse: briefRows,
  },
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-ip-interface',
    command: new RegExp(`^${DIS} ip ${INT} br\\w*(?: \\S.*)?$`),
    schema: Type.Object({
      ...interfaceNames,
      ipAddress: textOrNull('Address and prefix length; null when unassigned'),
      physical: text('Physical word as printed'),
      link,
      protocol: text('Protocol word as printed'),
      vpnInstance: textOrNull('VPN instance, VRP8'),
    }),
    parse: ipRows,
  },
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-interface',
    command: new RegExp(`^${DIS} ${INT}(?: \\S.*)?$`),
    schema: Type.Object({
      ...interfaceNames,
      state: text('State as printed'),
      link,
      adminUp: Type.Boolean({ description: 'Not shut by configuration' }),
      lineProtocolUp: Type.Boolean({ description: 'Line protocol' }),
      description: textOrNull('Description; null when there is none'),
      pvid: wholeOrNull('PVID of a switch port'),
      ipAddress: textOrNull('Address and prefix length'),
      macAddress: textOrNull('Address, lower case, hyphens'),
      mtuBytes: wholeOrNull('MTU of a routed port, byte'),
      maxFrameBytes: wholeOrNull('Longest frame of a switch port, byte'),
      portMode: textOrNull('Socket, such as COMMON COPPER'),
      speedMbps: numberOrNull('Speed, Mbit/s'),
      duplex: textOrNull('full or half'),
      negotiation: flagOrNull('Auto-negotiation is on'),
      lastPhysicalUp: time('Last physical up'),
      lastPhysicalDown: time('Last physical down'),
      deviceTime: time('Clock of the device at the output'),
      upSeconds: wholeOrNull('Age of the up state on the device clock, s; null while down'),
      downSeconds: wholeOrNull('Age of the down state on the device clock, s; null while up'),
      inputRateBitsPerSecond: wholeOrNull('Input rate, bit/s'),
      outputRateBitsPerSecond: wholeOrNull('Output rate, bit/s'),
      inputPackets: total('Packets in'),
      inputBytes: total('Bytes in'),
      outputPackets: total('Packets out'),
      outputBytes: total('Bytes out'),
      crcErrors: total('CRC errors'),
      inputErrors: total('Total input errors'),
      outputErrors: total('Total output errors'),
      giants: total('Giants'),
      runts: total('Runts'),
      collisions: total('Collisions'),
      linkFlaps: total('Link flaps'),
      inUtilisationPercent: numberOrNull('Use of the line inwards, %'),
      outUtilisationPercent: numberOrNull('Use of the line outwards, %'),
    }),
    parse: detailRows,
  },
];
