import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const KEY_BYTES = 32;

/** Keys derived from the master key (HKDF-SHA256), one per purpose; 32 bytes each. */
export interface Keys {
  /** Names the master key without revealing it: stands beside everything it encrypted. */
  readonly keyId: string;
  readonly payload: Buffer;
  readonly vault: Buffer;
  /** HMAC-SHA256 with the namespace key, lower-case hex: clear keys become opaque ids. */
  opaque(text: string): string;
}

/** Reads the master key. Throws with the path and the reason when it is missing, malformed or readable by others. */
export function readKeys(file: string): Keys {
  if (!existsSync(file))
    throw new Error(
      `master key ${file} does not exist; it is made by the first start, or restored from your backup`,
    );
  if ((statSync(file).mode & 0o077) !== 0)
    throw new Error(`master key ${file} may be read by others; its mode must be 0600`);
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`master key ${file} must hold 64 hex characters`);
  return deriveKeys(Buffer.from(text, 'hex'));
}

/** Makes the master key when there is none; an existing one is never touched. True when it was made. */
export function ensureMasterKey(file: string): boolean {
  if (existsSync(file)) return false;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  return true;
}

/** Derives the keys of the product from 32 bytes of master key. */
export function deriveKeys(master: Buffer): Keys {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', master, 'afterbell', purpose, KEY_BYTES));
  const namespaceKey = derive('namespace-hmac');
  return {
    keyId: derive('key-id').toString('hex').slice(0, 16),
    payload: derive('payload-codec'),
    vault: derive('vault'),
    opaque: (text) => createHmac('sha256', namespaceKey).update(text).digest('hex'),
  };
}
