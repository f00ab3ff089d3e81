import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from '../io.ts';
import { ROOT } from '../stack/root.ts';

/** `demo`: the whole story without hands, on a real switch where root may make one. Ends with its own exit code. */
export const demo: Command = async (args, io) => {
  const child = spawn(process.execPath, ['--import', 'tsx', join('tests', 'demo', 'main.ts'), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: io.env,
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (ended) => resolve(ended ?? 1));
  });
  process.off('SIGINT', forward);
  process.off('SIGTERM', forward);
  return code === 0 ? 0 : code === 2 ? 2 : 1;
};
