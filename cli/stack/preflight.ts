import { chmodSync, mkdirSync, statSync, statfsSync } from 'node:fs';
import { StackFailure, messageOf } from './failure.ts';
import { isPortFree } from './ports.ts';

/** A port the stack will listen on, and the setting that moves it. */
export interface NeededPort {
  what: string;
  port: number;
  setting: string;
  host?: string;
}

/** A new cluster, Temporal's database and the built pages take about 300 MiB; less than this and a start is refused. */
export const LEAST_FREE_BYTES = 1024 ** 3;

/**
 * @throws StackFailure naming every busy port with the setting that moves it
 */
export async function checkPorts(ports: NeededPort[]): Promise<void> {
  const seen = new Map<number, string>();
  const problems: string[] = [];
  for (const { what, port, setting, host } of ports) {
    const other = seen.get(port);
    seen.set(port, setting);
    if (other !== undefined) problems.push(`port ${port} is given to both ${other} and ${setting}`);
    else if (!(await isPortFree(port, host)))
      problems.push(`port ${port} for ${what} is in use (${setting})`);
  }
  if (problems.length === 0) return;
  const advice = 'stop the program that listens there, or choose another port with the setting in brackets';
  throw new StackFailure(`${problems.join('; ')}: ${advice}`);
}

/** Free bytes of the file system of a folder, for an ordinary user. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/**
 * Makes the home folder and refuses a disk that is nearly full. Mode 0711 as root: the `postgres` user must be able to
 * pass through to its data folder, and reads nothing else.
 *
 * @throws StackFailure when the folder cannot be made or less than 1 GiB is free
 */
export function prepareHome(home: string, leastFreeBytes: number = LEAST_FREE_BYTES): void {
  const isRoot = process.getuid?.() === 0;
  try {
    mkdirSync(home, { recursive: true, mode: isRoot ? 0o711 : 0o700 });
    const { mode } = statSync(home);
    if (isRoot && (mode & 0o011) !== 0o011) chmodSync(home, (mode & 0o7777) | 0o011);
  } catch (thrown) {
    throw new StackFailure(`home folder ${home} cannot be made (AFTERBELL_HOME): ${messageOf(thrown)}`);
  }
  const free = freeBytes(home);
  if (free < leastFreeBytes) {
    const mib = (bytes: number): number => Math.floor(bytes / 1024 ** 2);
    throw new StackFailure(
      `disk of ${home} has ${mib(free)} MiB free, at least ${mib(leastFreeBytes)} MiB are needed (AFTERBELL_HOME)`,
    );
  }
}
