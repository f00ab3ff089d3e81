import type { ApprovalRow, OfferedAct } from '../prisma/records/approval-types.ts';
import { type AppDependencies, FlowEngineUnavailable } from './dependencies.ts';
import { ApiProblem } from './problem.ts';

/** What became of a recorded act: `acknowledged` when the run has it; else the relay repeats it until it does. */
export interface ActAnswer {
  readonly eventId: string;
  readonly isNew: boolean;
  readonly acknowledged: boolean;
}

/**
 * Records an act, writes the audit entry and tells the run. Throws 409 with the reason when the rules do not let it count; an engine
 * that is away is no error: what is recorded stays recorded.
 */
export async function recordAct(
  approval: ApprovalRow,
  offered: OfferedAct,
  deps: AppDependencies,
): Promise<ActAnswer> {
  const { records } = deps;
  const recorded = await records.approvals.act(offered);
  if (recorded.outcome === 'refused') throw refused(recorded.code, recorded.reason, approval);
  const { event } = recorded;
  if (recorded.outcome === 'recorded')
    await records.audit.append({
      actor: offered.personId,
      action: `approval.${offered.act.kind}`,
      objectKind: 'approval',
      objectId: approval.approvalId,
      contentHash: approval.contentHash,
      detail: {
        comment: offered.comment,
        ...(offered.onBehalfOf === null ? {} : { onBehalfOf: offered.onBehalfOf.username }),
        ...('people' in offered.act ? { people: [...offered.act.people] } : {}),
        ...('to' in offered.act ? { to: offered.act.to } : {}),
      },
    });
  const acknowledged = recorded.acknowledgedAt !== null || (await deliver(approval, event, deps));
  return { eventId: event.eventId, isNew: recorded.outcome === 'recorded', acknowledged };
}

const FORBIDDEN = new Set(['not-a-candidate', 'only-requester']);

function refused(code: string, reason: string, approval: ApprovalRow): ApiProblem {
  if (FORBIDDEN.has(code))
    return new ApiProblem(
      403,
      code,
      `${reason}${code === 'not-a-candidate' ? `; it asks ${approval.asked.join(', ')}` : ''}.`,
    );
  return new ApiProblem(
    409,
    code === 'already-decided' ? 'decision-refused' : code,
    `${reason}; nothing was changed.`,
  );
}

async function deliver(
  approval: ApprovalRow,
  event: Parameters<AppDependencies['flowClient']['tellApproval']>[0]['event'],
  { records, flowClient, clock, log }: AppDependencies,
): Promise<boolean> {
  const run = await records.runs.find(approval.runId);
  if (run === undefined) return false;
  try {
    await flowClient.tellApproval({ event, workflowId: run.workflowId, commandId: approval.commandId });
  } catch (error) {
    if (!(error instanceof FlowEngineUnavailable)) throw error;
    log.warn({ runId: run.runId }, 'act on an approval recorded, engine away');
    return false;
  }
  await records.approvals.acknowledge(event.eventId, new Date(clock()));
  return true;
}
