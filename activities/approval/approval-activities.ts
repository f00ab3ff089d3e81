import type { ApprovalRequest } from '../../workflows/primitives/activities.ts';
import type { CallContext } from '../../steps/define-step.ts';
import type { Records } from '../../prisma/records/types.ts';

/** Opens and closes approvals. Both are keyed by the approval id, so a repeat changes nothing. */
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
      });
      await records.audit.append({
        actor: `run:${context.runId}`,
        action: 'approval.opened',
        objectKind: 'approval',
        objectId: request.approvalId,
        contentHash: request.contentHash,
      });
    },

    async closeApproval(call: {
      readonly approvalId: string;
      readonly status: 'approved' | 'refused' | 'expired' | 'cancelled';
      readonly atMs: number;
    }): Promise<void> {
      await records.approvals.close(call.approvalId, call.status, new Date(call.atMs));
    },
  };
}
