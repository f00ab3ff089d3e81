import type { Json, JsonObject } from '../../../domain/json.ts';
import { exampleInput, inputSchemaOf } from '../../../engine/example-input.ts';
import { type Pins, pinnedWorld, readPins } from '../../../steps/pins.ts';
import { type RehearsalAnswer, rehearseDocument } from '../../../steps/rehearsal.ts';
import { stepState } from '../../shared/state.tsx';
import type { CardMark } from '../ui-store.ts';

/** The pins a draft was saved with; without any nothing is pinned but an input made from the flow's own form. */
export function pinsOf(saved: Json, document: JsonObject): Pins {
  return readPins(saved, exampleInput(inputSchemaOf(document)));
}

/** Runs the text on the pure machine in the browser: steps are answered by what is pinned, else by their simulators. Nothing leaves the page. */
export function rehearseDraft(source: string, pins: Pins, nowMs: number): Promise<RehearsalAnswer> {
  return rehearseDocument(source, pins.input, nowMs, {
    subFlow: () => null,
    // Nothing is run here; whether it may go live is said by the checks.
    rules: { scripts: true },
    place: 'this rehearsal',
    ...pinnedWorld(pins),
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
  const without = (part: Readonly<Record<string, Json>>) =>
    Object.fromEntries(Object.entries(part).filter(([key]) => key.split('@')[0] !== step));
  const cleared = {
    ...pins,
    steps: without(pins.steps),
    events: without(pins.events),
    errors: without(pins.errors),
  };
  if (value === undefined) return cleared;
  const key = isEvent ? 'events' : 'steps';
  return { ...cleared, [key]: { ...cleared[key], [step]: value } };
}

/** What a step is pinned to: its answer, event or error; of several rounds the first. */
export function pinnedTo(pins: Pins, step: string): Json | undefined {
  for (const part of [pins.errors, pins.steps, pins.events])
    for (const [key, value] of Object.entries(part)) if (key.split('@')[0] === step) return value;
  return undefined;
}

/** Number of steps that are pinned. */
export function pinCount({ steps, events, errors }: Pins): number {
  return new Set([steps, events, errors].flatMap((part) => Object.keys(part).map((key) => key.split('@')[0])))
    .size;
}
