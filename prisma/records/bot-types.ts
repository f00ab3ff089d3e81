import type { JsonObject } from '../../domain/json.ts';

/** A published version of a browser bot. */
export interface BotScriptRow {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly script: JsonObject;
  /** Hash of the canonical JSON of the script. */
  readonly scriptSha256: string;
  readonly publishedBy: string;
  readonly publishedAt: Date;
}

/** Bot scripts; a version never changes once it is there. */
export interface BotRecords {
  /** Adds the next version; returns the newest one unchanged when its script is the same. */
  publish(row: Omit<BotScriptRow, 'version' | 'publishedAt'>): Promise<BotScriptRow>;
  find(name: string, version: number): Promise<BotScriptRow | undefined>;
  /** Newest version of every bot, by name. */
  list(): Promise<BotScriptRow[]>;
}
