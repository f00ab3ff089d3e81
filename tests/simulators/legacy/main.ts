import { startClearing } from './clearing.ts';
import { startCounter } from './counter.ts';
import { makeBooks } from './positions.ts';
import type { LegacyProcessOptions } from './start.ts';

/** One legacy system as a process: its options as JSON in the first argument, `{ready, port}` on standard output. Ends with its input. */
async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as LegacyProcessOptions;
  const books = makeBooks(options.books);
  const start = options.system === 'counter' ? startCounter : startClearing;
  const { port, server } = await start({
    ...options.behaviour,
    port: options.port,
    login: options.login,
    book: books[options.system],
  });
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
  const end = (): void => void server.close(() => process.exit(0));
  process.stdin.resume().once('end', end);
  process.once('SIGTERM', end);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
