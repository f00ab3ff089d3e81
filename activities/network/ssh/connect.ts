import { createHash } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import ssh2, { type AnyAuthMethod, type Client as SshClient } from 'ssh2';
import type { DeviceRow } from '../../../prisma/records/types.ts';
import { algorithmsOf } from './algorithms.ts';
import { errorText, SshError } from './ssh-error.ts';

/** How to log in. Travels only inside messages to an SSH thread; never logged, never part of an error. */
export interface DeviceCredential {
  readonly username: string;
  readonly password?: string;
  readonly privateKey?: string;
  /** Cisco `enable`; absent when login lands in privileged mode. */
  readonly enablePassword?: string;
}

/** Where to log in, with the pinned host key. */
export interface SshTarget {
  readonly deviceName: string;
  readonly host: string;
  readonly port: number;
  readonly platform: DeviceRow['platform'];
  readonly sshProfile: DeviceRow['sshProfile'];
  readonly hostKeyType: string | null;
  /** `SHA256:` + unpadded base64. Null = nobody has pinned a key yet: no login. */
  readonly hostKeySha256: string | null;
  /** Exactly one method per device: every failed one counts toward a lock-out. */
  readonly auth: 'password' | 'keyboard-interactive' | 'key';
}

/** Bounds of a session, milliseconds and bytes. */
export interface SshLimits {
  readonly connectMs: number;
  readonly readyMs: number;
  /** Default wait for one command. */
  readonly commandMs: number;
  /** A session nobody uses for this long is closed. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** How long the line must be quiet after the prompt before it counts. */
  readonly quietMs: number;
  readonly maxOutputBytes: number;
  /** 0 switches keepalive off, for servers that answer it badly. */
  readonly keepaliveMs: number;
}

/** What a device is given unless its attributes say otherwise. */
export const DEFAULT_LIMITS: SshLimits = {
  connectMs: 8000,
  readyMs: 20_000,
  commandMs: 20_000,
  idleMs: 120_000,
  totalMs: 1_800_000,
  quietMs: 60,
  maxOutputBytes: 4 * 1024 * 1024,
  keepaliveMs: 10_000,
};

/** Fingerprint of a host key blob in OpenSSH form. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Key type written at the start of a host key blob. */
export function hostKeyTypeOf(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
}

/** An open, authenticated connection. */
export interface OpenConnection {
  readonly client: SshClient;
  readonly hostKeyType: string;
  readonly fingerprint: string;
}

/**
 * Connects, checks the pinned host key, then logs in. Fails closed: without a pin, or with another key, the connection ends during
 * the key exchange, before any user name or password is sent.
 */
export async function openConnection(
  target: SshTarget,
  credential: DeviceCredential,
  limits: SshLimits,
): Promise<OpenConnection> {
  const methods = authMethods(target, credential);
  const socket = await openSocket(target, limits.connectMs);
  const client = new ssh2.Client();
  const seen = { type: '', fingerprint: '' };
  return new Promise((resolve, reject) => {
    let settled = false;
    const fail = (error: SshError): void => {
      if (settled) return;
      settled = true;
      client.end();
      socket.destroy();
      reject(error);
    };
    // Stays attached for life: an error after `ready` without a listener would end the thread.
    client.on('error', (error) => fail(translate(error, target, seen.fingerprint)));
    client.on('close', () =>
      fail(new SshError('connection-lost', `${target.deviceName} closed the connection`)),
    );
    client.on('ready', () => {
      if (settled) return;
      settled = true;
      resolve({ client, hostKeyType: seen.type, fingerprint: seen.fingerprint });
    });
    client.connect({
      sock: socket,
      username: credential.username,
      algorithms: algorithmsOf(target.sshProfile, target.hostKeyType),
      readyTimeout: limits.readyMs,
      keepaliveInterval: limits.keepaliveMs,
      keepaliveCountMax: 3,
      hostVerifier: (key: Buffer) => {
        seen.type = hostKeyTypeOf(key);
        seen.fingerprint = fingerprintOf(key);
        return target.hostKeySha256 !== null && seen.fingerprint === target.hostKeySha256;
      },
      authHandler: (_left, _partial, next) => {
        const method = methods.shift();
        // `false` ends authentication; the typings of the library know only the method form.
        next(method ?? (false as unknown as AnyAuthMethod));
      },
    });
  });
}

function authMethods(target: SshTarget, credential: DeviceCredential): AnyAuthMethod[] {
  const { username, password, privateKey } = credential;
  if (target.auth === 'key') {
    if (!privateKey)
      throw new SshError('auth-failed', `${target.deviceName}: the credential holds no private key`);
    return [{ type: 'publickey', username, key: privateKey }];
  }
  if (password === undefined) {
    throw new SshError('auth-failed', `${target.deviceName}: the credential holds no password`);
  }
  if (target.auth === 'password') return [{ type: 'password', username, password }];
  return [
    {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        // Only password questions are answered; anything else gets an empty answer and fails.
        finish(prompts.map((question) => (/ssword|passcode/i.test(question.prompt) ? password : '')));
      },
    },
  ];
}

async function openSocket(target: SshTarget, connectMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: target.host, port: target.port });
    const fail = (message: string): void => {
      socket.destroy();
      reject(new SshError('unreachable', `${target.deviceName}: ${message}`));
    };
    const timer = setTimeout(() => fail(`no TCP answer within ${connectMs} ms`), connectMs);
    socket.on('error', (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

function translate(error: Error & { level?: string }, target: SshTarget, seenFingerprint: string): SshError {
  const name = target.deviceName;
  if (seenFingerprint !== '' && seenFingerprint !== target.hostKeySha256) {
    return target.hostKeySha256 === null
      ? new SshError('host-key-unpinned', `${name}: no host key is pinned; it shows ${seenFingerprint}`, {
          seenFingerprint,
        })
      : new SshError(
          'host-key-changed',
          `${name}: host key ${seenFingerprint} is not the pinned ${target.hostKeySha256}`,
          { seenFingerprint },
        );
  }
  const text = errorText(error);
  if (error.level === 'client-authentication') return new SshError('auth-failed', `${name}: login refused`);
  if (error.level === 'client-timeout') return new SshError('timeout', `${name}: ${text}`);
  if (/no matching/i.test(text)) return new SshError('no-common-algorithm', `${name}: ${text}`);
  return new SshError('connection-lost', `${name}: ${text}`);
}
