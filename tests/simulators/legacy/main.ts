import { readFileSync } from 'node:fs';
import { startClearing } from './clearing.ts';
import { startCounter } from './counter.ts';
import { type Book, makeBooks } from './positions.ts';
import type { LegacyProcessOptions } from './start.ts';

const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;

/**
 * One legacy system as a process: `--config FILE`, or its options as JSON in the first argument. Prints `{ready, port}`; ends with its
 * standard input.
 */
async function main(): Promise<void> {
  const [first = '{}', file = ''] = process.argv.slice(2);
  const text = first === '--config' ? readFileSync(file, 'utf8') : first;
  const options = JSON.parse(text) as LegacyProcessOptions;
  const start = options.system === 'counter' ? startCounter : startClearing;
  const { port, server } = await start({
    ...options.behaviour,
    port: options.port,
    login: options.login,
    book: () => bookOf(options),
  });
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
  const end = (): void => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.stdin.resume().once('end', end);
  process.once('SIGTERM', end);
}

/** `today` follows the calendar of Shanghai: another day has other positions, the same on both sides. */
function bookOf({ system, books }: LegacyProcessOptions): Book {
  if (books.tradingDay !== 'today') return makeBooks(books)[system];
  const dayNumber = Math.floor((Date.now() + SHANGHAI_MS) / DAY_MS);
  const tradingDay = new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
  return makeBooks({ ...books, tradingDay, seed: dayNumber })[system];
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
