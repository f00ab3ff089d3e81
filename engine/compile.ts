import { contentHash, type Json, type JsonObject } from '../domain/json.ts';
import { planLimits, type PlanRoot } from './plan.ts';
import { documentMeta, PlanBuilder, PlanTooLarge } from './plan-builder.ts';
import { asPublishing, errorAt, isValid } from './problems.ts';
import type { FlowRules, Plan, Problem, StepCatalogue } from './types.ts';
import { validateFlow } from './validate.ts';

/** Result of a compilation: a plan when no problem is an error. */
export interface Compilation {
  readonly plan?: Plan;
  readonly problems: readonly Problem[];
}

/**
 * Compiles a flow (YAML text or parsed document) to its frozen plan: references of `use` resolved, functions of the catalogue taken in,
 * literal durations in milliseconds, expressions sorted out but kept as source. The hash covers everything a run reads. Stricter than
 * validateFlow: what this release cannot carry out, or this installation does not allow (`rules`), is an error here.
 */
export function compileFlow(
  source: string | JsonObject,
  catalogue: StepCatalogue,
  rules: FlowRules = {},
): Compilation {
  const { document, problems: found } = validateFlow(source, catalogue, rules);
  const problems = asPublishing(found);
  if (document === undefined || !isValid(problems)) return { problems };
  const builder = new PlanBuilder(document, catalogue);
  const root = built(builder);
  if (root === undefined) {
    const message = `with functions and extensions laid out where they are called, the flow has more than ${planLimits.nodes} tasks`;
    return { problems: [...problems, errorAt('', 'too-many-tasks', message)] };
  }
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

function built(builder: PlanBuilder): PlanRoot | undefined {
  try {
    return builder.build();
  } catch (error) {
    if (error instanceof PlanTooLarge) return undefined;
    throw error;
  }
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
