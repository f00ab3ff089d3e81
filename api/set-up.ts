import { fileURLToPath } from 'node:url';
import Type, { type Static, type TSchema } from 'typebox';
import { Errors } from 'typebox/schema';
import { loadConfig, requireDatabaseUrl } from '../platform/config.ts';
import { loadKeys } from '../platform/keys.ts';
import { createLogger } from '../platform/log.ts';
import { openRecords } from '../prisma/records/index.ts';
import type { Json } from '../domain/json.ts';
import {
  isUnused,
  makeToken,
  publishShippedFlows,
  seedBase,
  seedDemo,
  type DemoDevice,
} from './demo-seed.ts';
import { type AppDependencies, type FlowClient, FlowEngineUnavailable } from './dependencies.ts';
import { dependenciesOf } from './dependencies-of.ts';
import { createFirstAdministrator } from './people.ts';

const FLOWS_FOLDER = fileURLToPath(new URL('../flows', import.meta.url));

const administratorSchema = Type.Object({
  username: Type.String(),
  displayName: Type.String(),
  password: Type.String(),
});
const tokenSchema = Type.Object({ name: Type.String({ minLength: 1 }), roles: Type.Array(Type.String()) });
const demoSchema = Type.Object({
  devices: Type.Array(Type.Object({ name: Type.String() })),
  request: Type.Unknown(),
  systems: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({ baseUrl: Type.String(), username: Type.String(), password: Type.String() }),
    ),
  ),
});
const publishSchema = Type.Object({ publishedBy: Type.String() });

/** Set-up happens before the engine runs: what is started here stays accepted until the relay takes it. */
const NO_ENGINE: FlowClient = {
  startRun: () => Promise.reject(new FlowEngineUnavailable('set-up')),
  cancelRun: () => Promise.reject(new FlowEngineUnavailable('set-up')),
  tellApproval: () => Promise.reject(new FlowEngineUnavailable('set-up')),
  deliverEvent: () => Promise.reject(new FlowEngineUnavailable('set-up')),
  probeDevice: () => Promise.reject(new FlowEngineUnavailable('set-up')),
};

type Task = (deps: AppDependencies, input: unknown) => Promise<unknown>;

const TASKS: Readonly<Record<string, Task>> = {
  base: async ({ records }) => {
    await seedBase(records);
    return {};
  },
  demo: async (deps, input) => {
    const { devices, request, systems } = checked(demoSchema, input);
    if (!(await isUnused(deps.records))) return { skipped: true };
    const plan = {
      devices: (devices as unknown as DemoDevice[]).map(withDates),
      flowsFolder: FLOWS_FOLDER,
      request,
      ...(systems === undefined ? {} : { systems }),
    };
    return seedDemo(deps, plan as Parameters<typeof seedDemo>[1]);
  },
  administrator: async ({ records }, input) => {
    const { username } = await createFirstAdministrator(records, checked(administratorSchema, input));
    return { username };
  },
  'cli-token': async ({ records }, input) => {
    const { name, roles } = checked(tokenSchema, input);
    return { token: await makeToken(records, name, roles) };
  },
  'publish-shipped': async ({ records }, input) => {
    const rows = await publishShippedFlows(records, FLOWS_FOLDER, checked(publishSchema, input).publishedBy);
    return { flows: rows.map((row) => `${row.flowName}:${row.version}`) };
  },
};

function checked<const S extends TSchema>(schema: S, input: unknown): Static<S> {
  const [isValid, faults] = Errors(schema as Record<PropertyKey, unknown>, input);
  if (isValid) return input as Static<S>;
  const first = faults[0];
  throw new Error(`set-up input${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`);
}

/** Dates travel as ISO texts. */
function withDates(device: DemoDevice): DemoDevice {
  const date = (value: unknown): Date | null => (typeof value === 'string' ? new Date(value) : null);
  return {
    ...device,
    idlePorts: device.idlePorts.map((port) => ({
      ...port,
      downSince: date(port.downSince),
      deviceUpSince: date(port.deviceUpSince),
    })),
  };
}

async function readInput(): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString('utf8').trim();
  return text === '' ? {} : (JSON.parse(text) as Json);
}

/** One set-up task as a process: JSON on standard input, JSON as the last line of standard output. */
async function main(): Promise<void> {
  const name = process.argv[2] ?? '';
  const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
  if (task === undefined)
    throw new Error(`no set-up task “${name}”; tasks: ${Object.keys(TASKS).join(', ')}`);
  const config = loadConfig(process.env);
  const records = openRecords(requireDatabaseUrl(config));
  try {
    const keys = loadKeys(config.paths.masterKeyFile);
    const deps = dependenciesOf({
      config,
      keys,
      records,
      flowClient: NO_ENGINE,
      log: createLogger('set-up', 'silent'),
    });
    process.stdout.write(`${JSON.stringify(await task(deps, await readInput()))}\n`);
  } finally {
    await records.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n`);
  process.exitCode = 1;
});
