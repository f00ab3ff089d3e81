import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BoxedProcess,
  boxLimits,
  type BoxLimits,
  BoxLimitReached,
  BoxUnavailable,
  runBoxed,
} from './box.ts';
import { waitFor } from '../../tests/support/api-session.ts';
import { isBoxPossible, processesRunning } from './testing/possible.ts';

const TIMEOUT_MS = 30_000;
const MIB = 1024 * 1024;
const EMPTY: BoxedProcess = { language: 'shell', code: '', arguments: [], environment: {}, stdin: '' };

const possible = await isBoxPossible();

function run(boxed: Partial<BoxedProcess>, limits: Partial<BoxLimits> = {}, signal?: AbortSignal) {
  return runBoxed({ ...EMPTY, ...boxed }, { ...boxLimits, ...limits }, signal);
}

async function limitOf(boxed: Partial<BoxedProcess>, limits: Partial<BoxLimits>): Promise<string> {
  try {
    const { code, stdout, stderr } = await run(boxed, limits);
    return `ended with ${code}: ${stdout}${stderr}`;
  } catch (error) {
    if (error instanceof BoxLimitReached) return `${error.limit}: ${error.message}`;
    throw error;
  }
}

describe.skipIf(!possible)('a process in its box', () => {
  let server: Server;
  let address: string;
  let calls = 0;
  const secretFolder = mkdtempSync(path.join(tmpdir(), 'afterbell-box-'));

  beforeAll(async () => {
    writeFileSync(path.join(secretFolder, 'secret'), 'the host', { mode: 0o644 });
    server = createServer((_request, response) => {
      calls += 1;
      response.end('reached');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    server.close();
    rmSync(secretFolder, { recursive: true });
  });

  it(
    'has the environment it is given and none of the worker',
    async () => {
      const code = 'console.log(JSON.stringify(process.env))';
      const { stdout } = await run({ language: 'js', code });
      expect(JSON.parse(stdout)).toEqual({ PATH: '/usr/local/bin:/usr/bin:/bin' });
      const given = { colour: "it's\nred", PATH: '/bin', EMPTY: '' };
      expect(JSON.parse((await run({ language: 'js', code, environment: given })).stdout)).toEqual(given);
    },
    TIMEOUT_MS,
  );

  it(
    'gets standard input, arguments and code to the letter, in each language',
    async () => {
      const given = { stdin: '持仓\n', arguments: ["a'b", '$(id)', '--flag', ''] };
      const shell = await run({ ...given, code: 'cat; for each in "$@"; do echo "[$each]"; done; exit 3' });
      expect(shell).toEqual({ code: 3, stdout: "持仓\n[a'b]\n[$(id)]\n[--flag]\n[]\n", stderr: '' });
      const js = await run({
        ...given,
        language: 'js',
        code: `import { readFileSync } from 'node:fs';
          console.log(readFileSync(process.stdin.fd, 'utf8'), process.argv.slice(2)); console.error('no');`,
      });
      expect(js).toEqual({ code: 0, stdout: "持仓\n [ \"a'b\", '$(id)', '--flag', '' ]\n", stderr: 'no\n' });
      const python = await run({
        ...given,
        language: 'python',
        code: 'import sys\nprint(sys.stdin.read(), sys.argv[1:], sep="")',
      });
      expect(python.stdout).toBe("持仓\n[\"a'b\", '$(id)', '--flag', '']\n");
    },
    TIMEOUT_MS,
  );

  it(
    'reaches no server of the host and no other',
    async () => {
      expect(await (await fetch(address)).text()).toBe('reached');
      calls = 0;
      const { stdout } = await run({
        language: 'js',
        arguments: [address, 'http://192.0.2.1/', 'http://example.com/'],
        code: `for (const url of process.argv.slice(2)) {
          try { await fetch(url, { signal: AbortSignal.timeout(3000) }); console.log('reached'); }
          catch (error) { console.log(error.cause?.code ?? error.name); }
        }
        import { networkInterfaces } from 'node:os';
        console.log(Object.keys(networkInterfaces()).join());`,
      });
      expect(stdout.split('\n')).toEqual(['ENETUNREACH', 'ENETUNREACH', expect.stringMatching(/^E/), '', '']);
      expect(calls).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'sees no file of the host but installed programs, and changes none',
    async () => {
      const { stdout } = await run({
        arguments: [path.join(secretFolder, 'secret'), process.cwd(), `/proc/${process.pid}`],
        code: `for each in "$@" /etc/passwd /root /home /var /proc/1/root/etc; do cat "$each" 2>/dev/null || ls "$each" 2>/dev/null; done
          for each in /usr /code /etc /dev / /opt; do touch "$each/x" 2>/dev/null && echo "wrote $each"; done
          echo kept > x && cat x && pwd && ls / && hostname`,
      });
      const [kept, place, ...rest] = stdout.trim().split('\n');
      expect([kept, place, rest.pop()]).toEqual(['kept', '/work', 'box']);
      expect(rest.filter((name) => !/^(s?bin|lib\d*|libx32)$/.test(name))).toEqual([
        'code',
        'dev',
        'etc',
        'opt',
        'proc',
        'tmp',
        'usr',
        'work',
      ]);
      expect((await run({ code: 'ls -A /work' })).stdout).toBe('');
    },
    TIMEOUT_MS,
  );

  it(
    'has no capability, no way to one, and no way into namespaces of others',
    async () => {
      const { stdout } = await run({
        code: `ls /proc/self/fd | wc -l
          grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status
          for each in --user --net --mount; do unshare $each true 2>/dev/null && echo "made $each"; done
          mount -t tmpfs x /work 2>/dev/null && echo mounted
          nsenter --target 1 --mount true 2>/dev/null && echo entered
          kill -KILL 1; sleep 0.1; cat /proc/1/environ 2>/dev/null; true`,
      });
      expect(stdout.trim().split('\n')).toEqual([
        // Input, output, error, and the folder that is listed: nothing that the worker has open.
        '4',
        'CapEff:\t0000000000000000',
        'CapBnd:\t0000000000000000',
        'NoNewPrivs:\t1',
      ]);
    },
    TIMEOUT_MS,
  );

  it.runIf(process.getuid?.() === 0)(
    'is run by a user that nobody else is',
    async () => {
      const uids = [run({ code: 'cat /proc/self/uid_map' }), run({ code: 'cat /proc/self/uid_map' })];
      const [one, other] = (await Promise.all(uids)).map(({ stdout }) =>
        Number(stdout.trim().split(/\s+/)[1]),
      );
      expect(one).toBeGreaterThanOrEqual(1_900_000_000);
      expect(other).toBeGreaterThanOrEqual(1_900_000_000);
      expect(one).not.toBe(other);
    },
    TIMEOUT_MS,
  );

  it(
    'is ended with all it has started when its time is over',
    async () => {
      const code = '(setsid sleep 4711 &) ; nohup sleep 4711 & trap "" TERM INT HUP; sleep 4711';
      expect(await limitOf({ code }, { wallMs: 1_500 })).toBe('time: the process ran longer than 1.5 s');
      expect(processesRunning('sleep 4711')).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves nothing behind when it ends by itself',
    async () => {
      expect((await run({ code: '(setsid sleep 4712 >/dev/null 2>&1 &); echo done' })).stdout).toBe('done\n');
      expect(processesRunning('sleep 4712')).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'is ended with all it has started when it is cut short',
    async () => {
      const controller = new AbortController();
      const running = run({ code: 'sleep 4713 & sleep 4713' }, {}, controller.signal);
      await waitFor('both processes', TIMEOUT_MS, () =>
        Promise.resolve(processesRunning('sleep 4713').length === 2 ? true : undefined),
      );
      controller.abort(new Error('the run was cancelled'));
      await expect(running).rejects.toThrow('the run was cancelled');
      expect(processesRunning('sleep 4713')).toEqual([]);
      await expect(run({ code: 'true' }, {}, controller.signal)).rejects.toThrow('the run was cancelled');
    },
    TIMEOUT_MS,
  );

  it(
    'ends with its worker, however that ends',
    async () => {
      const worker = execFile(
        process.execPath,
        ['--import', 'tsx', path.join(import.meta.dirname, 'testing/run-alone.ts'), 'sleep 4714'],
        { cwd: process.cwd() },
      );
      await waitFor('the process', TIMEOUT_MS, () =>
        Promise.resolve(processesRunning('sleep 4714').length === 1 ? true : undefined),
      );
      const gone = new Promise((resolve) => worker.once('close', resolve));
      worker.kill('SIGKILL');
      await gone;
      await waitFor('its end', TIMEOUT_MS, () =>
        Promise.resolve(processesRunning('sleep 4714').length === 0 ? true : undefined),
      );
    },
    TIMEOUT_MS,
  );

  it.each([
    ['js', 'const all = []; for (;;) all.push(new Array(100000).fill(Math.random()));'],
    ['js', 'const all = []; for (;;) all.push(Buffer.alloc(10e6, 1));'],
    ['python', 'all = []\nwhile True: all.append("x" * 10**7)'],
  ] as const)(
    'is ended when it needs more memory than it may: %s %s',
    async (language, code) => {
      expect(await limitOf({ language, code }, { memoryBytes: 128 * MIB })).toBe(
        'memory: the process needed more than 128 MiB of memory',
      );
    },
    TIMEOUT_MS,
  );

  it(
    'counts the memory of all its processes together',
    async () => {
      const one = `python3 -c "import time; all = 'x' * 60_000_000; time.sleep(20)"`;
      const code = `for each in 1 2 3 4 5; do ${one} & done; wait`;
      expect(await limitOf({ code }, { memoryBytes: 128 * MIB })).toMatch(/^memory: /);
    },
    TIMEOUT_MS,
  );

  it.each(['stdout', 'stderr'])(
    'is ended when it writes more than it may to %s',
    async (stream) => {
      const code = stream === 'stdout' ? 'yes' : 'yes >&2';
      expect(await limitOf({ code }, { outputBytes: 64 * 1024 })).toBe(
        'output: the process wrote more than 65536 bytes',
      );
      const most = await run({ code: 'head -c 65536 /dev/zero | tr "\\0" x' }, { outputBytes: 64 * 1024 });
      expect(most.stdout).toHaveLength(65_536);
    },
    TIMEOUT_MS,
  );

  it(
    'cannot start processes, write files or fill its folder without bound',
    async () => {
      const { stdout } = await run({
        code: `i=0; while [ $i -lt 200 ]; do sleep 20 2>/dev/null & i=$((i+1)); done 2>/dev/null
          head -c 100000000 /dev/zero > big 2>/dev/null; wc -c < big; echo "$(ls | wc -l) file"`,
      }).catch(() => ({ stdout: '' }));
      const many = await run({
        language: 'python',
        code: `import os, sys
n = 0
try:
    while n < 1000:
        if os.fork() == 0: os.execv('/bin/sleep', ['sleep', '20'])
        n += 1
except OSError: pass
print(n)`,
      });
      expect(Number(many.stdout)).toBeLessThan(boxLimits.processes);
      expect(stdout === '' || Number(stdout.split('\n')[0]) <= boxLimits.spaceBytes).toBe(true);
    },
    TIMEOUT_MS,
  );
});

it('says why when no box can be made', async () => {
  const problem = await run({ code: 'true' }).catch((error: unknown) => error);
  if (possible) expect(problem).toMatchObject({ code: 0 });
  else expect(problem).toBeInstanceOf(BoxUnavailable);
}, 30_000);
