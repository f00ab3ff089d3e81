import { ApplicationFailure } from '@temporalio/activity';
import type { Json, JsonObject } from '../../domain/json.ts';
import { expressionRevision } from '../../engine/expression/index.ts';
import { flow, planOf } from '../../engine/testing/catalogue.ts';
import { Random } from '../../engine/testing/random.ts';
import { randomFlow } from '../../engine/testing/random-flow.ts';
import { type Answer, type AskedCommand, rehearse } from '../../engine/rehearsal.ts';
import type { FlowError, Plan } from '../../engine/types.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';
import type { PreparedRun } from '../../workflows/child-runs.ts';
import type { RunFlowInput } from '../../workflows/messages.ts';
import { createItemActivities } from '../../activities/flow/item-activities.ts';

/** The argument every random flow is started with. */
export const INPUT: Json = { n: 5, items: [1, 2, 3] };
const LONGEST_CALL_MS = 25;
const RUN_TAG = /^soak-[0-9a-f]{8}-/;

/** The plan of a random flow whose durations are hundredths of a second. */
export function soakPlan(seed: number, tasks: number): Plan {
  return planOf(randomFlow(seed, { tasks, unit: 'hundredths' }));
}

const INNER = planOf(
  flow(
    "do: [ { a: { call: 'work:1.0.0@default' } }, { w: { wait: { milliseconds: 20 } } }, { b: { call: 'work:1.0.0@default' } } ]",
  ),
);

/** The plan of the sub-flow every random flow runs. */
export const innerPlan = INNER;

/** The argument of `runFlow` for a run of the soak: continues as new at every boundary, no timeline. */
export function soakInput(runId: string, plan: Plan): RunFlowInput {
  return {
    context: {
      runId,
      flowName: plan.document.name,
      businessKey: runId,
      requestedBy: 'soak',
      authoredBy: 'soak',
      netZone: 'core',
      isTimelineOn: false,
      expressions: expressionRevision,
      hasChunks: true,
    },
    plan,
    input: INPUT,
    continueAtEveryBoundary: true,
  };
}

/** A number source that depends on the seed of the run and the step alone: the id of a run has a part that is new each time. */
function chanceOf({
  runId,
  pointer,
  visit,
  attempt,
}: Pick<CallContext, 'runId' | 'pointer' | 'visit' | 'attempt'>): Random {
  let hash = 0x811c9dc5;
  for (const char of `${runId.replace(RUN_TAG, '')}|${pointer}|${visit}|${attempt}`)
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return new Random(hash >>> 0);
}

/** What a step of a run answers. */
function answerOf(context: Parameters<typeof chanceOf>[0]): {
  readonly output: Json;
  readonly error?: FlowError;
} {
  const random = chanceOf(context);
  random.next();
  if (random.chance(0.2))
    return {
      output: null,
      error: { type: 'https://x.example/no', status: random.pick([400, 408, 500]), title: 'no' },
    };
  return { output: { n: random.below(9), items: [1] } };
}

/** Commands the pure machine gives for a flow when its steps answer as those of the soak; events never come. */
export async function stepsOf(plan: Plan, runId: string): Promise<number> {
  let steps = 0;
  const answer = (command: AskedCommand): Answer => {
    steps += 1;
    if (command.kind === 'awaitEvent') return undefined;
    if (command.kind === 'emitEvent') return { output: command.event };
    const { output, error } = answerOf({ runId, ...command.step });
    return error === undefined ? { output } : { error };
  };
  await rehearse(plan, INPUT, { answer, startAtMs: 0, maxSteps: 200 });
  return steps;
}

/** Activities that answer as the seed of the run has it. `called` hears of every step that is carried out. */
export function soakActivities(called: (context: CallContext) => void): Record<string, unknown> {
  const step = async ({ context }: StepCall<Json>): Promise<Json> => {
    called(context);
    await new Promise((resolve) => setTimeout(resolve, chanceOf(context).below(LONGEST_CALL_MS)));
    const { output, error } = answerOf(context);
    if (error === undefined) return output;
    throw ApplicationFailure.create({
      message: 'no',
      type: error.type,
      details: [error],
      nonRetryable: true,
    });
  };
  const steps = { work: step, push: step, bulk: step };
  return {
    ...steps,
    ...createItemActivities({ steps, timeline: { write: () => Promise.resolve() }, clock: Date.now }),
    openEventWait: async ({ runId, commandId }: { runId: string; commandId: string }) => {
      const random = chanceOf({ runId, pointer: commandId, visit: '0', attempt: 1 });
      const events = Array.from(
        { length: random.below(4) },
        (_, at): JsonObject => ({
          type: random.pick(['tick', 'tick', 'tock', 'noise']),
          source: '/soak',
          id: `${commandId}-${at}`,
          data: { key: random.below(2) },
        }),
      );
      return { events };
    },
    emitEvent: () => Promise.resolve(),
    prepareSubFlow: async ({ context }: { context: CallContext }): Promise<PreparedRun> => {
      const runId = `${context.runId}/${context.commandId}`;
      return {
        workflowId: runId,
        input: soakInput(runId, INNER),
        attributes: { flow: 'inner', businessKey: 'soak' },
      };
    },
  };
}
