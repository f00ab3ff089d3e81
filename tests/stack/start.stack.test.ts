import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findFreeLowPorts } from '../../cli/stack/ports.ts';
import { ROOT } from '../../cli/stack/root.ts';
import { waitUntil } from '../../cli/stack/service.ts';
import { startLocalStack } from '../support/local-stack.ts';
import type { LocalStack } from '../support/local-stack.ts';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command to its end. */
async function afterbell(args: string[], environment: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, ['cli/afterbell.mjs', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

/** Processes whose command line or environment names the home folder: what a stack has left behind. */
function processesOf(home: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (command.includes(home) || environment.includes(home)) found.push(`${pid} ${command}`);
    } catch {
      // Ended meanwhile.
    }
  }
  return found;
}

async function portsFor(home: string): Promise<Record<string, string>> {
  const [http, postgres, temporal, api, worker] = await findFreeLowPorts(5);
  return {
    AFTERBELL_HOME: home,
    AFTERBELL_HTTP_PORT: String(http),
    AFTERBELL_POSTGRES_PORT: String(postgres),
    AFTERBELL_TEMPORAL_PORT: String(temporal),
    AFTERBELL_API_METRICS_PORT: String(api),
    AFTERBELL_WORKER_METRICS_PORT: String(worker),
  };
}

const folders: string[] = [];
function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'afterbell-start-'));
  folders.push(home);
  return home;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('a start that cannot succeed', () => {
  let blocker: ReturnType<typeof createServer> | null = null;
  afterEach(() => {
    blocker?.close();
    blocker = null;
  });

  /** One line that says what is wrong, exit code as promised, nothing left running. */
  async function refused(environment: Record<string, string>, code: number, line: RegExp): Promise<void> {
    const ended = await afterbell(['stack', 'up', '--no-demo'], environment);
    const said = ended.stderr.split('\n').filter((text) => text.startsWith('afterbell: '));
    expect(said, `exit ${ended.code}; standard error: ${ended.stderr}`).toHaveLength(1);
    expect(said[0]).toMatch(line);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
    expect(processesOf(environment['AFTERBELL_HOME'] ?? '')).toEqual([]);
  }

  it.each(['AFTERBELL_HTTP_PORT', 'AFTERBELL_POSTGRES_PORT', 'AFTERBELL_TEMPORAL_PORT'])(
    'because %s is busy',
    async (setting) => {
      const server = createServer();
      blocker = server;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const environment = { ...(await portsFor(newHome())), [setting]: String(port) };
      await refused(environment, 1, new RegExp(`port ${port} for .* is in use \\(${setting}\\)`));
    },
  );

  it('because a setting is wrong', async () => {
    const environment = { ...(await portsFor(newHome())), AFTERBELL_HTTP_PORT: 'many' };
    await refused(environment, 2, /AFTERBELL_HTTP_PORT/);
  });

  it('because no Temporal can be had', async () => {
    const home = newHome();
    const bin = newHome();
    const environment = {
      ...(await portsFor(home)),
      AFTERBELL_CACHE: join(home, 'cache'),
      PATH: `${bin}:/usr/bin:/bin`,
      // No way out, whether or not this machine has the internet.
      HTTPS_PROXY: 'http://127.0.0.1:1',
      ALL_PROXY: 'http://127.0.0.1:1',
    };
    await refused(
      environment,
      1,
      /Temporal could not be found: .*no `temporal` on PATH.*download failed.*no `go` on PATH/,
    );
  });

  it('because the Temporal of TEMPORAL_ADDRESS does not answer', async () => {
    const [port = 0] = await findFreeLowPorts(1);
    const environment = { ...(await portsFor(newHome())), TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
    await refused(environment, 1, new RegExp(`TEMPORAL_ADDRESS 127.0.0.1:${port}`));
  });
});

describe('npm start', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack(['--demo']);
    folders.push(stack.home);
  }, 900_000);
  afterAll(async () => {
    await stack.stop();
    // A test that failed between a kill and the next start leaves orphans that only `stack down` knows of.
    await afterbell(['stack', 'down'], { ...stack.environment });
    stack.remove();
  });

  it('prints one address and the demo people with their passwords', async () => {
    await waitUntil('the announcement', async () => stack.output().includes('Ctrl-C stops'), 60_000);
    const addresses = new Set(stack.output().match(/https?:\/\/[^\s,]+/g));
    expect([...addresses]).toEqual([stack.baseUrl]);
    for (const username of ['admin', 'chen.lei', 'wang.min', 'li.na']) {
      expect(stack.output()).toMatch(new RegExp(`${username.replace('.', '\\.')} .*[A-Za-z0-9_-]{12,}`));
    }
    const session = await stack.signIn('wang.min');
    expect((await session.call('GET', '/v1/session')).status).toBe(200);
  });

  it('keeps keys and passwords to its owner', () => {
    for (const file of [
      'keys/master.key',
      'keys/postgres.password',
      'cli-token',
      'demo-people.json',
      'stack.json',
    ]) {
      const { mode } = statSync(join(stack.home, file));
      expect((mode & 0o077).toString(8), file).toBe('0');
    }
  });

  it('shows itself in stack status and refuses a second stack on the same folder', async () => {
    const status = await afterbell(['stack', 'status', '--json'], stack.environment);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ running: true, healthy: true, url: stack.baseUrl });
    const second = await afterbell(['stack', 'up', '--demo'], stack.environment);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^afterbell: home folder .* in use by another stack \(process \d+\)/m);
  });

  it('starts a worker again that was killed', async () => {
    const before = stack.pidOf('worker-net');
    process.kill(before, 'SIGKILL');
    await waitUntil(
      'the new worker',
      async () => {
        try {
          return stack.pidOf('worker-net') !== before;
        } catch {
          return false;
        }
      },
      60_000,
    );
  });

  it('ends with 0 on Ctrl-C, leaves nothing running, and goes on with the same data', async () => {
    const read = async (): Promise<unknown> => {
      const session = await stack.signIn('admin');
      const runs = (await session.call('GET', '/v1/runs')).body as { items: Array<{ runId: string }> };
      return runs.items.map((run) => run.runId);
    };
    const runs = await read();
    const token = stack.cliToken();
    expect(await stack.stop()).toBe(0);
    expect(processesOf(stack.home)).toEqual([]);
    expect(existsSync(join(stack.home, 'stack.json'))).toBe(false);
    stack = await stack.restart();
    expect(await read()).toEqual(runs);
    expect(stack.cliToken()).toBe(token);
  }, 300_000);

  it('after a kill -9 of everything in front, ends what was left and starts again', async () => {
    const left = stack.pidOf('postgres');
    const ended = new Promise((resolve) => stack.process.once('exit', resolve));
    stack.process.kill('SIGKILL');
    await ended;
    expect(() => process.kill(left, 0)).not.toThrow();
    // What was left still answers for a moment, so the address alone does not tell that the new one is up.
    stack = await stack.restart();
    await waitUntil('the announcement', async () => stack.output().includes('Ctrl-C stops'), 120_000);
    expect(stack.pidOf('postgres')).not.toBe(left);
    expect(stack.output()).toContain('stopped what a crash had left running');
    const down = await afterbell(['stack', 'down', '--json'], stack.environment);
    expect(down.code).toBe(0);
    expect(processesOf(stack.home)).toEqual([]);
  }, 300_000);
});
