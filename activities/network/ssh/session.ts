import type { ClientChannel } from 'ssh2';
import {
  type DeviceCredential,
  type OpenConnection,
  openConnection,
  type SshLimits,
  type SshTarget,
} from './connect.ts';
import { type CommandResult, InteractiveShell, type RunOptions } from './shell.ts';
import { SshError } from './ssh-error.ts';

/** Answer of one remote program run. */
export interface ExecResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What opening a session told. */
export interface SessionFacts {
  readonly hostKeyType: string;
  readonly fingerprint: string;
  /** First prompt of a shell; null for exec devices. */
  readonly promptLine: string | null;
}

/** One session on one device inside an SSH thread: a shell for network devices, exec for Open vSwitch. */
export class SshSession {
  readonly facts: SessionFacts;
  private readonly connection: OpenConnection;
  private readonly shell: InteractiveShell | undefined;
  private readonly limits: SshLimits;
  private readonly deviceName: string;
  private readonly total: NodeJS.Timeout;
  private idle: NodeJS.Timeout | undefined;
  private closed = false;

  private constructor(
    parts: { connection: OpenConnection; shell: InteractiveShell | undefined; promptLine: string | null },
    target: SshTarget,
    limits: SshLimits,
  ) {
    this.connection = parts.connection;
    this.shell = parts.shell;
    this.limits = limits;
    this.deviceName = target.deviceName;
    this.facts = {
      hostKeyType: parts.connection.hostKeyType,
      fingerprint: parts.connection.fingerprint,
      promptLine: parts.promptLine,
    };
    this.total = setTimeout(() => this.destroy(), limits.totalMs);
    this.touch();
  }

  static async open(target: SshTarget, credential: DeviceCredential, limits: SshLimits): Promise<SshSession> {
    const connection = await openConnection(target, credential, limits);
    if (target.platform === 'ovs') {
      return new SshSession({ connection, shell: undefined, promptLine: null }, target, limits);
    }
    try {
      const shell = new InteractiveShell(await openShell(connection, target), target, limits);
      const promptLine = await shell.start(target.platform);
      return new SshSession({ connection, shell, promptLine }, target, limits);
    } catch (error) {
      connection.client.end();
      throw error;
    }
  }

  async run(line: string, options: RunOptions): Promise<CommandResult> {
    if (!this.shell || this.closed) throw new SshError('session-unusable', `${this.deviceName}: no shell`);
    this.touch();
    return this.shell.run(line, options).finally(() => this.touch());
  }

  /** Runs a remote program; `command` is already quoted by the caller. */
  async exec(command: string, timeoutMs: number): Promise<ExecResult> {
    if (this.closed) throw new SshError('session-unusable', `${this.deviceName}: session is closed`);
    this.touch();
    return new Promise((resolve, reject) => {
      const { client } = this.connection;
      const settle = (action: () => void): void => {
        clearTimeout(timer);
        client.removeListener('close', lost);
        action();
      };
      const fail = (error: SshError): void => settle(() => reject(error));
      const lost = (): void => fail(new SshError('connection-lost', `${this.deviceName}: connection closed`));
      const timer = setTimeout(() => {
        this.destroy();
        fail(new SshError('silence', `${this.deviceName}: no answer within ${timeoutMs} ms`));
      }, timeoutMs);
      client.once('close', lost);
      client.exec(command, (error, channel) => {
        if (error) fail(new SshError('connection-lost', `${this.deviceName}: ${error.message}`));
        else this.collect(channel, fail, (result) => settle(() => resolve(result)));
      });
    });
  }

  private collect(
    channel: ClientChannel,
    fail: (error: SshError) => void,
    done: (result: ExecResult) => void,
  ): void {
    let stdout = '';
    let stderr = '';
    let exitCode: number | null = null;
    const bound = (): void => {
      if (stdout.length + stderr.length <= this.limits.maxOutputBytes) return;
      channel.destroy();
      fail(new SshError('output-too-large', `${this.deviceName}: too much output`));
    };
    channel.on('data', (data: Buffer) => {
      stdout += data.toString('utf8');
      bound();
    });
    channel.stderr.on('data', (data: Buffer) => {
      stderr += data.toString('utf8');
      bound();
    });
    channel.on('exit', (code: number | null) => (exitCode = code));
    channel.on('error', () => fail(new SshError('connection-lost', `${this.deviceName}: channel error`)));
    channel.on('close', () => done({ exitCode, stdout, stderr }));
  }

  /** Ends the connection politely. */
  close(): void {
    this.stopTimers();
    this.connection.client.end();
  }

  /** Cuts the connection at once: used when a lease is lost. */
  destroy(): void {
    this.stopTimers();
    this.connection.client.destroy();
  }

  private stopTimers(): void {
    this.closed = true;
    clearTimeout(this.total);
    clearTimeout(this.idle);
  }

  private touch(): void {
    clearTimeout(this.idle);
    if (!this.closed) this.idle = setTimeout(() => this.close(), this.limits.idleMs);
  }
}

async function openShell(connection: OpenConnection, target: SshTarget): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const onClose = (): void =>
      reject(new SshError('connection-lost', `${target.deviceName} closed the connection after login`));
    connection.client.once('close', onClose);
    connection.client.shell({ cols: 512, rows: 1000, term: 'vt100' }, (error, channel) => {
      connection.client.removeListener('close', onClose);
      if (error) reject(new SshError('connection-lost', `${target.deviceName}: no shell: ${error.message}`));
      else resolve(channel);
    });
  });
}
