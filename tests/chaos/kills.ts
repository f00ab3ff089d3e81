import { readFileSync } from 'node:fs';
import { browserProcesses } from '../../activities/browser/browser-processes.ts';
import { waitFor } from '../support/api-session.ts';
import type { LocalStack } from '../support/local-stack.ts';

const BACK_MS = 60_000;

/** `kill -9` of a part of the stack; returns when the stack has started it again and the API answers. */
export async function killPart(stack: LocalStack, part: string): Promise<void> {
  const pid = stack.pidOf(part);
  process.kill(pid, 'SIGKILL');
  await waitFor(`the next ${part}`, BACK_MS, async () => (stack.pidOf(part) === pid ? undefined : true));
  await waitFor('the API', BACK_MS, async () =>
    (await fetch(`${stack.baseUrl}/v1/health`)).ok ? true : undefined,
  );
}

/** Processes of Chromium among the descendants of a process. */
export function chromiumUnder(pid: number): number[] {
  return browserProcesses(pid).filter((child) => child !== pid && isChromium(child));
}

/** True while the process is there and is one of Chromium; a number given to another process since is not. */
export function isChromium(pid: number): boolean {
  try {
    return /chrom/i.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}
