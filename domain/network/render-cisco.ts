import type { PortChange } from './port-request.ts';
import { PortNotPlannable } from './port-not-plannable.ts';
import { change, type RenderedChange } from './rendered-change.ts';
import { ALL_VLANS, ciscoVlanLists, parseVlanList, sortedVlans, without } from './vlan-lists.ts';

interface CiscoPort {
  readonly mode: string | undefined;
  readonly accessVlan: number;
  /** Undefined: no list, every VLAN is carried. */
  readonly trunkVlans: readonly number[] | undefined;
  /** The lines that hold the list. */
  readonly trunkLines: readonly string[];
  readonly nativeVlan: number;
  readonly description: string | undefined;
  readonly speed: string;
  readonly isShut: boolean;
}

const TRUNK_LIST = /^switchport trunk allowed vlan (?:(add) )?([\d,\s-]+|all|none)$/;

function readPort(lines: readonly string[]): CiscoPort {
  const value = (pattern: RegExp) =>
    lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const trunkLines = lines.filter((line) => line.startsWith('switchport trunk allowed vlan'));
  const lists = trunkLines.map((line) => TRUNK_LIST.exec(line)?.[2]);
  if (lists.includes(undefined)) throw new PortNotPlannable('the list of allowed VLANs is not understood');
  return {
    mode: value(/^switchport mode (.+)$/),
    accessVlan: Number(value(/^switchport access vlan (\d+)$/) ?? 1),
    trunkVlans:
      lists.length === 0 ? undefined : sortedVlans(lists.flatMap((list) => parseVlanList(list ?? ''))),
    trunkLines,
    nativeVlan: Number(value(/^switchport trunk native vlan (\d+)$/) ?? 1),
    description: value(/^description (.+)$/),
    speed: value(/^speed (.+)$/) ?? 'auto',
    isShut: lines.includes('shutdown'),
  };
}

/** A port that is routed, bundled or in a mode other than access and trunk is no port to give to somebody. */
function refuseOthers(port: CiscoPort, lines: readonly string[]): void {
  if (lines.includes('no switchport')) throw new PortNotPlannable('the port is routed');
  if (lines.some((line) => line.startsWith('channel-group')))
    throw new PortNotPlannable('the port is in a channel');
  if (port.mode !== undefined && port.mode !== 'access' && port.mode !== 'trunk')
    throw new PortNotPlannable(`switchport mode ${port.mode}`);
}

/**
 * Changes of a Cisco IOS / IOS-XE port from its configuration lines to what is asked for. Trunk lists only ever grow or shrink. VLANs
 * are set before the mode, so that a new trunk never carries more than was asked for. Throws PortNotPlannable.
 */
export function renderCisco(lines: readonly string[], wanted: PortChange): RenderedChange[] {
  const port = readPort(lines);
  refuseOthers(port, lines);
  const admin = setAdmin(port, wanted);
  return [
    ...(wanted.adminUp ? [] : admin),
    ...describe(port, wanted),
    ...(wanted.mode === 'access' ? setAccess(port, wanted) : setTrunk(port, wanted)),
    ...setMode(port, wanted),
    ...setSpeed(port, wanted),
    ...(wanted.adminUp ? admin : []),
  ];
}

function describe(port: CiscoPort, { description }: PortChange): RenderedChange[] {
  if (description === undefined || description === port.description) return [];
  const before = port.description === undefined ? undefined : `description ${port.description}`;
  return [change(`description ${description}`, before, 'no description')];
}

function setMode(port: CiscoPort, { mode }: PortChange): RenderedChange[] {
  if (port.mode === mode) return [];
  const before = port.mode === undefined ? undefined : `switchport mode ${port.mode}`;
  return [change(`switchport mode ${mode}`, before, 'no switchport mode')];
}

function setAccess(port: CiscoPort, { accessVlan = 1 }: PortChange): RenderedChange[] {
  if (port.accessVlan === accessVlan) return [];
  const before = port.accessVlan === 1 ? undefined : `switchport access vlan ${port.accessVlan}`;
  return [change(`switchport access vlan ${accessVlan}`, before, 'no switchport access vlan')];
}

function setTrunk(port: CiscoPort, wanted: PortChange): RenderedChange[] {
  const changes: RenderedChange[] = [];
  const nativeVlan = wanted.nativeVlan ?? port.nativeVlan;
  if (nativeVlan !== port.nativeVlan) {
    const before = port.nativeVlan === 1 ? undefined : `switchport trunk native vlan ${port.nativeVlan}`;
    changes.push(
      change(`switchport trunk native vlan ${nativeVlan}`, before, 'no switchport trunk native vlan'),
    );
  }
  const after = sortedVlans(wanted.trunkVlans ?? []);
  const carried = port.trunkVlans ?? ALL_VLANS;
  const missing = without(after, carried);
  const surplus = without(carried, after);
  if (missing.length === 0 && surplus.length === 0) return changes;
  const edit = (verb: 'add' | 'remove', ids: readonly number[]): string[] =>
    ciscoVlanLists(ids).map((list) => `switchport trunk allowed vlan ${verb} ${list}`);
  changes.push({
    commands: [...edit('add', missing), ...edit('remove', surplus)],
    undo:
      port.trunkVlans === undefined
        ? ['no switchport trunk allowed vlan']
        : [...edit('add', surplus), ...edit('remove', missing)],
    removes: port.trunkLines,
    adds: ciscoVlanLists(after).map(
      (list, at) => `switchport trunk allowed vlan ${at === 0 ? '' : 'add '}${list}`,
    ),
  });
  return changes;
}

function setSpeed(port: CiscoPort, { speed }: PortChange): RenderedChange[] {
  if (speed === undefined || speed === port.speed) return [];
  if (!/^\w+$/.test(port.speed)) throw new PortNotPlannable(`speed ${port.speed}`);
  const before = port.speed === 'auto' ? undefined : `speed ${port.speed}`;
  const line = `speed ${speed}`;
  return [
    {
      commands: [line],
      undo: [before ?? 'no speed'],
      removes: before === undefined ? [] : [before],
      adds: speed === 'auto' ? [] : [line],
    },
  ];
}

function setAdmin(port: CiscoPort, { adminUp }: PortChange): RenderedChange[] {
  if (adminUp !== port.isShut) return [];
  return adminUp
    ? [{ commands: ['no shutdown'], undo: ['shutdown'], removes: ['shutdown'], adds: [] }]
    : [{ commands: ['shutdown'], undo: ['no shutdown'], removes: [], adds: ['shutdown'] }];
}
