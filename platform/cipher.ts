import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const FORMAT = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES;

/** A 32-byte AES key with its id, 16 hexadecimal characters. */
export interface CipherKey {
  readonly keyId: string;
  readonly key: Uint8Array;
}

/** Keys of one purpose: the current one seals, all of them open. */
export interface CipherRing {
  readonly current: CipherKey;
  readonly byId: ReadonlyMap<string, CipherKey>;
}

/** Sealed bytes cannot be opened: changed, bound to something else, or sealed with a key this installation does not have. */
export class CipherError extends Error {}

/**
 * AES-256-GCM with a random 96-bit nonce: format byte, key id, nonce, tag, ciphertext. `bound` is authenticated and not stored:
 * opening needs the same text, so a sealed value cannot be moved to another place.
 */
export function seal(ring: CipherRing, plain: Uint8Array, bound: string): Buffer {
  const { key, keyId } = ring.current;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(`${keyId}\n${bound}`));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT), Buffer.from(keyId, 'hex'), nonce, cipher.getAuthTag(), body]);
}

/** Opens what `seal` made with the same `bound` text. Throws `CipherError`. */
export function open(ring: CipherRing, sealed: Uint8Array, bound: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < HEAD_BYTES || bytes[0] !== FORMAT) throw new CipherError('not a sealed value');
  const keyId = bytes.toString('hex', 1, 1 + KEY_ID_BYTES);
  const key = ring.byId.get(keyId);
  if (key === undefined)
    throw new CipherError(`sealed with key ${keyId}, which the master key file does not hold`);
  const nonceAt = 1 + KEY_ID_BYTES;
  const tagAt = nonceAt + NONCE_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key.key, bytes.subarray(nonceAt, tagAt));
  decipher.setAAD(Buffer.from(`${keyId}\n${bound}`));
  decipher.setAuthTag(bytes.subarray(tagAt, HEAD_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]);
  } catch {
    throw new CipherError('the sealed value was changed or belongs to another place');
  }
}
