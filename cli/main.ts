import { CommandFailure, UsageError, printJson, processIo } from './io.ts';
import type { Command, ExitCode, Io } from './io.ts';
import { StackFailure, messageOf } from './stack/failure.ts';

const USAGE = `afterbell <command>

  stack up [--demo | --no-demo] [--production-shape]   start everything and stay in front
  stack down | stack status                            stop it, look at it
  doctor                                               check this machine
  flow validate FILE                                   all problems of a flow document (offline)
  flow rehearse FILE [--input FILE] [--now ISO] [--allow-http HOST=URL]   run it with simulated steps (offline)
  flow publish FILE --comment TEXT                     ask a second person to publish
  flow submissions | approve ID | return ID --comment TEXT   what waits; the second person decides
  flow list | versions NAME | show NAME [--version V] | diff NAME FILE
  flow back-test NAME FILE [--runs N]                  where it would have gone another way than past runs
  run start FLOW --input FILE [--key K] [--business-key K] [--version V] [--watch]
  run list | show ID | watch ID | cancel ID --reason TEXT | decide ID --approve|--refuse [--comment TEXT]
  run restart-points ID [--version V]                  where an ended run can be restarted, and why not elsewhere
  run restart ID --from STEP --reason TEXT [--version V] [--confirm-effects] [--effect ID=done|not-done]
  device list | add FILE | test NAME
  device parse --platform P --command C FILE | device parse --schema      (offline)
  expression E [--input FILE] [--now ISO]                                 (offline)
  admin create --username NAME --name NAME             the first administrator, once
  token create --name NAME --role ROLE...              a token for a program
  demo [--all] [--simulator] [--require-real]          the shipped flows without hands, as a table

Every command takes --json. Exit codes: 0 done, 1 failed, 2 wrong usage.`;

type Group = Record<string, () => Promise<Command>>;

/** Each command is loaded only when it is called: `expression` must not pay for the stack. */
const COMMANDS: Record<string, Group | (() => Promise<Command>)> = {
  stack: {
    up: async () => (await import('./commands/stack.ts')).up,
    down: async () => (await import('./commands/stack.ts')).down,
    status: async () => (await import('./commands/stack.ts')).status,
  },
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  flow: {
    validate: async () => (await import('./commands/flow-validate.ts')).validate,
    rehearse: async () => (await import('./commands/flow-rehearse.ts')).rehearseFlow,
    publish: async () => (await import('./commands/flow-publish.ts')).publish,
    submissions: async () => (await import('./commands/flow-publish.ts')).submissions,
    approve: async () => (await import('./commands/flow-publish.ts')).approve,
    return: async () => (await import('./commands/flow-publish.ts')).sendBack,
    versions: async () => (await import('./commands/flow-publish.ts')).versions,
    list: async () => (await import('./commands/flow.ts')).list,
    show: async () => (await import('./commands/flow.ts')).show,
    diff: async () => (await import('./commands/flow.ts')).diff,
    'back-test': async () => (await import('./commands/flow-back-test.ts')).backTest,
  },
  run: {
    start: async () => (await import('./commands/run.ts')).start,
    list: async () => (await import('./commands/run.ts')).list,
    show: async () => (await import('./commands/run.ts')).show,
    watch: async () => (await import('./commands/run.ts')).watch,
    cancel: async () => (await import('./commands/run.ts')).cancel,
    decide: async () => (await import('./commands/run.ts')).decide,
    restart: async () => (await import('./commands/run-restart.ts')).restart,
    'restart-points': async () => (await import('./commands/run-restart.ts')).restartPoints,
  },
  device: {
    list: async () => (await import('./commands/device.ts')).list,
    add: async () => (await import('./commands/device.ts')).add,
    test: async () => (await import('./commands/device.ts')).test,
    parse: async () => (await import('./commands/device-parse.ts')).parse,
  },
  expression: async () => (await import('./commands/expression.ts')).expression,
  admin: { create: async () => (await import('./commands/admin.ts')).create },
  token: { create: async () => (await import('./commands/token.ts')).create },
  demo: async () => (await import('./commands/demo.ts')).demo,
};

interface Found {
  load: () => Promise<Command>;
  rest: string[];
}

/** Finds the command of the words given. @throws UsageError naming the word that is none */
function findCommand(args: string[]): Found {
  const [name = '', ...rest] = args;
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    throw new UsageError(`no command "${name}"; commands: ${Object.keys(COMMANDS).join(', ')}`);
  }
  if (typeof entry === 'function') return { load: entry, rest };
  const [word = '', ...more] = rest;
  const load = Object.hasOwn(entry, word) ? entry[word] : undefined;
  if (load === undefined) {
    throw new UsageError(`no command "${name} ${word}"; commands: ${Object.keys(entry).join(', ')}`);
  }
  return { load, rest: more };
}

/** One line for the terminal, or a JSON value on standard output with `--json`. */
function report(thrown: unknown, args: string[], io: Io): ExitCode {
  const isUsage = thrown instanceof UsageError || (thrown instanceof StackFailure && thrown.exitCode === 2);
  const code = isUsage ? 'usage' : thrown instanceof CommandFailure ? thrown.code : 'failed';
  const message = messageOf(thrown);
  if (args.includes('--json')) printJson(io, { error: { code, message } });
  else io.err(`afterbell: ${message}`);
  if (!isUsage && !(thrown instanceof CommandFailure) && !(thrown instanceof StackFailure)) {
    if (thrown instanceof Error && io.env.AFTERBELL_LOG_LEVEL === 'debug') io.err(thrown.stack ?? '');
  }
  return isUsage ? 2 : 1;
}

/** Runs one command line and returns how it ended; never throws. */
export async function runCommand(args: string[], io: Io): Promise<ExitCode> {
  try {
    const [first] = args;
    if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
      io.out(USAGE);
      return first === undefined ? 2 : 0;
    }
    if (args.includes('--help')) {
      io.out(USAGE);
      return 0;
    }
    const { load, rest } = findCommand(args);
    const command = await load();
    return await command(rest, io);
  } catch (thrown) {
    return report(thrown, args, io);
  }
}

/** Entry of cli/afterbell.mjs: runs the command line and leaves its exit code on the process. */
export async function main(args: string[]): Promise<void> {
  // A reader that has seen enough (`| head`) is no failure of the command.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.exitCode = await runCommand(args, processIo);
}
