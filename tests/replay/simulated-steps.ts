import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { StepCall, StepDefinition } from '../../steps/define-step.ts';
import { definitions, findDefinition } from '../../steps/index.ts';

/** What a step answers in place of its simulator, from its input; the simulator's answer stands beside it to be altered. */
export type StepAnswer = (input: JsonObject, simulated: Json) => Json;

/**
 * An activity for every step of the catalogue that needs one, answered by the step's own simulator at the time it is called, or by an
 * answer given under the step's type. Nothing outside is touched.
 */
export function simulatedSteps(
  answers: Readonly<Record<string, StepAnswer>>,
): Readonly<Record<string, (call: StepCall<Json>) => Promise<Json>>> {
  const keyword = findDefinition('process:1.0.0');
  const steps = keyword === undefined ? definitions : [...definitions, keyword];
  return Object.fromEntries(
    steps.flatMap((step) =>
      step.run.kind === 'activity' ? [[step.run.activity, activityOf(step, answers[step.type])]] : [],
    ),
  );
}

function activityOf({ simulate }: StepDefinition, answer: StepAnswer | undefined) {
  return async ({ context: { pointer }, input }: StepCall<Json>): Promise<Json> => {
    const simulated = simulate(input as never, { nowMs: Date.now(), pointer }) as Json;
    return answer === undefined ? simulated : answer(isJsonObject(input) ? input : {}, simulated);
  };
}
