import { contentHash, type Json, type JsonObject } from '../domain/json.ts';
import { documentMeta, PlanBuilder } from './plan-builder.ts';
import { asPublishing, isValid } from './problems.ts';
import type { Plan, Problem, StepCatalogue } from './types.ts';
import { validateFlow } from './validate.ts';

/** Result of a compilation: a plan when no problem is an error. */
export interface Compilation {
  readonly plan?: Plan;
  readonly problems: readonly Problem[];
}

/**
 * Compiles a flow (YAML text or parsed document) to its frozen plan: references of `use` resolved, functions of the catalogue taken in,
 * literal durations in milliseconds, expressions sorted out but kept as source. The hash covers everything a run reads. Stricter than
 * validateFlow: what this release cannot carry out is an error here.
 */
export function compileFlow(source: string | JsonObject, catalogue: StepCatalogue): Compilation {
  const { document, problems: found } = validateFlow(source, catalogue);
  const problems = asPublishing(found);
  if (document === undefined || !isValid(problems)) return { problems };
  const builder = new PlanBuilder(document, catalogue);
  const root = builder.build();
  const content = {
    profile: 1 as const,
    document: documentMeta(document),
    functions: builder.functions,
    root: root as unknown as JsonObject,
  };
  const plan: Plan = { ...content, hash: contentHash(content) };
  freeze(plan as unknown as Json);
  return { plan, problems };
}

/** Whether a plan is what its hash says: true for plans read back from storage untouched. */
export function isPlanIntact(plan: Plan): boolean {
  const { hash, ...content } = plan;
  return contentHash(content) === hash;
}

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const item of Object.values(value)) freeze(item);
}
