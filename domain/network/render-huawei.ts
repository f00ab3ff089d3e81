import type { PortChange } from './port-request.ts';
import type { RenderedChange } from './render-commands.ts';
import { huaweiVlans, parseVlanList, without } from './vlan-lists.ts';

interface HuaweiPort {
  readonly linkType: string | undefined;
  readonly defaultVlan: number;
  /** VLAN 1 is carried unless it was undone. */
  readonly trunkVlans: readonly number[];
  readonly pvid: number;
  readonly description: string | undefined;
  readonly speed: string | undefined;
  readonly isNegotiating: boolean;
  readonly isShut: boolean;
}

function readPort(lines: readonly string[]): HuaweiPort {
  const value = (pattern: RegExp) =>
    lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const allowed = lines.flatMap((line) =>
    parseVlanList(/^port trunk allow-pass vlan (.+)$/.exec(line)?.[1] ?? ''),
  );
  const undone = lines.flatMap((line) =>
    parseVlanList(/^undo port trunk allow-pass vlan (.+)$/.exec(line)?.[1] ?? ''),
  );
  return {
    linkType: value(/^port link-type (\w+)$/),
    defaultVlan: Number(value(/^port default vlan (\d+)$/) ?? 1),
    trunkVlans: without([...new Set([1, ...allowed])], undone).sort((left, right) => left - right),
    pvid: Number(value(/^port trunk pvid vlan (\d+)$/) ?? 1),
    description: value(/^description (.+)$/),
    speed: value(/^speed (\d+)$/),
    isNegotiating: !lines.includes('undo negotiation auto'),
    isShut: lines.includes('shutdown'),
  };
}

/**
 * Changes of a Huawei VRP port. The link type may change only while the port has no VLAN membership of the old type, so that is
 * undone first, line by line, and restored in reverse order by a rollback.
 */
export function renderHuawei(lines: readonly string[], wanted: PortChange): RenderedChange[] {
  const port = readPort(lines);
  const isSameType = port.linkType === wanted.mode;
  const before = isSameType ? port : { ...port, defaultVlan: 1, trunkVlans: [1], pvid: 1 };
  return [
    ...describe(port, wanted),
    ...(isSameType ? [] : [...leaveType(port), setType(port, wanted)]),
    ...(wanted.mode === 'access' ? setAccess(before.defaultVlan, wanted) : setTrunk(before, wanted)),
    ...setSpeed(port, wanted),
    ...setAdmin(port, wanted),
  ];
}

function describe(port: HuaweiPort, { description }: PortChange): RenderedChange[] {
  if (description === undefined || description === port.description) return [];
  const before = port.description === undefined ? undefined : `description ${port.description}`;
  return [
    {
      commands: [`description ${description}`],
      undo: [before ?? 'undo description'],
      removes: before,
      adds: `description ${description}`,
    },
  ];
}

function leaveType(port: HuaweiPort): RenderedChange[] {
  const changes: RenderedChange[] = [];
  if (port.defaultVlan !== 1) {
    const line = `port default vlan ${port.defaultVlan}`;
    changes.push({ commands: ['undo port default vlan'], undo: [line], removes: line, adds: undefined });
  }
  if (port.pvid !== 1) {
    const line = `port trunk pvid vlan ${port.pvid}`;
    changes.push({ commands: ['undo port trunk pvid vlan'], undo: [line], removes: line, adds: undefined });
  }
  const surplus = without(port.trunkVlans, [1]);
  if (surplus.length > 0) {
    const line = `port trunk allow-pass vlan ${huaweiVlans(surplus)}`;
    changes.push({ commands: [`undo ${line}`], undo: [line], removes: line, adds: undefined });
  }
  if (!port.trunkVlans.includes(1)) {
    changes.push({
      commands: ['port trunk allow-pass vlan 1'],
      undo: ['undo port trunk allow-pass vlan 1'],
      removes: 'undo port trunk allow-pass vlan 1',
      adds: undefined,
    });
  }
  return changes;
}

function setType(port: HuaweiPort, { mode }: PortChange): RenderedChange {
  const before = port.linkType === undefined ? undefined : `port link-type ${port.linkType}`;
  return {
    commands: [`port link-type ${mode}`],
    undo: [before ?? 'undo port link-type'],
    removes: before,
    adds: `port link-type ${mode}`,
  };
}

function setAccess(defaultVlan: number, { accessVlan = 1 }: PortChange): RenderedChange[] {
  if (defaultVlan === accessVlan) return [];
  const before = defaultVlan === 1 ? undefined : `port default vlan ${defaultVlan}`;
  const line = `port default vlan ${accessVlan}`;
  return [{ commands: [line], undo: [before ?? 'undo port default vlan'], removes: before, adds: line }];
}

function setTrunk(port: Pick<HuaweiPort, 'trunkVlans' | 'pvid'>, wanted: PortChange): RenderedChange[] {
  const changes: RenderedChange[] = [];
  const after = wanted.trunkVlans ?? [];
  const missing = without(after, port.trunkVlans);
  const surplus = without(port.trunkVlans, after);
  if (missing.length > 0) {
    const line = `port trunk allow-pass vlan ${huaweiVlans(missing)}`;
    changes.push({ commands: [line], undo: [`undo ${line}`], removes: undefined, adds: line });
  }
  if (surplus.length > 0) {
    const line = `port trunk allow-pass vlan ${huaweiVlans(surplus)}`;
    const isDefault = surplus.length === 1 && surplus[0] === 1;
    changes.push({
      commands: [`undo ${line}`],
      undo: [line],
      removes: isDefault ? undefined : line,
      adds: isDefault ? `undo ${line}` : undefined,
    });
  }
  const pvid = wanted.nativeVlan ?? port.pvid;
  if (pvid !== port.pvid) {
    const before = port.pvid === 1 ? undefined : `port trunk pvid vlan ${port.pvid}`;
    const line = `port trunk pvid vlan ${pvid}`;
    changes.push({
      commands: [line],
      undo: [before ?? 'undo port trunk pvid vlan'],
      removes: before,
      adds: line,
    });
  }
  return changes;
}

function setSpeed(port: HuaweiPort, { speed }: PortChange): RenderedChange[] {
  if (speed === undefined || speed === (port.isNegotiating ? 'auto' : port.speed)) return [];
  if (speed === 'auto') {
    const fixed = port.speed === undefined ? [] : [`speed ${port.speed}`];
    return [
      {
        commands: ['negotiation auto'],
        undo: ['undo negotiation auto', ...fixed],
        removes: 'undo negotiation auto',
        adds: undefined,
      },
    ];
  }
  if (port.isNegotiating) {
    return [
      {
        commands: ['undo negotiation auto', `speed ${speed}`],
        undo: ['negotiation auto'],
        removes: undefined,
        adds: `speed ${speed}`,
      },
    ];
  }
  const before = port.speed === undefined ? undefined : `speed ${port.speed}`;
  return [
    { commands: [`speed ${speed}`], undo: [before ?? 'undo speed'], removes: before, adds: `speed ${speed}` },
  ];
}

function setAdmin(port: HuaweiPort, { adminUp }: PortChange): RenderedChange[] {
  if (adminUp !== port.isShut) return [];
  return adminUp
    ? [{ commands: ['undo shutdown'], undo: ['shutdown'], removes: 'shutdown', adds: undefined }]
    : [{ commands: ['shutdown'], undo: ['undo shutdown'], removes: undefined, adds: 'shutdown' }];
}
