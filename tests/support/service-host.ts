import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from './api-session.ts';

const SSHD = '/usr/sbin/sshd';
const NGINX = '/usr/sbin/nginx';

/** What serves on the host: a small Node process, or Debian's nginx. */
export type ServedBy = 'node' | 'nginx';

/** True where the host can serve by nginx. */
export const canHostNginx = process.getuid?.() === 0 && existsSync(SSHD) && existsSync(NGINX);

/** True where a host with a service can be made: root and Debian's openssh-server. */
export const canHostService = process.getuid?.() === 0 && existsSync(SSHD);

/** A host with one web service behind a real sshd on loopback; the service is a process of its own that can be killed. */
export interface ServiceHost {
  readonly sshPort: number;
  readonly servicePort: number;
  readonly hostKeySha256: string;
  readonly privateKey: string;
  /** Starts the service again; leaves a line per call in `restarts`. */
  readonly restartCommand: string;
  restarts(): number;
  /** SIGKILL to the process group of the service: of nginx, master and workers. */
  killService(): void;
  close(): void;
}

/** Starts sshd and the service. Throws when a port does not open within ten seconds. */
export async function startServiceHost(servedBy: ServedBy = 'node'): Promise<ServiceHost> {
  const folder = mkdtempSync(path.join(tmpdir(), 'afterbell-host-'));
  const [hostKey, userKey] = ['host', 'user'].map((name) => path.join(folder, name));
  for (const file of [hostKey, userKey])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file ?? ''], { stdio: 'pipe' });
  const [sshPort, servicePort] = [await freePort(), await freePort()];
  const pidFile = path.join(folder, 'service.pid');
  const log = path.join(folder, 'restarts');
  const script = path.join(folder, 'restart.sh');
  writeFileSync(log, '');
  writeFileSync(
    script,
    [
      '#!/bin/sh',
      `echo restarted >> ${log}`,
      `[ -f ${pidFile} ] && kill -9 -- "-$(cat ${pidFile})" 2>/dev/null`,
      `setsid ${serveCommand(servedBy, folder, servicePort)} >/dev/null 2>&1 &`,
      `echo $! > ${pidFile}`,
      '',
    ].join('\n'),
  );
  chmodSync(script, 0o755);
  const config = path.join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      `Port ${sshPort}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${userKey}.pub`,
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'StrictModes no',
      `PidFile ${folder}/sshd.pid`,
      '',
    ].join('\n'),
  );
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const sshd: ChildProcess = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: 'ignore' });
  execFileSync(script);
  await waitForPort(sshPort);
  await waitForPort(servicePort);
  const killService = (): void => {
    process.kill(-Number(readFileSync(pidFile, 'utf8').trim()), 'SIGKILL');
  };
  const blob = Buffer.from(readFileSync(`${hostKey}.pub`, 'utf8').split(' ')[1] ?? '', 'base64');
  return {
    sshPort,
    servicePort,
    hostKeySha256: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    privateKey: readFileSync(userKey ?? '', 'utf8'),
    restartCommand: script,
    restarts: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '').length - 1,
    killService,
    close: () => {
      sshd.kill('SIGTERM');
      try {
        killService();
      } catch {
        // It may be dead already: that is what the tests do to it.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Both answer every path with a line Prometheus can read. */
function serveCommand(servedBy: ServedBy, folder: string, port: number): string {
  if (servedBy === 'node')
    return `${process.execPath} -e "require('http').createServer((q,s)=>s.end('service_serves 1\\n')).listen(${port},'127.0.0.1')"`;
  const config = path.join(folder, 'nginx.conf');
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    config,
    [
      'daemon off;',
      `pid ${folder}/nginx.pid;`,
      `error_log ${folder}/nginx.log warn;`,
      'worker_processes 1;',
      'events { worker_connections 64; }',
      'http {',
      '  access_log off;',
      '  default_type text/plain;',
      ...kinds.map((kind) => `  ${kind}_temp_path ${folder}/${kind};`),
      `  server { listen 127.0.0.1:${port}; location / { return 200 "service_serves 1\\n"; } }`,
      '}',
      '',
    ].join('\n'),
  );
  return `${NGINX} -c ${config}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

function waitForPort(port: number): Promise<true> {
  return waitFor(
    `port ${port}`,
    10_000,
    () =>
      new Promise<true | undefined>((resolve) => {
        const socket = connect({ host: '127.0.0.1', port });
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(undefined));
      }),
  );
}
