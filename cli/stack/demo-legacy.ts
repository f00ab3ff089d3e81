import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackFailure } from './failure.ts';
import { findFreePorts } from './ports.ts';
import { startService, tailOf, waitUntil } from './service.ts';
import type { Service } from './service.ts';
import { writeWhole } from './state.ts';

/** The pretend systems of the nightly reconciliation; the bots of these names read them. */
export const DEMO_SYSTEMS = ['counter', 'clearing'] as const;

/** One of them. */
export type DemoSystemName = (typeof DEMO_SYSTEMS)[number];

/** Address and login of a system, as the demo seed takes it. */
export interface DemoSystemJson {
  baseUrl: string;
  username: string;
  password: string;
}

interface SystemConfig {
  system: DemoSystemName;
  port: number;
  login: { username: string; password: string };
  books: { tradingDay: 'today'; plants: string[] };
  behaviour: { expireAfterClicks?: number };
}

/** A few differences a day, so that the break desk has something to show. */
const PLANTS = ['quantity', 'missing-right', 'margin'];

/**
 * Settings of both systems, made once: ports and logins stay in `folder` from one start to the next, because the bots that were seeded
 * know them. The counter signs its operator out once per start, as such systems do.
 */
export async function demoSystems(folder: string): Promise<Record<DemoSystemName, DemoSystemJson>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ports = await findFreePorts(DEMO_SYSTEMS.length);
  const entries = DEMO_SYSTEMS.map((system, index): [DemoSystemName, DemoSystemJson] => {
    const file = join(folder, `${system}.json`);
    if (!existsSync(file)) {
      const config: SystemConfig = {
        system,
        port: ports[index] ?? 0,
        login: { username: `${system}-bot`, password: randomBytes(12).toString('hex') },
        books: { tradingDay: 'today', plants: PLANTS },
        behaviour: system === 'counter' ? { expireAfterClicks: 6 } : {},
      };
      writeWhole(file, `${JSON.stringify(config, null, 2)}\n`);
    }
    const { port, login } = JSON.parse(readFileSync(file, 'utf8')) as SystemConfig;
    return [system, { baseUrl: `http://127.0.0.1:${port}`, ...login }];
  });
  return Object.fromEntries(entries) as Record<DemoSystemName, DemoSystemJson>;
}

/**
 * Starts one of them as a process of its own.
 *
 * @throws StackFailure when it does not come up
 */
export async function startDemoSystem(
  root: string,
  folder: string,
  system: DemoSystemName,
  logFile: string,
): Promise<Service> {
  let isReady = false;
  const service = await startService({
    name: `demo-${system}`,
    command: process.execPath,
    args: [
      '--import',
      'tsx',
      join(root, 'tests', 'simulators', 'legacy', 'main.ts'),
      '--config',
      join(folder, `${system}.json`),
    ],
    cwd: root,
    logFile,
    onLine: (line) => {
      isReady ||= (JSON.parse(line) as { ready?: boolean }).ready === true;
    },
  });
  try {
    await waitUntil(
      `the demo ${system} system`,
      async () => isReady,
      30_000,
      () => (service.hasExited() ? `the demo ${system} system ended at start: ${tailOf(logFile)}` : null),
    );
    return service;
  } catch (thrown) {
    await service.stop();
    throw new StackFailure(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
