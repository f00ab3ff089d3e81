import { Check } from 'typebox/schema';
import type { JsonObject } from '../../../json.ts';
import { parseDeviceOutput, parseSchemas } from '../registry.ts';

/** Rows of an output, each checked against the published schema of its type; throws with the row that does not fit. For tests. */
export function readRows(platform: string, command: string, text: string): JsonObject[] {
  const { rowType, rows } = parseDeviceOutput(platform, command, text);
  const schema = parseSchemas[rowType];
  if (schema === undefined) throw new Error(`no schema for ${rowType}`);
  for (const row of rows)
    if (!Check(schema, row)) throw new Error(`${rowType} does not fit its schema: ${JSON.stringify(row)}`);
  return rows;
}
