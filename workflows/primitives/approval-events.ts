import { receive } from '../../domain/approval/advance.ts';
import { type ApprovalEvent, countedDecisions } from '../../domain/approval/approval.ts';
import { refusalOf } from '../../domain/approval/rules.ts';
import type { ApprovalMessage, DecisionMessage, PrimitiveState } from '../messages.ts';

type ApprovalPrimitive = Extract<PrimitiveState, { kind: 'approval' }>;

/**
 * Throws the reason when an event must not enter history. One with a place in the log is let in whatever it says, as long as it is
 * about this asking: it takes its place even when it does not count, or the events behind it would wait for ever.
 */
export function checkApprovalEvent(primitive: PrimitiveState | undefined, event: ApprovalEvent): void {
  if (primitive?.kind !== 'approval') throw new Error('approval-closed');
  const { approval } = primitive;
  if (countedDecisions(approval).some(({ decisionId }) => decisionId === event.eventId)) return;
  if (isSettledApproval(primitive)) throw new Error('approval-closed');
  const refusal = refusalOf(approval, event);
  if (refusal === undefined) return;
  const isOurs =
    event.approvalId === approval.approvalId &&
    event.attemptNonce === approval.attemptNonce &&
    event.contentHash === approval.contentHash;
  if (event.sequence === undefined || !isOurs) throw new Error(refusal);
}

/** The primitive with one more event; a repeated one counts as it did. */
export function takeApprovalEvent(
  primitive: ApprovalPrimitive,
  event: ApprovalEvent,
): { readonly primitive: ApprovalPrimitive; readonly isCounted: boolean } {
  const { state, reception } = receive(primitive.approval, event);
  const isCounted = reception === 'counted' || reception === 'repeated' || reception === 'held';
  return { primitive: { ...primitive, approval: state }, isCounted };
}

/** True for an approval whose end stands: further events come too late. */
export function isSettledApproval(primitive: PrimitiveState | undefined): boolean {
  return (
    primitive?.kind === 'approval' && (primitive.isClosing === true || primitive.approval.result !== null)
  );
}

/** A decision of the older form as an event; it counts on arrival. */
export function eventOfDecision(message: DecisionMessage): ApprovalMessage {
  const { decisionId, commandId, personId, decision, approvalId, attemptNonce, contentHash, roles, comment } =
    message;
  return {
    commandId,
    event: {
      eventId: decisionId,
      approvalId,
      attemptNonce,
      contentHash,
      by: personId,
      roles,
      onBehalfOf: null,
      act: { kind: decision },
      comment,
      atMs: Date.now(),
    },
  };
}
