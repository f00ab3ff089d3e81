import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { compileFlow, rehearse, standardError } from '../engine/index.ts';
import type {
  Answer,
  AskedCommand,
  FlowError,
  FlowRules,
  Plan,
  Problem,
  RehearsalOptions,
  StepStatus,
  StepVisit,
} from '../engine/index.ts';
import { catalogue, findDefinition } from './index.ts';

/** Sub-flows deeper than this end the rehearsal with an error instead of the process with a stack overflow. */
const DEEPEST = 10;

/** What a rehearsal came to. Steps still under way at its end are `waiting`: nobody answers them any more. */
export interface RehearsalAnswer {
  status: 'completed' | 'failed' | 'cancelled' | 'waiting';
  output: Json;
  error: FlowError | null;
  trace: Array<{ step: string; status: StepStatus; input: Json; output: Json; error?: FlowError }>;
  /** Only for a document that cannot be compiled: its errors. */
  problems?: readonly Problem[];
}

/** What stands in for the world beside the simulators of the steps. */
export interface RehearsalWorld {
  /** Plan of a sub-flow; null when it is not known here. */
  readonly subFlow: (wanted: { namespace: string; name: string; version: string }) => Plan | null;
  /** What the installation allows in a document; absent: the least. */
  readonly rules?: FlowRules;
  /** Where sub-flows are looked for, as the error names it. */
  readonly place: string;
  /** Answers a call before its simulator does: pinned data, an allowed host; undefined leaves it to the simulator. */
  readonly answer?: (
    command: Extract<AskedCommand, { kind: 'callFunction' }>,
  ) => NonNullable<Answer> | Promise<NonNullable<Answer>> | undefined;
  /** The event a waiting step receives; without it the step waits. */
  readonly event?: (step: StepVisit) => Json | undefined;
}

/**
 * Runs a flow document on the pure machine with virtual time and simulated steps: no worker, server, credential or request takes part
 * but what `world.answer` does itself.
 *
 * @param nowMs virtual time at the start, epoch ms
 */
export async function rehearseDocument(
  source: string | JsonObject,
  input: Json,
  nowMs: number,
  world: RehearsalWorld,
): Promise<RehearsalAnswer> {
  const { plan, problems } = compileFlow(source, catalogue, world.rules);
  return plan === undefined ? unusable(problems) : rehearsePlan(plan, input, nowMs, world, 0);
}

async function rehearsePlan(
  plan: Plan,
  input: Json,
  nowMs: number,
  world: RehearsalWorld,
  depth: number,
): Promise<RehearsalAnswer> {
  const { status, output, error, trace } = await rehearse(plan, input, {
    startAtMs: nowMs,
    answer: (command, atMs) => answer(command, atMs, world, depth),
  });
  return {
    status,
    output,
    error,
    trace: trace.map((line) => ({
      step: line.step,
      status: line.status === 'running' ? 'waiting' : line.status,
      input: line.input,
      output: line.output,
      ...(line.error === undefined ? {} : { error: line.error }),
    })),
  };
}

/** The answers of a world, as the pure machine asks for them. */
export function answersOf(world: RehearsalWorld): RehearsalOptions['answer'] {
  return (command, nowMs) => answer(command, nowMs, world, 0);
}

async function answer(
  command: AskedCommand,
  nowMs: number,
  world: RehearsalWorld,
  depth: number,
): Promise<Answer> {
  if (command.kind === 'emitEvent') return undefined;
  if (command.kind === 'awaitEvent') {
    const event = world.event?.(command.step);
    return event === undefined ? undefined : { output: event };
  }
  if (command.kind === 'runWorkflow') return answerSubFlow(command, nowMs, world, depth);
  const given = await world.answer?.(command);
  return given ?? simulateCall(command, nowMs);
}

async function answerSubFlow(
  command: Extract<AskedCommand, { kind: 'runWorkflow' }>,
  nowMs: number,
  world: RehearsalWorld,
  depth: number,
): Promise<Answer> {
  const { pointer } = command.step;
  const plan = depth < DEEPEST ? world.subFlow(command.flow) : null;
  if (plan === null) {
    const { namespace, name, version } = command.flow;
    const detail =
      depth < DEEPEST
        ? `no document of the flow ${namespace}/${name}:${version} is in ${world.place}`
        : `sub-flows are nested deeper than ${DEEPEST}`;
    return { error: standardError('configuration', pointer, detail) };
  }
  const inner = await rehearsePlan(plan, command.input, nowMs, world, depth + 1);
  if (inner.status === 'completed') return { output: inner.output };
  if (inner.status === 'waiting') return undefined;
  return { error: inner.error ?? standardError('runtime', pointer, `the sub-flow ended ${inner.status}`) };
}

/** What the simulator of a step answers to a call at a virtual time, epoch ms; an error where it has none. */
export function simulateCall(
  command: Extract<AskedCommand, { kind: 'callFunction' }>,
  nowMs: number,
): NonNullable<Answer> {
  const { function: key, input } = command;
  const context = { nowMs, pointer: command.step.pointer };
  const definition = findDefinition(key);
  if (definition === undefined) {
    return { error: standardError('configuration', context.pointer, `${key} has no simulator`) };
  }
  try {
    return { output: definition.simulate(input as never, context) as Json };
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    return { error: standardError('runtime', context.pointer, `the simulator of ${key}: ${detail}`) };
  }
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

/** Address of a `call: http`, empty when the call is no such call or has none. */
export function calledAddress(command: { readonly function: string; readonly input: Json }): string {
  const { input } = command;
  if (!command.function.startsWith('http:') || !isJsonObject(input)) return '';
  const given = input['endpoint'];
  const uri = isJsonObject(given) ? given['uri'] : given;
  return typeof uri === 'string' ? uri : '';
}
