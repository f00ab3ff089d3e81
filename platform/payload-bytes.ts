import type { Payload } from '@temporalio/common';

/** A payload as bytes: 4 bytes length of the metadata JSON (values base64), the JSON, then the data. */
export function encodeBinary(payload: Payload): Buffer {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(payload.metadata ?? {}))
    metadata[name] = Buffer.from(value).toString('base64');
  const head = Buffer.from(JSON.stringify(metadata));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, payload.data ?? new Uint8Array()]);
}

/** Undoes `encodeBinary`; throws when the bytes are cut short. */
export function decodeBinary(bytes: Buffer): Payload {
  const headBytes = bytes.length < 4 ? Number.NaN : bytes.readUInt32BE(0);
  if (!(headBytes <= bytes.length - 4)) throw new Error('payload bytes are cut short');
  const encoded = JSON.parse(bytes.subarray(4, 4 + headBytes).toString('utf8')) as Record<string, string>;
  const metadata: Record<string, Uint8Array> = {};
  for (const [name, value] of Object.entries(encoded)) metadata[name] = Buffer.from(value, 'base64');
  return { metadata, data: bytes.subarray(4 + headBytes) };
}
