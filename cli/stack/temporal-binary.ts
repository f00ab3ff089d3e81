import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { StackFailure, messageOf } from './failure.ts';
import { trackOneShot } from './service.ts';

const run = promisify(execFile);

/** The release of the command-line tool with the dev server (server 1.29.1) that the stack is tried with. */
export const CLI_VERSION = '1.5.1';
/** The release of the real server and its schema tool; 1.32.2 asks for a newer Go than is common. */
export const SERVER_VERSION = '1.32.0';
/** Oldest Go release that builds both. */
const GO_MINIMUM: readonly [number, number] = [1, 26];
const DOWNLOAD_LIMIT_MS = 180_000;

/** Where Temporal comes from: a server somebody else runs, or a program we start. */
export type TemporalSource =
  | { kind: 'address'; address: string }
  | { kind: 'program'; path: string; from: 'PATH' | 'cache' | 'download' | 'go install' };

/** Receives one line of progress at a time. */
export type Progress = (line: string) => void;

export interface FindTemporalOptions {
  /** Environment to look in: TEMPORAL_ADDRESS, PATH. */
  env: NodeJS.ProcessEnv;
  /** Per-user cache folder (`platform/paths.ts`). */
  cacheDir: string;
  progress: Progress;
  /** False: only look, never download or build (for `doctor`). Default true. */
  obtain?: boolean;
}

/** Full path of a program on PATH, or null. */
export function onPath(program: string, env: NodeJS.ProcessEnv): string | null {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const file = join(folder, program);
    if (existsSync(file)) return file;
  }
  return null;
}

/** `1.5.1` of `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`; null when the program does not run. */
async function cliVersionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    return /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

async function goVersion(go: string): Promise<string | null> {
  try {
    const { stdout } = await run(go, ['version'], { timeout: 20_000 });
    return /go(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Builds packages with `go install` into `targetDir`; the programs appear there only when all of them are built. */
async function goInstall(
  go: string,
  packages: string[],
  targetDir: string,
  expected: string,
  progress: Progress,
): Promise<void> {
  const draftDir = `${targetDir}.building-${process.pid}`;
  await mkdir(draftDir, { recursive: true, mode: 0o755 });
  const startedAt = performance.now();
  let compiled = 0;
  let tail = '';
  const child = spawn(go, ['install', '-v', '-trimpath', '-ldflags=-s -w', ...packages], {
    env: { ...process.env, GOBIN: draftDir, GOFLAGS: '', CGO_ENABLED: '0' },
    cwd: draftDir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  trackOneShot(child);
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    compiled += text.split('\n').length - 1;
    tail = (tail + text).slice(-400);
  });
  const ticker = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    progress(
      `building ${expected} with Go: ${seconds} s, ${compiled} packages (takes about 4 minutes, once)`,
    );
  }, 5_000);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      tail = error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  clearInterval(ticker);
  try {
    if (code !== 0) throw new Error(tail.trim().split('\n').slice(-2).join(' | '));
    await mkdir(targetDir, { recursive: true, mode: 0o755 });
    for (const name of await readdir(draftDir)) await rename(join(draftDir, name), join(targetDir, name));
  } finally {
    await rm(draftDir, { recursive: true, force: true });
  }
}

/**
 * Lets the SDK download the tool into our cache. The SDK starts what it downloads; that server is stopped at once, the
 * file is what we are after.
 */
async function downloadWithSdk(cacheDir: string, targetFile: string): Promise<void> {
  const downloadDir = join(cacheDir, 'temporal', `download-${process.pid}`);
  await mkdir(downloadDir, { recursive: true, mode: 0o755 });
  try {
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const environment = await Promise.race([
      TestWorkflowEnvironment.createLocal({
        server: { executable: { type: 'cached-download', version: `v${CLI_VERSION}`, downloadDir } },
      }),
      new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('no answer within 180 s')), DOWNLOAD_LIMIT_MS).unref();
      }),
    ]);
    await environment.teardown();
    const [file] = (await readdir(downloadDir)).filter((name) => name.startsWith('temporal'));
    if (file === undefined) throw new Error('the SDK downloaded nothing');
    await mkdir(join(targetFile, '..'), { recursive: true, mode: 0o755 });
    await copyFile(join(downloadDir, file), `${targetFile}.${process.pid}`);
    await chmod(`${targetFile}.${process.pid}`, 0o755);
    await rename(`${targetFile}.${process.pid}`, targetFile);
  } finally {
    await rm(downloadDir, { recursive: true, force: true });
  }
}

async function goProgram(env: NodeJS.ProcessEnv): Promise<{ go: string } | { reason: string }> {
  const go = onPath('go', env);
  if (go === null) return { reason: 'no `go` on PATH' };
  const version = await goVersion(go);
  const [major, minor] = GO_MINIMUM;
  if (version === null || !isAtLeast(version, major, minor)) {
    return { reason: `Go ${version ?? 'of unknown version'} on PATH is older than ${major}.${minor}` };
  }
  return { go };
}

/** File of the dev server in our cache. */
export function cachedCliPath(cacheDir: string): string {
  return join(cacheDir, 'temporal', `cli-${CLI_VERSION}`, 'temporal');
}

/**
 * Finds Temporal, first that works: TEMPORAL_ADDRESS; `temporal` on PATH (1.5 or newer); our cache; the SDK's
 * download; `go install`. The last two fill the cache, with progress.
 *
 * @throws StackFailure one line with what was tried and why each did not work
 */
export async function findTemporal(options: FindTemporalOptions): Promise<TemporalSource> {
  const { env, cacheDir, progress } = options;
  const address = env.TEMPORAL_ADDRESS;
  if (address !== undefined && address !== '') return { kind: 'address', address };

  const tried: string[] = ['TEMPORAL_ADDRESS is not set'];
  const found = onPath('temporal', env);
  if (found === null) tried.push('no `temporal` on PATH');
  else {
    const version = await cliVersionOf(found);
    if (version !== null && isAtLeast(version, 1, 5)) return { kind: 'program', path: found, from: 'PATH' };
    tried.push(`${found} is ${version === null ? 'not running' : `version ${version}, older than 1.5`}`);
  }

  const cached = cachedCliPath(cacheDir);
  if (existsSync(cached)) {
    if ((await cliVersionOf(cached)) !== null) return { kind: 'program', path: cached, from: 'cache' };
    tried.push(`${cached} does not run`);
    if (options.obtain !== false) await rm(cached, { force: true });
  } else tried.push(`${cached} does not exist`);

  if (options.obtain !== false) {
    progress(`Temporal: trying the SDK's download of ${CLI_VERSION}`);
    try {
      await downloadWithSdk(cacheDir, cached);
      return { kind: 'program', path: cached, from: 'download' };
    } catch (thrown) {
      tried.push(`download failed: ${messageOf(thrown).slice(0, 120)}`);
    }
    const go = await goProgram(env);
    if ('reason' in go) tried.push(go.reason);
    else {
      progress('Temporal: building it with Go');
      try {
        const source = `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`;
        await goInstall(go.go, [source], join(cached, '..'), 'temporal', progress);
        return { kind: 'program', path: cached, from: 'go install' };
      } catch (thrown) {
        tried.push(`go install failed: ${messageOf(thrown).slice(0, 200)}`);
      }
    }
  }
  throw new StackFailure(`Temporal could not be found: ${tried.join('; ')}`);
}

/** The real server and its schema tool. */
export interface TemporalServerPrograms {
  server: string;
  sql: string;
}

/**
 * Finds the real server and its `sql` tool in the cache, or builds both with Go (about 5 minutes, once).
 *
 * @throws StackFailure when there is neither
 */
export async function findTemporalServer(options: FindTemporalOptions): Promise<TemporalServerPrograms> {
  const targetDir = join(options.cacheDir, 'temporal', `server-${SERVER_VERSION}`);
  const programs = { server: join(targetDir, 'server'), sql: join(targetDir, 'sql') };
  if (existsSync(programs.server) && existsSync(programs.sql)) return programs;
  const go = await goProgram(options.env);
  const reason = options.obtain === false ? 'not built yet' : 'reason' in go ? go.reason : null;
  if (reason !== null || 'reason' in go) {
    throw new StackFailure(`Temporal server ${SERVER_VERSION} is not in ${targetDir}: ${reason}`);
  }
  try {
    const base = 'go.temporal.io/server/cmd';
    const packages = [`${base}/server@v${SERVER_VERSION}`, `${base}/tools/sql@v${SERVER_VERSION}`];
    await goInstall(go.go, packages, targetDir, 'temporal server', options.progress);
  } catch (thrown) {
    throw new StackFailure(`Temporal server ${SERVER_VERSION}: go install failed: ${messageOf(thrown)}`);
  }
  return programs;
}
