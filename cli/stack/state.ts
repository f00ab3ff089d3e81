import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackFailure } from './failure.ts';

/** A process of ours, told apart from another one that later got the same number by its start time. */
export interface ProcessMark {
  name: string;
  pid: number;
  /** Start time in clock ticks since boot (field 22 of /proc/PID/stat); null where there is no /proc. */
  startTicks: string | null;
}

/** `<home>/stack.json`: what runs now, for `stack status`, `stack down` and the start after a crash. */
export interface StackState {
  pid: number;
  startTicks: string | null;
  startedAt: string;
  url: string;
  shape: 'local' | 'production';
  /** Address of the database with its password; the file is 0600. Null until it runs. */
  databaseUrl: string | null;
  temporalAddress: string;
  /** In the order they were started; they are stopped in the reverse order. */
  processes: ProcessMark[];
}

/** Start time of a running process, or null when it does not run or the system does not tell. */
export function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** True when exactly this process still runs. */
export function isRunning(mark: { pid: number; startTicks: string | null }): boolean {
  try {
    process.kill(mark.pid, 0);
  } catch (thrown) {
    const isForeign = thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
    if (!isForeign) return false;
  }
  if (mark.startTicks === null || !existsSync('/proc/self/stat')) return true;
  return startTicksOf(mark.pid) === mark.startTicks;
}

export function markOf(name: string, pid: number): ProcessMark {
  return { name, pid, startTicks: startTicksOf(pid) };
}

/** Replaces a file as a whole, so that a reader never sees half of it. */
export function writeWhole(file: string, text: string, mode = 0o600): void {
  writeFileSync(`${file}.${process.pid}`, text, { mode });
  renameSync(`${file}.${process.pid}`, file);
}

export function readState(home: string): StackState | null {
  try {
    return JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as StackState;
  } catch {
    return null;
  }
}

export function writeState(home: string, state: StackState): void {
  writeWhole(join(home, 'stack.json'), `${JSON.stringify(state, null, 2)}\n`);
}

export function removeState(home: string): void {
  rmSync(join(home, 'stack.json'), { force: true });
}

/** Ends one process by number and waits for it: `signal` first, SIGKILL after `graceMs`. */
export async function endProcess(
  mark: ProcessMark,
  signal: NodeJS.Signals = 'SIGTERM',
  graceMs = 15_000,
): Promise<void> {
  const endsAt = performance.now() + graceMs;
  const send = (which: NodeJS.Signals): void => {
    try {
      process.kill(mark.pid, which);
    } catch {
      // Already gone.
    }
  };
  if (!isRunning(mark)) return;
  send(signal);
  let isForced = false;
  while (isRunning(mark)) {
    if (!isForced && performance.now() > endsAt) {
      send('SIGKILL');
      isForced = true;
    }
    if (performance.now() > endsAt + 10_000)
      throw new StackFailure(`${mark.name} (process ${mark.pid}) does not end`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Ends what a supervisor that died (kill -9, power) has left running, newest first. PostgreSQL gets SIGINT, its fast
 * shutdown.
 *
 * @returns names of the processes that were still running
 */
export async function endLeftovers(state: StackState): Promise<string[]> {
  const left = state.processes.filter(isRunning);
  for (const mark of left.toReversed()) {
    await endProcess(mark, mark.name === 'postgres' ? 'SIGINT' : 'SIGTERM', 20_000);
  }
  return left.map((mark) => mark.name);
}

/**
 * Takes the home folder for this process: two stacks on one data folder would destroy it.
 *
 * @returns a function that gives it back
 * @throws StackFailure naming the process that has it
 */
export function takeLock(home: string): () => void {
  const file = join(home, 'stack.lock');
  const mine = markOf('supervisor', process.pid);
  for (let round = 0; round < 3; round += 1) {
    try {
      const fd = openSync(file, 'wx', 0o600);
      writeFileSync(fd, JSON.stringify(mine));
      closeSync(fd);
      return () => rmSync(file, { force: true });
    } catch (thrown) {
      const exists = thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST';
      if (!exists) throw thrown;
    }
    let owner: ProcessMark | null = null;
    try {
      owner = JSON.parse(readFileSync(file, 'utf8')) as ProcessMark;
    } catch {
      // Written half by a process that died; taken over.
    }
    if (owner !== null && isRunning(owner)) {
      throw new StackFailure(
        `home folder ${home} is in use by another stack (process ${owner.pid}); stop it with "afterbell stack down"`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new StackFailure(`home folder ${home} could not be locked: ${file} comes back`);
}
