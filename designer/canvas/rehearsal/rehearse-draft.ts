import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import { exampleInput, inputSchemaOf } from '../../../engine/example-input.ts';
import { stepState } from '../../shared/state.tsx';
import type { CardMark } from '../ui-store.ts';
import { type RehearsalAnswer, rehearseDocument } from '../../../steps/rehearsal.ts';

/** What stands in for the world in a rehearsal: the input, answers of steps and events, by JSON pointer of the step. */
export interface Pins {
  readonly input: Json;
  readonly steps: Readonly<Record<string, Json>>;
  readonly events: Readonly<Record<string, Json>>;
}

/** Nothing pinned but an input made from the flow's own form. */
export function firstPins(document: JsonObject): Pins {
  return { input: exampleInput(inputSchemaOf(document)), steps: {}, events: {} };
}

/** Runs the text on the pure machine in the browser: steps are answered by what is pinned, else by their simulators. Nothing leaves the page. */
export function rehearseDraft(source: string, pins: Pins, nowMs: number): Promise<RehearsalAnswer> {
  return rehearseDocument(source, pins.input, nowMs, {
    subFlow: () => null,
    // Nothing is run here; whether it may go live is said by the checks.
    rules: { scripts: true },
    place: 'this rehearsal',
    answer: (command) => {
      const output = pins.steps[command.step.pointer];
      return output === undefined ? undefined : { output };
    },
    event: (pointer) => pins.events[pointer],
  });
}

/** The last state of each step, as marks of the canvas. */
export function lastStates(answer: RehearsalAnswer): ReadonlyMap<string, CardMark> {
  return new Map(answer.trace.map((line) => [line.step, { state: stepState(line.status, false) }]));
}

/** JSON from what a person typed; undefined while it is none. */
export function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Pins with the answer of one step set, or taken out. An event is what a listening step receives. */
export function withPin(pins: Pins, step: string, isEvent: boolean, value: Json | undefined): Pins {
  const key = isEvent ? 'events' : 'steps';
  const { [step]: _old, ...rest } = pins[key];
  return { ...pins, [key]: value === undefined ? rest : { ...rest, [step]: value } };
}

/** The pins a draft was saved with; what is not understood is left out. */
export function pinsOf(saved: Json, document: JsonObject): Pins {
  const first = firstPins(document);
  if (!isJsonObject(saved)) return first;
  const { input, steps, events } = saved;
  return {
    input: input ?? first.input,
    steps: isJsonObject(steps) ? steps : {},
    events: isJsonObject(events) ? events : {},
  };
}
