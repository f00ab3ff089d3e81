import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { Recording } from '../engine/back-test/index.ts';
import { stepPairs } from '../engine/diff/index.ts';
import { parseFlowDocument } from '../engine/document.ts';
import type { FlowError, StepVisit } from '../engine/types.ts';
import type { RehearsalWorld } from './rehearsal.ts';

/**
 * What stands in for the world in a rehearsal: the input, answers and errors of steps, events. Each by the JSON pointer of the step, or by
 * `pointer@visit` for one round of a loop.
 */
export interface Pins {
  readonly input: Json;
  readonly steps: Readonly<Record<string, Json>>;
  readonly events: Readonly<Record<string, Json>>;
  readonly errors: Readonly<Record<string, Json>>;
}

/** The pins a draft was saved with; what is not understood is left out, and without an input `input` stands. */
export function readPins(saved: Json, input: Json): Pins {
  const given = isJsonObject(saved) ? saved : {};
  const part = (name: string): JsonObject => {
    const value = given[name];
    return isJsonObject(value) ? value : {};
  };
  return {
    input: given['input'] ?? input,
    steps: part('steps'),
    events: part('events'),
    errors: part('errors'),
  };
}

/** Answers a rehearsal from pins; what is not pinned is left to others. */
export function pinnedWorld(pins: Pins): Required<Pick<RehearsalWorld, 'answer' | 'event'>> {
  return {
    answer: ({ step }) => {
      const error = pinOf(pins.errors, step);
      if (error !== undefined) return { error: error as unknown as FlowError };
      const output = pinOf(pins.steps, step);
      return output === undefined ? undefined : { output };
    },
    event: (step) => pinOf(pins.events, step),
  };
}

function pinOf(pins: Readonly<Record<string, Json>>, { pointer, visit }: StepVisit): Json | undefined {
  const round = `${pointer}@${visit}`;
  if (Object.hasOwn(pins, round)) return pins[round];
  return Object.hasOwn(pins, pointer) ? pins[pointer] : undefined;
}

/**
 * A recorded run as pins for a document, which need not be the version that ran: its input, and the last answer of every step the document
 * still has. A step that ran in several rounds is pinned round by round.
 */
export function pinsOfRecording(recording: Recording, document: JsonObject): Pins {
  const pairs = stepPairs(parseFlowDocument(recording.source).document ?? {}, document);
  const steps: Record<string, Json> = {};
  const events: Record<string, Json> = {};
  const errors: Record<string, Json> = {};
  const rounds = new Map<string, Set<string>>();
  for (const { pointer, visit } of recording.steps)
    rounds.set(pointer, (rounds.get(pointer) ?? new Set()).add(visit));
  for (const step of recording.steps) {
    const pointer = pairs.get(step.pointer);
    if (pointer === undefined || !['call', 'listen'].includes(step.task)) continue;
    const key = (rounds.get(step.pointer)?.size ?? 1) > 1 ? `${pointer}@${step.visit}` : pointer;
    // A later attempt takes the place of the one before it.
    delete errors[key];
    if (step.status === 'failed' && step.error !== null) errors[key] = step.error as unknown as Json;
    else if (step.status === 'completed') (step.task === 'listen' ? events : steps)[key] = step.answer;
  }
  return { input: recording.input, steps, events, errors };
}
