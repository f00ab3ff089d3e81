import type { JsonObject } from '../domain/json.ts';
import { parseFlowDocument } from './document.ts';
import { isValid } from './problems.ts';
import { checkShape } from './schema-check.ts';
import { checks } from './checks/index.ts';
import type { FlowRules, Problem, StepCatalogue } from './types.ts';
import { walkTasks } from './walk.ts';

/** What is known of a flow document. `document` is there when the text is one YAML map. */
export interface Validation {
  /** No problem is an error. */
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  readonly document?: JsonObject;
}

/** Checks a flow document in full: text, profile schema, meaning. All problems come at once. `rules`: what the installation allows. */
export function validateFlow(
  source: string | JsonObject,
  catalogue: StepCatalogue,
  rules: FlowRules = {},
): Validation {
  const parsed = typeof source === 'string' ? parseFlowDocument(source) : { document: source, problems: [] };
  const { document } = parsed;
  if (document === undefined) return { valid: false, problems: parsed.problems };
  const tasks = walkTasks(document);
  const problems = [...parsed.problems, ...checkShape(document, tasks)];
  for (const check of checks) problems.push(...check({ document, tasks, catalogue, rules }));
  return { valid: isValid(problems), problems, document };
}
