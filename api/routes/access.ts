import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { isAllowed } from '../../domain/access/permissions.ts';
import { grantState } from '../../domain/access/grants.ts';
import type { AccessGrantRow } from '../../prisma/records/approval-types.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { idSchema, nameSchema, pageOf, pageQuery } from './common.ts';

const DAY_MS = 86_400_000;
const MAX_DELEGATION_DAYS = 92;
const reasonSchema = Type.String({ minLength: 1, maxLength: 500 });
const timeSchema = Type.String({ format: 'date-time', maxLength: 40 });

/** Temporary rights, and who stands in for whom in approvals. */
export const accessRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/grants',
    permission: 'access.read',
    summary: 'Temporary rights, newest first; `live=true` shows those in force now',
    query: Type.Object(
      {
        ...pageQuery,
        person: Type.Optional(nameSchema),
        live: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
      },
      { additionalProperties: false },
    ),
    handle: async ({ query }, { records, clock }) => {
      const page = await records.grants.list(
        {
          ...(query.person === undefined ? {} : { personId: query.person }),
          ...(query.live === 'true' ? { liveAt: new Date(clock()) } : {}),
        },
        pageOf(query),
      );
      return { status: 200, body: { ...page, items: page.items.map((row) => grantView(row, clock())) } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/grants/:grantId/end',
    permission: 'access.end',
    summary: 'End a temporary right now. It is gone with the next request of its holder',
    params: Type.Object({ grantId: idSchema }),
    body: Type.Object({ reason: reasonSchema }, { additionalProperties: false }),
    handle: async ({ params, body, caller }, { records, clock }) => {
      const before = await records.grants.find(params.grantId);
      if (before === undefined) throw notFound('grant', params.grantId);
      const ended = await records.grants.end(params.grantId, caller.actor, body.reason, new Date(clock()));
      if (before.endedAt === null)
        await records.audit.append({
          actor: caller.actor,
          action: 'access.ended',
          objectKind: 'grant',
          objectId: params.grantId,
          detail: { person: before.personId, name: before.name, reason: body.reason },
        });
      return { status: 200, body: grantView(ended ?? before, clock()) };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/delegations',
    permission: 'approval.read',
    summary: 'Delegations this person gave or holds, newest first, and the people it may be given to',
    handle: async ({ caller }, { records, clock }) => {
      const rows = caller.personId === null ? [] : await records.delegations.ofPerson(caller.personId);
      const people = (await records.people.list()).filter(
        (person) =>
          person.disabledAt === null &&
          person.personId !== caller.personId &&
          isAllowed(person.roles, 'approval.decide'),
      );
      const now = new Date(clock());
      return {
        status: 200,
        body: {
          items: rows.map((row) => ({
            ...row,
            isLive: row.endedAt === null && row.startsAt <= now && row.endsAt > now,
          })),
          people: people.map(({ personId, displayName }) => ({ personId, displayName })),
        },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/delegations',
    permission: 'approval.decide',
    summary: `Let another person decide in the own seat from one time to another, at most ${MAX_DELEGATION_DAYS} days`,
    body: Type.Object(
      { delegate: nameSchema, startsAt: timeSchema, endsAt: timeSchema, reason: reasonSchema },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller }, { records, clock }) => {
      if (caller.kind !== 'person' || caller.personId === null)
        throw new ApiProblem(403, 'person-needed', 'Only a signed-in person can delegate.');
      const startsAt = new Date(body.startsAt);
      const endsAt = new Date(body.endsAt);
      checkSpan(startsAt, endsAt, clock());
      const delegate = await records.people.byId(body.delegate);
      if (
        delegate === undefined ||
        delegate.disabledAt !== null ||
        delegate.personId === caller.personId ||
        !isAllowed(delegate.roles, 'approval.decide')
      )
        throw new ApiProblem(
          422,
          'person-may-not-decide',
          `delegate: “${body.delegate}” is not another person who may decide.`,
        );
      const row = await records.delegations.put({
        delegationId: randomUUID(),
        personId: caller.personId,
        delegateId: delegate.personId,
        reason: body.reason,
        startsAt,
        endsAt,
      });
      await records.audit.append({
        actor: caller.actor,
        action: 'delegation.made',
        objectKind: 'delegation',
        objectId: row.delegationId,
        detail: {
          delegate: row.delegateId,
          startsAt: body.startsAt,
          endsAt: body.endsAt,
          reason: body.reason,
        },
      });
      return { status: 201, body: row };
    },
  }),
  defineRoute({
    method: 'DELETE',
    url: '/v1/delegations/:delegationId',
    permission: 'approval.decide',
    summary: 'Take an own delegation back now',
    params: Type.Object({ delegationId: idSchema }),
    handle: async ({ params, caller }, { records, clock }) => {
      const row = await records.delegations.find(params.delegationId);
      if (row === undefined || row.personId !== caller.personId)
        throw notFound('delegation', params.delegationId);
      await records.delegations.end(row.delegationId, new Date(clock()));
      await records.audit.append({
        actor: caller.actor,
        action: 'delegation.ended',
        objectKind: 'delegation',
        objectId: row.delegationId,
      });
      return { status: 204 };
    },
  }),
];

function checkSpan(startsAt: Date, endsAt: Date, nowMs: number): void {
  if (Number.isNaN(startsAt.getTime()) || Number.isNaN(endsAt.getTime()) || endsAt <= startsAt)
    throw new ApiProblem(422, 'span-not-valid', 'endsAt: a delegation ends after it begins.');
  if (endsAt.getTime() <= nowMs)
    throw new ApiProblem(422, 'span-over', 'endsAt: the delegation would be over already.');
  if (endsAt.getTime() - startsAt.getTime() > MAX_DELEGATION_DAYS * DAY_MS)
    throw new ApiProblem(
      422,
      'span-too-long',
      `endsAt: a delegation lasts at most ${MAX_DELEGATION_DAYS} days; make another one later.`,
    );
}

function grantView(row: AccessGrantRow, nowMs: number) {
  return {
    ...row,
    state: grantState(
      {
        kind: row.kind,
        name: row.name,
        startsAtMs: row.startsAt.getTime(),
        endsAtMs: row.endsAt.getTime(),
        endedAtMs: row.endedAt?.getTime() ?? null,
      },
      nowMs,
    ),
  };
}
