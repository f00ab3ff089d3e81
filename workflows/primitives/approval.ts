import { CancellationScope, condition, isCancellation, uuid4 } from '@temporalio/workflow';
import { receive } from '../../domain/approval/advance.ts';
import {
  type ApprovalAct,
  type ApprovalState as Approval,
  countedDecisions,
  openApproval,
} from '../../domain/approval/approval.ts';
import { type ApprovalInput, readApprovalInput } from '../../domain/approval/approval-input.ts';
import { askedNow } from '../../domain/approval/rules.ts';
import { contentHash, type Json } from '../../domain/json.ts';
import { parseDuration, standardError } from '../../engine/index.ts';
import { runFailure } from '../failures.ts';
import type { PrimitiveState } from '../messages.ts';
import { type ClosedStatus, driverActivities } from './activities.ts';
import { isSettledApproval } from './approval-events.ts';
import type { PrimitiveCall } from './primitive.ts';

type ApprovalState = Extract<PrimitiveState, { kind: 'approval' }>;

/**
 * Asks people level by level and waits for their decision. Re-entrant: a saved state goes on waiting without asking again. Refused,
 * returned, withdrawn and changed requests are data, and all of them a `decision` other than `approved`; no answer in time is the
 * standard timeout error (408), unless the deadline reminds or escalates.
 */
export async function runApproval(call: PrimitiveCall, saved: ApprovalState | undefined): Promise<Json> {
  const input = readApprovalInput(call.input);
  if (saved === undefined) await open(call, input);
  else call.save(saved);
  try {
    call.waiting();
    for (;;) {
      const state = startTerm(call, input);
      const isMoved = await waitForMove(call, state);
      if (isSettledApproval(current(call))) return await conclude(call, current(call).approval);
      if (!isMoved && !(await passDeadline(call, input))) return await expire(call);
    }
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => close(call, 'cancelled'));
    throw error;
  }
}

async function open(call: PrimitiveCall, input: ApprovalInput): Promise<void> {
  const { context } = call;
  const { title, content, levels, applicant, copyTo, onDeadline } = input;
  const approvalId = uuid4();
  const attemptNonce = uuid4();
  const asked = {
    approvalId,
    contentHash: contentHash(content),
    attemptNonce,
    requestedBy: context.requestedBy,
    authoredBy: context.authoredBy,
    applicant,
    copyTo,
    levels,
  };
  const approval = openApproval(asked);
  const deadlineMs = termLength(input);
  const deadlineAtMs = deadlineMs === null ? null : Date.now() + deadlineMs;
  // Saved before it is shown: a decision may arrive while the activity is still on its way back.
  call.save({ kind: 'approval', approval, deadlineAtMs, term: termOf(approval) });
  const candidates = [...new Set(levels.flatMap((level) => level.from))];
  const rule = levels[0]?.rule ?? 'any';
  await call.inFlight(() =>
    driverActivities.openApproval({
      context,
      request: { ...asked, rule, candidates, title, content, deadlineAtMs, deadlineMs, onDeadline },
    }),
  );
}

function current(call: PrimitiveCall): ApprovalState {
  const state = call.state();
  if (state?.kind !== 'approval')
    throw runFailure(standardError('runtime', call.context.pointer, 'the approval has lost its state'));
  return state;
}

function termLength(input: ApprovalInput): number | null {
  return (input.deadline === null ? undefined : parseDuration(input.deadline)) ?? null;
}

/** What a deadline belongs to: another level, a reminder and an escalation begin a new one. */
function termOf(approval: Approval): string {
  const level = approval.levels[approval.current];
  return `${level?.levelId ?? ''}/${approval.reminders}/${level?.escalatedTo.length ?? 0}`;
}

function startTerm(call: PrimitiveCall, input: ApprovalInput): ApprovalState {
  const state = current(call);
  const term = termOf(state.approval);
  const lengthMs = termLength(input);
  if (term === state.term || lengthMs === null) return state;
  const begun = { ...state, term, deadlineAtMs: Date.now() + lengthMs };
  call.save(begun);
  return begun;
}

/** False when the deadline passed first. */
async function waitForMove(call: PrimitiveCall, { term, deadlineAtMs }: ApprovalState): Promise<boolean> {
  const isMoved = () => isSettledApproval(current(call)) || termOf(current(call).approval) !== term;
  if (deadlineAtMs === null) {
    await condition(() => isSettledApproval(current(call)));
    return true;
  }
  return condition(isMoved, Math.max(1, deadlineAtMs - Date.now()));
}

/** What follows a deadline nobody met: true when the approval goes on. A level is escalated once; the second time it ends. */
async function passDeadline(call: PrimitiveCall, input: ApprovalInput): Promise<boolean> {
  const { approval } = current(call);
  if (input.onDeadline === 'remind') return recordAct(call, approval, { kind: 'remind' });
  const isEscalated = (approval.levels[approval.current]?.escalatedTo.length ?? 0) > 0;
  if (input.onDeadline !== 'escalate' || isEscalated) return false;
  return recordAct(call, approval, { kind: 'escalate', people: input.escalateTo });
}

/** The run's own act takes its place in the log like everybody's; acts recorded before it may still be on their way. */
async function recordAct(
  call: PrimitiveCall,
  { approvalId, contentHash: hash }: Approval,
  act: ApprovalAct,
): Promise<boolean> {
  const eventId = uuid4();
  const event = await call.inFlight(() =>
    driverActivities.recordApprovalAct({
      context: call.context,
      eventId,
      approvalId,
      contentHash: hash,
      act,
    }),
  );
  const state = current(call);
  // Decided in the meantime: the wait ends by itself.
  if (event === null) {
    await condition(() => isSettledApproval(current(call)));
    return true;
  }
  call.save({ ...state, approval: receive(state.approval, event).state });
  const { sequence = 0 } = event;
  await condition(() => current(call).approval.lastSequence >= sequence || isSettledApproval(current(call)));
  return true;
}

async function conclude(call: PrimitiveCall, approval: Approval): Promise<Json> {
  const { result } = approval;
  const outcome = result?.outcome ?? 'refused';
  await close(call, outcome);
  const decisions = countedDecisions(approval);
  return {
    approvalId: approval.approvalId,
    // Two-valued on purpose: a flow that only asks for a refusal stops on everything that is no approval.
    decision: outcome === 'approved' ? 'approved' : 'refused',
    outcome,
    contentHash: approval.contentHash,
    decidedBy: decisions.map((entry) => entry.username),
    comment: result?.comment ?? '',
    decidedAt: new Date(result?.atMs ?? Date.now()).toISOString(),
    copyTo: [...approval.copyTo],
  };
}

async function expire(call: PrimitiveCall): Promise<never> {
  const asked = askedNow(current(call).approval).join(', ');
  await close(call, 'expired');
  throw runFailure(standardError('timeout', call.context.pointer, `nobody of ${asked} decided in time`));
}

async function close(call: PrimitiveCall, status: ClosedStatus): Promise<void> {
  const state = current(call);
  const { approvalId } = state.approval;
  // From here on a decision is too late, also while the activity is on its way.
  call.save({ ...state, isClosing: true });
  await call.inFlight(() => driverActivities.closeApproval({ approvalId, status, atMs: Date.now() }));
}
