import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { open, seal } from './cipher.ts';
import { failureConverterPath } from './failure-converter.ts';
import type { Keys } from './keys.ts';
import { type PayloadStorage, type StoredPayloads, storedPayloadsOf } from './stored-payloads.ts';

const ENCODING = 'binary/encrypted';
const BOUND = 'payload v1';
const EMPTY = new Uint8Array();
/** Metadata of a payload whose data are in the payload storage: their SHA-256. It is sealed with the rest, so nobody can point elsewhere. */
const STORED = 'afterbell-stored';

/** Bytes of a payload's data. */
export const payloadLimits = {
  /** What travels through Temporal itself; more goes to the payload storage, and only its hash travels. */
  inline: 64 * 1024,
  /** What is taken at all. The limits of the run (engine/data-limits.ts) are below it and say which step it was. */
  most: 128 * 1024 * 1024,
} as const;

/**
 * What every client and worker passes to Temporal: payloads sealed with AES-256-GCM under the payload key, failures included, large ones
 * by their hash. Two installations with different master keys cannot read each other.
 */
export function dataConverter(keys: Keys, storage: PayloadStorage): DataConverter {
  return { failureConverterPath, payloadCodecs: [createPayloadCodec(keys, storage)] };
}

/**
 * Seals whole payloads (metadata and data) and names the key in the metadata. A payload in clear is refused: whoever can reach Temporal
 * could otherwise slip a signal or an answer of his own into a run. Data over 64 KiB are stored by their hash, which is sealed instead.
 */
export function createPayloadCodec(keys: Keys, storage: PayloadStorage): PayloadCodec {
  const stored = storedPayloadsOf(storage);
  return {
    encode: async (payloads) => {
      const small = payloads.some(isLarge)
        ? await Promise.all(payloads.map((payload) => storeLarge(stored, payload)))
        : payloads;
      return small.map((payload) => sealPayload(keys, payload));
    },
    decode: async (payloads) => {
      const opened = payloads.map((payload) => openPayload(keys, payload));
      return opened.some(isStored)
        ? Promise.all(opened.map((payload) => readStored(stored, payload)))
        : opened;
    },
  };
}

function isLarge({ data }: Payload): boolean {
  return (data?.length ?? 0) > payloadLimits.inline;
}

function isStored({ metadata }: Payload): boolean {
  return metadata?.[STORED] !== undefined;
}

async function storeLarge(stored: StoredPayloads, payload: Payload): Promise<Payload> {
  const { data, metadata } = payload;
  if (!data || !isLarge(payload)) return payload;
  if (data.length > payloadLimits.most)
    throw new Error(`a payload has ${data.length} bytes, ${payloadLimits.most} are allowed`);
  const sha256 = await stored.put(data);
  return { metadata: { ...metadata, [STORED]: Buffer.from(sha256) } };
}

async function readStored(stored: StoredPayloads, payload: Payload): Promise<Payload> {
  const { [STORED]: sha256, ...metadata } = payload.metadata ?? {};
  if (sha256 === undefined) return payload;
  return { metadata, data: await stored.read(Buffer.from(sha256).toString()) };
}

function sealPayload(keys: Keys, payload: Payload): Payload {
  return {
    metadata: {
      encoding: Buffer.from(ENCODING),
      'encryption-key-id': Buffer.from(keys.payload.current.keyId),
    },
    data: seal(keys.payload, pack(payload), BOUND),
  };
}

function openPayload(keys: Keys, payload: Payload): Payload {
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
