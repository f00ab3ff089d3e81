import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Any JSON value: what documents, run data and payloads are made of. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. Keys are data: read them only through own-property access. */
export interface JsonObject {
  [key: string]: Json;
}

/** True for a JSON object; false for null and arrays. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One text per JSON value: keys sorted by UTF-16 code unit, no white space, undefined members dropped. Two equal values give equal
 * text, so the hash of the text identifies the value (approvals, plans and the audit chain are bound to it).
 */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/** SHA-256 of a text (UTF-8), lower-case hex, 64 characters. Pure: usable in workflows and in the browser. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** SHA-256 of the canonical JSON of a value: the content hash used for plans, approvals and evidence. */
export function contentHash(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
