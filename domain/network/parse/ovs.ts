import Type from 'typebox';
import { isJsonObject, type Json, type JsonObject } from '../../json.ts';
import { flagOrNull, link, numberOrNull, text, textOrNull, texts, wholeOrNull } from './fields.ts';
import type { OutputParser } from './parser.ts';
import { blocks, textIn } from './table.ts';

/** A value of the OVSDB wire form: sets become arrays (empty: null, one value: that value), maps objects, ids their text. */
export function decodeOvsdb(value: Json): Json {
  if (!Array.isArray(value)) return value;
  const [tag, content] = value;
  if (tag === 'uuid' || tag === 'named-uuid') return content ?? null;
  if (tag === 'set' && Array.isArray(content)) {
    const members = content.map(decodeOvsdb);
    return members.length === 0 ? null : members.length === 1 ? (members[0] ?? null) : members;
  }
  if (tag === 'map' && Array.isArray(content))
    return Object.fromEntries(
      content.flatMap((pair) =>
        Array.isArray(pair) ? [[keyOf(pair[0]), decodeOvsdb(pair[1] ?? null)]] : [],
      ),
    );
  return value.map(decodeOvsdb);
}

/** Key of a map: a text, a number, or an id. */
function keyOf(key: Json | undefined): string {
  const decoded = decodeOvsdb(key ?? null);
  return typeof decoded === 'string' ? decoded : JSON.stringify(decoded);
}

/** Records of `-f json`; undefined when the text holds no such table. */
function records(lines: readonly string[]): JsonObject[] | undefined {
  const all = lines.join('\n');
  const from = all.indexOf('{');
  const to = all.lastIndexOf('}');
  if (from < 0 || to < from) return undefined;
  let table: Json;
  try {
    table = JSON.parse(all.slice(from, to + 1)) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(table) || !Array.isArray(table.headings) || !Array.isArray(table.data)) return undefined;
  const headings = table.headings.map(String);
  return table.data.flatMap((row) =>
    Array.isArray(row)
      ? [Object.fromEntries(headings.map((heading, at) => [heading, decodeOvsdb(row[at] ?? null)]))]
      : [],
  );
}

const asText = (value: Json | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
const asNumber = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);
const asFlag = (value: Json | undefined): boolean | null => (typeof value === 'boolean' ? value : null);
const asList = (value: Json | undefined): Json[] =>
  value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
const asMap = (value: Json | undefined): JsonObject | null => (isJsonObject(value) ? value : null);
const asVlans = (value: Json | undefined): number[] | null => {
  const ids = asList(value).filter((id): id is number => typeof id === 'number');
  return ids.length === 0 ? null : ids;
};
const asTexts = (value: Json | undefined): string[] => asList(value).map(String);

function portRow(record: JsonObject): JsonObject {
  return {
    interface: asText(record.name) ?? '',
    uuid: asText(record._uuid),
    vlanMode: asText(record.vlan_mode),
    tag: asNumber(record.tag),
    trunks: asVlans(record.trunks),
    interfaceIds: asTexts(record.interfaces),
    bondMode: asText(record.bond_mode),
    lacp: asText(record.lacp),
    externalIds: asMap(record.external_ids),
    otherConfig: asMap(record.other_config),
  };
}

function linkOf(admin: string | null, state: string | null): string {
  if (admin === 'down') return 'admin-down';
  return state === 'up' ? 'up' : state === 'down' ? 'down' : 'unknown';
}

function interfaceRow(record: JsonObject): JsonObject {
  const admin = asText(record.admin_state);
  const state = asText(record.link_state);
  const statistics = asMap(record.statistics) ?? {};
  const speed = asNumber(record.link_speed);
  const externalIds = asMap(record.external_ids);
  return {
    interface: asText(record.name) ?? '',
    uuid: asText(record._uuid),
    type: asText(record.type),
    adminState: admin,
    linkState: state,
    link: linkOf(admin, state),
    linkResets: asNumber(record.link_resets),
    speedMbps: speed === null ? null : speed / 1_000_000,
    duplex: asText(record.duplex),
    mtuBytes: asNumber(record.mtu),
    macAddress: asText(record.mac_in_use),
    ofport: asNumber(record.ofport),
    error: asText(record.error),
    description: asText(externalIds?.description),
    inputPackets: asNumber(statistics.rx_packets),
    inputBytes: asNumber(statistics.rx_bytes),
    inputErrors: asNumber(statistics.rx_errors),
    inputDrops: asNumber(statistics.rx_dropped),
    crcErrors: asNumber(statistics.rx_crc_err),
    frameErrors: asNumber(statistics.rx_frame_err),
    outputPackets: asNumber(statistics.tx_packets),
    outputBytes: asNumber(statistics.tx_bytes),
    outputErrors: asNumber(statistics.tx_errors),
    outputDrops: asNumber(statistics.tx_dropped),
    collisions: asNumber(statistics.collisions),
    externalIds,
    options: asMap(record.options),
    status: asMap(record.status),
  };
}

function bridgeRow(record: JsonObject): JsonObject {
  return {
    bridge: asText(record.name) ?? '',
    uuid: asText(record._uuid),
    portIds: asTexts(record.ports),
    datapathId: asText(record.datapath_id),
    datapathType: asText(record.datapath_type),
    failMode: asText(record.fail_mode),
    protocols: asTexts(record.protocols),
    stpEnabled: asFlag(record.stp_enable),
    rstpEnabled: asFlag(record.rstp_enable),
    externalIds: asMap(record.external_ids),
    otherConfig: asMap(record.other_config),
  };
}

const bare = (words: string): string => words.trim().replace(/^"(.*)"$/, '$1');

function showRows(lines: readonly string[]): JsonObject[] | undefined {
  if (!lines.some((line) => /^\s*(?:Bridge \S|ovs_version:|[0-9a-f]{8}-[0-9a-f]{4}-)/i.test(line)))
    return undefined;
  const rows: JsonObject[] = [];
  let bridge = '';
  let port: JsonObject = {};
  let row: JsonObject | undefined;
  for (const line of lines) {
    const [, word = '', rest = ''] = /^\s*(Bridge|Port|Interface)\s+(.+)$/.exec(line) ?? [];
    if (word === 'Bridge') bridge = bare(rest);
    if (word === 'Bridge') row = undefined;
    else if (word === 'Port') {
      port = { port: bare(rest), tag: null, trunks: null };
      row = undefined;
    } else if (word === 'Interface') {
      row = { bridge, ...port, interface: bare(rest), type: null, options: null, error: null };
      rows.push(row);
    } else {
      const [, key = '', value = ''] = /^\s+([a-z_]+):\s*(.+)$/.exec(line) ?? [];
      const ids = [...value.matchAll(/\d+/g)].map(Number);
      if (key === 'tag') for (const target of [port, row]) if (target) target.tag = ids[0] ?? null;
      if (key === 'trunks') for (const target of [port, row]) if (target) target.trunks = ids;
      if (row && (key === 'type' || key === 'options' || key === 'error')) row[key] = bare(value);
    }
  }
  return rows;
}

const OF_PORT = /^\s*(\d+|LOCAL)\(([^)]+)\):\s*addr:(\S+)/;

function ofctlRow(block: readonly string[]): JsonObject {
  const all = block.join('\n');
  const [, number = '', name = '', address = ''] = OF_PORT.exec(block[0] ?? '') ?? [];
  const flags = (title: string): string[] =>
    (textIn(all, new RegExp(`^\\s*${title}:\\s*(.+)$`, 'm')) ?? '')
      .split(/\s+/)
      .filter((word) => /[1-9A-Z]/.test(word));
  const config = flags('config');
  const state = flags('state');
  const speed = /speed:\s*(\d+) Mbps now(?:,\s*(\d+) Mbps max)?/.exec(all);
  const isShut = config.includes('PORT_DOWN');
  return {
    interface: name,
    ofport: /^\d+$/.test(number) ? Number(number) : null,
    macAddress: address.toLowerCase(),
    config,
    state,
    link: isShut ? 'admin-down' : state.includes('LINK_DOWN') ? 'down' : 'up',
    adminUp: !isShut,
    current: textIn(all, /^\s*current:\s*(.+)$/m),
    speedMbps: speed ? Number(speed[1]) : null,
    maxSpeedMbps: speed?.[2] === undefined ? null : Number(speed[2]),
  };
}

function ofctlRows(lines: readonly string[]): JsonObject[] | undefined {
  const found = blocks(lines, OF_PORT);
  if (found.length > 0) return found.map(ofctlRow);
  return lines.some((line) => /OFPT_FEATURES_REPLY/.test(line)) ? [] : undefined;
}

const map = (description: string) =>
  Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()], { description });
const ids = (description: string) => Type.Union([Type.Array(Type.Integer()), Type.Null()], { description });
const uuid = textOrNull('Id of the record; null when the column was not asked for');
const total = (what: string) => wholeOrNull(`${what}, cumulative count`);
const list = (table: string) => new RegExp(`^ovs-vsctl (?:\\S+ )*(?:list|find) ${table}(?: \\S.*)?$`);
const bridgeName = text('Name of the bridge');
const name = text('Interface, as Open vSwitch names it');

/** Open vSwitch: `ovs-vsctl -f json list ...`, `ovs-vsctl show`, `ovs-ofctl show`. */
export const OVS: readonly OutputParser[] = [
  {
    platform: 'ovs',
    rowType: 'ovs-port',
    command: list('port'),
    schema: Type.Object({
      interface: text('Port, as Open vSwitch names it'),
      uuid,
      vlanMode: textOrNull(
        'access, trunk, native-tagged, native-untagged or dot1q-tunnel; null when not set',
      ),
      tag: wholeOrNull('VLAN of an access port, native VLAN of a trunk'),
      trunks: ids('VLANs of a trunk; null for all'),
      interfaceIds: texts('Ids of its interfaces'),
      bondMode: textOrNull('Bond mode'),
      lacp: textOrNull('LACP mode'),
      externalIds: map('external_ids'),
      otherConfig: map('other_config'),
    }),
    parse: (lines) => records(lines)?.map(portRow),
  },
  {
    platform: 'ovs',
    rowType: 'ovs-interface',
    command: list('interface'),
    schema: Type.Object({
      interface: name,
      uuid,
      type: textOrNull('Kind; null for a system device'),
      adminState: textOrNull('up or down'),
      linkState: textOrNull('up or down'),
      link,
      linkResets: total('Link changes'),
      speedMbps: numberOrNull('Speed, Mbit/s'),
      duplex: textOrNull('full or half'),
      mtuBytes: wholeOrNull('MTU, byte'),
      macAddress: textOrNull('Address in use'),
      ofport: wholeOrNull('OpenFlow port; -1 after a failure'),
      error: textOrNull('Why the device could not be opened'),
      description: textOrNull('external_ids:description'),
      inputPackets: total('Packets in'),
      inputBytes: total('Bytes in'),
      inputErrors: total('Input errors'),
      inputDrops: total('Input drops'),
      crcErrors: total('CRC errors'),
      frameErrors: total('Frame errors'),
      outputPackets: total('Packets out'),
      outputBytes: total('Bytes out'),
      outputErrors: total('Output errors'),
      outputDrops: total('Output drops'),
      collisions: total('Collisions'),
      externalIds: map('external_ids'),
      options: map('options'),
      status: map('status'),
    }),
    parse: (lines) => records(lines)?.map(interfaceRow),
  },
  {
    platform: 'ovs',
    rowType: 'ovs-bridge',
    command: list('bridge'),
    schema: Type.Object({
      bridge: bridgeName,
      uuid,
      portIds: texts('Ids of its ports'),
      datapathId: textOrNull('Datapath id, hexadecimal'),
      datapathType: textOrNull('Datapath type'),
      failMode: textOrNull('secure or standalone'),
      protocols: texts('OpenFlow versions'),
      stpEnabled: flagOrNull('STP'),
      rstpEnabled: flagOrNull('RSTP'),
      externalIds: map('external_ids'),
      otherConfig: map('other_config'),
    }),
    parse: (lines) => records(lines)?.map(bridgeRow),
  },
  {
    platform: 'ovs',
    rowType: 'ovs-topology',
    command: /^ovs-vsctl (?:-\S+ )*show$/,
    schema: Type.Object({
      bridge: bridgeName,
      port: text('Port'),
      tag: wholeOrNull('VLAN'),
      trunks: ids('VLANs of a trunk; null when not set'),
      interface: name,
      type: textOrNull('Kind; null for a system device'),
      options: textOrNull('Options as printed'),
      error: textOrNull('Why the device could not be opened'),
    }),
    parse: showRows,
  },
  {
    platform: 'ovs',
    rowType: 'ovs-openflow-port',
    command: /^ovs-ofctl (?:-\S+ (?:openflow\d+ )?)*show \S+$/,
    schema: Type.Object({
      interface: name,
      ofport: wholeOrNull('OpenFlow port; null for LOCAL'),
      macAddress: text('Address'),
      config: texts('Flags, such as PORT_DOWN'),
      state: texts('Flags, such as LINK_DOWN'),
      link,
      adminUp: Type.Boolean({ description: 'Not shut by configuration' }),
      current: textOrNull('Current features as printed'),
      speedMbps: numberOrNull('Speed now, Mbit/s'),
      maxSpeedMbps: numberOrNull('Top speed, Mbit/s'),
    }),
    parse: ofctlRows,
  },
];
