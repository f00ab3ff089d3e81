import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { StackFailure, messageOf } from './failure.ts';
import { startService, tailOf, trackOneShot, waitUntil } from './service.ts';
import type { Service } from './service.ts';
import type { Part } from './supervise.ts';

/** A Node process of ours: a file of the clone under tsx, ready when a URL answers 200. */
export interface NodePart {
  name: string;
  /** Path of the entry file inside the clone. */
  file: string;
  args?: string[];
  env: NodeJS.ProcessEnv;
  /** Looked at until it answers 200. */
  readyUrl: string;
  /** How long it may take. Default 120 s: the first start bundles the workflow code. */
  readyWithinMs?: number;
}

async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  return response.ok;
}

/** Arguments of Node for a TypeScript file of the clone. */
export function nodeArguments(root: string, file: string, args: string[] = []): string[] {
  return ['--enable-source-maps', '--import', 'tsx', join(root, file), ...args];
}

/** Describes a Node process for the supervisor. */
export function nodePart(root: string, logsDir: string, options: NodePart): Part {
  const logFile = join(logsDir, `${options.name}.log`);
  const start = async (): Promise<Service> => {
    const service = await startService({
      name: options.name,
      command: process.execPath,
      args: nodeArguments(root, options.file, options.args),
      cwd: root,
      env: options.env,
      logFile,
    });
    try {
      await waitUntil(
        options.name,
        () => answersOk(options.readyUrl),
        options.readyWithinMs ?? 120_000,
        () => (service.hasExited() ? `${options.name} ended at start: ${tailOf(logFile)}` : null),
      );
      return service;
    } catch (thrown) {
      await service.stop();
      throw new StackFailure(`${messageOf(thrown)} (log: ${logFile})`);
    }
  };
  return { name: options.name, start };
}

/**
 * Runs a TypeScript file of the clone to its end and returns what it printed on standard output. The command line
 * imports no other room's code; it starts it by path.
 *
 * @param input written to its standard input
 * @throws StackFailure with the last line of its standard error
 */
export async function runNode(
  root: string,
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  input = '',
): Promise<string> {
  const child = spawn(process.execPath, nodeArguments(root, file, args), {
    cwd: root,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  trackOneShot(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4_000);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return output;
  const lines = errors.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  const said = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? `code ${code}`;
  throw new StackFailure(`${file} failed: ${said.trim()}`);
}
