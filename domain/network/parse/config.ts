import Type from 'typebox';
import type { JsonObject } from '../../json.ts';
import type { Platform } from '../platform.ts';
import { parseVlanList, sortedVlans, without } from '../vlan-lists.ts';
import { flagOrNull, interfaceNames, named, textOrNull, texts, wholeOrNull } from './fields.ts';
import type { OutputParser } from './parser.ts';

const INTERFACE = /^interface (.+)$/i;
const NOISE =
  /^(?:Building configuration.*|Current configuration ?:.*|Using \d+ .*|Load for .*|Time source is .*|!.*|#|end|return|\^|\s*)$/i;

/** Interfaces of a configuration: a line without indent opens one, indented lines belong to it; marks and volatile lines fall out, and so do the other sections. */
function sections(platform: Platform, lines: readonly string[]): JsonObject[] | undefined {
  const rows: Array<{ header: string; lines: string[] }> = [];
  for (const line of lines) {
    if (NOISE.test(line)) continue;
    if (/^\s/.test(line) && rows.length > 0) rows.at(-1)?.lines.push(line.trim());
    else rows.push({ header: line.trim(), lines: [] });
  }
  if (rows.length === 0) return undefined;
  return rows.filter(({ header }) => INTERFACE.test(header)).map((row) => sectionRow(platform, row));
}

function sectionRow(platform: Platform, section: { header: string; lines: string[] }): JsonObject {
  const shown = INTERFACE.exec(section.header)?.[1] ?? '';
  const facts = platform === 'cisco_ios' ? ciscoFacts(section.lines) : huaweiFacts(section.lines);
  return {
    ...named(platform, shown),
    lines: section.lines,
    ...facts,
  };
}

function finder(lines: readonly string[]): (pattern: RegExp) => string | undefined {
  return (pattern) => lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
}

/** A list of VLANs; an unreadable one gives null, never a guess. */
function vlans(list: string): number[] | null {
  try {
    return parseVlanList(list);
  } catch {
    return null;
  }
}

function ciscoFacts(lines: readonly string[]): JsonObject {
  const value = finder(lines);
  const lists = lines.flatMap(
    (line) => /^switchport trunk allowed vlan (?:add )?(.+)$/.exec(line)?.[1] ?? [],
  );
  const read = lists.map(vlans);
  const access = value(/^switchport access vlan (\d+)$/);
  const native = value(/^switchport trunk native vlan (\d+)$/);
  return {
    description: value(/^description (.+)$/) ?? null,
    mode: value(/^switchport mode (.+)$/) ?? (lines.includes('no switchport') ? 'routed' : null),
    accessVlan: access === undefined ? null : Number(access),
    nativeVlan: native === undefined ? null : Number(native),
    trunkVlans:
      read.length === 0 || read.includes(null) ? null : sortedVlans(read.flatMap((list) => list ?? [])),
    adminUp: !lines.includes('shutdown'),
  };
}

function huaweiFacts(lines: readonly string[]): JsonObject {
  const value = finder(lines);
  const lists = (pattern: RegExp) => lines.flatMap((line) => vlans(pattern.exec(line)?.[1] ?? '') ?? []);
  const mode = value(/^port link-type (\S+)$/);
  const access = value(/^port (?:default|hybrid pvid) vlan (\d+)$/);
  const native = value(/^port trunk pvid vlan (\d+)$/);
  const carried = without(
    [1, ...lists(/^port trunk allow-pass vlan (.+)$/)],
    lists(/^undo port trunk allow-pass vlan (.+)$/),
  );
  return {
    description: value(/^description (.+)$/) ?? null,
    mode: mode ?? (lines.includes('undo portswitch') ? 'routed' : null),
    accessVlan: access === undefined ? null : Number(access),
    nativeVlan: native === undefined ? null : Number(native),
    trunkVlans: mode === 'trunk' ? sortedVlans(carried) : null,
    adminUp: !lines.includes('shutdown'),
  };
}

const schema = Type.Object({
  ...interfaceNames,
  lines: texts('Lines of the section without indent'),
  description: textOrNull('Of an interface'),
  mode: textOrNull('Switchport mode or link type as configured; routed; null when no line sets one'),
  accessVlan: wholeOrNull('Configured access VLAN; null when no line sets one'),
  nativeVlan: wholeOrNull('Configured native VLAN or PVID of a trunk'),
  trunkVlans: Type.Union([Type.Array(Type.Integer()), Type.Null()], {
    description: 'VLANs of a trunk; null when no line limits them',
  }),
  adminUp: flagOrNull('Interface is not shut'),
});

/** Running configurations. */
export const CONFIGS: readonly OutputParser[] = [
  {
    platform: 'cisco_ios',
    rowType: 'cisco-config-interface',
    command: /^(?:do )?sh(?:ow)? (?:run(?:n\w*)?(?:-config)?|start(?:up)?(?:-config)?)(?: .*)?$/,
    schema,
    parse: (lines) => sections('cisco_ios', lines),
  },
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-config-interface',
    command: /^dis(?:p|pl|pla|play)? (?:cu\w*(?:-configuration)?|saved-configuration|this)(?: .*)?$/,
    schema,
    parse: (lines) => sections('huawei_vrp', lines),
  },
];
