import type { Json, JsonObject } from '../../domain/json.ts';

export type { Json, JsonObject };

/** True for a JSON object, false for lists, null and plain values. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
