import { NetworkParseError, parseDeviceOutput, parseSchemas } from '../../domain/network/index.ts';
import { UsageError, printJson, printTable, readArguments, readText } from '../io.ts';
import type { Command } from '../io.ts';

/**
 * `device parse --platform P --command C FILE`: reads a device's output into typed rows and prints them as a JSON array;
 * `device parse --schema` prints the JSON Schema of every row type. Needs no server.
 */
export const parse: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    {
      json: { type: 'boolean', default: false },
      platform: { type: 'string' },
      command: { type: 'string' },
      schema: { type: 'boolean', default: false },
    },
    'afterbell device parse --platform P --command C FILE | --schema',
    [0, 1],
  );
  if (values.schema) {
    printJson(io, parseSchemas);
    return 0;
  }
  const [file] = positionals;
  const { platform, command } = values;
  if (platform === undefined) throw new UsageError('--platform is missing: cisco_ios, huawei_vrp or ovs');
  if (command === undefined) throw new UsageError('--command is missing, such as "show interfaces"');
  if (file === undefined) throw new UsageError('the file with the output of the device is missing');
  const text = readText(io, file);
  try {
    const { rows } = parseDeviceOutput(platform, command, text);
    if (values.json) printJson(io, rows);
    else {
      const head = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      printTable(
        io,
        head,
        rows.map((row) => head.map((name) => row[name])),
      );
    }
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof NetworkParseError)) throw thrown;
    const { code, message } = thrown;
    if (values.json) printJson(io, { error: { code, message } });
    else io.err(`afterbell: ${message}`);
    return 1;
  }
};
