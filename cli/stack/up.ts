import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../platform/config.ts';
import type { Config } from '../../platform/config.ts';
import { loadKeys } from '../../platform/keys.ts';
import { folders } from '../folders.ts';
import { startDemoSwitches } from './demo-switch.ts';
import type { DemoDeviceJson } from './demo-switch.ts';
import { DEMO_SYSTEMS, demoSystems, type DemoSystemJson, startDemoSystem } from './demo-legacy.ts';
import { buildDesigner } from './designer-build.ts';
import { StackFailure } from './failure.ts';
import { checkPorts, prepareHome } from './preflight.ts';
import type { NeededPort } from './preflight.ts';
import { nodePart, runNode } from './processes.ts';
import { ROOT } from './root.ts';
import { bringUpPostgres, bringUpTemporal } from './servers.ts';
import { endOneShots } from './service.ts';
import type { Setting, UpOptions } from './setting.ts';
import { endLeftovers, markOf, readState, removeState, takeLock, writeState, writeWhole } from './state.ts';
import type { StackState } from './state.ts';
import { Supervisor } from './supervise.ts';

/** A demo person as printed at start. */
export interface DemoPerson {
  username: string;
  displayName: string;
  roles: string[];
  password: string;
}

/** A running stack. */
export interface Stack {
  url: string;
  homeDir: string;
  people: DemoPerson[];
  /** Stops everything in order; harmless when repeated. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  kill(): void;
}

function readConfig(env: NodeJS.ProcessEnv): Config {
  try {
    return loadConfig(env);
  } catch (thrown) {
    if (thrown instanceof ConfigError) throw new StackFailure(thrown.lines.join('; '), 2);
    throw thrown;
  }
}

/** Ports this start will listen on. The second worker takes the port after the first one's. */
function neededPorts(config: Config, isProductionShape: boolean): NeededPort[] {
  const ports: NeededPort[] = [
    {
      what: 'pages and API',
      port: config.httpPort,
      setting: 'AFTERBELL_HTTP_PORT',
      host: config.listenHost,
    },
    { what: 'API metrics', port: config.apiMetricsPort, setting: 'AFTERBELL_API_METRICS_PORT' },
  ];
  const workers = isProductionShape ? 4 : 2;
  for (let index = 0; index < workers; index += 1) {
    const port = config.workerMetricsPort + index;
    ports.push({ what: 'worker metrics', port, setting: 'AFTERBELL_WORKER_METRICS_PORT' });
  }
  if (config.databaseUrl === null) {
    ports.push({ what: 'PostgreSQL', port: config.postgresPort, setting: 'AFTERBELL_POSTGRES_PORT' });
  }
  if (!config.isTemporalExternal) {
    ports.push({ what: 'Temporal', port: config.temporalPort, setting: 'AFTERBELL_TEMPORAL_PORT' });
  }
  return ports;
}

/** Environment of our own processes: ours, with what the stack has found out. */
function childEnv(setting: Setting, databaseUrl: string, temporalAddress: string): NodeJS.ProcessEnv {
  const { config, where, options } = setting;
  const kept = Object.entries(options.env).filter(([name]) => name !== 'AFTERBELL_TOKEN');
  return {
    ...Object.fromEntries(kept),
    AFTERBELL_HOME: where.home,
    AFTERBELL_CACHE: where.cache,
    AFTERBELL_DATABASE_URL: databaseUrl,
    AFTERBELL_MASTER_KEY_FILE: where.masterKeyFile,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: config.temporalNamespace,
  };
}

/** Starts the processes of ours: one for api, flows and ops (so that starts are eager) and one per zone for SSH. */
async function bringUpProcesses(setting: Setting, env: NodeJS.ProcessEnv): Promise<void> {
  const { config, supervisor, where, options } = setting;
  const host = config.listenHost === '0.0.0.0' ? '127.0.0.1' : config.listenHost;
  const health = `http://${host}:${config.httpPort}/v1/health`;
  const metrics = (index: number): number => config.workerMetricsPort + index;
  const worker = (name: string, queue: string, index: number) =>
    nodePart(ROOT, where.logsDir, {
      name,
      file: 'worker/main.ts',
      args: ['--queue', queue],
      env: { ...env, AFTERBELL_WORKER_METRICS_PORT: String(metrics(index)) },
      readyUrl: `http://127.0.0.1:${metrics(index)}/metrics`,
    });
  const main = {
    name: options.isProductionShape ? 'api' : 'afterbell',
    file: options.isProductionShape ? 'api/main.ts' : 'worker/all-in-one.ts',
    env: { ...env, AFTERBELL_WORKER_METRICS_PORT: String(metrics(0)) },
    readyUrl: health,
  };
  options.progress('workers: starting');
  await Promise.all([
    supervisor.add(nodePart(ROOT, where.logsDir, main)),
    supervisor.add(worker('worker-net', `net-${config.netZone}`, options.isProductionShape ? 2 : 1)),
    ...(options.isProductionShape
      ? [
          supervisor.add(worker('worker-flows', 'flows', 0)),
          supervisor.add(worker('worker-ops', 'ops', 1)),
          supervisor.add(worker('worker-browser', 'browser', 3)),
        ]
      : []),
  ]);
}

function readPeople(file: string): DemoPerson[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoPerson[];
  } catch {
    return [];
  }
}

/** Seeds what every installation starts with and, when asked for, the demo into an empty database. */
async function seed(
  setting: Setting,
  env: NodeJS.ProcessEnv,
  devices: DemoDeviceJson[] | null,
  systems: Record<string, DemoSystemJson>,
): Promise<DemoPerson[]> {
  const { where, options } = setting;
  const task = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const output = await runNode(ROOT, 'api/set-up.ts', [name], env, JSON.stringify(input));
    const line = output.trimEnd().split('\n').at(-1) ?? '{}';
    return JSON.parse(line) as Record<string, unknown>;
  };
  if (devices === null || existsSync(where.demoPeopleFile)) {
    await task('base', {});
    return devices === null ? [] : readPeople(where.demoPeopleFile);
  }
  const request = JSON.parse(readFileSync(join(ROOT, 'cli', 'stack', 'demo-request.json'), 'utf8')) as object;
  const seeded = await task('demo', { devices, request, systems });
  if (seeded.skipped === true) {
    options.progress('demo: not seeded, this database is in use already');
    await task('base', {});
    return [];
  }
  writeWhole(where.demoPeopleFile, `${JSON.stringify(seeded.people, null, 2)}\n`);
  writeWhole(where.cliTokenFile, `${String(seeded.cliToken)}\n`);
  options.progress('demo: seeded');
  return readPeople(where.demoPeopleFile);
}

/** The pretend counter and clearing systems, each a process of its own. */
async function bringUpDemoSystems({ supervisor, where }: Setting): Promise<Record<string, DemoSystemJson>> {
  const folder = join(where.home, 'demo-systems');
  const systems = await demoSystems(folder);
  await Promise.all(
    DEMO_SYSTEMS.map((system) =>
      supervisor.add({
        name: `demo-${system}`,
        start: () => startDemoSystem(ROOT, folder, system, join(where.logsDir, `demo-${system}.log`)),
      }),
    ),
  );
  return systems;
}

/** Everything between the lock and the printed address. */
async function bringUp(setting: Setting): Promise<DemoPerson[]> {
  const { options, where, supervisor } = setting;
  if (loadKeys(where.masterKeyFile, { create: true }).wasCreated) {
    options.progress(`master key: made ${where.masterKeyFile}; keep a copy of it in a safe place`);
  }
  const pages = buildDesigner(ROOT, join(where.logsDir, 'pages.log'), options.progress);
  // Awaited below; a failure there must not be an unhandled one while something else fails first.
  pages.catch(() => undefined);
  const databaseUrl = await bringUpPostgres(setting);
  setting.databaseUrl = databaseUrl;
  const env = childEnv(setting, databaseUrl, await bringUpTemporal(setting, databaseUrl));
  await runNode(ROOT, 'prisma/generate.mjs', [], env);
  await runNode(ROOT, 'cli/stack/migrate.mjs', [], env);
  options.progress('database: migrated');
  let devices: DemoDeviceJson[] | null = null;
  let systems: Record<string, DemoSystemJson> = {};
  if (options.demo ?? existsSync(where.demoPeopleFile)) {
    const logFile = join(where.logsDir, 'switches.log');
    await supervisor.add({
      name: 'switches',
      start: async () => {
        const started = await startDemoSwitches(ROOT, join(where.home, 'demo-switches'), logFile);
        devices = started.devices;
        return started.service;
      },
    });
    systems = await bringUpDemoSystems(setting);
  }
  const people = await seed(setting, env, devices, systems);
  await pages;
  await bringUpProcesses(setting, env);
  return people;
}

function stateOf(setting: Setting, startedAt: string): StackState {
  const { pid, startTicks } = markOf('supervisor', process.pid);
  return {
    pid,
    startTicks,
    startedAt,
    url: setting.config.publicUrl,
    shape: setting.options.isProductionShape ? 'production' : 'local',
    databaseUrl: setting.databaseUrl,
    temporalAddress: setting.config.temporalAddress,
    processes: setting.supervisor.processes(),
  };
}

/**
 * Brings the whole stack up and keeps it running until `stop`. When any part fails or `signal` aborts, what was started
 * is stopped again before this rejects.
 *
 * @throws StackFailure with one line
 */
export async function bringStackUp(options: UpOptions, signal: AbortSignal): Promise<Stack> {
  const config = readConfig(options.env);
  const where = folders(options.env);
  prepareHome(where.home);
  const unlock = takeLock(where.home);
  const startedAt = new Date().toISOString();
  let setting: Setting | null = null;
  const supervisor = new Supervisor({
    report: options.progress,
    onChange: () => {
      if (setting !== null) writeState(where.home, stateOf(setting, startedAt));
    },
  });
  setting = { options, config, where, supervisor, databaseUrl: config.databaseUrl };
  const stop = async (): Promise<void> => {
    endOneShots();
    await supervisor.stop(['afterbell', 'api', 'worker-flows', 'worker-ops', 'worker-net', 'worker-browser']);
    removeState(where.home);
    unlock();
  };
  const abort = (): void => void supervisor.stop().finally(endOneShots);
  signal.addEventListener('abort', abort, { once: true });
  try {
    mkdirSync(where.logsDir, { recursive: true, mode: 0o711 });
    const before = readState(where.home);
    if (before !== null) {
      const left = await endLeftovers(before);
      if (left.length > 0) options.progress(`stopped what a crash had left running: ${left.join(', ')}`);
    }
    await checkPorts(neededPorts(config, options.isProductionShape));
    const people = await bringUp(setting);
    signal.throwIfAborted();
    return { url: config.publicUrl, homeDir: where.home, people, stop, kill: () => supervisor.kill() };
  } catch (thrown) {
    await stop();
    throw signal.aborted ? new StackFailure('stopped before it was up') : thrown;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
