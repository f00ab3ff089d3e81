import { ApiClient, ONLINE_OPTIONS } from '../api-client.ts';
import { printJson, printTable, readArguments, readJson } from '../io.ts';
import type { Command } from '../io.ts';

interface DeviceView {
  name: string;
  platform: string;
  host: string;
  port: number;
  zone: string;
  hostKeySha256: string | null;
}

interface TestAnswer {
  reachable?: boolean;
  ok?: boolean;
  error?: string | null;
}

/** `device list` */
export const list: Command = async (args, io) => {
  const { values } = readArguments(args, ONLINE_OPTIONS, 'afterbell device list', [0, 0]);
  const items = await new ApiClient(values, io).list<DeviceView>('/v1/devices');
  if (values.json) printJson(io, { items });
  else {
    printTable(
      io,
      ['DEVICE', 'PLATFORM', 'ADDRESS', 'ZONE', 'HOST KEY'],
      items.map((device) => [
        device.name,
        device.platform,
        `${device.host}:${device.port}`,
        device.zone,
        device.hostKeySha256 ?? 'not pinned',
      ]),
    );
  }
  return 0;
};

/** `device add FILE`: the device as JSON, as `POST /v1/devices` takes it; credentials are names of secrets. */
export const add: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, ONLINE_OPTIONS, 'afterbell device add FILE', [1, 1]);
  const device = readJson(io, positionals[0] ?? '');
  const answer = await new ApiClient(values, io).call<DeviceView>('POST', '/v1/devices', device);
  if (values.json) printJson(io, answer);
  else io.out(`added ${answer.name}`);
  return 0;
};

/** `device test NAME`: signs in and reads; changes nothing. Exit code 1 when that failed. */
export const test: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, ONLINE_OPTIONS, 'afterbell device test NAME', [1, 1]);
  const [name = ''] = positionals;
  const path = `/v1/devices/${encodeURIComponent(name)}/test`;
  const answer = await new ApiClient(values, io).call<TestAnswer>('POST', path, {});
  const isReachable = answer.reachable ?? answer.ok ?? false;
  if (values.json) printJson(io, answer);
  else io.out(isReachable ? `${name}: reachable` : `${name}: ${answer.error ?? 'not reachable'}`);
  return isReachable ? 0 : 1;
};
