import Type from 'typebox';
import { runsScripts } from '../../engine/process-plan.ts';
import type { DecisionRefusal, SubmissionRow } from '../../prisma/records/publish-types.ts';
import type { Records } from '../../prisma/records/types.ts';
import { type Caller, mayCall } from '../caller.ts';
import { flowRules } from '../flow-rules.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { triggerChanges } from '../document-triggers.ts';
import { defineRoute } from '../route.ts';
import { idSchema, nameSchema } from './common.ts';

const STATUSES = ['open', 'approved', 'returned', 'withdrawn', 'superseded'] as const;

/** A submission as lists show it. */
function summary({ source: _source, plan: _plan, rehearsal: _rehearsal, problems, ...row }: SubmissionRow) {
  return { ...row, problemCount: problems.length };
}

/** A submission as the second person sees it, with the text it changes. */
export async function submissionView(row: SubmissionRow, records: Records) {
  const base = row.baseVersion === null ? undefined : await records.flows.find(row.flowName, row.baseVersion);
  const { plan: _plan, ...shown } = row;
  return { ...shown, baseSource: base?.source ?? null };
}

const REFUSALS: Readonly<Record<DecisionRefusal, readonly [number, string]>> = {
  'own-change': [403, 'You submitted or wrote this change; another person decides on it.'],
  'content-changed': [409, 'What you saw is not what is submitted now; reload and read it again.'],
  'not-open': [409, 'This submission is no longer open.'],
  'version-exists': [409, 'This version went live in the meantime; submit again with a higher number.'],
};

function personOf(caller: Caller): string {
  if (caller.kind === 'service' || caller.personId === null)
    throw new ApiProblem(
      403,
      'person-needed',
      'Only a signed-in person, or a deciding token that this person made, can decide.',
    );
  return caller.personId;
}

/** Submissions: what waits for a second person before it goes live. */
export const submissionRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/submissions',
    permission: 'flow.read',
    summary: 'Submissions, newest first; the decision may be asked for by status and flow',
    query: Type.Object(
      {
        status: Type.Optional(Type.Union(STATUSES.map((status) => Type.Literal(status)))),
        flow: Type.Optional(nameSchema),
      },
      { additionalProperties: false },
    ),
    handle: async ({ query }, { records }) => {
      const rows = await records.submissions.list({
        ...(query.status === undefined ? {} : { status: query.status }),
        ...(query.flow === undefined ? {} : { flowName: query.flow }),
      });
      return { status: 200, body: { items: rows.map(summary) } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/submissions/:submissionId',
    permission: 'flow.read',
    summary:
      'A submission with its text, the text it changes, its checks, its rehearsal and the triggers it touches',
    params: Type.Object({ submissionId: idSchema }),
    handle: async ({ params, caller }, { records }) => {
      const row = await records.submissions.find(params.submissionId);
      if (row === undefined) throw notFound('submission', params.submissionId);
      const isOwn = row.submittedBy === caller.personId || row.authors.includes(caller.personId ?? '');
      const mayDecide =
        row.status === 'open' && !isOwn && mayCall(caller, 'flow.approve') && caller.kind !== 'service';
      return { status: 200, body: { ...(await submissionView(row, records)), mayDecide, isOwn } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/submissions/:submissionId/decision',
    permission: 'flow.approve',
    summary: 'Approve a change, which publishes it, or return it with a reason; never one’s own',
    params: Type.Object({ submissionId: idSchema }),
    body: Type.Object(
      {
        decision: Type.Union([Type.Literal('approve'), Type.Literal('return')]),
        contentHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        comment: Type.Optional(Type.String({ maxLength: 500 })),
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, { records }) => {
      const decidedBy = personOf(caller);
      const comment = body.comment ?? '';
      if (body.decision === 'return' && comment.trim() === '')
        throw new ApiProblem(422, 'reason-missing', 'comment: returning a change needs a reason.');
      const row = await records.submissions.find(params.submissionId);
      if (row === undefined) throw notFound('submission', params.submissionId);
      if (row.contentHash !== body.contentHash) throw refusal('content-changed');
      if (body.decision === 'approve' && runsScripts(row.plan) && (await flowRules(records)).scripts !== true)
        throw new ApiProblem(
          409,
          'script-not-enabled',
          'The flow runs scripts, which have been switched off on this installation since it was submitted.',
        );
      const { submissionId, contentHash } = row;
      const before = await records.flows.find(row.flowName);
      const decided = await records.submissions.decide({
        submissionId,
        decision: body.decision,
        decidedBy,
        contentHash,
        comment,
        triggers: triggerChanges(row.flowName, row.plan, before?.plan),
      });
      if (typeof decided === 'string') throw refusal(decided);
      await records.audit.append({
        actor: caller.actor,
        action: body.decision === 'approve' ? 'flow.published' : 'flow.returned',
        objectKind: 'flow-version',
        objectId: `${row.flowName}:${row.version}`,
        contentHash: row.contentHash,
        detail: { submissionId, submittedBy: row.submittedBy },
      });
      return { status: 200, body: summary(decided.submission) };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/submissions/:submissionId/withdraw',
    permission: 'flow.publish',
    summary: 'Take one’s own submission back',
    params: Type.Object({ submissionId: idSchema }),
    handle: async ({ params, caller }, { records }) => {
      const row = await records.submissions.find(params.submissionId);
      if (row === undefined) throw notFound('submission', params.submissionId);
      if (row.submittedBy !== caller.actor)
        throw new ApiProblem(
          403,
          'not-your-submission',
          `Only ${row.submittedBy} takes this submission back.`,
        );
      if (!(await records.submissions.withdraw(params.submissionId, caller.actor))) throw refusal('not-open');
      await records.audit.append({
        actor: caller.actor,
        action: 'flow.withdrawn',
        objectKind: 'flow-version',
        objectId: `${row.flowName}:${row.version}`,
        contentHash: row.contentHash,
      });
      return { status: 204 };
    },
  }),
];

function refusal(code: DecisionRefusal): ApiProblem {
  const [status, detail] = REFUSALS[code];
  return new ApiProblem(status, code, detail);
}
