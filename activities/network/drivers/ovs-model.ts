// Open vSwitch lines: how a port's columns are written down, and what an ovs-vsctl or ovs-ofctl line does to them. Pure.

import { isTypeable } from '../ssh/screen.ts';

/** Splits a command line into words; single and double quotes group, a backslash inside double quotes escapes. Undefined when a quote is open. */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? '';
    if (quote === '"' && character === '\\') {
      index += 1;
      word = `${word ?? ''}${line[index] ?? ''}`;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word = `${word ?? ''}${character}`;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = `${word ?? ''}${character}`;
    }
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}

/** A word for /bin/sh: plain words as they are, everything else in single quotes. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

const PORT_COLUMNS = new Set(['tag', 'trunks', 'vlan_mode']);

/**
 * Why a planned line may not run, or undefined: only ovs-vsctl set/clear/add/remove on this port's VLAN columns and description, and
 * ovs-ofctl mod-port of this port.
 */
export function refuseOvsLine(line: string, port: string, bridge: string): string | undefined {
  const words = splitWords(line);
  if (!words || words.some((word) => !isTypeable(word))) return 'the line cannot be split into words';
  const [program, ...rest] = words;
  if (program === 'ovs-ofctl') {
    const [verb, where, target, state] = rest;
    const fits =
      verb === 'mod-port' && where === bridge && target === port && (state === 'up' || state === 'down');
    return fits && rest.length === 4 ? undefined : 'only mod-port of this port is allowed';
  }
  if (program !== 'ovs-vsctl') return `program ${program ?? ''} is not allowed`;
  return parts(rest).every((part) => allowedPart(part, port))
    ? undefined
    : 'only columns of this port are allowed';
}

function parts(words: readonly string[]): string[][] {
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word === '--') groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return groups.filter((group) => group.length > 0);
}

function allowedPart([verb, table, record, ...rest]: readonly string[], port: string): boolean {
  if (!['set', 'clear', 'add', 'remove'].includes(verb ?? '') || record !== port || rest.length === 0)
    return false;
  const lower = (table ?? '').toLowerCase();
  if (verb === 'set') return rest.every((pair) => allowedColumn(lower, pair.split('=')[0] ?? ''));
  if (verb === 'clear') return lower === 'port' && rest.every((column) => PORT_COLUMNS.has(column));
  if (lower === 'interface') return rest[0] === 'external_ids' && /^description(?:=|$)/.test(rest[1] ?? '');
  return lower === 'port' && rest[0] === 'trunks';
}

function allowedColumn(table: string, column: string): boolean {
  return table === 'port'
    ? PORT_COLUMNS.has(column)
    : table === 'interface' && column === 'external_ids:description';
}

const list = (text: string): string =>
  [
    ...new Set(
      text
        .replace(/[[\]]/g, '')
        .split(',')
        .filter((part) => part !== '')
        .map(Number),
    ),
  ]
    .sort((left, right) => left - right)
    .join(',');

function put(model: Map<string, string>, column: string, value: string): void {
  const key = column.replace(/^external_ids:/, '');
  const kept = key === 'trunks' ? list(value) : value.replace(/^"|"$/g, '');
  if (kept === '' || kept === '[]') model.delete(key);
  else model.set(key, kept);
}

/** Applies a state line (`tag=10`, `admin=down`) or a command line to a port's columns. */
export function applyOvsLine(model: Map<string, string>, line: string): void {
  const words = splitWords(line) ?? [];
  if (words[0] === 'ovs-ofctl') {
    if (words.at(-1) === 'down') model.set('admin', 'down');
    else model.delete('admin');
    return;
  }
  if (words[0] !== 'ovs-vsctl') {
    const at = line.indexOf('=');
    const [key, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (key === 'admin' && value === 'up') model.delete('admin');
    else put(model, key, value);
    return;
  }
  for (const [verb, , , ...rest] of parts(words.slice(1))) {
    for (const pair of rest) {
      if (verb === 'set') put(model, pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      if (verb === 'clear') model.delete(pair);
    }
    if (verb === 'add' && rest[0] === 'trunks')
      put(model, 'trunks', `${model.get('trunks') ?? ''},${rest.slice(1).join(',')}`);
    if (verb === 'remove' && rest[0] === 'external_ids') model.delete('description');
    if (verb === 'remove' && rest[0] === 'trunks') {
      const gone = new Set(list(rest.slice(1).join(',')).split(','));
      put(
        model,
        'trunks',
        (model.get('trunks') ?? '')
          .split(',')
          .filter((vlan) => !gone.has(vlan))
          .join(','),
      );
    }
  }
}
