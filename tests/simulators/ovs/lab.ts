import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Programs the lab needs; all from Debian packages openvswitch-switch, openssh-server, iproute2, iputils-ping. */
const PROGRAMS = {
  ip: '/usr/sbin/ip',
  sshd: '/usr/sbin/sshd',
  sshKeygen: '/usr/bin/ssh-keygen',
  ovsdbServer: '/usr/sbin/ovsdb-server',
  ovsVswitchd: '/usr/sbin/ovs-vswitchd',
  ovsdbTool: '/usr/bin/ovsdb-tool',
  ovsVsctl: '/usr/bin/ovs-vsctl',
  ping: '/usr/bin/ping',
} as const;
const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';

/** One host behind the switch: a network namespace with one veth end; the other end is a switch port. */
export interface LabHost {
  readonly name: string;
  readonly port: string;
  readonly address: string;
  /** Access VLAN the port starts in. */
  readonly vlan: number;
  /** False leaves the host's end down, so that the switch port has no link. */
  readonly up: boolean;
}

/** A running Open vSwitch (userspace datapath) in its own network namespace, behind a real sshd on loopback. */
export interface OvsLab {
  readonly sshPort: number;
  readonly hostKeyType: string;
  /** OpenSSH form: `SHA256:` + unpadded base64. */
  readonly hostKeySha256: string;
  readonly username: string;
  readonly privateKey: string;
  readonly bridge: string;
  readonly ovsRunDir: string;
  /** Runs ovs-vsctl on the switch, past SSH: the independent view the assertions use. */
  ovsVsctl(...argv: string[]): string;
  setHostLink(host: string, up: boolean): void;
  /** True when `from` gets an answer from `to`. */
  canPing(from: string, to: string): boolean;
  /** While set, the switch silently stores another tag than asked for on this port: a change that can only be caught by reading back. */
  corruptTagOf(port: string | null): void;
  stop(): Promise<void>;
}

/** Why the lab cannot run here, or undefined when it can: it needs root, the programs and network namespaces. */
export function labObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root: network namespaces cannot be made';
  const missing = [...Object.values(PROGRAMS), SCHEMA].filter((file) => !existsSync(file));
  if (missing.length > 0) return `missing ${missing.join(', ')}`;
  const probe = `abprobe${process.pid}`;
  try {
    execFileSync(PROGRAMS.ip, ['netns', 'add', probe], { stdio: 'pipe' });
    execFileSync(PROGRAMS.ip, ['netns', 'del', probe], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `network namespaces are refused: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
  }
}

/** Starts switch, hosts and sshd. Throws when a part does not come up; everything started is stopped again then. */
export async function startOvsLab(hosts: readonly LabHost[]): Promise<OvsLab> {
  const folder = mkdtempSync(path.join(tmpdir(), 'afterbell-ovs-'));
  const tag = randomBytes(3).toString('hex');
  const lab = new Lab(folder, tag, hosts);
  try {
    await lab.start();
    return lab;
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

class Lab implements OvsLab {
  readonly bridge = 'br0';
  readonly username = 'root';
  sshPort = 0;
  hostKeyType = 'ssh-ed25519';
  hostKeySha256 = '';
  privateKey = '';
  private readonly namespaces: string[] = [];
  private readonly folder: string;
  private readonly tag: string;
  private readonly hosts: readonly LabHost[];
  private sshd: ChildProcess | undefined;

  constructor(folder: string, tag: string, hosts: readonly LabHost[]) {
    this.folder = folder;
    this.tag = tag;
    this.hosts = hosts;
  }

  get ovsRunDir(): string {
    return path.join(this.folder, 'run');
  }

  async start(): Promise<void> {
    for (const name of ['run', 'db', 'log', 'bin']) mkdirSync(path.join(this.folder, name));
    this.makeNamespace('sw');
    this.startSwitch();
    for (const host of this.hosts) this.attachHost(host);
    await this.startSshd();
  }

  ovsVsctl(...argv: string[]): string {
    return execFileSync(PROGRAMS.ovsVsctl, [`--db=unix:${this.ovsRunDir}/db.sock`, '--timeout=10', ...argv], {
      encoding: 'utf8',
    }).trim();
  }

  setHostLink(host: string, up: boolean): void {
    this.ip('-n', this.namespace(host), 'link', 'set', 'eth0', up ? 'up' : 'down');
  }

  canPing(from: string, to: string): boolean {
    const target = this.hosts.find((host) => host.name === to);
    if (!target) throw new Error(`no lab host ${to}`);
    try {
      const argv = [
        'netns',
        'exec',
        this.namespace(from),
        PROGRAMS.ping,
        '-c',
        '2',
        '-i',
        '0.2',
        '-W',
        '1',
        target.address,
      ];
      execFileSync(PROGRAMS.ip, argv, { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  }

  corruptTagOf(port: string | null): void {
    const flag = path.join(this.folder, 'corrupt');
    if (port === null) rmSync(flag, { force: true });
    else writeFileSync(flag, port);
  }

  async stop(): Promise<void> {
    this.sshd?.kill('SIGTERM');
    for (const daemon of ['ovs-vswitchd', 'ovsdb-server'])
      await stopByPidFile(path.join(this.ovsRunDir, `${daemon}.pid`));
    for (const namespace of this.namespaces.reverse()) this.ip('netns', 'del', namespace);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private namespace(name: string): string {
    return `ab${this.tag}${name}`;
  }

  private ip(...argv: string[]): void {
    execFileSync(PROGRAMS.ip, argv, { stdio: 'pipe' });
  }

  private makeNamespace(name: string): void {
    this.ip('netns', 'add', this.namespace(name));
    this.namespaces.push(this.namespace(name));
    this.ip('-n', this.namespace(name), 'link', 'set', 'lo', 'up');
  }

  private startSwitch(): void {
    const run = this.ovsRunDir;
    const environment = {
      ...process.env,
      OVS_RUNDIR: run,
      OVS_DBDIR: path.join(this.folder, 'db'),
      OVS_LOGDIR: path.join(this.folder, 'log'),
    };
    const database = path.join(this.folder, 'db', 'conf.db');
    const inSwitch = (...argv: string[]) =>
      execFileSync(PROGRAMS.ip, ['netns', 'exec', this.namespace('sw'), ...argv], {
        stdio: 'pipe',
        env: environment,
      });
    execFileSync(PROGRAMS.ovsdbTool, ['create', database, SCHEMA], { stdio: 'pipe' });
    inSwitch(
      PROGRAMS.ovsdbServer,
      database,
      `--remote=punix:${run}/db.sock`,
      '--detach',
      `--pidfile=${run}/ovsdb-server.pid`,
      `--log-file=${this.folder}/log/ovsdb.log`,
    );
    this.ovsVsctl('--no-wait', 'init');
    inSwitch(
      PROGRAMS.ovsVswitchd,
      `unix:${run}/db.sock`,
      '--detach',
      `--pidfile=${run}/ovs-vswitchd.pid`,
      `--log-file=${this.folder}/log/vswitchd.log`,
    );
    this.ovsVsctl('add-br', this.bridge, '--', 'set', 'bridge', this.bridge, 'datapath_type=netdev');
  }

  private attachHost(host: LabHost): void {
    this.makeNamespace(host.name);
    this.ip(
      'link',
      'add',
      'eth0',
      'netns',
      this.namespace(host.name),
      'type',
      'veth',
      'peer',
      'name',
      host.port,
      'netns',
      this.namespace('sw'),
    );
    this.ip('-n', this.namespace('sw'), 'link', 'set', host.port, 'up');
    this.ip('-n', this.namespace(host.name), 'addr', 'add', `${host.address}/24`, 'dev', 'eth0');
    this.setHostLink(host.name, host.up);
    this.ovsVsctl('add-port', this.bridge, host.port, `tag=${host.vlan}`, 'vlan_mode=access');
  }

  private async startSshd(): Promise<void> {
    const hostKey = path.join(this.folder, 'host_ed25519');
    const userKey = path.join(this.folder, 'user_ed25519');
    for (const file of [hostKey, userKey]) {
      execFileSync(PROGRAMS.sshKeygen, ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', file], {
        stdio: 'pipe',
      });
    }
    this.privateKey = readFileSync(userKey, 'utf8');
    const blob = Buffer.from(readFileSync(`${hostKey}.pub`, 'utf8').split(' ')[1] ?? '', 'base64');
    this.hostKeySha256 = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
    this.writeWrapper();
    this.sshPort = await freePort();
    const config = path.join(this.folder, 'sshd_config');
    writeFileSync(config, this.sshdConfig(hostKey, userKey));
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    this.sshd = spawn(PROGRAMS.sshd, ['-D', '-e', '-f', config], { stdio: 'ignore' });
    await waitForPort(this.sshPort);
  }

  private sshdConfig(hostKey: string, userKey: string): string {
    return [
      `Port ${this.sshPort}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${userKey}.pub`,
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'StrictModes no',
      `PidFile ${this.folder}/sshd.pid`,
      `SetEnv PATH=${this.folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      '',
    ].join('\n');
  }

  /** Stands before the real ovs-vsctl on the sshd user's PATH and passes through, but for the planted fault. */
  private writeWrapper(): void {
    const wrapper = path.join(this.folder, 'bin', 'ovs-vsctl');
    writeFileSync(
      wrapper,
      [
        '#!/bin/sh',
        `${PROGRAMS.ovsVsctl} "$@"; code=$?`,
        `flag=${this.folder}/corrupt`,
        'case " $* " in *" set "*)',
        `  if [ $code -eq 0 ] && [ -f "$flag" ]; then port=$(cat "$flag"); case " $* " in *" $port "*) rm -f "$flag"; ${PROGRAMS.ovsVsctl} set port "$port" tag=999;; esac; fi;;`,
        'esac',
        'exit $code',
        '',
      ].join('\n'),
    );
    chmodSync(wrapper, 0o755);
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function waitForPort(port: number): Promise<void> {
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await answers()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`sshd did not answer on 127.0.0.1:${port}`);
}

async function stopByPidFile(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').trim());
  try {
    process.kill(pid, 'SIGTERM');
    for (let attempt = 0; attempt < 100; attempt += 1) {
      process.kill(pid, 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has ended.
  }
}
