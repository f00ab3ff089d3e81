import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { open, seal } from './cipher.ts';
import { failureConverterPath } from './failure-converter.ts';
import type { Keys } from './keys.ts';

const ENCODING = 'binary/encrypted';
const BOUND = 'payload v1';
const EMPTY = new Uint8Array();

/**
 * What every client and worker passes to Temporal: payloads sealed with AES-256-GCM under the payload key, failures included. Two
 * installations with different master keys cannot read each other.
 */
export function dataConverter(keys: Keys): DataConverter {
  return { failureConverterPath, payloadCodecs: [createPayloadCodec(keys)] };
}

/**
 * Seals whole payloads (metadata and data) and names the key in the metadata. A payload in clear is refused: whoever can reach Temporal
 * could otherwise slip a signal or an answer of his own into a run.
 */
export function createPayloadCodec(keys: Keys): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encodePayload(keys, payload)),
    decode: async (payloads) => payloads.map((payload) => decodePayload(keys, payload)),
  };
}

function encodePayload(keys: Keys, payload: Payload): Payload {
  return {
    metadata: {
      encoding: Buffer.from(ENCODING),
      'encryption-key-id': Buffer.from(keys.payload.current.keyId),
    },
    data: seal(keys.payload, pack(payload), BOUND),
  };
}

function decodePayload(keys: Keys, payload: Payload): Payload {
  const encoding = Buffer.from(payload.metadata?.encoding ?? EMPTY).toString();
  if (encoding !== ENCODING || !payload.data)
    throw new Error(`a payload with encoding “${encoding}” arrived unsealed and is refused`);
  return unpack(open(keys.payload, payload.data, BOUND));
}

/** Length of the head (4 bytes), head (metadata as JSON of base64), data. */
function pack(payload: Payload): Buffer {
  const metadata = Object.entries(payload.metadata ?? {}).map(([name, value]) => [
    name,
    Buffer.from(value).toString('base64'),
  ]);
  const head = Buffer.from(JSON.stringify(metadata));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, payload.data ?? EMPTY]);
}

function unpack(bytes: Buffer): Payload {
  const headEnd = 4 + bytes.readUInt32BE(0);
  const head: unknown = JSON.parse(bytes.toString('utf8', 4, headEnd));
  const metadata: Record<string, Uint8Array> = {};
  for (const entry of Array.isArray(head) ? head : []) {
    if (!Array.isArray(entry)) continue;
    const [name, value]: unknown[] = entry;
    if (typeof name === 'string' && typeof value === 'string') metadata[name] = Buffer.from(value, 'base64');
  }
  return { metadata, data: bytes.subarray(headEnd) };
}
