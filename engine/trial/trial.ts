import type { Json, JsonObject } from '../../domain/json.ts';
import { compileFlow } from '../compile.ts';
import { joinPointer } from '../pointer.ts';
import { type AskedCommand, type Rehearsal, rehearse, type RehearsalOptions } from '../rehearsal.ts';
import { jumpsOf, listTasks, objectMember } from '../tasks.ts';
import type { CatalogueFunction, FlowRules, Problem, StepCatalogue } from '../types.ts';
import { type TaskView, walkTasks } from '../walk.ts';

/** What surrounds a step when it begins. */
export interface Situation {
  /** The input of the run, `$workflow.input`. */
  readonly input: Json;
  /** What the step is handed, before its own `input.from`. */
  readonly raw: Json;
  /** `$context`. */
  readonly context: Json;
  /** Values of enclosing loops, catches and listeners, without `$`. */
  readonly variables: Readonly<Record<string, Json>>;
}

/** How one step alone went. */
export interface Trial {
  readonly status: 'completed' | 'failed' | 'waiting' | 'skipped';
  /** What it worked with, after `input.from` and its expressions. */
  readonly input: Json;
  /** Its output after `output.as`; null without one. */
  readonly output: Json;
  /** `$context` after it. */
  readonly context: Json;
  readonly error: Rehearsal['error'];
  /** The step a decision or a `then` leads to; null when it simply goes on. */
  readonly next: string | null;
}

/** Hands a trial what it is given; no document can name it. */
const GIVEN: CatalogueFunction = {
  name: 'given',
  version: '1.0.0',
  input: {},
  output: {},
  controlled: false,
  run: { kind: 'activity', activity: 'given', queue: 'ops', startToCloseMs: 1000, maximumAttempts: 1 },
};
const HAND = { call: `${GIVEN.name}:${GIVEN.version}@default` };

/** Names of the enclosing variables that a step sees. */
export function variablesAt(document: JsonObject, pointer: string): readonly string[] {
  return [...new Set(viewAt(document, pointer)?.variables ?? [])];
}

/**
 * Runs one step of a flow by itself, with what it is given, on the pure machine: blocks with all that is in them. Jumps end the trial and
 * are told. `options.answer` is asked under the pointers of the flow. The problems of the step when it cannot be compiled.
 *
 * @throws Error when no step stands at `pointer`
 */
export async function tryStep(
  document: JsonObject,
  pointer: string,
  situation: Situation,
  catalogue: StepCatalogue,
  options: RehearsalOptions & { readonly rules?: FlowRules },
): Promise<Trial | { readonly problems: readonly Problem[] }> {
  const view = viewAt(document, pointer);
  if (view === undefined) throw new Error(`there is no step at ${pointer}`);
  const { source, step } = alone(document, view, situation);
  const known: StepCatalogue = {
    names: () => catalogue.names(),
    find: (name, version) =>
      name === GIVEN.name && version === GIVEN.version ? GIVEN : catalogue.find(name, version),
  };
  const { plan, problems } = compileFlow(source, known, options.rules ?? {});
  if (plan === undefined) return { problems: problems.filter(({ severity }) => severity === 'error') };
  const run = await rehearse(plan, situation.input, {
    ...options,
    answer: (command, nowMs) =>
      command.kind === 'callFunction' && command.function === 'given:1.0.0'
        ? { output: handedTo(command.step.name, situation) }
        : options.answer(asInFlow(command, step, pointer), nowMs),
  });
  return trialOf(run, step, view);
}

/** A command of the trial under the pointer its step has in the flow. */
function asInFlow(command: AskedCommand, step: string, pointer: string): AskedCommand {
  const at = command.step.pointer;
  if (at !== step && !at.startsWith(`${step}/`)) return command;
  return { ...command, step: { ...command.step, pointer: pointer + at.slice(step.length) } };
}

function viewAt(document: JsonObject, pointer: string): TaskView | undefined {
  return walkTasks(document).find((view) => view.pointer === pointer);
}

const CONTEXT = 'given context';
const DATA = 'given data';

function handedTo(name: string, { raw, context, variables }: Situation): Json {
  return name === CONTEXT ? context : { raw, variables: { ...variables } };
}

/** A flow of the one step: `$context` is set, and a loop of one round stands around it for each variable. */
function alone(
  document: JsonObject,
  { name, task, variables }: TaskView,
  { variables: values }: Situation,
): { readonly source: JsonObject; readonly step: string } {
  const { then: _then, ...rest } = task;
  const own = withPlacesToLand(rest);
  const targets = [...new Set(jumpsOf(own, '').map(({ target }) => target))].filter(
    (target) => !['continue', 'exit', 'end', name].includes(target),
  );
  let inner: Json[] = [
    { 'given input': { set: '${ .raw }' } },
    { [name]: own },
    { 'given way on': { set: '${ . }', then: 'exit' } },
    ...targets.map((target) => ({ [target]: { set: '${ . }', then: 'exit' } })),
  ];
  let step = joinPointer('', 1, name);
  const names = [...new Set(variables)].filter((each) => Object.hasOwn(values, each));
  for (const [depth, each] of names.toReversed().entries()) {
    const loop = {
      for: { each, at: `given${depth}`, in: `\${ [ .variables.${each} ] }` },
      do: inner,
    };
    inner = [{ [`given ${each}`]: loop }];
    step = joinPointer('', 0, `given ${each}`, 'do') + step;
  }
  const at = { [CONTEXT]: { ...HAND, export: { as: '${ . }' } } };
  const source: JsonObject = {
    document: objectMember(document, 'document') ?? {},
    ...useOf(document),
    output: { as: '${ $context }' },
    do: [at, { [DATA]: HAND }, { 'given step': { do: inner } }],
  };
  return { source, step: joinPointer('/do', 2, 'given step', 'do') + step };
}

/** Cases that leave the list go to a place of their own, so that it is seen which one held. */
function withPlacesToLand(task: JsonObject): JsonObject {
  const cases = listTasks(task['switch']);
  if (cases.length === 0) return task;
  return {
    ...task,
    switch: cases.map(([, name, item]) => {
      const then = item['then'];
      return { [name]: then === 'exit' || then === 'end' ? { ...item, then: `given ${then}` } : item };
    }),
  };
}

/** What the step refers to; what stands around every step is left out. */
function useOf(document: JsonObject): JsonObject {
  const { extensions: _extensions, ...use } = objectMember(document, 'use') ?? {};
  return Object.keys(use).length === 0 ? {} : { use };
}

function trialOf(run: Rehearsal, step: string, { task }: TaskView): Trial {
  const line = run.trace.findLast((each) => each.step === step);
  const list = parentOf(step);
  const landed = run.trace
    .findLast((each) => each.step !== step && parentOf(each.step) === list && each.status === 'completed')
    ?.step.split('/')
    .at(-1)
    ?.replace(/^given (?=exit$|end$)/, '');
  const way = jumpsOf(task, '').map(({ target }) => target);
  const then = way.length > 0 && listTasks(task['switch']).length === 0 ? (way[0] ?? null) : null;
  const isOver = line?.status === 'completed' || line?.status === 'skipped';
  return {
    status:
      line?.status === 'failed'
        ? 'failed'
        : !isOver
          ? 'waiting'
          : line.status === 'skipped'
            ? 'skipped'
            : 'completed',
    input: line?.input ?? null,
    output: line?.output ?? null,
    context: run.status === 'completed' ? run.output : null,
    error: line?.error ?? run.error,
    next: landed !== undefined && way.includes(landed) ? landed : then,
  };
}

const parentOf = (pointer: string): string => pointer.split('/').slice(0, -2).join('/');
