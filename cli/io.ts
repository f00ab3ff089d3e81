import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import type { Json } from '../domain/json.ts';
import { messageOf } from './stack/failure.ts';

/** Exit codes of every command: 0 done, 1 failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** Wrong use of the command line; ends with exit code 2. The message is one line. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A failure to show as one line, with a stable code for `--json`; ends with exit code 1. */
export class CommandFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message.replaceAll(/\s*\n\s*/g, ' '));
    this.name = 'CommandFailure';
    this.code = code;
  }
}

/** What a command may touch of the process around it; tests give their own. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** One line to standard output. */
  out(line: string): void;
  /** One line to standard error: progress and errors. */
  err(line: string): void;
}

export const processIo: Io = {
  env: process.env,
  cwd: process.cwd(),
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
};

/** A command: arguments after its name, and how it ended. */
export type Command = (args: string[], io: Io) => Promise<ExitCode>;

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; strict: true; args: string[] }>
>;

/**
 * Reads options and positionals; anything unknown is a UsageError naming it.
 *
 * @param usage one line shown with the error
 * @param positionals how many are allowed, as [least, most]
 */
export function readArguments<const T extends Options>(
  args: string[],
  options: T,
  usage: string,
  positionals: readonly [number, number],
): Parsed<T> {
  let parsed: Parsed<T>;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (thrown) {
    throw new UsageError(`${messageOf(thrown).split('. To specify')[0]}; usage: ${usage}`);
  }
  const count = parsed.positionals.length;
  if (count < positionals[0] || count > positionals[1]) {
    throw new UsageError(`${count} arguments given; usage: ${usage}`);
  }
  return parsed;
}

/** Prints a value as JSON on standard output, indented by two. */
export function printJson(io: Io, value: unknown): void {
  io.out(JSON.stringify(value, null, 2));
}

/** Reads a text file, `-` being standard input. @throws CommandFailure file-unreadable */
export function readText(io: Io, file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(io.cwd, file), 'utf8');
  } catch (thrown) {
    throw new CommandFailure('file-unreadable', `file ${file} cannot be read: ${messageOf(thrown)}`);
  }
}

/** Reads a JSON file, `-` being standard input. @throws CommandFailure file-unreadable, json-invalid */
export function readJson(io: Io, file: string): Json {
  const text = readText(io, file);
  try {
    return JSON.parse(text) as Json;
  } catch (thrown) {
    throw new CommandFailure('json-invalid', `file ${file} is not JSON: ${messageOf(thrown)}`);
  }
}

/**
 * Epoch milliseconds of an instant such as 2026-11-23T16:00:00+08:00. A text without an offset would mean another
 * moment on another machine and is refused.
 *
 * @throws UsageError naming option, value and rule
 */
export function parseInstant(option: string, text: string): number {
  const isComplete = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i.test(text);
  const ms = Date.parse(text);
  if (isComplete && !Number.isNaN(ms)) return ms;
  throw new UsageError(`${option} "${text}" is not an instant such as 2026-11-23T16:00:00+08:00`);
}

/** Display columns of a text: CJK and full-width characters take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xffe6 && code !== 0x303f);
    width += isWide ? 2 : 1;
  }
  return width;
}

/** Terminal control characters in data would act on the terminal of whoever reads the table. */
function printable(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  let safe = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    safe += code < 0x20 || (code >= 0x7f && code < 0xa0) ? ' ' : character;
  }
  return safe;
}

/** Prints rows as an aligned table with a head line. Values that are not text are shown as JSON. */
export function printTable(io: Io, head: string[], rows: unknown[][]): void {
  const cells = rows.map((row) => row.map(printable));
  const widths = head.map((title, column) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[column] ?? ''))),
  );
  const line = (row: string[]): string =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd();
  io.out(line(head));
  for (const row of cells) io.out(line(row));
}
