import type { JsonObject } from '../../domain/json.ts';
import type { FlowRules, Problem, StepCatalogue } from '../types.ts';
import type { TaskView } from '../walk.ts';

/** What every check sees. */
export interface CheckContext {
  readonly document: JsonObject;
  readonly tasks: readonly TaskView[];
  readonly catalogue: StepCatalogue;
  readonly rules: FlowRules;
}

/** One rule about the meaning of a document. Reports everything it finds; never throws. */
export type Check = (context: CheckContext) => readonly Problem[];
