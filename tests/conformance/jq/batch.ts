import { execFile } from 'node:child_process';
import type { Json } from '../../../domain/json.ts';
import { compileExpression, ExpressionError } from '../../../engine/expression/index.ts';
import { mapLimited, normalise, runJq, runOurs, type Stream } from './support.ts';

/** An expression and the JSON text it is run on. */
export interface Asked {
  readonly expression: string;
  readonly input: string;
}

/** A case in which the two did not do the same. */
export interface Disagreement extends Asked {
  readonly ours: Stream;
  readonly jq: Stream;
}

const PER_PROCESS = 60;
const PROCESSES = 2;

/**
 * Runs many expressions in few jq processes: each is tried in turn by one program, its outputs marked with its number. What jq cannot
 * compile or aborts on takes its whole program down; that program is halved until the culprit stands alone.
 */
export async function runJqMany(cases: readonly Asked[]): Promise<Stream[]> {
  const streams: Stream[] = Array.from({ length: cases.length });
  const together: number[] = [];
  const alone: number[] = [];
  for (const [at, { expression }] of cases.entries()) (compiles(expression) ? together : alone).push(at);
  const chunks: number[][] = alone.map((at) => [at]);
  for (let from = 0; from < together.length; from += PER_PROCESS)
    chunks.push(together.slice(from, from + PER_PROCESS));
  await mapLimited(chunks, PROCESSES, (chunk) => runChunk(cases, chunk, streams));
  return streams;
}

/** Runs both on every case; a disagreement counts only if it shows when jq runs the expression by itself, too. */
export async function disagreements(cases: readonly Asked[]): Promise<Disagreement[]> {
  const found: Disagreement[] = [];
  for (const [at, jq] of (await runJqMany(cases)).entries()) {
    const { expression, input } = cases[at] ?? { expression: '', input: 'null' };
    const ours = runOurs(expression, input);
    if (isSame(ours, jq)) continue;
    const again = await runJq(expression, input);
    if (!isSame(ours, again)) found.push({ expression, input, ours, jq: again });
  }
  return found;
}

function compiles(expression: string): boolean {
  try {
    return compileExpression(expression).variables.length === 0;
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}

async function runChunk(cases: readonly Asked[], chunk: readonly number[], streams: Stream[]): Promise<void> {
  const [only] = chunk;
  if (only === undefined) return;
  const single = cases[only];
  if (chunk.length === 1 && single !== undefined) {
    streams[only] = await runJq(single.expression, single.input);
    return;
  }
  const told = await runProgram(cases, chunk);
  if (told === undefined) {
    const middle = chunk.length >> 1;
    await runChunk(cases, chunk.slice(0, middle), streams);
    await runChunk(cases, chunk.slice(middle), streams);
    return;
  }
  for (const [place, at] of chunk.entries()) streams[at] = told[place] ?? { outputs: [], failed: false };
}

/** Undefined when the program as a whole did not come to its end. */
async function runProgram(cases: readonly Asked[], chunk: readonly number[]): Promise<Stream[] | undefined> {
  const parts = chunk.map(
    (at, place) =>
      `($__all[${place}] | try ((${cases[at]?.expression ?? ''}\n) | [${place}, .]) catch [${place}])`,
  );
  const inputs = `[${chunk.map((at) => cases[at]?.input ?? 'null').join(',')}]`;
  const printed = await jqOutput(`. as $__all | ${parts.join(',\n')}`, inputs);
  if (printed === undefined) return undefined;
  const outputs: Json[][] = chunk.map(() => []);
  const failed = chunk.map(() => false);
  for (const line of printed.split('\n')) {
    if (line === '') continue;
    const [place, ...value] = JSON.parse(line) as [number, ...Json[]];
    if (value.length === 0) failed[place] = true;
    else outputs[place]?.push(normalise(value[0] ?? null));
  }
  return outputs.map((each, place) => ({ outputs: each, failed: failed[place] === true }));
}

function jqOutput(program: string, input: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 10_000, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile('jq', ['-c', program], options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(error);
      else resolve(undefined);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function isSame(left: Stream, right: Stream): boolean {
  return left.failed === right.failed && textOf(left.outputs) === textOf(right.outputs);
}

/** Members in one order: jq keeps an order of its own for some built-ins, and JSON gives it no meaning. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}
