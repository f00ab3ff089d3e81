import { isJsonObject, type Json } from '../domain/json.ts';
import type { Records } from '../prisma/records/types.ts';

/**
 * A value of the timeline; a large one, named there by its hash, is fetched. `value` is undefined for one above `left` bytes, and for one that
 * is gone; `bytes` counts only what was fetched.
 */
export async function wholeValue(
  records: Pick<Records, 'evidence'>,
  stored: Json | null,
  left: number,
): Promise<{ readonly value: Json | undefined; readonly bytes: number }> {
  const reference = isJsonObject(stored) ? stored['$ref'] : undefined;
  if (!isJsonObject(reference) || typeof reference['sha256'] !== 'string') return { value: stored, bytes: 0 };
  const bytes = Number(reference['bytes']);
  if (!(bytes <= left)) return { value: undefined, bytes: 0 };
  const content = await records.evidence.readPayload(reference['sha256']);
  if (content === undefined) return { value: undefined, bytes: 0 };
  return { value: JSON.parse(Buffer.from(content).toString()) as Json, bytes };
}
