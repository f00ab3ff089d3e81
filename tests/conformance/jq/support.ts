import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from '../../../domain/json.ts';
import { compileAst } from '../../../engine/expression/compile.ts';
import { ExpressionError } from '../../../engine/expression/error.ts';
import { parseSource } from '../../../engine/expression/parser.ts';
import { Context, Env } from '../../../engine/expression/runtime.ts';

/** One line of the corpus. */
export interface CorpusCase {
  readonly topic: string;
  readonly expression: string;
  readonly input: string;
}

/** What an evaluator did: the outputs up to the end, and whether the end was an error. */
export interface Stream {
  readonly outputs: readonly Json[];
  readonly failed: boolean;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Every case of `corpus/*.txt`: expression, tab, input (null when absent); a line starting with `# ` is a comment unless it continues one. */
export function readCorpus(): CorpusCase[] {
  const files = readdirSync(join(folder, 'corpus')).sort();
  return files.flatMap((file) => {
    const lines = readFileSync(join(folder, 'corpus', file), 'utf8').split('\n');
    return lines
      .filter((line) => line.trim() !== '' && !line.startsWith('# '))
      .map((line) => {
        const [expression = '', input = 'null'] = line.split('\t');
        return { topic: file.replace('.txt', ''), expression, input };
      });
  });
}

/** Runs the `jq` program; an abort inside jq counts as an error of the expression. Rejects when it cannot be started or hangs. */
export async function runJq(expression: string, input: string): Promise<Stream> {
  return await new Promise((resolve, reject) => {
    // The leading space keeps an expression such as `-infinite` from being read as an option.
    const child = execFile('jq', ['-c', ` ${expression}`], { timeout: 5_000 }, (error, stdout) => {
      if (error !== null && typeof error.code !== 'number' && error.signal !== 'SIGABRT') {
        reject(new Error(`jq could not run ${expression}: ${error.message}`, { cause: error }));
        return;
      }
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({
        outputs: lines.map((line): Json => normalise(JSON.parse(line) as Json)),
        failed: error !== null,
      });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Runs our evaluator, keeping the outputs given before an error. */
export function runOurs(expression: string, input: string): Stream {
  const outputs: Json[] = [];
  try {
    const code = compileAst(parseSource(expression), new Set());
    const context = new Context(undefined, undefined, undefined);
    code.run(JSON.parse(input) as Json, new Env(context, undefined, null, undefined), (value) => {
      outputs.push(normalise(value));
      return undefined;
    });
    return { outputs, failed: false };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { outputs, failed: true };
  }
}

/** As JSON: not-a-number is null, the infinities are the largest doubles, -0 is 0. */
export function normalise(value: Json): Json {
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return null;
    return value === 0 ? 0 : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
  }
  if (Array.isArray(value)) return value.map(normalise);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, normalise(member)]));
}

/** Applies `work` to all items, a few at a time, keeping their order. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  return results;
}
