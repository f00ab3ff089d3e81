import type { Platform, PortChange } from './port-request.ts';
import { renderCisco } from './render-cisco.ts';
import { renderHuawei } from './render-huawei.ts';
import { renderOvs } from './render-ovs.ts';

/** One attribute that changes: lines that do it, lines that take it back, and the configuration lines it replaces. */
export interface RenderedChange {
  readonly commands: readonly string[];
  readonly undo: readonly string[];
  readonly removes: string | undefined;
  readonly adds: string | undefined;
  /** Shown instead of `removes` and `adds` where one command changes several lines. */
  readonly shown?: ReadonlyArray<{ readonly mark: '+' | '-'; readonly line: string }>;
}

/** A line of the picture an approver sees. */
export interface DiffLine {
  readonly mark: '+' | '-' | ' ';
  readonly line: string;
}

/** What a port needs: empty commands when it is as asked for already. */
export interface RenderedPort {
  readonly commands: string[];
  /** Restores the pre-state exactly, in reverse order. */
  readonly inverse: string[];
  readonly diff: DiffLine[];
}

/**
 * Commands from a port's configuration lines to what is asked for, their inverse from the same snapshot, and the diff. `bridge` is
 * the bridge of an Open vSwitch port. Every line is read again by an independent grammar; a line that does not fit throws.
 */
export function renderPort(
  platform: Platform,
  preState: readonly string[],
  wanted: PortChange,
  bridge = 'br0',
): RenderedPort {
  const lines = preState.map((line) => line.trim());
  const changes = changesOf(platform, lines, wanted, bridge);
  const commands = changes.flatMap((change) => change.commands);
  const inverse = changes.toReversed().flatMap((change) => change.undo);
  for (const line of [...commands, ...inverse]) {
    if (!isAllowedLine(platform, line, wanted.port, bridge))
      throw new Error(`rendered line “${line}” is not one this product sends`);
  }
  return { commands, inverse, diff: diffOf(lines, changes) };
}

function changesOf(
  platform: Platform,
  lines: readonly string[],
  wanted: PortChange,
  bridge: string,
): RenderedChange[] {
  switch (platform) {
    case 'cisco_ios':
      return renderCisco(lines, wanted);
    case 'huawei_vrp':
      return renderHuawei(lines, wanted);
    case 'ovs':
      return renderOvs(lines, wanted, bridge);
  }
}

function diffOf(lines: readonly string[], changes: readonly RenderedChange[]): DiffLine[] {
  const shown = changes.flatMap((change) => change.shown ?? []);
  const removed = new Set([
    ...changes.flatMap((change) => change.removes ?? []),
    ...shown.filter((entry) => entry.mark === '-').map((entry) => entry.line),
  ]);
  const kept = lines.map((line): DiffLine => ({ mark: removed.has(line) ? '-' : ' ', line }));
  const added = [
    ...changes.flatMap((change) => change.adds ?? []),
    ...shown.filter((entry) => entry.mark === '+').map((entry) => entry.line),
  ];
  return [...kept, ...added.map((line): DiffLine => ({ mark: '+', line }))];
}

const TEXT = '[^\\x00-\\x1f\\x7f?!;|"\\\\`$]{1,240}';
const IDS = '\\d{1,4}(?:-\\d{1,4})?(?:,\\d{1,4}(?:-\\d{1,4})?)*';
const RANGES = '\\d{1,4}(?: to \\d{1,4})?(?: \\d{1,4}(?: to \\d{1,4})?)*';

/** Everything the product may send inside an interface: written down apart from the renderers, so that one fault is not enough. */
const GRAMMAR: Readonly<Record<Exclude<Platform, 'ovs'>, RegExp>> = {
  cisco_ios: new RegExp(
    `^(?:description ${TEXT}|no description|(?:no )?switchport mode|switchport mode \\w+|no switchport access vlan|switchport access vlan \\d{1,4}|no switchport trunk native vlan|switchport trunk native vlan \\d{1,4}|no switchport trunk allowed vlan|switchport trunk allowed vlan (?:add|remove) ${IDS}|no speed|speed (?:auto|\\d{2,6})|(?:no )?shutdown)$`,
    'u',
  ),
  huawei_vrp: new RegExp(
    `^(?:description ${TEXT}|undo description|undo port link-type|port link-type [\\w-]+|undo port default vlan|port default vlan \\d{1,4}|undo port trunk pvid vlan|port trunk pvid vlan \\d{1,4}|(?:undo )?port trunk allow-pass vlan ${RANGES}|(?:undo )?negotiation auto|undo speed|speed \\d{2,6}|(?:undo )?shutdown)$`,
    'u',
  ),
};

/** True when a line is one of the few the product sends for this port. */
export function isAllowedLine(platform: Platform, line: string, port: string, bridge = 'br0'): boolean {
  if (platform !== 'ovs') return GRAMMAR[platform].test(line);
  if (
    line === `ovs-ofctl mod-port ${bridge} ${port} up` ||
    line === `ovs-ofctl mod-port ${bridge} ${port} down`
  )
    return true;
  if (!line.startsWith('ovs-vsctl ')) return false;
  return line
    .slice('ovs-vsctl '.length)
    .split(' -- ')
    .every((part) => isAllowedOvsPart(part, port));
}

function isAllowedOvsPart(part: string, port: string): boolean {
  const set = /^set port (\S+) ((?:(?:vlan_mode=[a-z-]+|tag=\d{1,4}|trunks=[\d,]+) ?)+)$/.exec(part);
  const clear = /^clear port (\S+)((?: (?:vlan_mode|tag|trunks))+)$/.exec(part);
  const text = new RegExp(
    `^set interface (\\S+) 'external_ids:description="${TEXT.replace('\\\\', "\\\\'")}"'$`,
    'u',
  ).exec(part);
  const remove = /^remove interface (\S+) external_ids description$/.exec(part);
  return [set, clear, text, remove].some((match) => match?.[1] === port);
}
