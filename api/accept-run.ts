import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { isJsonObject, type Json } from '../domain/json.ts';
import { parseFlowDocument } from '../engine/index.ts';
import type { RestartStart } from '../engine/restart/types.ts';
import type { FlowVersionRow, RunRow } from '../prisma/records/types.ts';
import { type AppDependencies, FlowEngineUnavailable } from './dependencies.ts';
import { ApiProblem } from './problem.ts';

/** A request to start a run, after the flow version has been found. */
export interface RunRequest {
  readonly version: FlowVersionRow;
  readonly runId: string;
  /** Null makes the run its own business key. */
  readonly businessKey: string | null;
  readonly input: Json;
  /** Person id or `token:<name>`; approvals of the run exclude it. */
  readonly requestedBy: string;
  readonly idempotency?: { readonly key: string; readonly owner: string; readonly bodyHash: string };
}

/**
 * Accepts a run: the row and its idempotency key are committed first, then the engine is told. An engine that does not answer
 * changes nothing for the caller: the relay starts the run later. Throws 422 for an input that breaks the flow's schema or a
 * key that came with another body, 409 for a business key that another run of the flow already carries.
 */
export async function acceptRun(deps: AppDependencies, request: RunRequest): Promise<RunRow> {
  const { version } = request;
  checkInput(version, request.input);
  const businessKey = request.businessKey ?? request.runId;
  const { outcome, run } = await deps.records.runs.accept(
    {
      runId: request.runId,
      workflowId: workflowIdOf(deps, version.flowName, businessKey),
      flowVersionId: version.flowVersionId,
      flowName: version.flowName,
      flowVersion: version.version,
      planHash: version.planHash,
      businessKey,
      input: request.input,
      requestedBy: request.requestedBy,
      authoredBy: version.publishedBy,
    },
    request.idempotency,
  );
  if (outcome === 'conflict') throw conflict(request, run);
  if (outcome === 'replayed') return run;
  await deps.records.audit.append({
    actor: request.requestedBy,
    action: 'run.accepted',
    objectKind: 'run',
    objectId: run.runId,
    contentHash: run.planHash,
    detail: { flow: run.flowName, version: run.flowVersion },
  });
  await tryStart(deps, run, version);
  return run;
}

/** The workflow id of a run: opaque, and the same for the same business of a flow. */
export function workflowIdOf(
  { opaque }: Pick<AppDependencies, 'opaque'>,
  flowName: string,
  businessKey: string,
): string {
  return `run-${opaque(`${flowName}\n${businessKey}`).slice(0, 32)}`;
}

/** Starts an accepted run, at a step when it goes on from another; leaves it to the relay when the engine does not answer. True when it was started. */
export async function tryStart(
  deps: AppDependencies,
  run: RunRow,
  version: FlowVersionRow,
  restart?: RestartStart,
): Promise<boolean> {
  try {
    await deps.flowClient.startRun(run, version, restart);
  } catch (error) {
    if (!(error instanceof FlowEngineUnavailable)) throw error;
    deps.log.warn({ runId: run.runId }, 'engine away, run stays accepted');
    return false;
  }
  await deps.records.runs.markStarted(run.runId, new Date(deps.clock()));
  return true;
}

function conflict(request: RunRequest, run: RunRow): ApiProblem {
  if (
    request.businessKey !== null &&
    run.businessKey === request.businessKey &&
    run.runId !== request.runId &&
    request.idempotency === undefined
  ) {
    return new ApiProblem(
      409,
      'business-key-taken',
      `Business key “${run.businessKey}” belongs to another run of this flow.`,
      { members: { runId: run.runId } },
    );
  }
  return new ApiProblem(
    422,
    'idempotency-key-reused',
    `The key “${request.idempotency?.key ?? ''}” or the business key came before with another request; use a new one.`,
    { members: { runId: run.runId } },
  );
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

function checkInput(version: FlowVersionRow, input: Json): void {
  const document = parseFlowDocument(version.source).document;
  const declared = isJsonObject(document?.input) ? document.input : undefined;
  const schema = isJsonObject(declared?.schema) ? declared.schema.document : undefined;
  if (!isJsonObject(schema)) return;
  const isValid = ajv.compile(schema);
  if (isValid(input)) return;
  const problems = (isValid.errors ?? []).map((fault) => ({
    pointer: `/input${fault.instancePath}`,
    code: `schema-${fault.keyword}`,
    message: `input${fault.instancePath} ${fault.message ?? 'is not valid'}`,
  }));
  throw new ApiProblem(
    422,
    'input-not-valid',
    `The input does not fit the flow: ${problems[0]?.message ?? ''}.`,
    { problems },
  );
}
