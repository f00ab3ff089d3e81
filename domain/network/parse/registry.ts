import { isJsonObject, type Json, type JsonObject } from '../../json.ts';
import { isPlatform, PLATFORMS } from '../platform.ts';
import { CISCO_INTERFACES } from './cisco-interfaces.ts';
import { CISCO_NEIGHBORS } from './cisco-neighbors.ts';
import { CISCO_SWITCHING } from './cisco-switching.ts';
import { CISCO_TABLES } from './cisco-tables.ts';
import { outputLines, refusalIn } from './clean.ts';
import { CONFIGS } from './config.ts';
import { HUAWEI_INTERFACES } from './huawei-interfaces.ts';
import { HUAWEI_TABLES } from './huawei-tables.ts';
import { HUAWEI_VLANS } from './huawei-vlans.ts';
import { OVS } from './ovs.ts';
import { NetworkParseError } from './parse-error.ts';
import type { OutputParser } from './parser.ts';

/** Every parser; the first whose command fits is used, so the more general forms stand last. */
export const PARSERS: readonly OutputParser[] = [
  ...CISCO_SWITCHING,
  ...CISCO_TABLES,
  ...CISCO_INTERFACES,
  ...CISCO_NEIGHBORS,
  ...HUAWEI_VLANS,
  ...HUAWEI_TABLES,
  ...HUAWEI_INTERFACES,
  ...CONFIGS,
  ...OVS,
];

/** The same schema, closed: no object in it takes fields that it does not name. Maps without named fields stay open. */
function closed(value: Json): Json {
  if (Array.isArray(value)) return value.map(closed);
  if (!isJsonObject(value)) return value;
  const members = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, closed(member)]));
  return value.type === 'object' && isJsonObject(value.properties)
    ? { ...members, additionalProperties: false }
    : members;
}

/** JSON Schema of one row, by row type. Rows hold these fields and no others. */
export const parseSchemas: Readonly<Record<string, JsonObject>> = Object.fromEntries(
  PARSERS.map(({ rowType, schema }) => [
    rowType,
    closed(JSON.parse(JSON.stringify(schema)) as Json) as JsonObject,
  ]),
);

/** The command in lower case with single spaces, without prompt words and without what follows a pipe. */
export function plainCommand(platform: string, command: string): string {
  const words = command.trim().toLowerCase().replace(/\s+/g, ' ');
  const bare = platform === 'ovs' ? words.replace(/^sudo /, '') : words.replace(/ ?\|.*$/, '');
  return bare.trim().replace(/^do /, '');
}

/**
 * Reads the output of a device command into rows of one type. Commands may be abbreviated, in any case, and end in a filter such
 * as `| include`. Empty output gives no rows. Throws NetworkParseError: `unknown-platform`, `unknown-command` (no parser for it),
 * `output-not-understood` (the device refused the command, or the text is not of that command).
 */
export function parseDeviceOutput(
  platform: string,
  command: string,
  text: string,
): { rowType: string; rows: JsonObject[] } {
  if (!isPlatform(platform))
    throw new NetworkParseError(
      'unknown-platform',
      `“${platform}” is not a platform; known are ${PLATFORMS.join(', ')}`,
    );
  const plain = plainCommand(platform, command);
  const parser = PARSERS.find(
    (candidate) => candidate.platform === platform && candidate.command.test(plain),
  );
  if (!parser)
    throw new NetworkParseError('unknown-command', `no parser reads “${command.trim()}” of ${platform}`);
  const lines = outputLines(platform, command, text);
  if (lines.every((line) => line.trim() === '')) return { rowType: parser.rowType, rows: [] };
  const rows = parser.parse(lines, plain);
  const refusal = rows === undefined || rows.length === 0 ? refusalIn(platform, lines) : undefined;
  if (refusal !== undefined)
    throw new NetworkParseError(
      'output-not-understood',
      `${platform} refused “${command.trim()}”: ${refusal}`,
    );
  if (rows === undefined)
    throw new NetworkParseError(
      'output-not-understood',
      `the text is not the output of “${command.trim()}” on ${platform}`,
    );
  return { rowType: parser.rowType, rows };
}
