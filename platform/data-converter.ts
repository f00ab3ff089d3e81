import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { decodeBinary, encodeBinary } from './payload-bytes.ts';
import { decrypt, encrypt } from './vault.ts';

const ENCODING = 'binary/afterbell-aes-256-gcm';

/** Encrypts every payload before it leaves the process; the server stores ciphertext, the key id and nothing else. */
export class EncryptionCodec implements PayloadCodec {
  private readonly key: Buffer;
  private readonly keyId: string;

  constructor(key: Buffer, keyId: string) {
    this.key = key;
    this.keyId = keyId;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => ({
      metadata: { encoding: Buffer.from(ENCODING), 'key-id': Buffer.from(this.keyId) },
      data: encrypt(this.key, encodeBinary(payload), this.keyId),
    }));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.decodeOne(payload));
  }

  private decodeOne(payload: Payload): Payload {
    const encoding = payload.metadata?.encoding;
    if (encoding === undefined || encoding === null || Buffer.from(encoding).toString() !== ENCODING)
      return payload;
    const keyId = Buffer.from(payload.metadata?.['key-id'] ?? []).toString();
    if (keyId !== this.keyId)
      throw new Error(`payload was encrypted with key ${keyId}, this process has ${this.keyId}`);
    return decodeBinary(decrypt(this.key, payload.data ?? new Uint8Array(), this.keyId));
  }
}

/** Data converter of every client and worker: encryption, and failures whose message and stack are encrypted too. */
export function dataConverter(keys: { readonly payload: Buffer; readonly keyId: string }): DataConverter {
  return {
    payloadCodecs: [new EncryptionCodec(keys.payload, keys.keyId)],
    failureConverterPath: new URL('./failure-converter.cjs', import.meta.url).pathname,
  };
}
