import { folders } from '../folders.ts';
import { UsageError, printJson, printTable, readArguments } from '../io.ts';
import type { Command, Io } from '../io.ts';
import { endLeftovers, endProcess, isRunning, readState, removeState } from '../stack/state.ts';
import { bringStackUp } from '../stack/up.ts';
import type { Stack } from '../stack/up.ts';

/** Long enough for a worker that finishes what it sends to a device, and for both servers after it. */
const DOWN_LIMIT_MS = 120_000;

function announce(io: Io, stack: Stack): void {
  io.out('');
  io.out(`Afterbell is running: ${stack.url}`);
  if (stack.people.length > 0) {
    io.out('');
    io.out('Demo people (the passwords were generated for this data folder):');
    printTable(
      io,
      ['  USER', 'NAME', 'PASSWORD', 'ROLES'],
      stack.people.map((person) => [
        `  ${person.username}`,
        person.displayName,
        person.password,
        person.roles.join(', '),
      ]),
    );
  }
  io.out('');
  io.out(`Data: ${stack.homeDir}. Ctrl-C stops everything; the next start goes on with it.`);
}

interface StopRequest {
  signal: AbortSignal;
  /** Settles at the first signal. */
  asked: Promise<void>;
  release(): void;
}

/** Turns Ctrl-C, SIGTERM and a closed terminal into one request to stop; a second signal ends at once. */
function listenForStop(io: Io, force: () => void): StopRequest {
  const abort = new AbortController();
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const onSignal = (): void => {
    if (abort.signal.aborted) {
      io.err('stopping at once');
      force();
      process.exit(1);
    }
    io.err('stopping (again: at once)');
    abort.abort();
    ask();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  process.on('exit', force);
  return {
    signal: abort.signal,
    asked,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
      process.off('exit', force);
    },
  };
}

/** `stack up`: starts everything, prints one address, stays in front until it is told to stop. */
export const up: Command = async (args, io) => {
  const { values } = readArguments(
    args,
    {
      json: { type: 'boolean', default: false },
      demo: { type: 'boolean', default: false },
      'no-demo': { type: 'boolean', default: false },
      'production-shape': { type: 'boolean', default: false },
    },
    'afterbell stack up [--demo | --no-demo] [--production-shape]',
    [0, 0],
  );
  if (values.demo && values['no-demo']) throw new UsageError('--demo and --no-demo exclude each other');
  // Output into a closed pipe must not end the stack.
  process.stdout.on('error', () => undefined);
  let stack: Stack | null = null;
  const startedAt = performance.now();
  const stop = listenForStop(io, () => stack?.kill());
  try {
    stack = await bringStackUp(
      {
        env: io.env,
        demo: values.demo ? true : values['no-demo'] ? false : null,
        isProductionShape: values['production-shape'],
        progress: (line) => {
          const seconds = Math.round((performance.now() - startedAt) / 1000);
          io.err(`[${String(seconds).padStart(3)} s] ${line}`);
        },
      },
      stop.signal,
    );
    if (values.json) printJson(io, { url: stack.url, home: stack.homeDir, people: stack.people });
    else announce(io, stack);
    await stop.asked;
    await stack.stop();
    io.err('stopped');
    return 0;
  } finally {
    stop.release();
  }
};

/** `stack down`: stops the stack of this home folder from another terminal; nothing running is fine too. */
export const down: Command = async (args, io) => {
  const { values } = readArguments(
    args,
    { json: { type: 'boolean', default: false } },
    'afterbell stack down',
    [0, 0],
  );
  const { home } = folders(io.env);
  const state = readState(home);
  let stopped: string[] = [];
  if (state !== null) {
    const supervisor = { name: 'supervisor', pid: state.pid, startTicks: state.startTicks };
    stopped = state.processes.filter(isRunning).map((mark) => mark.name);
    if (isRunning(supervisor)) await endProcess(supervisor, 'SIGTERM', DOWN_LIMIT_MS);
    await endLeftovers(state);
    removeState(home);
  }
  if (values.json) printJson(io, { stopped });
  else io.out(stopped.length === 0 ? `no stack runs in ${home}` : `stopped ${stopped.join(', ')}`);
  return 0;
};

/** `stack status`: what runs. Exit code 1 unless everything does and the API answers. */
export const status: Command = async (args, io) => {
  const { values } = readArguments(
    args,
    { json: { type: 'boolean', default: false } },
    'afterbell stack status',
    [0, 0],
  );
  const { home } = folders(io.env);
  const state = readState(home);
  if (state === null || !isRunning(state)) {
    if (values.json) printJson(io, { running: false, home, processes: [] });
    else io.out(`no stack runs in ${home}`);
    return 1;
  }
  const processes = state.processes.map((mark) => ({
    name: mark.name,
    pid: mark.pid,
    running: isRunning(mark),
  }));
  const isHealthy = await fetch(`${state.url}/v1/health`, { signal: AbortSignal.timeout(5_000) }).then(
    (response) => response.ok,
    () => false,
  );
  const isUp = isHealthy && processes.every((process) => process.running);
  if (values.json) printJson(io, { running: true, healthy: isUp, home, ...state, processes });
  else {
    io.out(
      `${state.url}  ${state.shape}  since ${state.startedAt}  ${isHealthy ? 'healthy' : 'not answering'}`,
    );
    printTable(
      io,
      ['PROCESS', 'PID', 'STATE'],
      processes.map((process) => [process.name, process.pid, process.running ? 'running' : 'ended']),
    );
  }
  return isUp ? 0 : 1;
};
