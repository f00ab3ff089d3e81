import type { PortChange } from './port-request.ts';
import type { RenderedChange } from './render-commands.ts';

const COLUMNS = ['vlan_mode', 'tag', 'trunks'] as const;
type Columns = Partial<Record<(typeof COLUMNS)[number], string>>;

/**
 * Changes of an Open vSwitch port. All database columns go in one `ovs-vsctl` call, which is one transaction; its inverse sets the
 * old columns and clears those that were not set. Lines of the pre-state read `tag=10`, `vlan_mode=access`, `admin=down` and so on.
 */
export function renderOvs(lines: readonly string[], wanted: PortChange, bridge: string): RenderedChange[] {
  const state = new Map(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );
  const before: Columns = {};
  for (const column of COLUMNS) {
    const value = state.get(column);
    if (value !== undefined) before[column] = value;
  }
  const after = columnsOf(wanted);
  const oldText = state.get('description');
  const newText = wanted.description ?? oldText;
  const changes: RenderedChange[] = [];
  const columnsDiffer = COLUMNS.some((column) => before[column] !== after[column]);
  if (columnsDiffer || newText !== oldText) {
    changes.push({
      commands: [transaction(wanted.port, columnsDiffer ? before : after, after, oldText, newText)],
      undo: [transaction(wanted.port, columnsDiffer ? after : before, before, newText, oldText)],
      removes: undefined,
      adds: undefined,
      shown: shownLines(before, after, oldText, newText),
    });
  }
  const isUp = state.get('admin') !== 'down';
  if (wanted.adminUp !== isUp) {
    const word = (up: boolean) => `ovs-ofctl mod-port ${bridge} ${wanted.port} ${up ? 'up' : 'down'}`;
    changes.push({
      commands: [word(wanted.adminUp)],
      undo: [word(isUp)],
      removes: isUp ? undefined : 'admin=down',
      adds: wanted.adminUp ? undefined : 'admin=down',
    });
  }
  return changes;
}

function columnsOf(wanted: PortChange): Columns {
  if (wanted.mode === 'access') return { vlan_mode: 'access', tag: String(wanted.accessVlan ?? 1) };
  const trunks = [...(wanted.trunkVlans ?? [])].sort((left, right) => left - right).join(',');
  if (wanted.nativeVlan === undefined) return { vlan_mode: 'trunk', trunks };
  return { vlan_mode: 'native-untagged', tag: String(wanted.nativeVlan), trunks };
}

function transaction(
  port: string,
  from: Columns,
  to: Columns,
  fromText: string | undefined,
  toText: string | undefined,
): string {
  const parts: string[] = [];
  const set = COLUMNS.filter((column) => to[column] !== undefined && to[column] !== from[column]);
  const clear = COLUMNS.filter((column) => to[column] === undefined && from[column] !== undefined);
  if (set.length > 0)
    parts.push(`set port ${port} ${set.map((column) => `${column}=${to[column]}`).join(' ')}`);
  if (clear.length > 0) parts.push(`clear port ${port} ${clear.join(' ')}`);
  if (toText === undefined && fromText !== undefined)
    parts.push(`remove interface ${port} external_ids description`);
  if (toText !== undefined && toText !== fromText)
    parts.push(`set interface ${port} 'external_ids:description="${toText}"'`);
  return `ovs-vsctl ${parts.join(' -- ')}`;
}

function shownLines(
  before: Columns,
  after: Columns,
  oldText: string | undefined,
  newText: string | undefined,
): Array<{ mark: '+' | '-'; line: string }> {
  const lines: Array<{ mark: '+' | '-'; line: string }> = [];
  const compare = (name: string, old: string | undefined, now: string | undefined) => {
    if (old === now) return;
    if (old !== undefined) lines.push({ mark: '-', line: `${name}=${old}` });
    if (now !== undefined) lines.push({ mark: '+', line: `${name}=${now}` });
  };
  for (const column of COLUMNS) compare(column, before[column], after[column]);
  compare('description', oldText, newText);
  return lines;
}
