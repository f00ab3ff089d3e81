import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { folders } from '../../cli/folders.ts';
import { findFreeLowPorts } from '../../cli/stack/ports.ts';
import { ApiSession, waitFor } from './api-session.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const START_TIMEOUT_MS = 900_000;

/** A whole Afterbell on free ports in a home folder of its own, started as its user would start it. */
export interface LocalStack {
  readonly home: string;
  readonly baseUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly process: ChildProcess;
  /** Everything the stack has printed so far. */
  output(): string;
  /** Signs a demo person in with the generated password. */
  signIn(username: string): Promise<ApiSession>;
  /** The token of the local command line. */
  cliToken(): string;
  /** URL of its PostgreSQL, for assertions behind the API. */
  databaseUrl(): string;
  /** Process ids by part name (`stack status`). */
  pidOf(part: string): number;
  /** SIGINT, as Ctrl-C does, and waits for the end; returns the exit code. The home folder stays. */
  stop(): Promise<number | null>;
  /** Starts it again on the same home folder. */
  restart(): Promise<LocalStack>;
  remove(): void;
}

/** Starts `afterbell stack up` with these arguments and waits until the API is healthy. Throws with the output when it ends before. */
export async function startLocalStack(
  args: readonly string[] = ['--demo'],
  extra: Readonly<Record<string, string>> = {},
): Promise<LocalStack> {
  const home = mkdtempSync(path.join(tmpdir(), 'afterbell-home-'));
  const [http, postgres, temporal, apiMetrics, workerMetrics] = await findFreeLowPorts(5);
  const environment = {
    AFTERBELL_HOME: home,
    AFTERBELL_HTTP_PORT: String(http),
    AFTERBELL_POSTGRES_PORT: String(postgres),
    AFTERBELL_TEMPORAL_PORT: String(temporal),
    AFTERBELL_API_METRICS_PORT: String(apiMetrics),
    AFTERBELL_WORKER_METRICS_PORT: String(workerMetrics),
    ...extra,
  };
  return launch(home, environment, args);
}

async function launch(
  home: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<LocalStack> {
  const child = spawn(process.execPath, ['cli/afterbell.mjs', 'stack', 'up', ...args], {
    cwd: REPOSITORY,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  const keep = (chunk: Buffer) => void chunks.push(chunk.toString('utf8'));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const baseUrl = `http://127.0.0.1:${environment.AFTERBELL_HTTP_PORT ?? ''}`;
  await Promise.race([
    waitFor(
      'the API',
      START_TIMEOUT_MS,
      async () =>
        (await fetch(`${baseUrl}/v1/health`)).ok && existsSync(path.join(home, 'cli-token'))
          ? true
          : undefined,
      250,
    ),
    exited.then((code) => {
      throw new Error(`the stack ended with code ${code}:\n${chunks.join('')}`);
    }),
  ]);
  const files = folders({ ...process.env, ...environment });
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as unknown;
  return {
    home,
    baseUrl,
    environment,
    process: child,
    output: () => chunks.join(''),
    signIn: async (username) => {
      const people = read(files.demoPeopleFile) as Array<{ username: string; password: string }>;
      const person = people.find((candidate) => candidate.username === username);
      if (person === undefined) throw new Error(`no demo person ${username}`);
      return ApiSession.signIn(baseUrl, username, person.password);
    },
    cliToken: () => readFileSync(files.cliTokenFile, 'utf8').trim(),
    databaseUrl: () => (read(files.stackFile) as { databaseUrl: string }).databaseUrl,
    pidOf: (part) => {
      const state = read(files.stackFile) as { processes: Array<{ name: string; pid: number }> };
      const mark = state.processes.find((candidate) => candidate.name === part);
      if (mark === undefined)
        throw new Error(
          `no part ${part} runs; running: ${state.processes.map((entry) => entry.name).join(', ')}`,
        );
      return mark.pid;
    },
    stop: async () => {
      child.kill('SIGINT');
      return exited;
    },
    restart: () => launch(home, environment, args),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
