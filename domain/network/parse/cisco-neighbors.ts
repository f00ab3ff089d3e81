import Type from 'typebox';
import type { JsonObject } from '../../json.ts';
import { normaliseInterfaceName } from '../interface-name.ts';
import { text, textOrNull, texts, wholeOrNull } from './fields.ts';
import type { OutputParser } from './parser.ts';
import { blocks, columnsOf, cutRow, numberIn, textIn } from './table.ts';

const full = (name: string): string => normaliseInterfaceName('cisco_ios', name);
const SH = 'sh(?:ow)?';

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

/** What stands behind a title, on its line or, where that is empty, on the next one. */
function below(all: string, title: string): string | null {
  return textIn(all, new RegExp(`^\\s*${title}\\s*:[ ]*\\n?[ ]*(\\S[^\\n]*)`, 'im'));
}

const ADDRESS = /\b(?:IP(?:v4)?(?: address)?)\s*:\s*(\d+\.\d+\.\d+\.\d+)/i;

function words(list: string | null): string[] {
  return (list ?? '').split(/[\s,]+/).filter((word) => word !== '');
}

function cdpDetailRows(lines: readonly string[]): JsonObject[] | undefined {
  const found = blocks(lines, /^Device ID\s*:/i);
  if (found.length === 0) return lines.some((line) => /total cdp entries/i.test(line)) ? [] : undefined;
  return found.map((block) => {
    const all = block.join('\n');
    return {
      neighborName: below(all, 'Device ID') ?? '',
      localInterface: full(textIn(all, /^\s*Interface:\s*([^,\n]+)/im) ?? ''),
      neighborInterface: full(textIn(all, /Port ID \(outgoing port\):\s*([^\n]+)/i) ?? ''),
      holdTimeSeconds: numberIn(all, /Holdtime\s*:\s*(\d+)/i),
      capabilities: words(textIn(all, /Capabilities:\s*([^\n]+)/i)),
      platform: textIn(all, /^\s*Platform:\s*([^,\n]+)/im),
      managementAddress: textIn(all, ADDRESS),
      softwareVersion: textIn(all, /^Version\s*:\s*\n?([^\n]+)/im),
      nativeVlan: numberIn(all, /Native VLAN:\s*(\d+)/i),
      duplex: textIn(all, /^\s*Duplex:\s*(\w+)/im)?.toLowerCase() ?? null,
    };
  });
}

function lldpDetailRows(lines: readonly string[]): JsonObject[] | undefined {
  // Newer trains print `Local Intf` first, older ones only `Chassis id`.
  const start = lines.some((line) => /^Local Intf\s*:/i.test(line)) ? /^Local Intf\s*:/i : /^Chassis id\s*:/i;
  const found = blocks(lines, start);
  if (found.length === 0) return lines.some((line) => /total entries displayed/i.test(line)) ? [] : undefined;
  return found.map((block) => {
    const all = block.join('\n');
    const told = (value: string | null) => (value === null || /not advertised/i.test(value) ? null : value);
    return {
      neighborName:
        told(textIn(all, /^System Name\s*:\s*([^\n]+)/im)) ??
        told(textIn(all, /^Chassis id\s*:\s*([^\n]+)/im)) ??
        '',
      localInterface: full(textIn(all, /^Local Intf\s*:\s*([^\n]+)/im) ?? ''),
      neighborInterface: full(textIn(all, /^Port id\s*:\s*([^\n]+)/im) ?? ''),
      holdTimeSeconds: numberIn(all, /Time remaining\s*:\s*(\d+)/i),
      capabilities: words(told(textIn(all, /^Enabled Capabilities\s*:\s*([^\n]+)/im))),
      platform: null,
      managementAddress: textIn(all, ADDRESS),
      softwareVersion: told(textIn(all, /^System Description\s*:\s*\n?([^\n]+)/im)),
      nativeVlan: numberIn(all, /Vlan ID\s*:\s*(\d+)/i),
      duplex: null,
    };
  });
}

const common = {
  neighborName: text('Name of the other device'),
  localInterface: text('Own interface, full name; empty when the device does not tell'),
  neighborInterface: text('Interface of the other device'),
  holdTimeSeconds: wholeOrNull('Time the entry is still valid, s'),
  capabilities: texts('Capabilities as printed: letters in tables, words in details'),
  platform: textOrNull('CDP: platform, cut by the device in tables'),
};
const detail = {
  ...common,
  managementAddress: textOrNull('IPv4 address'),
  softwareVersion: textOrNull('First line of the version or system description'),
  nativeVlan: wholeOrNull('VLAN of the untagged frames'),
  duplex: textOrNull('full or half'),
};

/** Neighbours by CDP and LLDP, Cisco IOS and IOS-XE. */
export const CISCO_NEIGHBORS: readonly OutputParser[] = [
  {
    platform: 'cisco_ios',
    rowType: 'cisco-cdp-neighbor',
    command: new RegExp(`^${SH} cdp nei\\w*(?: (?!de)\\S+)*$`),
    schema: Type.Object(common),
    parse: cdpRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-lldp-neighbor',
    command: new RegExp(`^${SH} lldp nei\\w*(?: (?!de)\\S+)*$`),
    schema: Type.Object(common),
    parse: cdpRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-cdp-neighbor-detail',
    command: new RegExp(`^${SH} cdp (?:nei\\w*(?: \\S+)* de\\w*|entry \\*)$`),
    schema: Type.Object(detail),
    parse: cdpDetailRows,
  },
  {
    platform: 'cisco_ios',
    rowType: 'cisco-lldp-neighbor-detail',
    command: new RegExp(`^${SH} lldp nei\\w*(?: \\S+)* de\\w*$`),
    schema: Type.Object(detail),
    parse: lldpDetailRows,
  },
];
