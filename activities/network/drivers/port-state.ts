import type { LinkState } from '../../../prisma/records/types.ts';
import { type Dialect, expandVlans, portModel } from './port-model.ts';

/** State of one port as the flow sees it. `config` = its configuration lines, the pre-state a plan is bound to. */
export interface PortState {
  readonly port: string;
  readonly link: LinkState;
  readonly adminUp: boolean;
  /** ISO instant by our clock, null where the device does not tell. */
  readonly downSince: string | null;
  readonly flapCount: number | null;
  readonly vlanMode: 'access' | 'trunk' | 'other';
  readonly accessVlan: number | null;
  readonly trunkVlans: number[];
  readonly nativeVlan: number | null;
  readonly description: string;
  readonly macCount: number;
  readonly neighbor: string | null;
  readonly channelMember: boolean;
  readonly config: string[];
}

/** What show commands tell of a port beside its configuration. */
export interface PortFacts {
  readonly port: string;
  readonly link: LinkState;
  readonly downSinceMs: number | null;
  readonly flapCount: number | null;
  readonly macCount: number;
  readonly neighbor: string | null;
  readonly channelMember: boolean;
  readonly config: string[];
}

/** Joins configuration and facts. A trunk without a list carries every VLAN on IOS (an empty list here), VLAN 1 on VRP. */
export function buildPortState(dialect: Dialect, facts: PortFacts): PortState {
  const model = portModel(dialect, facts.config);
  const number = (key: string): number => Number(model.get(key) ?? 1);
  const mode = model.get(dialect === 'ovs' ? 'vlan_mode' : 'mode');
  const trunks = model.get(dialect === 'ovs' ? 'trunks' : 'trunkVlans');
  const trunk = mode === 'trunk' || mode?.startsWith('native') === true;
  const adminUp = dialect === 'ovs' ? !model.has('admin') : !model.has('shutdown');
  return {
    port: facts.port,
    link: facts.link,
    adminUp,
    downSince: facts.downSinceMs === null ? null : new Date(facts.downSinceMs).toISOString(),
    flapCount: facts.flapCount,
    vlanMode: trunk ? 'trunk' : mode === 'access' || dialect === 'ovs' ? 'access' : 'other',
    accessVlan: trunk
      ? null
      : dialect === 'ovs'
        ? model.has('tag')
          ? number('tag')
          : null
        : number('accessVlan'),
    trunkVlans: trunks === undefined ? (trunk && dialect === 'huawei' ? [1] : []) : expandVlans(trunks),
    nativeVlan: trunk ? number(dialect === 'ovs' ? 'tag' : 'nativeVlan') : null,
    description: model.get('description') ?? '',
    macCount: facts.macCount,
    neighbor: facts.neighbor,
    channelMember: facts.channelMember,
    config: facts.config,
  };
}

/** Cuts a show output into blocks that start at a line matching `start`; the first group is the block's name. */
export function blocksOf(output: string, start: RegExp): Map<string, string> {
  const blocks = new Map<string, string>();
  let name = '';
  for (const line of output.split('\n')) {
    name = start.exec(line)?.[1] ?? name;
    if (name !== '') blocks.set(name, `${blocks.get(name) ?? ''}${line}\n`);
  }
  return blocks;
}

/** Ports that are no physical port: never collected, never changed. */
export function isLogical(port: string): boolean {
  return /^(?:vlan|port-channel|eth-trunk|loopback|null|tunnel|meth|mgmt|bridge|inloopback|appgigabit|nve|bdi)/i.test(
    port,
  );
}

const AGE_UNITS: Readonly<Record<string, number>> = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
};

/** IOS ages: `00:10:09`, `5d01h`, `30w6d`, `1y2w`; null when it is none of them. */
export function shortAgeMs(text: string): number | null {
  const clock = /^(\d+):(\d\d):(\d\d)$/.exec(text);
  if (clock) return (Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000;
  if (!/^(?:\d+[ywdh])+$/.test(text)) return null;
  let ageMs = 0;
  for (const match of text.matchAll(/(\d+)([ywdh])/g))
    ageMs += Number(match[1]) * (AGE_UNITS[match[2] ?? ''] ?? 0);
  return ageMs;
}
