import Type from 'typebox';
import type { JsonObject } from '../../json.ts';
import { normaliseInterfaceName } from '../interface-name.ts';
import { parseVlanList } from '../vlan-lists.ts';
import {
  flagOrNull,
  interfaceNames,
  named,
  text,
  textOrNull,
  texts,
  whole,
  wholeOrNull,
  wholes,
} from './fields.ts';
import type { OutputParser } from './parser.ts';
import { isRule, saysNothing } from './table.ts';

const full = (name: string): string => normaliseInterfaceName('huawei_vrp', name);
const DIS = 'dis(?:p|pl|pla|play)?';
interface VlanRow {
  vlanId: number;
  type: string | null;
  enabled: boolean | null;
  description: string | null;
  untaggedPorts: string[];
  taggedPorts: string[];
  upPorts: string[];
}

const VLAN_TYPE = 'common|super|sub|mux\\S*|principal|group|separate|dynamic|protocol\\S*';
const FIRST_TABLE = new RegExp(
  `^\\s*([*#]?\\d{1,4})\\s+(?:(${VLAN_TYPE})\\b\\s*)?((?:UT|TG|MP|ST):.*)?$`,
  'i',
);
const SECOND_TABLE = new RegExp(
  `^\\s*(\\d{1,4})\\s+(?:(${VLAN_TYPE})\\s+)?(enable|disable)\\s+(\\S+)\\s+(\\S+)\\s+(\\S+)\\s+(?:(?:FWD|DROP|DIS\\w*)\\s+(?:FWD|DROP|DIS\\w*)\\s+(?:FWD|DROP|DIS\\w*)\\s+)?(.*)$`,
  'i',
);

function vlanRows(lines: readonly string[]): JsonObject[] | undefined {
  if (!lines.some((line) => /^\s*VID\s+/i.test(line))) return saysNothing(lines) ? [] : undefined;
  const rows = new Map<number, VlanRow>();
  let current: VlanRow | undefined;
  let list: 'untaggedPorts' | 'taggedPorts' | undefined;
  const rowOf = (id: number): VlanRow => {
    const row = rows.get(id) ?? {
      vlanId: id,
      type: null,
      enabled: null,
      description: null,
      untaggedPorts: [],
      taggedPorts: [],
      upPorts: [],
    };
    rows.set(id, row);
    return row;
  };
  for (const line of lines) {
    const second = SECOND_TABLE.exec(line);
    const first = second ? null : FIRST_TABLE.exec(line);
    if (second) {
      current = undefined;
      const row = rowOf(Number(second[1]));
      row.type = second[2]?.toLowerCase() ?? row.type;
      row.enabled = second[3]?.toLowerCase() === 'enable';
      row.description = second[7]?.trim() || null;
      continue;
    }
    if (first) {
      current = rowOf(Number((first[1] ?? '').replace(/^[*#]/, '')));
      current.type = first[2]?.toLowerCase() ?? current.type;
      list = undefined;
    }
    const words = first ? (first[3] ?? '') : /^\s/.test(line) ? line : '';
    if (!current || words.trim() === '') continue;
    list = addPorts(current, words, list);
  }
  return [...rows.values()].map((row) => ({ ...row }));
}

/** Ports behind `UT:` and `TG:`; a line without either goes on with the list before. Answers the list that is open now. */
function addPorts(
  row: VlanRow,
  words: string,
  open: 'untaggedPorts' | 'taggedPorts' | undefined,
): 'untaggedPorts' | 'taggedPorts' | undefined {
  let list = open;
  for (const [, mark, name = '', state] of words.matchAll(
    /(?:(UT|TG|MP|ST):)?\s*([A-Za-z0-9-]*[A-Za-z][A-Za-z-]*\d[\d/.:]*)\((\w)\)/g,
  )) {
    if (mark === 'UT') list = 'untaggedPorts';
    else if (mark !== undefined) list = 'taggedPorts';
    if (list === undefined) continue;
    row[list].push(full(name));
    if (state === 'U') row.upPorts.push(full(name));
  }
  return list;
}

function vlans(list: string): number[] {
  try {
    return parseVlanList(list);
  } catch {
    return [];
  }
}

function portVlanRows(lines: readonly string[]): JsonObject[] | undefined {
  const at = lines.findIndex((line) => /^\s*Port\s+Link Type\s+PVID/i.test(line));
  if (at < 0) return undefined;
  const rows: Array<{ shown: string; linkType: string; pvid: string; list: string }> = [];
  for (const line of lines.slice(at + 1)) {
    if (isRule(line) || line.trim() === '') continue;
    const match = /^\s*(\S*[A-Za-z]\S*\d)\s+([a-z][\w-]*)\s+(\d+|-+)\s*(.*)$/.exec(line);
    const last = rows.at(-1);
    if (match)
      rows.push({
        shown: match[1] ?? '',
        linkType: match[2] ?? '',
        pvid: match[3] ?? '',
        list: match[4] ?? '',
      });
    else if (last && /^\s+[\d-]/.test(line)) last.list = `${last.list} ${line.trim()}`;
  }
  return rows.map(({ shown, linkType, pvid, list }) => ({
    ...named('huawei_vrp', shown),
    linkType,
    pvid: /^\d+$/.test(pvid) ? Number(pvid) : null,
    trunkVlans: /\d/.test(list) ? vlans(list.replace(/\b(?:U|T|UT|TG):?/g, '').trim()) : [],
  }));
}

/** VLAN tables of Huawei VRP5 and VRP8. */
export const HUAWEI_VLANS: readonly OutputParser[] = [
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-vlan',
    command: new RegExp(`^${DIS} vlan(?: \\d+| br(?:ief)?| summary)?$`),
    schema: Type.Object({
      vlanId: whole('VLAN'),
      type: textOrNull('common, super and so on'),
      enabled: flagOrNull('Status is enable'),
      description: textOrNull('Name or description'),
      untaggedPorts: texts('Full names'),
      taggedPorts: texts('Full names'),
      upPorts: texts('Those of both that have a link'),
    }),
    parse: vlanRows,
  },
  {
    platform: 'huawei_vrp',
    rowType: 'huawei-port-vlan',
    command: new RegExp(`^${DIS} port vlan(?: .*)?$`),
    schema: Type.Object({
      ...interfaceNames,
      linkType: text('access, trunk, hybrid and so on'),
      pvid: wholeOrNull('PVID'),
      trunkVlans: wholes('VLANs of a trunk'),
    }),
    parse: portVlanRows,
  },
];
