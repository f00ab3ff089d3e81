import { isAllowed, type Permission } from '../domain/access/permissions.ts';
import { type Json, sha256Hex } from '../domain/json.ts';
import { exampleInput, inputSchemaOf } from '../engine/example-input.ts';
import { compileFlow, parseFlowDocument } from '../engine/index.ts';
import { planRoot } from '../engine/plan.ts';
import { runsScripts } from '../engine/process-plan.ts';
import type { FlowRules, Plan, Problem } from '../engine/types.ts';
import type { SubmissionRow } from '../prisma/records/publish-types.ts';
import { catalogue, definitions } from '../steps/index.ts';
import { pinnedWorld, readPins } from '../steps/pins.ts';
import { rehearseDocument } from '../steps/rehearsal.ts';
import type { Caller } from './caller.ts';
import type { AppDependencies } from './dependencies.ts';
import { flowRules } from './flow-rules.ts';
import { ApiProblem } from './problem.ts';

const DEEPEST_SUB_FLOW = 10;
/** Lines of a rehearsal that are kept with a submission; the rest is counted. */
const MOST_LINES = 500;

/** What is asked to be published. `pins`: what its rehearsal is answered with, as `steps/pins.ts` reads it. */
export interface Submitted {
  readonly source: string;
  readonly comment: string;
  readonly draftId: string | null;
  readonly authors: readonly string[];
  readonly baseVersion: string | null;
  readonly pins: Json;
}

/**
 * Checks a text, rehearses it on the pure machine and puts it before a second person, who sees exactly this. Nothing goes live here.
 *
 * @throws ApiProblem 422 with every problem, 403 for a step the caller may not publish, 409 for a version that exists or another open submission
 */
export async function submitFlow(
  deps: AppDependencies,
  caller: Caller,
  asked: Submitted,
): Promise<SubmissionRow> {
  const { records, clock } = deps;
  const rules = await flowRules(records);
  const { plan, problems } = checkedFlow(asked.source, rules);
  requireStepPermissions(plan, caller);
  const { namespace, name: flowName, version, title } = plan.document;
  if ((await records.flows.find(flowName, version)) !== undefined)
    throw new ApiProblem(
      409,
      'version-exists',
      `Version ${version} of “${flowName}” is published; raise document.version.`,
    );
  const newest = await records.flows.find(flowName);
  if (newest !== undefined && compareVersions(version, newest.version) <= 0)
    throw new ApiProblem(
      409,
      'version-not-raised',
      `document.version: ${version} is not above ${newest.version}, the newest version of “${flowName}”.`,
    );
  const triggers = (await records.triggers.list()).filter((trigger) => trigger.flowName === flowName);
  const created = await records.submissions.create({
    draftId: asked.draftId,
    namespace,
    flowName,
    version,
    title: title ?? flowName,
    source: asked.source,
    contentHash: sha256Hex(asked.source),
    planHash: plan.hash,
    plan,
    baseVersion: asked.baseVersion ?? newest?.version ?? null,
    comment: asked.comment,
    authors: [...new Set([...asked.authors, caller.actor])],
    submittedBy: caller.actor,
    problems,
    rehearsal: await rehearseSubmission(deps, asked, plan, clock()),
    triggers: triggers.map(({ triggerName, kind, pausedAt }) => ({
      triggerName,
      kind,
      isPaused: pausedAt !== null,
    })),
  });
  if (created === 'open-already')
    throw new ApiProblem(
      409,
      'submission-open',
      `Another change of “${flowName}” waits for its second person; it is decided or withdrawn first.`,
    );
  await records.audit.append({
    actor: caller.actor,
    action: 'flow.submitted',
    objectKind: 'flow-version',
    objectId: `${flowName}:${version}`,
    contentHash: created.contentHash,
    detail: { submissionId: created.submissionId },
  });
  return created;
}

/** The plan of a document that could be published; throws 422 with every problem for another. */
export function checkedFlow(source: string, rules: FlowRules): { plan: Plan; problems: readonly Problem[] } {
  const { plan, problems } = compileFlow(source, catalogue, rules);
  const count = problems.filter((problem) => problem.severity === 'error').length;
  if (plan !== undefined && count === 0) return { plan, problems };
  throw new ApiProblem(
    422,
    'flow-not-valid',
    `The document has ${count} ${count === 1 ? 'problem' : 'problems'}; see “problems”.`,
    { problems },
  );
}

/** Steps may ask for a permission of the person who publishes them (such as `network.push`). */
function requireStepPermissions(plan: Plan, caller: Caller): void {
  for (const definition of definitions) {
    const used = Object.hasOwn(plan.functions, `${definition.type}:${definition.version}`);
    if (!used || definition.permission === null) continue;
    if (!isAllowed(caller.roles, definition.permission as Permission)) {
      throw new ApiProblem(
        403,
        'step-not-allowed',
        `Publishing the step “${definition.type}” needs the permission “${definition.permission}”.`,
      );
    }
  }
}

/** Semantic versions without their labels, by number. */
export function compareVersions(left: string, right: string): number {
  const numbers = (version: string) => (version.split(/[-+]/)[0] ?? '').split('.').map(Number);
  const [a, b] = [numbers(left), numbers(right)];
  for (let at = 0; at < 3; at += 1) if ((a[at] ?? 0) !== (b[at] ?? 0)) return (a[at] ?? 0) - (b[at] ?? 0);
  return 0;
}

/** Runs a text on the pure machine with simulated steps and pinned answers; no worker, credential or request takes part. */
export async function rehearseSubmission(
  { records }: AppDependencies,
  { source, pins }: Pick<Submitted, 'source' | 'pins'>,
  plan: Plan,
  nowMs: number,
): Promise<Json> {
  const pinned = readPins(pins, exampleInput(inputSchemaOf(parseFlowDocument(source).document)));
  const { input } = pinned;
  const subFlows = await subFlowsOf(plan, records);
  const answer = await rehearseDocument(source, input, nowMs, {
    subFlow: ({ name, version }) => subFlows.get(`${name}:${version}`) ?? null,
    place: 'Afterbell',
    rules: { scripts: runsScripts(plan) },
    ...pinnedWorld(pinned),
  });
  return {
    status: answer.status,
    input,
    output: answer.output,
    error: answer.error as unknown as Json,
    steps: answer.trace.slice(0, MOST_LINES) as unknown as Json,
    more: Math.max(0, answer.trace.length - MOST_LINES),
  };
}

async function subFlowsOf(plan: Plan, records: AppDependencies['records']): Promise<Map<string, Plan>> {
  const found = new Map<string, Plan>();
  let plans: Plan[] = [plan];
  for (let depth = 0; depth < DEEPEST_SUB_FLOW && plans.length > 0; depth += 1) {
    const wanted = plans.flatMap((each) =>
      planRoot(each).nodes.flatMap((node) => (node.kind === 'run' ? [node.flow] : [])),
    );
    plans = [];
    for (const { name, version } of wanted) {
      const key = `${name}:${version}`;
      if (found.has(key)) continue;
      const row = await records.flows.find(name, version);
      if (row === undefined) continue;
      found.set(key, row.plan);
      plans.push(row.plan);
    }
  }
  return found;
}
