import { createHash } from 'node:crypto';
import type { PayloadStorage } from '../../platform/stored-payloads.ts';

/** Payload storage in memory. `contents` is what it holds by hash; `reads` counts how often it was asked. */
export interface MemoryPayloads extends PayloadStorage {
  readonly contents: Map<string, Uint8Array>;
  reads: number;
}

/** Makes an empty storage. */
export function memoryPayloads(): MemoryPayloads {
  const contents = new Map<string, Uint8Array>();
  const storage: MemoryPayloads = {
    contents,
    reads: 0,
    putPayload: (content) => {
      const sha256 = createHash('sha256').update(content).digest('hex');
      contents.set(sha256, content);
      return Promise.resolve({ sha256, bytes: content.length });
    },
    readPayload: (sha256) => {
      storage.reads += 1;
      return Promise.resolve(contents.get(sha256));
    },
  };
  return storage;
}
