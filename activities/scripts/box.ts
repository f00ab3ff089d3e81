import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { residentBytes } from './resident.ts';

/** What a process may use. Bytes and milliseconds. */
export interface BoxLimits {
  /** From the start of the box to the end of the process. */
  readonly wallMs: number;
  /** Resident memory of all processes together; the kernel also keeps the data of each below it. */
  readonly memoryBytes: number;
  /** Standard output and standard error, each. */
  readonly outputBytes: number;
  /** The working folder, which is memory too, and any file in it. */
  readonly spaceBytes: number;
  /** Processes and threads at a time. */
  readonly processes: number;
  /** Open files of each process. */
  readonly files: number;
}

/** Limits of every process that a flow runs. */
export const boxLimits: BoxLimits = {
  wallMs: 300_000,
  memoryBytes: 512 * 1024 * 1024,
  outputBytes: 1024 * 1024,
  spaceBytes: 64 * 1024 * 1024,
  processes: 64,
  files: 256,
};

/** A process as it is to be run: texts without NUL, names of variables of letters, digits and underscores. */
export interface BoxedProcess {
  readonly language: 'shell' | 'js' | 'python';
  readonly code: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/** How a process ended by itself. `code`: its exit code, 128 and the signal's number when a signal ended it. */
export interface BoxResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** No box can be made on this machine; the process has not been run. */
export class BoxUnavailable extends Error {}

/** The process went over a limit and was ended with all it had started. */
export class BoxLimitReached extends Error {
  readonly limit: 'time' | 'memory' | 'output';

  constructor(limit: BoxLimitReached['limit'], message: string) {
    super(message);
    this.limit = limit;
  }
}

const SETUP = fileURLToPath(new URL('./box.sh', import.meta.url));
/**
 * Closes whatever the worker was started with open and would hand on, then hands over to the set-up. In bash, since other shells cannot
 * close descriptors of two digits; without its start-up files, which it would read for an input that is a socket.
 */
const CLOSER =
  'for each in /proc/self/fd/*; do (( ${each##*/} > 5 )) && eval "exec ${each##*/}>&-"; done; exec sh "$@"';
/** The tools of the box are found here and nowhere else: some of them run as root. */
const TOOLS_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const PROCESS_PATH = '/usr/local/bin:/usr/bin:/bin';
/** User ids that no account has; each box takes another, so that two cannot meet. */
const [FIRST_UID, LAST_UID] = [1_900_000_000, 2_000_000_000];
const LOOK_EVERY_MS = 100;
const MIB = 1024 * 1024;
const ROOMS = ['/mnt', '/media', '/tmp'];
const PYTHONS = ['/usr/bin/python3', '/usr/local/bin/python3', '/bin/python3'];
const FILE_NAMES = { shell: 'main.sh', js: 'main.mjs', python: 'main.py' } as const;

/**
 * Runs a process in user, network, mount, process, IPC and host name namespaces of its own: no network, no file of the host but installed
 * programs to read, no environment but what is given, an unprivileged user without capabilities. Nothing of it is left when this settles.
 *
 * @throws BoxUnavailable when the namespaces cannot be made, BoxLimitReached, or the reason of `signal` when it is cut short
 */
export async function runBoxed(
  boxed: BoxedProcess,
  limits: BoxLimits,
  signal?: AbortSignal,
): Promise<BoxResult> {
  signal?.throwIfAborted();
  const child = start(boxed, limits);
  const output = { stdout: new Capture(limits.outputBytes), stderr: new Capture(limits.outputBytes) };
  let ended: Error | undefined;
  const end = (reason: Error): void => {
    ended ??= reason;
    killGroup(child);
  };
  const abort = (): void => end(reasonOf(signal));
  signal?.addEventListener('abort', abort, { once: true });
  const late = setTimeout(
    () => end(new BoxLimitReached('time', `the process ran longer than ${limits.wallMs / 1000} s`)),
    limits.wallMs,
  );
  const look = setInterval(() => {
    if (residentBytes(child.pid ?? 0) > limits.memoryBytes) end(memoryReached(limits));
  }, LOOK_EVERY_MS);
  const tooLong = (): void =>
    end(new BoxLimitReached('output', `the process wrote more than ${limits.outputBytes} bytes`));
  output.stdout.take(child.stdout, tooLong);
  output.stderr.take(child.stderr, tooLong);
  const ready = new Capture(64);
  ready.take(streamOf(child, 5) as Readable | undefined, () => undefined);
  try {
    const code = await exitCode(child);
    if (ended !== undefined) throw ended;
    const [stdout, stderr] = [output.stdout.text(), output.stderr.text()];
    if (!ready.text().startsWith('ready')) throw new BoxUnavailable(unavailable(stderr));
    if (code !== 0 && isOutOfMemory(stderr, code, boxed.language)) throw memoryReached(limits);
    return { code, stdout, stderr };
  } finally {
    clearTimeout(late);
    clearInterval(look);
    signal?.removeEventListener('abort', abort);
    killGroup(child);
  }
}

/** Whatever is aborted is told why; the reason of a signal may be anything. */
function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('the process was cut short');
}

function start(boxed: BoxedProcess, limits: BoxLimits): ChildProcess {
  if (process.platform !== 'linux') throw new BoxUnavailable('isolation needs Linux');
  if (!existsSync(`/proc/self/task/${process.pid}/children`))
    throw new BoxUnavailable('the kernel does not tell the children of a process');
  const room = ROOMS.find((folder) => existsSync(folder) && !process.execPath.startsWith(`${folder}/`));
  if (room === undefined) throw new BoxUnavailable(`none of ${ROOMS.join(', ')} is there to build it in`);
  const isRoot = process.getuid?.() === 0;
  const child = spawn(
    'setpriv',
    [
      // Ends with this worker, however that ends.
      '--pdeathsig KILL unshare'.split(' '),
      isRoot ? [] : ['--user', '--map-root-user'],
      '--mount --pid --net --ipc --uts --cgroup --propagation private --fork --kill-child=KILL'.split(' '),
      ['bash', '--norc', '--noprofile', '-c', CLOSER, 'bash'],
      [SETUP, isRoot ? randomInt(FIRST_UID, LAST_UID) : 0],
      [room, process.execPath, FILE_NAMES[boxed.language]],
      [limits.spaceBytes, limits.memoryBytes, limits.processes, limits.files],
    ]
      .flat()
      .map(String),
    {
      cwd: '/',
      env: { PATH: TOOLS_PATH },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    },
  );
  write(streamOf(child, 3) as Writable | undefined, launcher(boxed, limits));
  write(streamOf(child, 4) as Writable | undefined, boxed.code);
  write(child.stdin, boxed.stdin);
  return child;
}

function streamOf({ stdio }: ChildProcess, descriptor: number): Readable | Writable | undefined {
  const streams: readonly (Readable | Writable | null | undefined)[] = stdio;
  return streams[descriptor] ?? undefined;
}

/** A process that does not read to the end is no fault of the writer. */
function write(stream: Writable | null | undefined, text: string): void {
  stream?.on('error', () => undefined);
  stream?.end(text);
}

/** The last thing that is run before the process, inside the box: says that all is ready, and hands over to it. */
function launcher(boxed: BoxedProcess, { memoryBytes }: BoxLimits): string {
  const environment = { PATH: PROCESS_PATH, ...boxed.environment };
  const command = [...interpreter(boxed.language, memoryBytes), `/code/${FILE_NAMES[boxed.language]}`];
  return [
    'echo ready >&5',
    'exec 5>&-',
    'unset PWD OLDPWD SHLVL _',
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${[...command, ...boxed.arguments].map(quoted).join(' ')}`,
    '',
  ].join('\n');
}

function interpreter(language: BoxedProcess['language'], memoryBytes: number): readonly string[] {
  if (language === 'shell') return ['/bin/sh'];
  // V8 says by itself that its heap is full, which is clearer than being ended from outside.
  if (language === 'js') return ['/opt/node', `--max-old-space-size=${Math.floor(memoryBytes / MIB / 2)}`];
  const python = PYTHONS.find((path) => existsSync(path));
  if (python === undefined)
    throw new BoxUnavailable(`Python is none of ${PYTHONS.join(', ')} on this machine`);
  return [python];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Bytes of one stream up to a limit. */
class Capture {
  private readonly limit: number;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  take(stream: Readable | null | undefined, onTooLong: () => void): void {
    stream?.on('data', (chunk: Buffer) => {
      if (this.bytes > this.limit) return;
      this.bytes += chunk.length;
      if (this.bytes > this.limit) onTooLong();
      else this.chunks.push(chunk);
    });
    stream?.on('error', () => undefined);
  }

  text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new BoxUnavailable(`setpriv cannot be run: ${error.message}`)));
    child.once('close', (code) => resolve(code ?? 137));
  });
}

/** The group is the tools outside; the first process of the box dies with them, and with it every process inside. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function memoryReached({ memoryBytes }: BoxLimits): BoxLimitReached {
  return new BoxLimitReached('memory', `the process needed more than ${memoryBytes / MIB} MiB of memory`);
}

/** As a shell tells of SIGILL, SIGTRAP, SIGABRT and SIGSEGV. */
const CRASHES: ReadonlySet<number | null> = new Set([132, 133, 134, 139]);

/** JavaScript alone cannot make Node crash: it does when the kernel gives it no memory at a moment V8 cannot do without. */
function isOutOfMemory(stderr: string, code: number | null, language: BoxedProcess['language']): boolean {
  if (language === 'js' && CRASHES.has(code)) return true;
  return /heap out of memory|allocation failed|MemoryError|cannot allocate memory|bad_alloc/i.test(stderr);
}

function unavailable(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return `this worker cannot make the namespaces a process is isolated in: ${last === '' ? 'no word why' : last}`;
}
