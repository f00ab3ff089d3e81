// What configuration lines do to a port: pure text work. It predicts the state after each planned line, so that reading back can
// tell "our line" from "no effect" and from "somebody else".

import { applyOvsLine } from './ovs-model.ts';

/** A vendor's configuration words. */
export type Dialect = 'cisco' | 'huawei' | 'ovs';

/** Configuration of a port as attribute -> value; equal maps = equal configuration, whatever the order of lines. */
export type PortModel = ReadonlyMap<string, string>;

type Rule = readonly [RegExp, (model: Map<string, string>, match: RegExpExecArray) => void];

const put =
  (key: string, group = 1) =>
  (model: Map<string, string>, match: RegExpExecArray): void => {
    model.set(key, (match[group] ?? '').trim());
  };
const drop =
  (key: string) =>
  (model: Map<string, string>): void => {
    model.delete(key);
  };

/** Sets a number attribute; the vendor's default is the same as no line. */
const vlan =
  (key: string) =>
  (model: Map<string, string>, match: RegExpExecArray): void => {
    if (Number(match[1]) === 1) model.delete(key);
    else model.set(key, String(Number(match[1])));
  };

const CISCO: readonly Rule[] = [
  [/^description (.+)$/, put('description')],
  [/^no description(?: .*)?$/, drop('description')],
  [/^switchport mode (\w+)$/, put('mode')],
  [/^no switchport mode(?: \w+)?$/, drop('mode')],
  [/^switchport access vlan (\d+)$/, vlan('accessVlan')],
  [/^no switchport access vlan(?: \d+)?$/, drop('accessVlan')],
  [/^switchport trunk native vlan (\d+)$/, vlan('nativeVlan')],
  [/^no switchport trunk native vlan(?: \d+)?$/, drop('nativeVlan')],
  [/^switchport trunk allowed vlan (?:(add|remove) )?([\d,\s-]+|all|none)$/, ciscoTrunk],
  [/^no switchport trunk allowed vlan$/, drop('trunkVlans')],
  [/^shutdown$/, (model) => model.set('shutdown', 'yes')],
  [/^no shutdown$/, drop('shutdown')],
  [/^speed (\w+)$/, plain('speed', 'auto')],
  [/^no speed(?: \w+)?$/, drop('speed')],
  [/^duplex (\w+)$/, plain('duplex', 'auto')],
  [/^no duplex(?: \w+)?$/, drop('duplex')],
];

const HUAWEI: readonly Rule[] = [
  [/^description (.+)$/, put('description')],
  [/^undo description$/, drop('description')],
  [/^port link-type (\w+)$/, put('mode')],
  [/^undo port link-type$/, drop('mode')],
  [/^port default vlan (\d+)$/, vlan('accessVlan')],
  [/^undo port default vlan(?: \d+)?$/, drop('accessVlan')],
  [/^port trunk pvid vlan (\d+)$/, vlan('nativeVlan')],
  [/^undo port trunk pvid vlan(?: \d+)?$/, drop('nativeVlan')],
  [/^(undo )?port trunk allow-pass vlan ([\d\sto]+|all)$/, huaweiTrunk],
  [/^shutdown$/, (model) => model.set('shutdown', 'yes')],
  [/^undo shutdown$/, drop('shutdown')],
  [/^undo negotiation auto$/, (model) => model.set('negotiation', 'off')],
  [/^negotiation auto$/, (model) => void (model.delete('negotiation'), model.delete('speed'))],
  [/^speed (\d+)$/, put('speed')],
  [/^undo speed(?: \d+)?$/, drop('speed')],
];

const UNDO: Readonly<Record<Dialect, RegExp>> = {
  cisco: /^no (.+)$/,
  huawei: /^undo (.+)$/,
  ovs: /^clear (\S+)$/,
};

function plain(key: string, standard: string): Rule[1] {
  return (model, match) => {
    if (match[1] === standard) model.delete(key);
    else model.set(key, match[1] ?? '');
  };
}

/** `10,20-22` or `10 20 to 22` as ids. */
export function expandVlans(text: string): number[] {
  const vlans = new Set<number>();
  for (const part of text
    .trim()
    .replace(/\s+to\s+/g, '-')
    .split(/[\s,]+/)) {
    const [from, to] = part.split('-').map(Number);
    if (from === undefined || !Number.isInteger(from)) continue;
    for (let id = from; id <= Math.min(to ?? from, 4094); id += 1) vlans.add(id);
  }
  return [...vlans].sort((left, right) => left - right);
}

const ALL = expandVlans('1-4094');

function change(before: readonly number[], verb: string | undefined, vlans: readonly number[]): number[] {
  if (verb === 'remove') return before.filter((id) => !vlans.includes(id));
  return [...new Set(verb === 'add' ? [...before, ...vlans] : vlans)].sort((left, right) => left - right);
}

function ciscoTrunk(model: Map<string, string>, match: RegExpExecArray): void {
  const text = match[2] ?? '';
  if (text === 'all') {
    model.delete('trunkVlans');
    return;
  }
  const stored = model.get('trunkVlans');
  const before = stored === undefined ? ALL : stored === '' ? [] : expandVlans(stored);
  const after = change(before, match[1], text === 'none' ? [] : expandVlans(text));
  if (after.length === 4094) model.delete('trunkVlans');
  else model.set('trunkVlans', after.join(','));
}

function huaweiTrunk(model: Map<string, string>, match: RegExpExecArray): void {
  const stored = model.get('trunkVlans');
  const before = stored === undefined ? [1] : stored === '' ? [] : expandVlans(stored);
  const vlans = match[2] === 'all' ? ALL : expandVlans(match[2] ?? '');
  const after = change(before, match[1] ? 'remove' : 'add', vlans);
  if (after.length === 1 && after[0] === 1) model.delete('trunkVlans');
  else model.set('trunkVlans', after.join(','));
}

/** Applies one line; a line without a rule of its own is kept as it is, and removed by its negative form. */
function applyLine(dialect: Dialect, model: Map<string, string>, line: string): void {
  if (dialect === 'ovs') {
    applyOvsLine(model, line);
    return;
  }
  for (const [pattern, apply] of dialect === 'cisco' ? CISCO : HUAWEI) {
    const match = pattern.exec(line);
    if (match) {
      apply(model, match);
      return;
    }
  }
  const undone = UNDO[dialect].exec(line)?.[1];
  if (undone === undefined) model.set(`line ${line}`, 'yes');
  else {
    for (const key of model.keys()) {
      if (key === `line ${undone}` || key.startsWith(`line ${undone} `)) model.delete(key);
    }
  }
}

/** State after `lines` on top of `before` (an untouched port when absent). Configuration lines of a show command are lines as well. */
export function portModel(dialect: Dialect, lines: readonly string[], before?: PortModel): PortModel {
  const model = new Map(before ?? []);
  for (const line of lines) applyLine(dialect, model, line.trim());
  return model;
}

/** True when both configure the port alike. */
export function sameModel(left: PortModel, right: PortModel): boolean {
  return changedKeys(left, right).length === 0;
}

/** Attributes in which two states differ. */
export function changedKeys(left: PortModel, right: PortModel): string[] {
  return [...new Set([...left.keys(), ...right.keys()])].filter((key) => left.get(key) !== right.get(key));
}

/** What a state read from the device means for a plan that may have been carried out in part. */
export type StateVerdict =
  | { readonly kind: 'pre' }
  | { readonly kind: 'post' }
  /** The first `lines` planned lines have taken effect, and nothing else. */
  | { readonly kind: 'prefix'; readonly lines: number }
  | { readonly kind: 'foreign'; readonly keys: string[] };

/** Classifies a state against plan and pre-state. `post` wins over `pre` when the plan changes nothing. */
export function judgeState(
  dialect: Dialect,
  current: PortModel,
  preState: readonly string[],
  commands: readonly string[],
): StateVerdict {
  const pre = portModel(dialect, preState);
  const post = portModel(dialect, commands, pre);
  if (sameModel(current, post)) return { kind: 'post' };
  if (sameModel(current, pre)) return { kind: 'pre' };
  for (let lines = commands.length - 1; lines > 0; lines -= 1) {
    if (sameModel(current, portModel(dialect, commands.slice(0, lines), pre)))
      return { kind: 'prefix', lines };
  }
  return { kind: 'foreign', keys: changedKeys(current, pre) };
}

/**
 * Lines that bring attributes an inverse script left behind back to the approved state: the state's own lines for them, and the end of
 * an administrative shutdown that a plan passes through. Only words of the approved state, nothing invented.
 */
export function restoreLines(
  dialect: Dialect,
  keys: readonly string[],
  preState: readonly string[],
): string[] {
  const own = preState.filter((line) =>
    [...portModel(dialect, [line]).keys()].some((key) => keys.includes(key)),
  );
  const pre = portModel(dialect, preState);
  if (!keys.includes('shutdown') || pre.has('shutdown')) return own;
  return [...own, dialect === 'cisco' ? 'no shutdown' : 'undo shutdown'];
}
