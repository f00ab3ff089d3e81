import { CancellationScope, condition, isCancellation, uuid4 } from '@temporalio/workflow';
import { type OpenApproval, outcomeOf } from '../../domain/approval/quorum.ts';
import { contentHash, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { parseDuration, standardError } from '../../engine/index.ts';
import { runFailure } from '../failures.ts';
import type { PrimitiveState } from '../messages.ts';
import { driverActivities } from './activities.ts';
import type { PrimitiveCall } from './primitive.ts';

type ApprovalState = Extract<PrimitiveState, { kind: 'approval' }>;

/**
 * Asks people and waits for their decision. Re-entrant: a saved state goes on waiting without asking again. A refusal is data; no
 * answer in time is the standard timeout error (408).
 */
export async function runApproval(call: PrimitiveCall, saved: ApprovalState | undefined): Promise<Json> {
  if (saved === undefined) await open(call);
  else call.save(saved);
  try {
    const state = current(call);
    call.waiting();
    const decided = await waitForOutcome(call, state.deadlineAtMs);
    if (!decided) return await expire(call, state);
    return await conclude(call, current(call).approval);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => close(call, 'cancelled'));
    throw error;
  }
}

async function open(call: PrimitiveCall): Promise<void> {
  const input = isJsonObject(call.input) ? call.input : {};
  const content: JsonObject = isJsonObject(input.content) ? input.content : {};
  const { context } = call;
  const approval: OpenApproval = {
    approvalId: uuid4(),
    contentHash: contentHash(content),
    attemptNonce: uuid4(),
    rule: input.rule === 'all' ? 'all' : 'any',
    candidates: Array.isArray(input.from) ? input.from.filter((entry) => typeof entry === 'string') : [],
    requestedBy: context.requestedBy,
    authoredBy: context.authoredBy,
    decisions: [],
  };
  const deadlineMs = typeof input.deadline === 'string' ? parseDuration(input.deadline) : undefined;
  const deadlineAtMs = deadlineMs === undefined ? null : Date.now() + deadlineMs;
  // Saved before it is shown: a decision may arrive while the activity is still on its way back.
  call.save({ kind: 'approval', approval, deadlineAtMs });
  const { decisions: _none, ...asked } = approval;
  const title = typeof input.title === 'string' ? input.title : 'approval';
  await call.inFlight(() =>
    driverActivities.openApproval({ context, request: { ...asked, title, content, deadlineAtMs } }),
  );
}

function current(call: PrimitiveCall): ApprovalState {
  const state = call.state();
  if (state?.kind !== 'approval')
    throw runFailure(standardError('runtime', call.context.pointer, 'the approval has lost its state'));
  return state;
}

async function waitForOutcome(call: PrimitiveCall, deadlineAtMs: number | null): Promise<boolean> {
  const isDecided = () => outcomeOf(current(call).approval) !== undefined;
  if (deadlineAtMs === null) {
    await condition(isDecided);
    return true;
  }
  return condition(isDecided, Math.max(1, deadlineAtMs - Date.now()));
}

async function conclude(call: PrimitiveCall, approval: OpenApproval): Promise<Json> {
  const decision = outcomeOf(approval) === 'approved' ? 'approved' : 'refused';
  await close(call, decision);
  const last = approval.decisions.at(-1);
  return {
    approvalId: approval.approvalId,
    decision,
    contentHash: approval.contentHash,
    decidedBy: approval.decisions.map((entry) => entry.username),
    comment: last?.comment ?? '',
    decidedAt: new Date(last?.atMs ?? Date.now()).toISOString(),
  };
}

async function expire(call: PrimitiveCall, state: ApprovalState): Promise<never> {
  await close(call, 'expired');
  const asked = state.approval.candidates.join(', ');
  throw runFailure(standardError('timeout', call.context.pointer, `nobody of ${asked} decided in time`));
}

async function close(
  call: PrimitiveCall,
  status: 'approved' | 'refused' | 'expired' | 'cancelled',
): Promise<void> {
  const state = current(call);
  const { approvalId } = state.approval;
  // From here on a decision is too late, also while the activity is on its way.
  call.save({ ...state, isClosing: true });
  await call.inFlight(() => driverActivities.closeApproval({ approvalId, status, atMs: Date.now() }));
}
