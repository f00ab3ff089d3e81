import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM: nonce, tag, ciphertext in one buffer; `context` is authenticated, so a ciphertext cannot be moved to another name. */
export function encrypt(key: Buffer, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Undoes `encrypt`; throws when key, context or bytes differ. */
export function decrypt(key: Buffer, sealed: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(sealed);
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('sealed value is too short');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}

/** A resolved secret: shows itself as [redacted] wherever it is printed or serialised. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}

/** The secret store's cryptography: names and versions are bound into every ciphertext. */
export interface Vault {
  seal(name: string, version: number, value: string): Uint8Array;
  unseal(name: string, version: number, sealed: Uint8Array): Secret;
}

/**
 * Opens the vault and proves first that it encrypts: a planted text must not be found in the sealed bytes and must come back. A
 * build or key fault stops the process here instead of storing secrets in clear (CVE-2022-31044 was that).
 */
export function openVault(key: Buffer): Vault {
  const context = (name: string, version: number) => `secret:${name}#v${version}`;
  const vault: Vault = {
    seal: (name, version, value) => encrypt(key, Buffer.from(value), context(name, version)),
    unseal: (name, version, sealed) =>
      new Secret(decrypt(key, sealed, context(name, version)).toString('utf8')),
  };
  const planted = `self-test-${randomBytes(16).toString('hex')}`;
  const sealed = Buffer.from(vault.seal('self-test', 1, planted));
  if (sealed.includes(planted) || vault.unseal('self-test', 1, sealed).reveal() !== planted) {
    throw new Error('the vault does not encrypt; nothing was stored');
  }
  return vault;
}

/** `device/core-sw#v3` -> name and version. Throws when the reference is malformed. */
export function parseSecretReference(reference: string): { name: string; version: number } {
  const match = /^([a-z0-9][a-z0-9/._-]{0,99})#v([1-9][0-9]{0,5})$/.exec(reference);
  if (match?.[1] === undefined)
    throw new Error(`secret reference “${reference}” must look like device/core-sw#v1`);
  return { name: match[1], version: Number(match[2]) };
}
