import { ApplicationFailure } from '@temporalio/common';
import type { Static } from 'typebox';
import { refusalOfAccess } from '../../domain/access/grants.ts';
import { contentHash, sha256Hex } from '../../domain/json.ts';
import type { FlowError } from '../../engine/types.ts';
import type { AccessGrantRow } from '../../prisma/records/approval-types.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { grantAccess } from '../../steps/access/grant-access.ts';
import type { revokeAccess } from '../../steps/access/revoke-access.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';

const HOUR_MS = 3_600_000;
type Granted = StepCall<Static<typeof grantAccess.input>>;
type Revoked = StepCall<Static<typeof revokeAccess.input>>;

/** What granting stands on. `clock` gives epoch milliseconds. */
export interface AccessDeps {
  readonly records: Pick<Records, 'approvals' | 'audit' | 'effects' | 'grants' | 'people'>;
  readonly clock: () => number;
}

/** Grants and ends temporary access. The grant's id comes from run, step and visit: a retry finds the grant it has made. */
export function createAccessActivities({ records, clock }: AccessDeps) {
  return {
    async grantAccess({ context, input }: Granted): Promise<Static<typeof grantAccess.output>> {
      const { request, approval } = input;
      const grantId = sha256Hex(`${context.runId}\n${context.pointer}\n${context.visit}\ngrant`).slice(0, 32);
      const effectId = sha256Hex(`${context.runId}\n${context.pointer}\n${context.visit}\naccess`);
      const made = await records.grants.find(grantId);
      if (made !== undefined) {
        // A worker that died after granting has not said so yet.
        await settleGrant(records, effectId, made, approval.contentHash);
        return grantOutput(made);
      }
      const grantedBy = await approversOf(records, context, input);
      await checkRequest(records, context, request);
      await records.effects.plan({
        effectId,
        runId: context.runId,
        pointer: context.pointer,
        visit: context.visit,
        part: 'access',
        effectClass: 'K',
        fence: null,
        intent: { grantId, ...request },
      });
      const nowMs = clock();
      const granted = await records.grants.grant({
        grantId,
        personId: request.person,
        kind: request.kind,
        name: request.access,
        reason: request.reason,
        startsAt: new Date(nowMs),
        endsAt: new Date(nowMs + Math.round(request.hours * HOUR_MS)),
        runId: context.runId,
        approvalId: approval.approvalId,
        grantedBy,
      });
      await settleGrant(records, effectId, granted, approval.contentHash);
      return grantOutput(granted);
    },

    async revokeAccess({ context, input }: Revoked): Promise<Static<typeof revokeAccess.output>> {
      const before = await records.grants.find(input.grantId);
      if (before === undefined || before.runId !== context.runId)
        throw refused(context, 'grant-not-found', 404, `this run has made no grant “${input.grantId}”`);
      const by = `run:${context.runId}`;
      const ended = await records.grants.end(input.grantId, by, input.reason, new Date(clock()));
      const { endedAt, endedBy, endReason, endsAt } = ended ?? before;
      if (endedAt === null || endedBy === null) throw new Error(`grant ${input.grantId} has not ended`);
      if (before.endedAt === null)
        await records.audit.append({
          actor: by,
          action: 'access.ended',
          objectKind: 'grant',
          objectId: input.grantId,
          detail: { person: before.personId, access: before.name, reason: input.reason },
        });
      return {
        grantId: input.grantId,
        endedAt: endedAt.toISOString(),
        endedBy,
        reason: endReason ?? '',
        early: endedAt < endsAt,
      };
    },
  };
}

/** Tells audit and ledger of a grant that is made. The ledger comes last: until it says done, the next attempt tells both again. */
async function settleGrant(
  records: AccessDeps['records'],
  effectId: string,
  grant: AccessGrantRow,
  approved: string,
): Promise<void> {
  const effect = await records.effects.find(effectId);
  if (effect === undefined || effect.status === 'done') return;
  const endsAt = grant.endsAt.toISOString();
  await records.audit.append({
    actor: `run:${grant.runId}`,
    action: 'access.granted',
    objectKind: 'grant',
    objectId: grant.grantId,
    contentHash: approved,
    detail: { person: grant.personId, access: grant.name, endsAt },
  });
  await records.effects.mark(effectId, 'done', { outcome: { endsAt } });
}

/** Those who approved exactly this request in this run; throws when the store does not say so, whatever the flow says. */
async function approversOf(
  records: AccessDeps['records'],
  context: CallContext,
  { request, approval }: Granted['input'],
): Promise<string[]> {
  const row = await records.approvals.find(approval.approvalId);
  const mismatch =
    row === undefined
      ? 'the approval is not on record'
      : row.status !== 'approved'
        ? `the approval on record is ${row.status}`
        : row.runId !== context.runId
          ? 'the approval belongs to another run'
          : row.contentHash !== contentHash(request) || approval.contentHash !== row.contentHash
            ? 'what was approved is another request'
            : undefined;
  if (mismatch !== undefined) throw refused(context, 'approval-mismatch', 409, mismatch);
  const decisions = await records.approvals.decisions(approval.approvalId);
  return decisions.filter(({ decision }) => decision === 'approve').map(({ personId }) => personId);
}

async function checkRequest(
  records: AccessDeps['records'],
  context: CallContext,
  request: Granted['input']['request'],
): Promise<void> {
  const refusal = refusalOfAccess({
    kind: request.kind,
    name: request.access,
    lengthMs: request.hours * HOUR_MS,
  });
  if (refusal !== undefined)
    throw refused(context, 'access-refused', 422, `${request.kind} “${request.access}”: ${refusal}`);
  const person = await records.people.byId(request.person);
  if (person === undefined || person.disabledAt !== null)
    throw refused(context, 'access-refused', 422, `there is no active person “${request.person}”`);
}

function grantOutput(row: AccessGrantRow): Static<typeof grantAccess.output> {
  return {
    grantId: row.grantId,
    person: row.personId,
    kind: row.kind,
    access: row.name,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    endsAtMs: row.endsAt.getTime(),
    grantedBy: [...row.grantedBy],
  };
}

function refused(context: CallContext, slug: string, status: number, detail: string): ApplicationFailure {
  const error: FlowError = {
    type: `https://afterbell.example/errors/${slug}`,
    status,
    title: 'Access was not granted',
    detail,
    instance: context.pointer,
  };
  return ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}
