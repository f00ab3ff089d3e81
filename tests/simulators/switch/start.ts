import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type {
  ControlCommand,
  FaultRule,
  JournalEntry,
  PortPatch,
  ReadyLine,
  SwitchOptions,
  SwitchView,
} from './types.ts';

/** Where a pretend switch answers. */
export interface SimulatedDevice {
  readonly name: string;
  readonly host: '127.0.0.1';
  readonly sshPort: number;
  readonly hostKeyType: string;
  readonly hostKeySha256: string;
}

/** A running simulator process. */
export interface SwitchSimulator {
  readonly folder: string;
  readonly processId: number;
  device(name: string): SimulatedDevice;
  /** All journal lines so far, oldest first; they are on disk before the device's prompt returns. */
  journal(deviceName?: string): JournalEntry[];
  setFaults(deviceName: string, rules: readonly FaultRule[]): Promise<void>;
  patchPort(deviceName: string, port: string, patch: PortPatch): Promise<void>;
  /** A second administrator changes a port. */
  editPort(deviceName: string, port: string, lines: readonly string[]): Promise<void>;
  view(deviceName: string): Promise<SwitchView>;
  control(command: ControlCommand): Promise<unknown>;
  /** Kills the process without warning and starts it again on the same folder and ports. */
  restart(): Promise<void>;
  /** Stops the process; the folder goes too unless the caller gave it. */
  stop(): Promise<void>;
}

/** Starts pretend switches in a process of their own. `folder` absent = a temporary one. */
export async function startSwitchSimulator(options: {
  readonly devices: readonly SwitchOptions[];
  readonly folder?: string;
}): Promise<SwitchSimulator> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'afterbell-switch-'));
  const simulator = new Simulator(folder, options.folder === undefined);
  writeFileSync(simulator.configFile, JSON.stringify({ folder, devices: options.devices }));
  await simulator.start();
  return simulator;
}

class Simulator implements SwitchSimulator {
  readonly folder: string;
  private readonly temporary: boolean;
  private child: ChildProcess | undefined;
  private readyLine: ReadyLine | undefined;
  private readonly waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  private requests = 0;

  constructor(folder: string, temporary: boolean) {
    this.folder = folder;
    this.temporary = temporary;
  }

  get configFile(): string {
    return path.join(this.folder, 'simulator.json');
  }

  get processId(): number {
    return this.child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', main, '--config', this.configFile], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child = child;
    child.stdin.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => {
        reject(new Error(`switch simulator ended with ${code}`));
        this.failWaiting();
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        const message = JSON.parse(line) as
          | ReadyLine
          | { requestId: number; result?: unknown; error?: string };
        if ('ready' in message) {
          this.readyLine = message;
          resolve();
        } else {
          this.settle(message);
        }
      });
    });
  }

  device(name: string): SimulatedDevice {
    const device = this.readyLine?.devices.find((candidate) => candidate.name === name);
    if (!device) throw new Error(`no simulated device ${name}`);
    return { ...device, host: '127.0.0.1' };
  }

  journal(deviceName?: string): JournalEntry[] {
    const file = path.join(this.folder, 'journal.jsonl');
    if (!existsSync(file)) return [];
    const entries = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalEntry);
    return deviceName === undefined ? entries : entries.filter((entry) => entry.device === deviceName);
  }

  async setFaults(device: string, rules: readonly FaultRule[]): Promise<void> {
    await this.control({ kind: 'faults', device, rules });
  }

  async patchPort(device: string, port: string, patch: PortPatch): Promise<void> {
    await this.control({ kind: 'patch', device, port, patch });
  }

  async editPort(device: string, port: string, lines: readonly string[]): Promise<void> {
    await this.control({ kind: 'edit', device, port, lines });
  }

  async view(device: string): Promise<SwitchView> {
    return (await this.control({ kind: 'state', device })) as SwitchView;
  }

  async control(command: ControlCommand): Promise<unknown> {
    this.requests += 1;
    const requestId = this.requests;
    return new Promise((resolve, reject) => {
      this.waiting.set(requestId, { resolve, reject });
      this.child?.stdin?.write(`${JSON.stringify({ requestId, command })}\n`);
    });
  }

  async restart(): Promise<void> {
    await this.kill('SIGKILL');
    await this.start();
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    if (this.temporary) rmSync(this.folder, { recursive: true, force: true });
  }

  private async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  private settle(message: { requestId: number; result?: unknown; error?: string }): void {
    const request = this.waiting.get(message.requestId);
    this.waiting.delete(message.requestId);
    if (message.error === undefined) request?.resolve(message.result);
    else request?.reject(new Error(message.error));
  }

  private failWaiting(): void {
    for (const request of this.waiting.values()) request.reject(new Error('switch simulator has ended'));
    this.waiting.clear();
  }
}
