import type { PortChange } from './port-request.ts';
import { PortNotPlannable } from './port-not-plannable.ts';
import type { RenderedChange } from './rendered-change.ts';
import { sortedVlans } from './vlan-lists.ts';

const COLUMNS = ['vlan_mode', 'tag', 'trunks'] as const;
/** The session refuses words beyond 500 characters. */
const MAX_LIST_LENGTH = 480;
type Columns = Partial<Record<(typeof COLUMNS)[number], string>>;
/** Columns and description of a port: what one database transaction sets. */
type OvsState = { readonly columns: Columns; readonly text: string | undefined };

/**
 * Changes of an Open vSwitch port. All database columns go in one `ovs-vsctl` call, which is one transaction; its inverse sets the
 * old columns and clears those that were not set. Lines of the pre-state read `tag=10`, `vlan_mode=access`, `admin=down` and so on.
 * The interface of the description has the port's name, as `add-port` makes it. Throws PortNotPlannable.
 */
export function renderOvs(lines: readonly string[], wanted: PortChange, bridge: string): RenderedChange[] {
  if (wanted.speed !== undefined && wanted.speed !== 'auto')
    throw new PortNotPlannable('Open vSwitch ports have no fixed speed');
  const state = new Map(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );
  const columns: Columns = {};
  for (const column of COLUMNS) {
    const value = state.get(column);
    if (value !== undefined) columns[column] = value;
  }
  const before: OvsState = { columns, text: state.get('description') };
  const after: OvsState = { columns: columnsOf(wanted, columns), text: wanted.description ?? before.text };
  const shown = { before: linesOf(before), after: linesOf(after) };
  const changes: RenderedChange[] = [];
  const line = transaction(wanted.port, before, after);
  if (line !== undefined) {
    changes.push({
      commands: [line],
      undo: [transaction(wanted.port, after, before) ?? line],
      removes: shown.before.filter((text) => !shown.after.includes(text)),
      adds: shown.after.filter((text) => !shown.before.includes(text)),
    });
  }
  const admin = setAdmin(state.get('admin') !== 'down', wanted, bridge);
  return wanted.adminUp ? [...changes, ...admin] : [...admin, ...changes];
}

function setAdmin(isUp: boolean, wanted: PortChange, bridge: string): RenderedChange[] {
  if (wanted.adminUp === isUp) return [];
  const word = (up: boolean) => `ovs-ofctl mod-port ${bridge} ${wanted.port} ${up ? 'up' : 'down'}`;
  return [
    {
      commands: [word(wanted.adminUp)],
      undo: [word(isUp)],
      removes: isUp ? [] : ['admin=down'],
      adds: wanted.adminUp ? [] : ['admin=down'],
    },
  ];
}

/** A trunk without `nativeVlan` in the request keeps the native VLAN it has. */
function columnsOf(wanted: PortChange, before: Columns): Columns {
  if (wanted.mode === 'access') return { vlan_mode: 'access', tag: String(wanted.accessVlan ?? 1) };
  const trunks = sortedVlans(wanted.trunkVlans ?? []).join(',');
  if (trunks.length > MAX_LIST_LENGTH) throw new PortNotPlannable('the trunk list is too long for one call');
  if (wanted.nativeVlan !== undefined) {
    return { vlan_mode: 'native-untagged', tag: String(wanted.nativeVlan), trunks };
  }
  const hasNative = before.vlan_mode?.startsWith('native-') === true && before.tag !== undefined;
  if (!hasNative) return { vlan_mode: 'trunk', trunks };
  return { ...before, trunks };
}

function linesOf({ columns, text }: OvsState): string[] {
  const lines = COLUMNS.filter((column) => columns[column] !== undefined).map(
    (column) => `${column}=${columns[column]}`,
  );
  return text === undefined ? lines : [...lines, `description=${text}`];
}

/** The call that turns one state into the other; undefined when they are equal. */
function transaction(port: string, from: OvsState, to: OvsState): string | undefined {
  const parts: string[] = [];
  const set = COLUMNS.filter(
    (column) => to.columns[column] !== undefined && to.columns[column] !== from.columns[column],
  );
  const clear = COLUMNS.filter(
    (column) => to.columns[column] === undefined && from.columns[column] !== undefined,
  );
  if (set.length > 0)
    parts.push(`set port ${port} ${set.map((column) => `${column}=${to.columns[column]}`).join(' ')}`);
  if (clear.length > 0) parts.push(`clear port ${port} ${clear.join(' ')}`);
  if (to.text === undefined && from.text !== undefined)
    parts.push(`remove interface ${port} external_ids description`);
  if (to.text !== undefined && to.text !== from.text)
    parts.push(`set interface ${port} 'external_ids:description="${to.text}"'`);
  return parts.length === 0 ? undefined : `ovs-vsctl ${parts.join(' -- ')}`;
}
