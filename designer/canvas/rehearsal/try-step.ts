import type { JsonObject } from '../../../domain/json.ts';
import { compileFlow, type Problem } from '../../../engine/index.ts';
import { type Situation, situationsOf, type Trial, tryStep } from '../../../engine/trial/index.ts';
import { catalogue } from '../../../steps/index.ts';
import { type Pins, pinnedWorld } from '../../../steps/pins.ts';
import { answersOf } from '../../../steps/rehearsal.ts';

const RULES = { scripts: true };

const optionsOf = (pins: Pins, nowMs: number) => ({
  startAtMs: nowMs,
  answer: answersOf({ subFlow: () => null, place: 'this rehearsal', rules: RULES, ...pinnedWorld(pins) }),
});

/** What surrounds a step in a rehearsal of the draft; undefined when no way leads to it, or the draft has errors. */
export async function situationIn(
  document: JsonObject,
  pointer: string,
  pins: Pins,
  nowMs: number,
): Promise<Situation | undefined> {
  const { plan } = compileFlow(document, catalogue, RULES);
  if (plan === undefined) return undefined;
  const { situations } = await situationsOf(plan, pins.input, optionsOf(pins, nowMs));
  return situations.get(pointer);
}

/** Runs one step of the draft by itself. */
export function tryDraftStep(
  document: JsonObject,
  pointer: string,
  situation: Situation,
  pins: Pins,
  nowMs: number,
): Promise<Trial | { readonly problems: readonly Problem[] }> {
  return tryStep(document, pointer, situation, catalogue, { ...optionsOf(pins, nowMs), rules: RULES });
}
