import type { DeviceRow, EffectRow } from '../../../prisma/records/types.ts';
import type { CallContext } from '../../../steps/define-step.ts';
import type { DeviceDriver, LiveDevice } from '../drivers/driver.ts';
import { openDevice } from '../drivers/open-device.ts';
import { type Dialect, expandVlans, portModel } from '../drivers/port-model.ts';
import type { TranscriptEntry } from '../drivers/talk.ts';
import type { ActivityTask, NetworkDeps } from '../network-deps.ts';
import { errorText, SshError } from '../ssh/ssh-error.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { Ledger } from './ledger.ts';
import { finishedResult } from './ledger.ts';
import { type PortEnd, type PortHost, PortPush } from './port-push.ts';
import type { PlannedDevice, PlannedPort, PortResult } from './push-types.ts';
import { samePort } from './same-port.ts';

/** After this many failed ports the rest of a device is skipped. */
const FAILURE_LIMIT = 2;
/** Time one port is given; with less of the window left no further port is begun. */
const PORT_MS = 20_000;
const GHOST_LOOKS = 6;
const GHOST_WAIT_MS = 500;

/** What one device of a push ended with. */
export interface DeviceEnd {
  readonly device: string;
  readonly results: PortResult[];
  readonly transcript: readonly TranscriptEntry[];
  /** Whole configuration before the first and after the last command, by section; undefined when never read. */
  readonly before: ReadonlyMap<string, string> | undefined;
  readonly after: ReadonlyMap<string, string> | undefined;
}

/** Parts of a device push. */
export interface DevicePushParts {
  readonly deps: NetworkDeps;
  readonly task: ActivityTask;
  readonly context: CallContext;
  readonly device: DeviceRow;
  readonly planned: PlannedDevice;
  readonly rows: ReadonlyMap<string, EffectRow>;
  readonly ledger: Ledger;
  readonly closesAtMs: number;
  readonly storeSnapshot: (name: string, text: string) => Promise<void>;
}

/** One device: one session, its ports in order, saved once everything on it is verified. */
export class DevicePush implements PortHost {
  readonly deviceName: string;
  readonly ledger: Ledger;
  private readonly parts: DevicePushParts;
  private readonly keeper: LeaseKeeper;
  private current: DeviceDriver | undefined;
  private live: LiveDevice | undefined;
  private baseline: ReadonlyMap<string, string> | undefined;
  private expected = new Map<string, string>();
  private after: ReadonlyMap<string, string> | undefined;
  private readonly transcript: TranscriptEntry[] = [];
  private readonly ends: PortEnd[] = [];
  private failures = 0;
  private stopFor: string | undefined;

  constructor(parts: DevicePushParts, keeper: LeaseKeeper) {
    this.parts = parts;
    this.keeper = keeper;
    this.ledger = parts.ledger;
    this.deviceName = parts.device.name;
  }

  get fence(): bigint {
    return this.keeper.lease.fence;
  }

  driver(): DeviceDriver {
    if (!this.current) throw new SshError('session-unusable', `${this.deviceName}: no session`);
    return this.current;
  }

  /** Cuts the session at once; called when the lease is lost. */
  cut(): void {
    void this.current?.destroy().catch(() => undefined);
  }

  /** Throws only when the lease is lost, or an interrupted device cannot be reached for now (`transient`). */
  async run(): Promise<DeviceEnd> {
    try {
      await this.connect();
    } catch (error) {
      await this.unreachable(error);
      return this.end();
    }
    for (const planned of this.parts.planned.ports) await this.pushPort(planned);
    await this.save();
    this.after = await this.driver()
      .readSections()
      .catch(() => undefined);
    await this.closeSession();
    return this.end();
  }

  /** After `run` has thrown: ends the session and gives what it has said so far. */
  async abandon(): Promise<DeviceEnd> {
    await this.closeSession();
    return this.end();
  }

  private async connect(): Promise<void> {
    this.current = await openDevice(this.parts.deps, this.parts.device, async () => this.keeper.check());
    this.live = await this.readUnoccupied(this.current);
    const sections = await this.current.readSections();
    if (this.live.occupiedBy !== null) this.stopFor = `second-admin: ${this.live.occupiedBy} is logged in`;
    if (this.baseline) return;
    this.baseline = sections;
    this.expected = new Map(sections);
    const text = [...sections.values()].join('');
    await this.parts.storeSnapshot(`${this.deviceName}-before.txt`, text);
  }

  /** After an interruption our own dead session may still be listed for a moment: look again before taking it for a second person. */
  private async readUnoccupied(driver: DeviceDriver): Promise<LiveDevice> {
    let live = await driver.readDevice();
    const again = this.parts.task.attempt > 1 || this.baseline !== undefined ? GHOST_LOOKS : 0;
    for (let look = 0; look < again && live.occupiedBy !== null; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, GHOST_WAIT_MS));
      live = await driver.readDevice();
    }
    return live;
  }

  private async pushPort(planned: PlannedPort): Promise<void> {
    const row = this.parts.rows.get(planned.port);
    if (!row) return;
    const reason = this.skipReason(row);
    if (reason !== undefined) {
      const result = this.skipped(planned, reason, row.status === 'sent');
      if (row.status !== 'sent' && this.stopReason() !== 'shutdown') await this.ledger.close(row, result);
      if (row.status === 'sent') await this.ledger.close(row, result);
      this.ends.push({
        row,
        result,
        unsaved: false,
        stored: true,
        managementLost: false,
        foreignChange: false,
      });
      return;
    }
    const end = await new PortPush(this, planned).run(row);
    this.ends.push(end);
    const { outcome } = end.result;
    if (outcome === 'rolled-back' && !['cancelled', 'shutdown'].includes(end.result.reason))
      this.failures += 1;
    if (outcome === 'needs-human') this.failures += 1;
    if (end.managementLost) this.stopFor = 'management access lost';
    if (end.foreignChange) this.stopFor = 'somebody else is changing this device';
    if (this.failures >= FAILURE_LIMIT) this.stopFor ??= `${FAILURE_LIMIT} ports of this device have failed`;
    this.expectOwn(planned, end);
  }

  private skipReason(row: EffectRow): string | undefined {
    if (finishedResult(row)) return undefined;
    if (this.stopFor !== undefined) return this.stopFor;
    if (row.status === 'sent') return undefined;
    const stop = this.stopReason();
    if (stop !== undefined) return stop;
    return this.parts.closesAtMs - this.nowMs() < PORT_MS
      ? 'too little of the change window is left'
      : undefined;
  }

  private skipped(planned: PlannedPort, reason: string, interrupted: boolean): PortResult {
    const at = new Date(this.nowMs()).toISOString();
    return {
      device: this.deviceName,
      port: planned.port,
      outcome: interrupted ? 'needs-human' : 'skipped',
      reason: interrupted ? `interrupted, and then ${reason}` : reason,
      startedAt: at,
      endedAt: at,
      lines: [],
      before: [],
      after: [],
    };
  }

  /** What we changed ourselves is expected from now on. */
  private expectOwn(planned: PlannedPort, end: PortEnd): void {
    if (end.result.outcome !== 'applied') return;
    const section = this.driver().sectionOf(planned.port);
    const body = end.result.after.map((line) => ` ${line}\n`).join('');
    this.expected.set(section, `${section}\n${body}`);
  }

  async recheck(planned: PlannedPort, commands: readonly string[]): Promise<string | undefined> {
    if (this.parts.device.protectedPorts.some((port) => samePort(port, planned.port)))
      return 'protected-port';
    const { live } = this;
    if (!live) return 'unreachable';
    const port = await this.driver().readPort(planned.port);
    if (!port.exists) return 'not-found';
    if (port.link === 'up') return 'link-up';
    if (port.link === 'err-disabled' || port.link === 'no-optics') return port.link;
    if (port.link === 'unknown') return 'link state unknown';
    if (port.macCount > 0) return 'mac-learned';
    if (port.neighbor !== null) return `neighbor-present: ${port.neighbor}`;
    if (port.channelMember) return 'channel-member';
    return this.vlanReason(planned, commands) ?? (await this.historyReason(planned, port.downSinceMs));
  }

  /** VLANs that the plan names must exist: a device that creates them silently would change more than was approved. */
  private vlanReason(planned: PlannedPort, commands: readonly string[]): string | undefined {
    const { dialect } = this.driver();
    if (dialect === 'ovs' || !this.live) return undefined;
    const known = new Set([1, ...this.live.vlans]);
    const missing = vlansOf(dialect, planned, commands).filter((vlan) => !known.has(vlan));
    return missing.length > 0 ? `vlan-missing: ${missing.join(', ')}` : undefined;
  }

  /** The newest sample of our own history: a reboot or a link since then makes the eligibility stale. */
  private async historyReason(planned: PlannedPort, downSinceMs: number | null): Promise<string | undefined> {
    const newest = await this.newestSampleMs(planned.port);
    if (newest === undefined) return undefined;
    if (this.live?.upSinceMs !== null && this.live !== undefined && this.live.upSinceMs > newest)
      return 'rebooted';
    return downSinceMs !== null && downSinceMs > newest ? 'down-since-too-recent' : undefined;
  }

  private async newestSampleMs(port: string): Promise<number | undefined> {
    const days = Array.from({ length: 12 }, (_, back) =>
      new Date(this.nowMs() + 8 * 3_600_000 - back * 86_400_000).toISOString().slice(0, 10),
    );
    const samples = await this.parts.deps.records.devices.samples(this.deviceName, days);
    const own = samples
      .filter((sample) => samePort(sample.port, port))
      .map((sample) => sample.sampledAt.getTime());
    return own.length === 0 ? undefined : Math.max(...own);
  }

  async changedElsewhere(port: string): Promise<string[]> {
    const sections = await this.driver().readSections();
    const own = this.driver().sectionOf(port);
    const { dialect } = this.driver();
    const names = new Set([...sections.keys(), ...this.expected.keys()]);
    return [...names].filter(
      (name) => name !== own && !sameSection(dialect, sections.get(name), this.expected.get(name)),
    );
  }

  async snapshot(planned: PlannedPort, before: readonly string[]): Promise<void> {
    const name = `${this.deviceName}-${planned.port.replace(/[^\w.-]/g, '_')}-before.txt`;
    await this.parts.storeSnapshot(
      name,
      `interface ${planned.port}\n${before.map((line) => ` ${line}\n`).join('')}`,
    );
  }

  async reconnect(): Promise<DeviceDriver | undefined> {
    await this.closeSession();
    try {
      await this.connect();
      return this.current;
    } catch (error) {
      this.parts.deps.log.warn(
        { device: this.deviceName, reason: errorText(error) },
        'no new session to the device',
      );
      return undefined;
    }
  }

  progress(port: string, line: number, of: number): void {
    this.parts.task.heartbeat({ device: this.deviceName, port, line, of });
  }

  stopReason(): 'cancelled' | 'shutdown' | undefined {
    const { signal } = this.parts.task;
    if (!signal.aborted) return undefined;
    return stopWord(signal);
  }

  nowMs(): number {
    return this.parts.deps.clock();
  }

  /** Running to startup, only when every touched port of the device is verified and nobody else interfered. */
  private async save(): Promise<void> {
    const unsaved = this.ends.filter((end) => end.unsaved);
    if (unsaved.length === 0) return;
    const blocked = this.ends.some((end) => end.result.outcome === 'needs-human' || end.foreignChange);
    let failure: string | undefined;
    if (!blocked) failure = await this.trySave();
    for (const end of unsaved) {
      const index = this.ends.indexOf(end);
      const result = savedResult(end.result, blocked, failure);
      await this.ledger.close(end.row, result);
      this.ends[index] = { ...end, result, stored: true };
    }
  }

  private async trySave(): Promise<string | undefined> {
    try {
      await this.driver().save();
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }

  /** No session: ports not begun are skipped, interrupted ones wait for another attempt or a person. */
  private async unreachable(error: unknown): Promise<void> {
    const reason = error instanceof SshError ? `${error.code}: ${error.message}` : errorText(error);
    const interrupted = [...this.parts.rows.values()].some((row) => row.status === 'sent');
    if (interrupted && error instanceof SshError && error.transient && this.parts.task.attempt < 5)
      throw error;
    this.stopFor = reason;
    for (const planned of this.parts.planned.ports) {
      const row = this.parts.rows.get(planned.port);
      if (!row) continue;
      const result = finishedResult(row) ?? this.skipped(planned, reason, row.status === 'sent');
      if (!finishedResult(row)) await this.ledger.close(row, result);
      this.ends.push({
        row,
        result,
        unsaved: false,
        stored: true,
        managementLost: true,
        foreignChange: false,
      });
    }
  }

  private async closeSession(): Promise<void> {
    const driver = this.current;
    this.current = undefined;
    if (!driver) return;
    this.transcript.push(...driver.transcript);
    await driver.close().catch(() => undefined);
  }

  private end(): DeviceEnd {
    return {
      device: this.deviceName,
      results: this.ends.map((end) => end.result),
      transcript: this.transcript,
      before: this.baseline,
      after: this.after,
    };
  }
}

/**
 * Why an activity was told to stop. Only a cancelled run is a cancel; a worker going down, or a server that has given this attempt
 * up, leaves the work to the next attempt.
 */
export function stopWord(signal: AbortSignal): 'cancelled' | 'shutdown' {
  return /SHUTDOWN|TIMED_OUT|NOT_FOUND|PAUSED|RESET/.test(String(signal.reason)) ? 'shutdown' : 'cancelled';
}

function savedResult(result: PortResult, blocked: boolean, failure: string | undefined): PortResult {
  if (failure !== undefined) {
    return { ...result, outcome: 'needs-human', reason: `applied and verified, but not saved: ${failure}` };
  }
  if (!blocked) return result;
  return {
    ...result,
    reason: `${result.reason}; not saved to startup: another port of this device needs a person`,
  };
}

function sameSection(dialect: Dialect, left: string | undefined, right: string | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || !left.startsWith('interface ')) return false;
  const model = (text: string) =>
    portModel(
      dialect,
      text
        .split('\n')
        .slice(1)
        .filter((line) => line.trim() !== ''),
    );
  const [one, two] = [model(left), model(right)];
  return one.size === two.size && [...one].every(([key, value]) => two.get(key) === value);
}

function vlansOf(dialect: Dialect, planned: PlannedPort, commands: readonly string[]): number[] {
  const pre = portModel(dialect, planned.preState);
  const post = portModel(dialect, commands, pre);
  const vlans: number[] = [];
  for (const key of ['accessVlan', 'nativeVlan', 'trunkVlans']) {
    const value = post.get(key);
    if (value !== undefined && value !== pre.get(key)) vlans.push(...expandVlans(value));
  }
  return vlans;
}
