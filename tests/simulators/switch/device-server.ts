import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ssh2, { type AuthContext, type Connection, type KexAlgorithm } from 'ssh2';
import { ciscoIos } from './cisco-ios.ts';
import { openCliSession, type Personality } from './cli.ts';
import { Faults } from './faults.ts';
import { huaweiVrp } from './huawei-vrp.ts';
import { SwitchState } from './state.ts';
import { Terminal } from './terminal.ts';
import type { SwitchOptions, SwitchView } from './types.ts';

const { Server, utils } = ssh2;

/** One pretend switch: state, faults and its SSH server on 127.0.0.1. */
export class DeviceServer {
  readonly state: SwitchState;
  readonly faults: Faults;
  readonly personality: Personality;
  sshPort = 0;
  acceptLogins = true;
  private readonly options: SwitchOptions;
  private readonly folder: string;
  private server: InstanceType<typeof Server>;
  private readonly clients = new Set<Connection>();
  private sessions = 0;
  private connections = 0;
  private credentialsSeen = 0;

  constructor(options: SwitchOptions, folder: string) {
    this.options = options;
    this.folder = folder;
    this.state = new SwitchState(options, folder, Date.now());
    this.faults = new Faults(options.faults);
    this.personality = options.personality === 'cisco_ios' ? ciscoIos : huaweiVrp;
    this.state.renderRunning = () => this.personality.renderRunning(this.state);
    this.state.prime();
    this.server = this.createServer('own');
  }

  /** Fingerprint of the device's own host key in OpenSSH form. */
  get hostKeySha256(): string {
    const parsed = utils.parseKey(hostKey(this.folder, this.options.name, 'own'));
    if (parsed instanceof Error) throw parsed;
    const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64');
    return `SHA256:${digest.replace(/=+$/, '')}`;
  }

  async listen(sshPort: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(sshPort, '127.0.0.1', resolve);
    });
    const address = this.server.address();
    if (!address || typeof address === 'string') throw new Error('no port');
    this.sshPort = address.port;
  }

  /** Swaps the host key: the same port answers with another identity. */
  async useHostKey(which: 'own' | 'other'): Promise<void> {
    this.hangUpAll();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server = this.createServer(which);
    await this.listen(this.sshPort);
  }

  /** A change by somebody else, past every session; in the journal as `other-admin`. */
  foreignEdit(portName: string, lines: readonly string[]): void {
    const port = this.state.ports.get(portName);
    if (!port) throw new Error(`no port ${portName}`);
    for (const line of lines) {
      const answer = this.personality.applyPortLine(this.state, port.config, line);
      const entry = { session: 0, user: 'other-admin', line, interface: portName, accepted: answer === null };
      this.state.record(entry);
    }
  }

  view(): SwitchView {
    const ports = [...this.state.ports.values()].map((port) => {
      const saved = this.state.startupPorts[port.name] ?? port.config;
      return [
        port.name,
        {
          running: this.personality.renderPort(port),
          startup: this.personality.renderPort({ config: saved }),
        },
      ] as const;
    });
    return {
      ports: Object.fromEntries(ports),
      running: this.state.renderRunning(),
      startup: this.state.startup,
      runningHash: this.state.runningHash(),
      vlans: [...this.state.vlans].sort((left, right) => left - right),
      openSessions: this.clients.size,
      connections: this.connections,
      credentialsSeen: this.credentialsSeen,
    };
  }

  async close(): Promise<void> {
    this.hangUpAll();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.state.close();
  }

  private hangUpAll(): void {
    for (const client of this.clients) client.end();
  }

  private createServer(which: 'own' | 'other'): InstanceType<typeof Server> {
    const kex = this.options.kex ? { algorithms: { kex: [...this.options.kex] as KexAlgorithm[] } } : {};
    const server = new Server({ hostKeys: [hostKey(this.folder, this.options.name, which)], ...kex });
    server.on('connection', (client: Connection) => this.accept(client));
    return server;
  }

  private accept(client: Connection): void {
    this.connections += 1;
    this.clients.add(client);
    let user = '';
    client.on('error', () => this.clients.delete(client));
    client.on('close', () => this.clients.delete(client));
    client.on('authentication', (context) => {
      user = context.username;
      this.authenticate(context);
    });
    client.on('session', (accept) => {
      const session = accept();
      session.on('pty', (acceptPty) => acceptPty?.());
      session.on('shell', (acceptShell) => {
        this.sessions += 1;
        const channel = acceptShell();
        new Terminal({
          channel,
          session: openCliSession(this.state, this.sessions, user),
          personality: this.personality,
          faults: this.faults,
          foreignEdit: (port, lines) => this.foreignEdit(port, lines),
          hangUp: () => client.end(),
        });
      });
      session.on('exec', (_accept, reject) => reject());
    });
  }

  private authenticate(context: AuthContext): void {
    const { username, password, auth = 'password' } = this.options;
    if (context.method === 'password' && auth === 'password') {
      this.credentialsSeen += 1;
      if (this.acceptLogins && context.username === username && context.password === password)
        context.accept();
      else context.reject(['password']);
    } else if (context.method === 'keyboard-interactive' && auth === 'keyboard-interactive') {
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
        this.credentialsSeen += 1;
        if (this.acceptLogins && context.username === username && answers[0] === password) context.accept();
        else context.reject(['keyboard-interactive']);
      });
    } else {
      context.reject([auth]);
    }
  }
}

/** Host key of a device, made once and kept in the folder (PKCS#1 RSA would be slow to make; nistp256 is not). */
function hostKey(folder: string, name: string, which: 'own' | 'other'): string {
  const file = path.join(folder, `${name}.${which}.key`);
  if (!existsSync(file)) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    writeFileSync(file, pair.privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}
