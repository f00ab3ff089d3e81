import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

/** How a service ended. Exactly one of the two is not null. */
export interface ServiceExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A child process of the stack: one server or one worker. */
export interface Service {
  name: string;
  pid: number;
  child: ChildProcess;
  /** Settles once the process has ended, whatever the reason. Never rejects. */
  exited: Promise<ServiceExit>;
  /** True from the moment the process has ended. */
  hasExited(): boolean;
  /**
   * Ends the process: `signal` first, SIGKILL after `graceMs` (default 15 s). Resolves when it has ended; calling it
   * again is harmless.
   */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
}

export interface ServiceOptions {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Run as this user and group (only root may). */
  uid?: number;
  gid?: number;
  /** Standard output and error are appended here. */
  logFile?: string;
  /**
   * Given: each line of standard output goes here instead of into the log, and standard input is a pipe that ends when
   * we do, for programs that live by it.
   */
  onLine?: (line: string) => void;
}

/**
 * Starts a process in a session of its own: a Ctrl-C in the terminal reaches only the supervisor, which then stops
 * the parts in their order instead of all of them dying at once.
 *
 * @throws Error when the program cannot be started at all (missing, not executable).
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  let logFd: number | null = null;
  if (options.logFile !== undefined) {
    mkdirSync(dirname(options.logFile), { recursive: true });
    logFd = openSync(options.logFile, 'a', 0o600);
  }
  const { onLine } = options;
  const sink = logFd ?? 'ignore';
  const child = spawn(options.command, options.args, {
    stdio: onLine === undefined ? ['ignore', sink, sink] : ['pipe', 'pipe', sink],
    detached: true,
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  let ended: ServiceExit | null = null;
  const exited = new Promise<ServiceExit>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = { code, signal };
      resolve(ended);
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } finally {
    if (logFd !== null) closeSync(logFd);
  }
  child.on('error', () => undefined);
  if (onLine !== undefined && child.stdout !== null) {
    child.stdin?.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', onLine);
  }
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${options.name} has no process id`);

  const stop = async (signal: NodeJS.Signals = 'SIGTERM', graceMs = 15_000): Promise<void> => {
    if (ended !== null) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  };
  return { name: options.name, pid, child, exited, hasExited: () => ended !== null, stop };
}

const oneShots = new Set<ChildProcess>();

/** Notes a process that runs to its end by itself (a build, a migration), so that a stop can end it early. */
export function trackOneShot(child: ChildProcess): void {
  oneShots.add(child);
  child.once('close', () => oneShots.delete(child));
}

/** Ends all builds and migrations under way. */
export function endOneShots(): void {
  for (const child of oneShots) child.kill('SIGTERM');
}

/** What a log line says: `msg` and `error` of a structured line, else the line itself. */
function sayingOf(line: string): string {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    const said = [entry.msg, entry.error].filter((part) => typeof part === 'string');
    return said.length === 0 ? line : said.join(': ');
  } catch {
    return line;
  }
}

/** What the last lines of a log file say, for an error message; empty when there is none. */
export function tailOf(file: string, maxLines = 3): string {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines
      .slice(-maxLines)
      .map((line) => sayingOf(line).slice(0, 300))
      .join(' | ');
  } catch {
    return '';
  }
}

/** The first line of a log file that speaks of an error, else its last ones: what a failed build has to say. */
export function firstErrorOf(file: string): string {
  try {
    const text = stripVTControlCharacters(readFileSync(file, 'utf8'));
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const at = lines.findIndex((line) => /error|cannot|could not/i.test(line));
    if (at < 0) return tailOf(file);
    // A line that ends with a colon announces the next one.
    let count = 1;
    while (count < 4 && lines[at + count - 1]?.endsWith(':') === true) count += 1;
    const said = lines.slice(at, at + count).map((line) => sayingOf(line.trim()));
    return said.join(' ').slice(0, 300);
  } catch {
    return '';
  }
}

/**
 * Repeats `probe` until it answers true.
 *
 * @param giveUp looked at before each try; a text ends the wait as a failure (for example "the process has ended").
 * @throws Error `<what> did not answer within <n> s` when `timeoutMs` is over, or the text of `giveUp`.
 */
export async function waitUntil(
  what: string,
  probe: () => Promise<boolean>,
  timeoutMs: number,
  giveUp: () => string | null = () => null,
): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  let last = '';
  for (;;) {
    const reason = giveUp();
    if (reason !== null) throw new Error(reason);
    try {
      if (await probe()) return;
    } catch (thrown) {
      last = thrown instanceof Error ? thrown.message : String(thrown);
    }
    if (performance.now() > endsAt) {
      const seconds = Math.round(timeoutMs / 1000);
      throw new Error(`${what} did not answer within ${seconds} s${last === '' ? '' : ` (${last})`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
