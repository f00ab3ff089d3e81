import { readdirSync, readFileSync } from 'node:fs';
import { boxLimits, BoxUnavailable, runBoxed } from '../box.ts';

/** Whether this machine can isolate a process at all. Where it cannot, the product refuses to run one, and says so on the way. */
export async function isBoxPossible(): Promise<boolean> {
  try {
    const nothing = { language: 'shell', code: 'true', arguments: [], environment: {}, stdin: '' } as const;
    await runBoxed(nothing, boxLimits);
    return true;
  } catch (error) {
    if (!(error instanceof BoxUnavailable)) throw error;
    process.stdout.write(`tests of isolated processes skipped: ${error.message}\n`);
    return false;
  }
}

/** Process ids of this machine that run exactly this command line. */
export function processesRunning(command: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => commandOf(name) === command)
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
