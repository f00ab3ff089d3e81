import type { ApprovalEvent } from '../../domain/approval/approval.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { CallContext } from '../../steps/define-step.ts';
import type { ApprovalRequest, DriverActivities } from '../../workflows/primitives/activities.ts';

type RunsAct = Parameters<DriverActivities['recordApprovalAct']>[0];

/** Opens, moves on and closes approvals for the run. All are keyed by an id, so a repeat changes nothing. */
export function createApprovalActivities({
  records,
}: {
  readonly records: Pick<Records, 'approvals' | 'audit'>;
}) {
  return {
    async openApproval({
      context,
      request,
    }: {
      readonly context: CallContext;
      readonly request: ApprovalRequest;
    }): Promise<void> {
      if ((await records.approvals.find(request.approvalId)) !== undefined) return;
      const { levels, applicant, copyTo, onDeadline, deadlineMs } = request;
      await records.approvals.open({
        approvalId: request.approvalId,
        runId: context.runId,
        commandId: context.commandId,
        pointer: context.pointer,
        title: request.title,
        content: request.content,
        contentHash: request.contentHash,
        attemptNonce: request.attemptNonce,
        rule: request.rule,
        candidates: request.candidates,
        requesterId: request.requestedBy,
        authorId: request.authoredBy,
        deadlineAt: request.deadlineAtMs === null ? null : new Date(request.deadlineAtMs),
        ...(levels === undefined ? {} : { levels }),
        ...(applicant === undefined ? {} : { applicantId: applicant }),
        ...(copyTo === undefined ? {} : { copyTo }),
        ...(onDeadline === undefined ? {} : { onDeadline }),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      });
      await records.audit.append({
        actor: `run:${context.runId}`,
        action: 'approval.opened',
        objectKind: 'approval',
        objectId: request.approvalId,
        contentHash: request.contentHash,
      });
    },

    async closeApproval(call: Parameters<DriverActivities['closeApproval']>[0]): Promise<void> {
      await records.approvals.close(call.approvalId, call.status, new Date(call.atMs));
    },

    async recordApprovalAct({
      context,
      eventId,
      approvalId,
      contentHash,
      act,
    }: RunsAct): Promise<ApprovalEvent | null> {
      const actor = `run:${context.runId}`;
      const recorded = await records.approvals.act({
        eventId,
        approvalId,
        personId: actor,
        roles: [],
        onBehalfOf: null,
        act,
        comment: '',
        contentHash,
      });
      if (recorded.outcome === 'refused') return null;
      // The run has its own act at hand; nobody needs to deliver it.
      await records.approvals.acknowledge(eventId, new Date());
      if (recorded.outcome === 'recorded')
        await records.audit.append({
          actor,
          action: `approval.${act.kind}`,
          objectKind: 'approval',
          objectId: approvalId,
          contentHash,
        });
      return recorded.event;
    },
  };
}
