import type { PortChange } from './port-request.ts';
import { PortNotPlannable } from './port-not-plannable.ts';
import { change, type RenderedChange } from './rendered-change.ts';
import { huaweiVlanLists, parseVlanList, sortedVlans, without } from './vlan-lists.ts';

interface HuaweiPort {
  readonly linkType: string | undefined;
  readonly defaultVlan: number;
  /** VLAN 1 is carried unless it was undone. */
  readonly trunkVlans: readonly number[];
  readonly trunkLines: readonly string[];
  /** Membership lines of a hybrid port. */
  readonly hybridLines: readonly string[];
  readonly pvid: number;
  readonly description: string | undefined;
  readonly speed: string | undefined;
  readonly isNegotiating: boolean;
  readonly isShut: boolean;
}

function readPort(lines: readonly string[]): HuaweiPort {
  const value = (pattern: RegExp) =>
    lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const lists = (pattern: RegExp) => lines.flatMap((line) => parseVlanList(pattern.exec(line)?.[1] ?? ''));
  const allowed = lists(/^port trunk allow-pass vlan (.+)$/);
  const undone = lists(/^undo port trunk allow-pass vlan (.+)$/);
  return {
    linkType: value(/^port link-type (\S+)$/),
    defaultVlan: Number(value(/^port default vlan (\d+)$/) ?? 1),
    trunkVlans: sortedVlans(without([1, ...allowed], undone)),
    trunkLines: lines.filter((line) => /^(?:undo )?port trunk allow-pass vlan /.test(line)),
    hybridLines: lines.filter((line) => line.startsWith('port hybrid ')),
    pvid: Number(value(/^port trunk pvid vlan (\d+)$/) ?? 1),
    description: value(/^description (.+)$/),
    speed: value(/^speed (\d+)$/),
    isNegotiating: !lines.includes('undo negotiation auto'),
    isShut: lines.includes('shutdown'),
  };
}

const OTHERS =
  /^(?:undo portswitch|ip address .*|eth-trunk .*|undo port hybrid .*|port vlan-(?:stacking|mapping) .*|port-isolate protected .*|negotiation disable)$/;

/**
 * Changes of a Huawei VRP port. The link type may change only while the port has no VLAN membership of the old type, so that is
 * undone first, line by line, and restored in reverse order by a rollback. Throws PortNotPlannable.
 */
export function renderHuawei(lines: readonly string[], wanted: PortChange): RenderedChange[] {
  const other = lines.find((line) => OTHERS.test(line));
  if (other !== undefined) throw new PortNotPlannable(other);
  const port = readPort(lines);
  const isSameType = port.linkType === wanted.mode;
  const before = isSameType ? port : { ...port, defaultVlan: 1, trunkVlans: [1], trunkLines: [], pvid: 1 };
  const admin = setAdmin(port, wanted);
  return [
    ...(wanted.adminUp ? [] : admin),
    ...describe(port, wanted),
    ...(isSameType ? [] : [...leaveType(port), setType(port, wanted)]),
    ...(wanted.mode === 'access' ? setAccess(before.defaultVlan, wanted) : setTrunk(before, wanted)),
    ...setSpeed(port, wanted),
    ...(wanted.adminUp ? admin : []),
  ];
}

function describe(port: HuaweiPort, { description }: PortChange): RenderedChange[] {
  if (description === undefined || description === port.description) return [];
  const before = port.description === undefined ? undefined : `description ${port.description}`;
  return [change(`description ${description}`, before, 'undo description')];
}

function leaveType(port: HuaweiPort): RenderedChange[] {
  const changes: RenderedChange[] = port.hybridLines.map((line) => ({
    commands: [line.startsWith('port hybrid pvid') ? 'undo port hybrid pvid vlan' : `undo ${line}`],
    undo: [line],
    removes: [line],
    adds: [],
  }));
  const gone = (command: string, line: string): RenderedChange => ({
    commands: [command],
    undo: [line],
    removes: [line],
    adds: [],
  });
  if (port.defaultVlan !== 1)
    changes.push(gone('undo port default vlan', `port default vlan ${port.defaultVlan}`));
  if (port.pvid !== 1) changes.push(gone('undo port trunk pvid vlan', `port trunk pvid vlan ${port.pvid}`));
  const surplus = without(port.trunkVlans, [1]);
  if (surplus.length > 0) {
    const edits = huaweiVlanLists(surplus).map((list) => `port trunk allow-pass vlan ${list}`);
    changes.push({
      commands: edits.map((line) => `undo ${line}`),
      undo: edits,
      removes: port.trunkLines.filter((line) => line.startsWith('port')),
      adds: [],
    });
  }
  if (!port.trunkVlans.includes(1)) {
    const line = 'port trunk allow-pass vlan 1';
    changes.push({ commands: [line], undo: [`undo ${line}`], removes: [`undo ${line}`], adds: [] });
  }
  return changes;
}

function setType(port: HuaweiPort, { mode }: PortChange): RenderedChange {
  const before = port.linkType === undefined ? undefined : `port link-type ${port.linkType}`;
  return change(`port link-type ${mode}`, before, 'undo port link-type');
}

function setAccess(defaultVlan: number, { accessVlan = 1 }: PortChange): RenderedChange[] {
  if (defaultVlan === accessVlan) return [];
  const before = defaultVlan === 1 ? undefined : `port default vlan ${defaultVlan}`;
  return [change(`port default vlan ${accessVlan}`, before, 'undo port default vlan')];
}

function setTrunk(
  port: Pick<HuaweiPort, 'trunkVlans' | 'trunkLines' | 'pvid'>,
  wanted: PortChange,
): RenderedChange[] {
  const changes: RenderedChange[] = [];
  const after = sortedVlans(wanted.trunkVlans ?? []);
  const missing = without(after, port.trunkVlans);
  const surplus = without(port.trunkVlans, after);
  if (missing.length > 0 || surplus.length > 0) {
    const edit = (prefix: string, ids: readonly number[]): string[] =>
      huaweiVlanLists(ids).map((list) => `${prefix}port trunk allow-pass vlan ${list}`);
    changes.push({
      commands: [...edit('', missing), ...edit('undo ', surplus)],
      undo: [...edit('', surplus), ...edit('undo ', missing)],
      removes: port.trunkLines,
      adds: [
        ...(after.includes(1) ? [] : ['undo port trunk allow-pass vlan 1']),
        ...edit('', without(after, [1])),
      ],
    });
  }
  const pvid = wanted.nativeVlan ?? port.pvid;
  if (pvid !== port.pvid) {
    const before = port.pvid === 1 ? undefined : `port trunk pvid vlan ${port.pvid}`;
    changes.push(change(`port trunk pvid vlan ${pvid}`, before, 'undo port trunk pvid vlan'));
  }
  return changes;
}

function setSpeed(port: HuaweiPort, { speed }: PortChange): RenderedChange[] {
  if (speed === undefined || speed === (port.isNegotiating ? 'auto' : port.speed)) return [];
  const before = port.speed === undefined ? [] : [`speed ${port.speed}`];
  if (speed === 'auto') {
    return [
      {
        commands: [...before.map(() => 'undo speed'), 'negotiation auto'],
        undo: ['undo negotiation auto', ...before],
        removes: ['undo negotiation auto', ...before],
        adds: [],
      },
    ];
  }
  const line = `speed ${speed}`;
  if (!port.isNegotiating) return [change(line, before[0], 'undo speed')];
  return [
    {
      commands: ['undo negotiation auto', line],
      undo: ['undo speed', 'negotiation auto', ...before],
      removes: before,
      adds: ['undo negotiation auto', line],
    },
  ];
}

function setAdmin(port: HuaweiPort, { adminUp }: PortChange): RenderedChange[] {
  if (adminUp !== port.isShut) return [];
  return adminUp
    ? [{ commands: ['undo shutdown'], undo: ['shutdown'], removes: ['shutdown'], adds: [] }]
    : [{ commands: ['shutdown'], undo: ['undo shutdown'], removes: [], adds: ['shutdown'] }];
}
