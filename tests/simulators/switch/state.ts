import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { JournalEntry, PortConfig, PortPatch, PortState, SwitchOptions } from './types.ts';

/** Configuration of a port nobody has touched. */
export function defaultConfig(huawei: boolean): PortConfig {
  return {
    description: '',
    shutdown: false,
    mode: 'default',
    accessVlan: 1,
    trunkVlans: huawei ? [1] : null,
    nativeVlan: 1,
    speed: 'auto',
    negotiation: true,
    extra: [],
  };
}

interface Stored {
  hostname: string;
  bootedAtMs: number;
  vlans: number[];
  ports: PortState[];
  startup: string;
  startupPorts: Record<string, PortConfig>;
}

/**
 * Everything a pretend switch remembers. Written to its state file after every change, and each configuration line to the journal
 * (flushed to disk) before the prompt returns, so that a killed simulator comes back as it was.
 */
export class SwitchState {
  readonly options: SwitchOptions;
  readonly huawei: boolean;
  hostname: string;
  bootedAtMs: number;
  vlans: Set<number>;
  readonly ports = new Map<string, PortState>();
  startup = '';
  startupPorts: Record<string, PortConfig> = {};
  /** A pretend second administrator. */
  secondAdmin: { user: string; configuring: boolean } | null = null;
  /** Set by the personality: the text of the running configuration. */
  renderRunning: () => string = () => '';
  private readonly stateFile: string;
  private readonly journal: number;

  constructor(options: SwitchOptions, folder: string, nowMs: number) {
    this.options = options;
    this.huawei = options.personality !== 'cisco_ios';
    this.hostname = options.hostname ?? options.name;
    this.bootedAtMs = options.bootedAtMs ?? nowMs - 30 * 86_400_000;
    this.vlans = new Set([1, ...(options.vlans ?? [])]);
    this.stateFile = path.join(folder, `${options.name}.state.json`);
    this.journal = openSync(path.join(folder, 'journal.jsonl'), 'a');
    for (const port of options.ports) {
      this.ports.set(port.name, {
        name: port.name,
        link: port.link ?? 'down',
        downSinceMs: port.link === 'up' ? null : (port.downSinceMs ?? nowMs - 5 * 86_400_000),
        flaps: port.flaps ?? 0,
        macs: [...(port.macs ?? [])],
        neighbor: port.neighbor ?? null,
        channelMember: port.channelMember ?? false,
        config: { ...defaultConfig(this.huawei), ...port.config },
      });
    }
    this.load();
  }

  /** First save of a new device: what runs is also what it would boot with. */
  prime(): void {
    if (this.startup === '') this.saveStartup();
  }

  runningHash(): string {
    return createHash('sha256').update(this.renderRunning()).digest('hex');
  }

  /** Link as show commands tell it: up needs a plug and no shutdown. */
  isUp(port: PortState): boolean {
    return port.link === 'up' && !port.config.shutdown;
  }

  patch(name: string, patch: PortPatch): void {
    const port = this.ports.get(name);
    if (!port) throw new Error(`no port ${name}`);
    Object.assign(port, patch);
    if (patch.link === 'up') port.downSinceMs = null;
    this.store();
  }

  saveStartup(): void {
    this.startup = this.renderRunning();
    this.startupPorts = Object.fromEntries(
      [...this.ports.values()].map((port) => [port.name, structuredClone(port.config)]),
    );
    this.store();
  }

  record(entry: Omit<JournalEntry, 'at' | 'device' | 'runningHash'>): void {
    const line: JournalEntry = {
      at: new Date().toISOString(),
      device: this.options.name,
      ...entry,
      runningHash: this.runningHash(),
    };
    this.store();
    writeSync(this.journal, `${JSON.stringify(line)}\n`);
    fsyncSync(this.journal);
  }

  store(): void {
    const stored: Stored = {
      hostname: this.hostname,
      bootedAtMs: this.bootedAtMs,
      vlans: [...this.vlans],
      ports: [...this.ports.values()],
      startup: this.startup,
      startupPorts: this.startupPorts,
    };
    writeFileSync(`${this.stateFile}.new`, JSON.stringify(stored));
    renameSync(`${this.stateFile}.new`, this.stateFile);
  }

  close(): void {
    closeSync(this.journal);
  }

  private load(): void {
    if (!existsSync(this.stateFile)) return;
    const stored = JSON.parse(readFileSync(this.stateFile, 'utf8')) as Stored;
    this.hostname = stored.hostname;
    this.bootedAtMs = stored.bootedAtMs;
    this.vlans = new Set(stored.vlans);
    this.startup = stored.startup;
    this.startupPorts = stored.startupPorts;
    for (const port of stored.ports) this.ports.set(port.name, port);
  }
}

/** `10,20-22` or `10 20 to 22` as a sorted list; undefined when a part is no VLAN id. */
export function parseVlanList(text: string): number[] | undefined {
  const vlans = new Set<number>();
  for (const part of text
    .trim()
    .replace(/\s+to\s+/g, '-')
    .split(/[\s,]+/)) {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part);
    if (!match) return undefined;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (from < 1 || to > 4094 || from > to) return undefined;
    for (let vlan = from; vlan <= to; vlan += 1) vlans.add(vlan);
  }
  return [...vlans].sort((left, right) => left - right);
}

/** Ranges of consecutive ids: [[10,10],[20,22]]. */
export function vlanRanges(vlans: readonly number[]): Array<[number, number]> {
  const ranges: Array<[number, number]> = [];
  for (const vlan of [...vlans].sort((left, right) => left - right)) {
    const last = ranges.at(-1);
    if (last && last[1] === vlan - 1) last[1] = vlan;
    else ranges.push([vlan, vlan]);
  }
  return ranges;
}
