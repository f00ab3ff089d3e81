import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BookOptions } from './positions.ts';
import type { Login } from './web.ts';

/** What one process is told. */
export interface LegacyProcessOptions {
  readonly system: 'counter' | 'clearing';
  /** 0 takes a free one. */
  readonly port: number;
  readonly login: Login;
  readonly books: BookOptions;
  readonly behaviour?: {
    readonly expireAfterClicks?: number;
    readonly isRedrawn?: boolean;
    readonly rowsPerPage?: number;
  };
}

/** A running legacy system. */
export interface LegacySystem {
  readonly url: string;
  readonly login: Login;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Starts one legacy system in a process of its own. Rejects when it does not come up. */
export async function startLegacySystem(options: LegacyProcessOptions): Promise<LegacySystem> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = await readyPort(child);
  return {
    url: `http://127.0.0.1:${port}`,
    login: options.login,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

/** Both systems of one day: they differ exactly where planted. */
export async function startLegacySystems(
  books: BookOptions,
  behaviour: NonNullable<LegacyProcessOptions['behaviour']> = {},
): Promise<{ counter: LegacySystem; clearing: LegacySystem; stop(): Promise<void> }> {
  const [counter, clearing] = await Promise.all([
    startLegacySystem({
      system: 'counter',
      port: 0,
      login: { username: 'op0712', password: 'Gui-Tai&2026#x' },
      books,
      behaviour,
    }),
    startLegacySystem({
      system: 'clearing',
      port: 0,
      login: { username: 'settle', password: 'Qing%Suan=77+k' },
      books,
      behaviour,
    }),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([counter.stop(), clearing.stop()]);
  };
  return { counter, clearing, stop };
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the legacy system ended with ${code}`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      resolve((JSON.parse(line) as { port: number }).port);
    });
  });
}
