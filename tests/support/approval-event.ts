import type { ApprovalAct, ApprovalEvent } from '../../domain/approval/approval.ts';
import type { ApprovalRow, RunRow } from '../../prisma/records/types.ts';

/** Somebody's act on an approval, as the api would tell the run; without a place in the log it counts on arrival. */
export function approvalAct(
  run: Pick<RunRow, 'workflowId'>,
  approval: Pick<ApprovalRow, 'approvalId' | 'commandId' | 'attemptNonce' | 'contentHash'>,
  act: ApprovalAct,
  over: Partial<ApprovalEvent> & { readonly commandId?: string } = {},
): { event: ApprovalEvent; workflowId: string; commandId: string } {
  const { commandId = approval.commandId, ...rest } = over;
  const { approvalId, attemptNonce, contentHash } = approval;
  const by = rest.by ?? 'wang.min';
  return {
    workflowId: run.workflowId,
    commandId,
    event: {
      eventId: `${approvalId}-${by}-${act.kind}`,
      approvalId,
      attemptNonce,
      contentHash,
      by,
      roles: ['net-reviewer'],
      onBehalfOf: null,
      act,
      comment: 'fine',
      atMs: Date.now(),
      ...rest,
    },
  };
}
