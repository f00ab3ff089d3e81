import type { PortChange } from './port-request.ts';
import type { RenderedChange } from './render-commands.ts';
import { ALL_VLANS, ciscoVlans, parseVlanList, without } from './vlan-lists.ts';

interface CiscoPort {
  readonly mode: string | undefined;
  readonly accessVlan: number;
  /** Undefined: no list, every VLAN is carried. */
  readonly trunkVlans: readonly number[] | undefined;
  readonly nativeVlan: number;
  readonly description: string | undefined;
  readonly speed: string;
  readonly isShut: boolean;
}

function readPort(lines: readonly string[]): CiscoPort {
  const value = (pattern: RegExp) =>
    lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const lists = lines.flatMap(
    (line) => /^switchport trunk allowed vlan (?:add )?([\d,\s-]+|all|none)$/.exec(line)?.[1] ?? [],
  );
  return {
    mode: value(/^switchport mode (\w+)$/),
    accessVlan: Number(value(/^switchport access vlan (\d+)$/) ?? 1),
    trunkVlans: lists.length === 0 ? undefined : lists.flatMap(parseVlanList),
    nativeVlan: Number(value(/^switchport trunk native vlan (\d+)$/) ?? 1),
    description: value(/^description (.+)$/),
    speed: value(/^speed (\w+)$/) ?? 'auto',
    isShut: lines.includes('shutdown'),
  };
}

/** Changes of a Cisco IOS / IOS-XE port from its configuration lines to what is asked for. Trunk lists only ever grow or shrink. */
export function renderCisco(lines: readonly string[], wanted: PortChange): RenderedChange[] {
  const port = readPort(lines);
  return [
    ...describe(port, wanted),
    ...setMode(port, wanted),
    ...(wanted.mode === 'access' ? setAccess(port, wanted) : setTrunk(port, wanted)),
    ...setSpeed(port, wanted),
    ...setAdmin(port, wanted),
  ];
}

function describe(port: CiscoPort, { description }: PortChange): RenderedChange[] {
  if (description === undefined || description === port.description) return [];
  const before = port.description === undefined ? undefined : `description ${port.description}`;
  return [
    {
      commands: [`description ${description}`],
      undo: [before ?? 'no description'],
      removes: before,
      adds: `description ${description}`,
    },
  ];
}

function setMode(port: CiscoPort, { mode }: PortChange): RenderedChange[] {
  if (port.mode === mode) return [];
  const before = port.mode === undefined ? undefined : `switchport mode ${port.mode}`;
  return [
    {
      commands: [`switchport mode ${mode}`],
      undo: [before ?? 'no switchport mode'],
      removes: before,
      adds: `switchport mode ${mode}`,
    },
  ];
}

function setAccess(port: CiscoPort, { accessVlan = 1 }: PortChange): RenderedChange[] {
  if (port.accessVlan === accessVlan) return [];
  const before = port.accessVlan === 1 ? undefined : `switchport access vlan ${port.accessVlan}`;
  const line = `switchport access vlan ${accessVlan}`;
  return [{ commands: [line], undo: [before ?? 'no switchport access vlan'], removes: before, adds: line }];
}

function setTrunk(port: CiscoPort, wanted: PortChange): RenderedChange[] {
  const changes: RenderedChange[] = [];
  const nativeVlan = wanted.nativeVlan ?? port.nativeVlan;
  if (nativeVlan !== port.nativeVlan) {
    const before = port.nativeVlan === 1 ? undefined : `switchport trunk native vlan ${port.nativeVlan}`;
    const line = `switchport trunk native vlan ${nativeVlan}`;
    changes.push({
      commands: [line],
      undo: [before ?? 'no switchport trunk native vlan'],
      removes: before,
      adds: line,
    });
  }
  const after = wanted.trunkVlans ?? [];
  const carried = port.trunkVlans ?? ALL_VLANS;
  const missing = without(after, carried);
  const surplus = without(carried, after);
  if (missing.length === 0 && surplus.length === 0) return changes;
  const edit = (verb: 'add' | 'remove', ids: readonly number[]) =>
    ids.length === 0 ? [] : [`switchport trunk allowed vlan ${verb} ${ciscoVlans(ids)}`];
  changes.push({
    commands: [...edit('add', missing), ...edit('remove', surplus)],
    undo:
      port.trunkVlans === undefined
        ? ['no switchport trunk allowed vlan']
        : [...edit('add', surplus), ...edit('remove', missing)],
    removes:
      port.trunkVlans === undefined
        ? undefined
        : `switchport trunk allowed vlan ${ciscoVlans(port.trunkVlans)}`,
    adds: `switchport trunk allowed vlan ${ciscoVlans(after)}`,
  });
  return changes;
}

function setSpeed(port: CiscoPort, { speed }: PortChange): RenderedChange[] {
  if (speed === undefined || speed === port.speed) return [];
  const before = port.speed === 'auto' ? undefined : `speed ${port.speed}`;
  return [
    {
      commands: [`speed ${speed}`],
      undo: [before ?? 'no speed'],
      removes: before,
      adds: speed === 'auto' ? undefined : `speed ${speed}`,
    },
  ];
}

function setAdmin(port: CiscoPort, { adminUp }: PortChange): RenderedChange[] {
  if (adminUp !== port.isShut) return [];
  return adminUp
    ? [{ commands: ['no shutdown'], undo: ['shutdown'], removes: 'shutdown', adds: undefined }]
    : [{ commands: ['shutdown'], undo: ['no shutdown'], removes: undefined, adds: 'shutdown' }];
}
