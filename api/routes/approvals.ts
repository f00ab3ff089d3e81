import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { isCandidate } from '../../domain/approval/quorum.ts';
import type { ApprovalRow } from '../../prisma/records/types.ts';
import type { Caller } from '../caller.ts';
import { type AppDependencies, FlowEngineUnavailable } from '../dependencies.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { idSchema, pageOf, pageQuery } from './common.ts';

const approvalParams = Type.Object({ approvalId: idSchema });

/** Who may answer: a person that is asked, and neither the requester nor the author. */
function mayDecide(approval: ApprovalRow, caller: Caller): boolean {
  if (
    caller.personId === null ||
    caller.personId === approval.requesterId ||
    caller.personId === approval.authorId
  )
    return false;
  return isCandidate(approval.candidates, caller.personId, caller.roles);
}

function candidatesOf(caller: Caller): string[] {
  return [...caller.roles.map((role) => `role:${role}`), `person:${caller.personId ?? ''}`];
}

const REASONS: Readonly<Record<string, string>> = {
  requester: 'You asked for this run, so another person has to decide.',
  author: 'You published this flow version, so another person has to decide.',
};

/** The inbox and the decisions. */
export const approvalRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/approvals',
    permission: 'approval.read',
    summary: 'Approvals, oldest first; `mine=true` shows those this person may decide',
    query: Type.Object(
      {
        ...pageQuery,
        mine: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
        status: Type.Optional(
          Type.Union(
            ['open', 'approved', 'refused', 'expired', 'cancelled', 'voided'].map((word) =>
              Type.Literal(word),
            ),
          ),
        ),
      },
      { additionalProperties: false },
    ),
    handle: async ({ query, caller }, { records }) => {
      const filter = {
        ...(query.status === undefined ? {} : { status: query.status as ApprovalRow['status'] }),
        ...(query.mine === 'true' ? { candidates: candidatesOf(caller) } : {}),
      };
      const page = await records.approvals.list(filter, pageOf(query));
      const items = query.mine === 'true' ? page.items.filter((row) => mayDecide(row, caller)) : page.items;
      return { status: 200, body: { ...page, items } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/approvals/:approvalId',
    permission: 'approval.read',
    summary: 'One approval with its exact content, its decisions and its run',
    params: approvalParams,
    handle: async ({ params, caller }, { records }) => {
      const approval = await records.approvals.find(params.approvalId);
      if (approval === undefined) throw notFound('approval', params.approvalId);
      const [decisions, run] = await Promise.all([
        records.approvals.decisions(approval.approvalId),
        records.runs.find(approval.runId),
      ]);
      const runView =
        run === undefined
          ? null
          : {
              runId: run.runId,
              flowName: run.flowName,
              flowVersion: run.flowVersion,
              businessKey: run.businessKey,
              status: run.status,
              input: run.input,
            };
      return {
        status: 200,
        body: {
          ...approval,
          decisions,
          run: runView,
          mayDecide: approval.status === 'open' && mayDecide(approval, caller),
        },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/approvals/:approvalId/decisions',
    permission: 'approval.decide',
    summary:
      'Approve or refuse exactly the content with this hash. The decision is recorded first and delivered until the run has it',
    params: approvalParams,
    body: Type.Object(
      {
        decision: Type.Union([Type.Literal('approve'), Type.Literal('refuse')]),
        comment: Type.Optional(Type.String({ maxLength: 1000 })),
        contentHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, deps) => {
      const { records } = deps;
      const approval = await records.approvals.find(params.approvalId);
      if (approval === undefined) throw notFound('approval', params.approvalId);
      const personId = requireDecider(approval, caller);
      if (body.contentHash !== approval.contentHash) {
        throw new ApiProblem(
          409,
          'content-changed',
          'What you saw is not what is asked now; reload and read it again.',
        );
      }
      if (body.decision === 'refuse' && (body.comment ?? '').trim() === '') {
        throw new ApiProblem(422, 'reason-missing', 'comment: a refusal needs a reason.');
      }
      const recorded = await records.approvals.decide({
        decisionId: randomUUID(),
        approvalId: approval.approvalId,
        personId,
        decision: body.decision,
        comment: body.comment ?? '',
        contentHash: body.contentHash,
      });
      const { decision } = recorded;
      if (decision === undefined || recorded.outcome === 'refused') {
        throw new ApiProblem(409, 'decision-refused', recorded.reason ?? 'The decision was not taken.');
      }
      if (recorded.outcome === 'recorded') {
        await records.audit.append({
          actor: personId,
          action: `approval.${body.decision}`,
          objectKind: 'approval',
          objectId: approval.approvalId,
          contentHash: approval.contentHash,
          detail: { comment: body.comment ?? '' },
        });
      }
      const acknowledged =
        decision.acknowledgedAt !== null || (await deliver(approval, decision, caller.roles, deps));
      return {
        status: recorded.outcome === 'recorded' ? 201 : 200,
        body: { decisionId: decision.decisionId, decision: decision.decision, recorded: true, acknowledged },
      };
    },
  }),
];

function requireDecider(approval: ApprovalRow, caller: Caller): string {
  if (caller.kind === 'service' || caller.personId === null) {
    throw new ApiProblem(
      403,
      'person-needed',
      'Only a signed-in person, or a deciding token that this person made, can decide.',
    );
  }
  if (caller.personId === approval.requesterId)
    throw new ApiProblem(403, 'requester-may-not-decide', REASONS.requester ?? '');
  if (caller.personId === approval.authorId)
    throw new ApiProblem(403, 'author-may-not-decide', REASONS.author ?? '');
  if (!mayDecide(approval, caller)) {
    throw new ApiProblem(403, 'not-a-candidate', `This approval asks ${approval.candidates.join(', ')}.`);
  }
  if (approval.status !== 'open')
    throw new ApiProblem(409, 'approval-closed', `The approval is ${approval.status}; nothing was changed.`);
  return caller.personId;
}

async function deliver(
  approval: ApprovalRow,
  decision: {
    decisionId: string;
    approvalId: string;
    personId: string;
    decision: 'approve' | 'refuse';
    comment: string;
    contentHash: string;
  },
  roles: readonly string[],
  { records, flowClient, clock, log }: AppDependencies,
): Promise<boolean> {
  const run = await records.runs.find(approval.runId);
  if (run === undefined) return false;
  const { decisionId, approvalId, personId, comment, contentHash } = decision;
  try {
    await flowClient.decide({
      decisionId,
      approvalId,
      personId,
      decision: decision.decision,
      comment,
      contentHash,
      roles,
      workflowId: run.workflowId,
      commandId: approval.commandId,
      attemptNonce: approval.attemptNonce,
    });
  } catch (error) {
    if (!(error instanceof FlowEngineUnavailable)) throw error;
    log.warn({ runId: run.runId }, 'decision recorded, engine away');
    return false;
  }
  await records.approvals.acknowledge(decisionId, new Date(clock()));
  return true;
}
