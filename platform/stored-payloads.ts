import type { Records } from '../prisma/records/types.ts';

/** Where large payloads are kept: bytes once per SHA-256, in lower-case hexadecimal. */
export type PayloadStorage = Pick<Records['evidence'], 'putPayload' | 'readPayload'>;

/** Bytes that one process keeps at hand of what it has stored or read last. */
const KEPT_BYTES = 32 * 1024 * 1024;

/**
 * Payload storage that remembers what passed through last: a value goes from the result of one step to the input of the next within
 * moments, and a run that is read again reads the same bytes. Content never changes under its hash, so nothing kept can be stale.
 */
export class StoredPayloads {
  private readonly storage: PayloadStorage;
  private readonly most: number;
  private readonly kept = new Map<string, Uint8Array>();
  private bytes = 0;

  constructor(storage: PayloadStorage, mostBytes: number = KEPT_BYTES) {
    this.storage = storage;
    this.most = mostBytes;
  }

  /** Stores content and gives its hash. */
  async put(content: Uint8Array): Promise<string> {
    const { sha256 } = await this.storage.putPayload(content);
    this.keep(sha256, content);
    return sha256;
  }

  /** The content of a hash. Throws when the storage does not have it: the caller tries again, or an operator restores it. */
  async read(sha256: string): Promise<Uint8Array> {
    const kept = this.kept.get(sha256);
    if (kept !== undefined) {
      this.kept.delete(sha256);
      this.kept.set(sha256, kept);
      return kept;
    }
    const content = await this.storage.readPayload(sha256);
    if (content === undefined) throw new Error(`the payload storage has no content with the hash ${sha256}`);
    this.keep(sha256, content);
    return content;
  }

  private keep(sha256: string, content: Uint8Array): void {
    if (this.kept.has(sha256) || content.length > this.most) return;
    this.kept.set(sha256, content);
    this.bytes += content.length;
    for (const [oldest, { length }] of this.kept) {
      if (this.bytes <= this.most) return;
      this.kept.delete(oldest);
      this.bytes -= length;
    }
  }
}

const shared = new WeakMap<PayloadStorage, StoredPayloads>();

/** The one reader and writer of a storage in this process: what a worker of one queue stores, the next finds at hand. */
export function storedPayloadsOf(storage: PayloadStorage): StoredPayloads {
  const known = shared.get(storage);
  if (known !== undefined) return known;
  const made = new StoredPayloads(storage);
  shared.set(storage, made);
  return made;
}
