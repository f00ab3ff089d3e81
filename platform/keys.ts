import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { CipherRing } from './cipher.ts';

const MASTER_BYTES = 32;

/** Keys derived from the master key, one per purpose: none of them says anything about another (HKDF-SHA256). */
export interface Keys {
  /** Id of the current master key, 16 hexadecimal characters; safe to print. */
  readonly keyId: string;
  readonly payload: CipherRing;
  readonly vault: CipherRing;
  /** HMAC key of the namespace: clear keys become workflow ids with it. Stays the same when the master key is rotated. */
  readonly namespace: Uint8Array;
  readonly session: Uint8Array;
}

/** The master key file is missing, readable by others or damaged. One line. */
export class KeyFileError extends Error {}

/**
 * Reads the master key file, making it first when it does not exist and `create` is set. Refuses a file that anyone but its owner may
 * read. One key per line in base64, the current one first; older lines stay for opening what they sealed.
 */
export function loadKeys(
  file: string,
  options: { create?: boolean } = {},
): Keys & { readonly wasCreated: boolean } {
  const wasCreated = options.create === true && !existsSync(file);
  if (wasCreated) writeNewKey(file);
  if (!existsSync(file)) throw new KeyFileError(`master key ${file} does not exist`);
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw new KeyFileError(
      `master key ${file} has mode ${mode.toString(8)}; only its owner may read it (chmod 600)`,
    );
  const lines = readFileSync(file, 'utf8').split('\n');
  const masters = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return { ...deriveKeys(masters.map((line) => parseMaster(line, file))), wasCreated };
}

/** Derives all keys; masters newest first, 32 bytes each. */
export function deriveKeys(masters: readonly Uint8Array[]): Keys {
  const [current] = masters;
  const oldest = masters.at(-1);
  if (current === undefined || oldest === undefined)
    throw new KeyFileError('the master key file holds no key');
  return {
    keyId: keyIdOf(current),
    payload: ringOf(masters, 'payload'),
    vault: ringOf(masters, 'vault'),
    namespace: derive(oldest, 'namespace'),
    session: derive(current, 'session'),
  };
}

/** HMAC-SHA256 with the namespace key, 64 lower-case hexadecimal characters: what may leave PostgreSQL instead of a clear key. */
export function opaque(keys: Keys, clear: string): string {
  return createHmac('sha256', keys.namespace).update(clear).digest('hex');
}

/** A new random master key in the form of the file. */
export function newMasterKey(): Buffer {
  return randomBytes(MASTER_BYTES);
}

function writeNewKey(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // `wx`: two processes that start at once must not end with two different keys.
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, `${newMasterKey().toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  chmodSync(file, 0o600);
}

function parseMaster(line: string, file: string): Uint8Array {
  const bytes = Buffer.from(line, 'base64');
  if (bytes.length !== MASTER_BYTES || bytes.toString('base64') !== line)
    throw new KeyFileError(`master key ${file} has a line that is not ${MASTER_BYTES} bytes in base64`);
  return bytes;
}

function ringOf(masters: readonly Uint8Array[], purpose: string): CipherRing {
  const keys = masters.map((master) => ({ keyId: keyIdOf(master), key: derive(master, purpose) }));
  const [current] = keys;
  if (current === undefined) throw new KeyFileError('the master key file holds no key');
  return { current, byId: new Map(keys.map((key) => [key.keyId, key])) };
}

function derive(master: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, 'afterbell', `afterbell/${purpose}/v1`, 32));
}

function keyIdOf(master: Uint8Array): string {
  return createHash('sha256').update('afterbell key id\n').update(master).digest('hex').slice(0, 16);
}
