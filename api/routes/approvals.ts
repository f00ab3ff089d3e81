import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import type { ApprovalAct } from '../../domain/approval/approval.ts';
import { isCandidate } from '../../domain/approval/quorum.ts';
import { barOf } from '../../domain/approval/rules.ts';
import type { ApprovalFilter, ApprovalRow, ApprovalStatus } from '../../prisma/records/approval-types.ts';
import type { ApprovalEvent } from '../../domain/approval/approval.ts';
import { actingOn, decidersFor, delegatorsOf, offeredTo, standingOf } from '../approval-view.ts';
import { recordAct } from '../approval-act.ts';
import type { Caller } from '../caller.ts';
import type { AppDependencies } from '../dependencies.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { idSchema, nameSchema, pageOf, pageQuery } from './common.ts';

const STATUSES = [
  'open',
  'approved',
  'refused',
  'returned',
  'withdrawn',
  'expired',
  'cancelled',
  'voided',
] as const;
const VIEWS = ['mine', 'requested', 'copied'] as const;
const approvalParams = Type.Object({ approvalId: idSchema });
const hashSchema = Type.String({ pattern: '^[0-9a-f]{64}$' });
const commentSchema = Type.Optional(Type.String({ maxLength: 1000 }));
const peopleSchema = Type.Array(nameSchema, { minItems: 1, maxItems: 20, uniqueItems: true });

const moveBody = Type.Object(
  {
    kind: Type.Union(['add-sign', 'transfer', 'return', 'copy'].map((word) => Type.Literal(word))),
    place: Type.Optional(Type.Union([Type.Literal('before'), Type.Literal('after')])),
    people: Type.Optional(peopleSchema),
    comment: commentSchema,
    contentHash: hashSchema,
  },
  { additionalProperties: false },
);

/** The inbox, the decisions and the moves. */
export const approvalRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/approvals',
    permission: 'approval.read',
    summary:
      'Approvals, oldest first; `mine=true` or `view=mine` shows those this person may decide now, `requested` the own requests, `copied` the copies',
    query: Type.Object(
      {
        ...pageQuery,
        mine: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
        view: Type.Optional(Type.Union(VIEWS.map((word) => Type.Literal(word)))),
        status: Type.Optional(Type.Union(STATUSES.map((word) => Type.Literal(word)))),
      },
      { additionalProperties: false },
    ),
    handle: async ({ query, caller }, { records, clock }) => {
      const view = query.mine === 'true' ? 'mine' : query.view;
      const status = query.status === undefined ? {} : { status: query.status as ApprovalStatus };
      if (view !== 'mine')
        return {
          status: 200,
          body: await records.approvals.list({ ...status, ...filterOf(view, caller) }, pageOf(query)),
        };
      const delegators =
        caller.personId === null ? [] : await delegatorsOf(records, caller.personId, clock());
      const seats = [{ username: caller.personId ?? '', roles: caller.roles }, ...delegators];
      const asked = seats.flatMap(({ username, roles }) => [
        `person:${username}`,
        ...roles.map((role) => `role:${role}`),
      ]);
      const page = await records.approvals.list({ ...status, asked }, pageOf(query));
      const mine = await Promise.all(
        page.items.map(async (row) => {
          if (row.status !== 'open') return isCandidate(row.candidates, caller.personId ?? '', caller.roles);
          return typeof actingOn(await standingOf(records, row), caller, delegators) !== 'string';
        }),
      );
      return { status: 200, body: { ...page, items: page.items.filter((_row, index) => mine[index]) } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/approvals/:approvalId',
    permission: 'approval.read',
    summary: 'One approval: its exact content, levels, log and run, and what this caller may do with it',
    params: approvalParams,
    handle: async ({ params, caller }, deps) => ({
      status: 200,
      body: await detailOf(await found(deps, params.approvalId), caller, deps),
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/approvals/:approvalId/people',
    permission: 'approval.decide',
    summary:
      'People who may be named in a move of this approval; all may get copies, those with `mayDecide` sign',
    params: approvalParams,
    handle: async ({ params, caller }, deps) => {
      const state = await standingOf(deps.records, await found(deps, params.approvalId));
      const deciders = new Set((await decidersFor(deps.records, state)).map(({ personId }) => personId));
      const people = (await deps.records.people.list()).filter(
        ({ personId, disabledAt }) => disabledAt === null && personId !== caller.personId,
      );
      return {
        status: 200,
        body: {
          items: people.map(({ personId, displayName }) => ({
            personId,
            displayName,
            mayDecide: deciders.has(personId),
          })),
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
        comment: commentSchema,
        contentHash: hashSchema,
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, deps) => {
      const approval = await found(deps, params.approvalId);
      if (body.decision === 'refuse') needComment(body.comment, 'a refusal');
      const { answer, eventId } = await sign(approval, caller, { kind: body.decision }, body, deps);
      return {
        status: answer.isNew ? 201 : 200,
        body: {
          decisionId: eventId,
          decision: body.decision,
          recorded: true,
          acknowledged: answer.acknowledged,
        },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/approvals/:approvalId/moves',
    permission: 'approval.decide',
    summary:
      'Add signers before or after, hand the own seat on, return the request to who asked, or copy people in; bound to the content like a decision',
    params: approvalParams,
    body: moveBody,
    handle: async ({ params, body, caller }, deps) => {
      const approval = await found(deps, params.approvalId);
      const act = await namedAct(approval, body, deps);
      if (act.kind === 'return') needComment(body.comment, 'a return');
      const { answer, eventId } = await sign(approval, caller, act, body, deps);
      return {
        status: 201,
        body: { moveId: eventId, kind: act.kind, recorded: true, acknowledged: answer.acknowledged },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/approvals/:approvalId/withdrawal',
    permission: 'approval.withdraw',
    summary:
      'Take the own request back, or say that it changed: nothing decided on it holds then. Only who asked, or in whose name was asked',
    params: approvalParams,
    body: Type.Object(
      {
        kind: Type.Union([Type.Literal('withdraw'), Type.Literal('change')]),
        comment: Type.String({ minLength: 1, maxLength: 1000 }),
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, deps) => {
      const approval = await found(deps, params.approvalId);
      const answer = await recordAct(
        approval,
        {
          eventId: randomUUID(),
          approvalId: approval.approvalId,
          personId: caller.actor,
          roles: [],
          onBehalfOf: null,
          act: { kind: body.kind === 'withdraw' ? 'withdraw' : 'change' },
          comment: body.comment,
          contentHash: approval.contentHash,
        },
        deps,
      );
      return { status: 201, body: { kind: body.kind, recorded: true, acknowledged: answer.acknowledged } };
    },
  }),
];

function filterOf(view: string | undefined, caller: Caller): ApprovalFilter {
  if (view === 'requested') return { requestedBy: caller.actor };
  return view === 'copied' ? { copiedTo: caller.personId ?? '' } : {};
}

async function found({ records }: AppDependencies, approvalId: string): Promise<ApprovalRow> {
  const approval = await records.approvals.find(approvalId);
  if (approval === undefined) throw notFound('approval', approvalId);
  return approval;
}

function needComment(comment: string | undefined, what: string): void {
  if ((comment ?? '').trim() === '')
    throw new ApiProblem(422, 'reason-missing', `comment: ${what} needs a reason.`);
}

/** Checks what the caller may do and saw, then records the act and delivers it. */
async function sign(
  approval: ApprovalRow,
  caller: Caller,
  act: ApprovalAct,
  body: { readonly comment?: string | undefined; readonly contentHash: string },
  deps: AppDependencies,
) {
  const { records, clock } = deps;
  if (caller.kind === 'service' || caller.personId === null)
    throw new ApiProblem(
      403,
      'person-needed',
      'Only a signed-in person, or a deciding token that this person made, can decide.',
    );
  if (body.contentHash !== approval.contentHash)
    throw new ApiProblem(
      409,
      'content-changed',
      'What you saw is not what is asked now; reload and read it again.',
    );
  const state = await standingOf(records, approval);
  const bar = barOf(state, caller.personId);
  if (bar !== undefined) throw new ApiProblem(403, bar, BARS[bar]);
  const acting = actingOn(state, caller, await delegatorsOf(records, caller.personId, clock()));
  const eventId = randomUUID();
  const answer = await recordAct(
    approval,
    {
      eventId,
      approvalId: approval.approvalId,
      personId: caller.personId,
      roles: caller.roles,
      onBehalfOf: typeof acting === 'string' ? null : acting.onBehalfOf,
      act,
      comment: body.comment ?? '',
      contentHash: body.contentHash,
    },
    deps,
  );
  return { answer, eventId: answer.eventId };
}

const BARS = {
  'requester-may-not-decide': 'You asked for this run, so another person has to decide.',
  'applicant-may-not-decide': 'The request is made in your name, so another person has to decide.',
  'author-may-not-decide': 'You published this flow version, so another person has to decide.',
} as const;

/** The act a body asks for. People who are named must exist, be enabled and be allowed to decide; copies only have to exist. */
async function namedAct(
  approval: ApprovalRow,
  body: {
    readonly kind: string;
    readonly place?: string | undefined;
    readonly people?: string[] | undefined;
  },
  { records }: AppDependencies,
): Promise<ApprovalAct> {
  if (body.kind === 'return') return { kind: 'return' };
  const people = body.people ?? [];
  if (people.length === 0 || (body.kind === 'transfer' && people.length > 1))
    throw new ApiProblem(
      422,
      'people-missing',
      `people: name ${body.kind === 'transfer' ? 'exactly one person' : 'at least one person'}.`,
    );
  const known =
    body.kind === 'copy'
      ? await records.people.list()
      : await decidersFor(records, await standingOf(records, approval));
  const stranger = people.find((name) => known.every(({ personId }) => personId !== name));
  if (stranger !== undefined)
    throw new ApiProblem(
      422,
      'person-may-not-decide',
      `people: “${stranger}” is not a person who may ${body.kind === 'copy' ? 'read' : 'decide'} this approval.`,
    );
  if (body.kind === 'transfer') return { kind: 'transfer', to: people[0] ?? '' };
  if (body.kind === 'copy') return { kind: 'copy', people };
  return { kind: 'add-sign', place: body.place === 'after' ? 'after' : 'before', people };
}

async function detailOf(approval: ApprovalRow, caller: Caller, deps: AppDependencies) {
  const { records, clock } = deps;
  const [decisions, run, log, state] = await Promise.all([
    records.approvals.decisions(approval.approvalId),
    records.runs.find(approval.runId),
    records.approvals.log(approval.approvalId),
    standingOf(records, approval),
  ]);
  const delegators = caller.personId === null ? [] : await delegatorsOf(records, caller.personId, clock());
  const acting = actingOn(state, caller, delegators);
  const isActing = approval.status === 'open' && typeof acting !== 'string';
  return {
    ...approval,
    levels: state.levels.map((level, index) => ({
      ...level,
      standing: index < state.current ? 'done' : index === state.current ? 'now' : 'next',
    })),
    result: state.result,
    reminders: state.reminders,
    decisions,
    moves: log.filter(({ act }) => act.kind !== 'approve' && act.kind !== 'refuse').map(moveView),
    run:
      run === undefined
        ? null
        : {
            runId: run.runId,
            flowName: run.flowName,
            flowVersion: run.flowVersion,
            businessKey: run.businessKey,
            status: run.status,
            input: run.input,
          },
    mayDecide: isActing,
    actingFor: isActing ? (acting.onBehalfOf?.username ?? null) : null,
    offered: offeredTo(state, approval, caller, acting),
  };
}

function moveView({ eventId, by, onBehalfOf, act, comment, atMs }: ApprovalEvent) {
  return {
    moveId: eventId,
    personId: by,
    onBehalfOf: onBehalfOf?.username ?? null,
    act,
    comment,
    movedAt: new Date(atMs).toISOString(),
  };
}
