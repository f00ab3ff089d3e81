// A port in memory that takes one configuration line at a time, as the device would, and prints its configuration. Written apart from
// the renderers: it knows what lines do, not which lines a plan has. A line the device would refuse throws.

import type { Platform } from '../platform.ts';
import { ALL_VLANS, parseVlanList, rangesOf, sortedVlans, without } from '../vlan-lists.ts';

type State = Map<string, string>;
type Rule = readonly [RegExp, (state: State, match: RegExpExecArray) => void];

const set =
  (key: string, fallback?: string) =>
  (state: State, match: RegExpExecArray): void => {
    if (match[1] === fallback) state.delete(key);
    else state.set(key, match[1] ?? '');
  };
const drop = (key: string) => (state: State) => void state.delete(key);
const ids = (state: State, fallback: readonly number[]): number[] =>
  parseVlanList(state.get('trunk') ?? fallback.join(','));
const keep = (state: State, list: readonly number[], fallback: readonly number[]): void => {
  if (without(list, fallback).length === 0 && without(fallback, list).length === 0) state.delete('trunk');
  else state.set('trunk', list.length === 0 ? 'none' : list.join(','));
};

const CISCO: readonly Rule[] = [
  [/^description (.{1,240})$/, set('description')],
  [/^no description$/, drop('description')],
  [/^switchport access vlan (\d+)$/, set('access', '1')],
  [/^no switchport access vlan$/, drop('access')],
  [/^switchport trunk native vlan (\d+)$/, set('native', '1')],
  [/^no switchport trunk native vlan$/, drop('native')],
  [
    /^switchport trunk allowed vlan (add|remove) ([\d,-]{1,200})$/,
    (state, match) => {
      const list = parseVlanList(match[2] ?? '');
      const before = ids(state, ALL_VLANS);
      keep(state, match[1] === 'add' ? sortedVlans([...before, ...list]) : without(before, list), ALL_VLANS);
    },
  ],
  [/^no switchport trunk allowed vlan$/, drop('trunk')],
  [/^switchport mode (access|trunk)$/, set('mode')],
  [/^no switchport mode$/, drop('mode')],
  [/^shutdown$/, (state) => void state.set('shutdown', 'yes')],
  [/^no shutdown$/, drop('shutdown')],
  [/^speed (auto|10|100|1000|10000)$/, set('speed', 'auto')],
  [/^no speed$/, drop('speed')],
];

function needMode(state: State, mode: string): void {
  if ((state.get('mode') ?? 'hybrid') !== mode) throw new Error(`Error: The port type is not ${mode}.`);
}

/** The link type changes only while no VLAN membership of the old type is left. */
function linkType(state: State, mode: string | undefined): void {
  if (state.get('mode') === mode) return;
  const left = [...state.keys()].find(
    (key) => ['access', 'native', 'trunk'].includes(key) || key.startsWith('hybrid'),
  );
  if (left !== undefined) throw new Error(`Error: Please renew the default configurations. (${left})`);
  if (mode === undefined) state.delete('mode');
  else state.set('mode', mode);
}

const HUAWEI: readonly Rule[] = [
  [/^description (.{1,242})$/, set('description')],
  [/^undo description$/, drop('description')],
  [/^port link-type (access|trunk|hybrid)$/, (state, match) => linkType(state, match[1])],
  [/^undo port link-type$/, (state) => linkType(state, undefined)],
  [
    /^port default vlan (\d+)$/,
    (state, match) => {
      needMode(state, 'access');
      set('access', '1')(state, match);
    },
  ],
  [/^undo port default vlan$/, drop('access')],
  [
    /^port trunk pvid vlan (\d+)$/,
    (state, match) => {
      needMode(state, 'trunk');
      set('native', '1')(state, match);
    },
  ],
  [/^undo port trunk pvid vlan$/, drop('native')],
  [
    /^(undo )?port trunk allow-pass vlan ((?:\d+(?: to \d+)?(?: |$)){1,10})$/,
    (state, match) => {
      needMode(state, 'trunk');
      const list = parseVlanList(match[2] ?? '');
      const before = ids(state, [1]);
      keep(state, match[1] ? without(before, list) : sortedVlans([...before, ...list]), [1]);
    },
  ],
  [
    /^port hybrid (pvid|tagged|untagged) vlan (.+)$/,
    (state, match) => {
      needMode(state, 'hybrid');
      state.set(`hybrid ${match[1]} vlan ${match[2]}`, 'yes');
    },
  ],
  [
    /^undo port (hybrid .+)$/,
    (state, match) => {
      const key = [...state.keys()].find((name) => name === match[1] || name.startsWith(`${match[1]} `));
      if (key === undefined) throw new Error('Error: nothing to undo');
      state.delete(key);
    },
  ],
  [/^shutdown$/, (state) => void state.set('shutdown', 'yes')],
  [/^undo shutdown$/, drop('shutdown')],
  [/^undo negotiation auto$/, (state) => void state.set('fixed', 'yes')],
  [/^negotiation auto$/, (state) => void (state.delete('fixed'), state.delete('speed'))],
  [
    /^speed (10|100|1000|10000)$/,
    (state, match) => {
      if (!state.has('fixed'))
        throw new Error('Error: The auto-negotiation mode is enabled on the interface.');
      set('speed')(state, match);
    },
  ],
  [/^undo speed$/, drop('speed')],
];

function ovs(state: State, line: string): void {
  const admin = /^ovs-ofctl mod-port br0 p2 (up|down)$/.exec(line);
  if (admin) {
    if (admin[1] === 'down') state.set('admin', 'down');
    else state.delete('admin');
    return;
  }
  if (!line.startsWith('ovs-vsctl ')) throw new Error(`not a command: ${line}`);
  for (const part of line.slice('ovs-vsctl '.length).split(' -- ')) {
    const pairs = /^set port p2 (.+)$/.exec(part)?.[1]?.split(' ');
    const gone = /^clear port p2 (.+)$/.exec(part)?.[1]?.split(' ');
    const text = /^set interface p2 'external_ids:description="(.*)"'$/.exec(part)?.[1];
    if (pairs) for (const pair of pairs) state.set(pair.split('=')[0] ?? '', pair.split('=')[1] ?? '');
    else if (gone) for (const column of gone) state.delete(column);
    else if (text !== undefined) state.set('description', text);
    else if (part === 'remove interface p2 external_ids description') state.delete('description');
    else throw new Error(`not understood: ${part}`);
  }
}

/** A port that takes lines. */
export class FakePort {
  private readonly state: State = new Map();
  private readonly platform: Platform;

  constructor(platform: Platform, lines: readonly string[] = []) {
    this.platform = platform;
    for (const line of lines) this.take(line);
  }

  /** One line; throws what the device would answer. */
  take(line: string): void {
    if (this.platform === 'ovs') {
      const pair = /^(vlan_mode|tag|trunks|description|admin)=(.*)$/.exec(line);
      if (pair) this.state.set(pair[1] ?? '', pair[2] ?? '');
      else ovs(this.state, line);
      return;
    }
    if (line.length > 250) throw new Error('the line is cut');
    for (const [pattern, apply] of this.platform === 'cisco_ios' ? CISCO : HUAWEI) {
      const match = pattern.exec(line);
      if (match) {
        apply(this.state, match);
        return;
      }
    }
    throw new Error(`Invalid input: ${line}`);
  }

  /** The state as sorted text: equal texts are equal configurations. */
  picture(): string {
    return [...this.state]
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join('\n');
  }

  get(key: string): string | undefined {
    return this.state.get(key);
  }

  /** VLANs that are carried tagged or listed. */
  trunk(): number[] {
    return ids(this.state, this.platform === 'cisco_ios' ? ALL_VLANS : [1]);
  }

  /** Configuration lines as the device prints them. */
  config(): string[] {
    const { state } = this;
    if (this.platform === 'ovs') {
      return ['vlan_mode', 'tag', 'trunks', 'description', 'admin']
        .filter((key) => state.has(key))
        .map((key) => `${key}=${state.get(key)}`);
    }
    return this.platform === 'cisco_ios' ? ciscoConfig(state) : huaweiConfig(state);
  }
}

function ciscoConfig(state: State): string[] {
  const lines: string[] = [];
  const print = (key: string, text: string): void => {
    if (state.has(key)) lines.push(`${text} ${state.get(key)}`);
  };
  print('description', 'description');
  print('access', 'switchport access vlan');
  print('native', 'switchport trunk native vlan');
  const list = state.get('trunk');
  if (list !== undefined) {
    const parts =
      list === 'none'
        ? ['none']
        : rangesOf(parseVlanList(list)).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
    for (let at = 0; at < parts.length; at += 20)
      lines.push(
        `switchport trunk allowed vlan ${at > 0 ? 'add ' : ''}${parts.slice(at, at + 20).join(',')}`,
      );
  }
  print('mode', 'switchport mode');
  if (state.has('shutdown')) lines.push('shutdown');
  print('speed', 'speed');
  return lines;
}

function huaweiConfig(state: State): string[] {
  const lines: string[] = [];
  const print = (key: string, text: string): void => {
    if (state.has(key)) lines.push(`${text} ${state.get(key)}`);
  };
  print('description', 'description');
  if (state.has('shutdown')) lines.push('shutdown');
  if (state.has('fixed')) lines.push('undo negotiation auto');
  print('speed', 'speed');
  print('mode', 'port link-type');
  print('access', 'port default vlan');
  print('native', 'port trunk pvid vlan');
  lines.push(...[...state.keys()].filter((key) => key.startsWith('hybrid')).map((key) => `port ${key}`));
  const list = state.get('trunk');
  if (list !== undefined) {
    const carried = parseVlanList(list);
    if (!carried.includes(1)) lines.push('undo port trunk allow-pass vlan 1');
    const parts = rangesOf(without(carried, [1])).map(([from, to]) =>
      from === to ? `${from}` : `${from} to ${to}`,
    );
    for (let at = 0; at < parts.length; at += 10)
      lines.push(`port trunk allow-pass vlan ${parts.slice(at, at + 10).join(' ')}`);
  }
  return lines;
}
