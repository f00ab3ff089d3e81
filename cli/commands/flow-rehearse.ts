import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isJsonObject } from '../../domain/json.ts';
import type { Json } from '../../domain/json.ts';
import { compileFlow, rehearse, standardError } from '../../engine/index.ts';
import type { Answer, AskedCommand, FlowError, Plan, Problem, StepStatus } from '../../engine/index.ts';
import { catalogue, definitions } from '../../steps/index.ts';
import {
  CommandFailure,
  parseInstant,
  printJson,
  printTable,
  readArguments,
  readJson,
  readText,
} from '../io.ts';
import type { Command, Io } from '../io.ts';
import { callAllowedHost, parseAllowedHosts, targetOf } from '../rehearsal-http.ts';
import type { AllowedHosts } from '../rehearsal-http.ts';

/** Sub-flows deeper than this end the rehearsal with an error instead of the process with a stack overflow. */
const DEEPEST = 10;

/** What `flow rehearse --json` prints. */
export interface RehearsalAnswer {
  status: 'completed' | 'failed' | 'cancelled' | 'waiting';
  output: Json;
  error: FlowError | null;
  trace: Array<{ step: string; status: StepStatus; input: Json; output: Json; error?: FlowError }>;
  /** Only for a document that cannot be compiled. */
  problems?: readonly Problem[];
}

interface Surroundings {
  /** Folder whose documents sub-flows are looked for in. */
  folder: string;
  allowed: AllowedHosts;
  depth: number;
}

/** Finds a sub-flow among the documents of the folder: same namespace, name and version (`latest`: any). */
function findSubFlow(
  folder: string,
  wanted: { namespace: string; name: string; version: string },
): Plan | null {
  const files = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));
  for (const file of files.toSorted()) {
    const { plan } = compileFlow(readFileSync(join(folder, file), 'utf8'), catalogue);
    if (plan === undefined) continue;
    const { namespace, name, version } = plan.document;
    const isVersion = wanted.version === 'latest' || wanted.version === version;
    if (name === wanted.name && isVersion && (wanted.namespace === '' || wanted.namespace === namespace))
      return plan;
  }
  return null;
}

/** Stands in for the world: simulators for steps, real requests only where a host was allowed. */
async function answer(command: AskedCommand, nowMs: number, around: Surroundings): Promise<Answer> {
  const { pointer } = command.step;
  if (command.kind === 'emitEvent' || command.kind === 'awaitEvent') return undefined;
  if (command.kind === 'runWorkflow') {
    const plan = around.depth < DEEPEST ? findSubFlow(around.folder, command.flow) : null;
    if (plan === null) {
      const { namespace, name, version } = command.flow;
      const detail =
        around.depth < DEEPEST
          ? `no document of the flow ${namespace}/${name}:${version} is in ${around.folder}`
          : `sub-flows are nested deeper than ${DEEPEST}`;
      return { error: standardError('configuration', pointer, detail) };
    }
    const inner = await rehearsePlan(plan, command.input, nowMs, { ...around, depth: around.depth + 1 });
    if (inner.status === 'completed') return { output: inner.output };
    if (inner.status === 'waiting') return undefined;
    return { error: inner.error ?? standardError('runtime', pointer, `the sub-flow ended ${inner.status}`) };
  }
  const { input } = command;
  if (command.function.startsWith('http:') && isJsonObject(input)) {
    const given = input['endpoint'];
    const uri = isJsonObject(given) ? given['uri'] : given;
    const endpoint = typeof uri === 'string' ? uri : '';
    const target = targetOf(endpoint, around.allowed);
    if (target !== null) return callAllowedHost(input, endpoint, target, pointer);
  }
  return simulate(command.function, input, { nowMs, pointer });
}

function simulate(name: string, input: Json, context: { nowMs: number; pointer: string }): Answer {
  const definition = definitions.find((entry) => `${entry.type}:${entry.version}` === name);
  if (definition === undefined) {
    return { error: standardError('configuration', context.pointer, `${name} has no simulator`) };
  }
  try {
    return { output: definition.simulate(input as never, context) as Json };
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    return { error: standardError('runtime', context.pointer, `the simulator of ${name}: ${detail}`) };
  }
}

async function rehearsePlan(
  plan: Plan,
  input: Json,
  nowMs: number,
  around: Surroundings,
): Promise<RehearsalAnswer> {
  const { status, output, error, trace } = await rehearse(plan, input, {
    startAtMs: nowMs,
    answer: (command, atMs) => answer(command, atMs, around),
  });
  return {
    status,
    output,
    error,
    trace: trace.map((line) => ({
      step: line.step,
      // Still under way when the rehearsal ended: nobody answers it any more.
      status: line.status === 'running' ? 'waiting' : line.status,
      input: line.input,
      output: line.output,
      ...(line.error === undefined ? {} : { error: line.error }),
    })),
  };
}

/** A document that cannot run: its first problem as the error of the run, all of them beside it. */
function unusable(problems: readonly Problem[]): RehearsalAnswer {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail = `${first?.message ?? 'the document is not valid'}${more}`;
  const error = standardError('validation', first?.pointer ?? '', detail);
  return { status: 'failed', output: null, error, trace: [], problems: errors };
}

/**
 * Runs a flow document on the pure machine with virtual time and simulated steps; needs no server and changes nothing.
 *
 * @param around where sub-flows lie and which hosts may really be called
 */
export async function rehearseSource(
  source: string,
  input: Json,
  nowMs: number,
  around: { folder: string; allowed: AllowedHosts },
): Promise<RehearsalAnswer> {
  const { plan, problems } = compileFlow(source, catalogue);
  if (plan === undefined) return unusable(problems);
  return rehearsePlan(plan, input, nowMs, { ...around, depth: 0 });
}

function printAnswer(io: Io, answered: RehearsalAnswer): void {
  printTable(
    io,
    ['STEP', 'STATUS', 'OUTPUT'],
    answered.trace.map((line) => [line.step, line.status, (JSON.stringify(line.output) ?? '').slice(0, 80)]),
  );
  io.out('');
  if (answered.error === null) io.out(`${answered.status}: ${JSON.stringify(answered.output)}`);
  else {
    const { title, status, detail, instance } = answered.error;
    io.out(`${answered.status}: ${title} (${status}) at ${instance ?? ''}: ${detail ?? ''}`);
  }
}

/** `flow rehearse FILE`: exit code 1 unless the run completed. */
export const rehearseFlow: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    {
      json: { type: 'boolean', default: false },
      input: { type: 'string' },
      now: { type: 'string' },
      'allow-http': { type: 'string', multiple: true, default: [] },
    },
    'afterbell flow rehearse FILE [--input FILE] [--now ISO] [--allow-http HOST=URL]...',
    [1, 1],
  );
  const [file = ''] = positionals;
  const allowed = parseAllowedHosts(values['allow-http']);
  const nowMs = values.now === undefined ? Date.now() : parseInstant('--now', values.now);
  let answered: RehearsalAnswer;
  try {
    const source = readText(io, file);
    const input = values.input === undefined ? {} : readJson(io, values.input);
    answered = await rehearseSource(source, input, nowMs, {
      folder: resolve(io.cwd, dirname(file)),
      allowed,
    });
  } catch (thrown) {
    if (!(thrown instanceof CommandFailure)) throw thrown;
    const error = standardError('configuration', '', thrown.message);
    answered = { status: 'failed', output: null, error, trace: [] };
  }
  if (values.json) printJson(io, answered);
  else printAnswer(io, answered);
  return answered.status === 'completed' ? 0 : 1;
};
