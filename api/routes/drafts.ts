import Type from 'typebox';
import { type Json, sha256Hex } from '../../domain/json.ts';
import type { DraftRow } from '../../prisma/records/publish-types.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { submitFlow } from '../submit.ts';
import { idSchema, nameSchema } from './common.ts';
import { submissionView } from './submissions.ts';

const MAX_SOURCE_CHARS = 1_048_576;
const source = Type.String({
  minLength: 1,
  maxLength: MAX_SOURCE_CHARS,
  description: 'The flow document, YAML',
});
const draftParams = Type.Object({ draftId: idSchema });
/** What a rehearsal is answered with: an input, answers and errors of steps and events, each by the pointer of its task or `pointer@visit`; null takes all pins off. */
const pinsSchema = Type.Union([
  Type.Object(
    {
      input: Type.Optional(Type.Unknown()),
      steps: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      events: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      errors: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    },
    { additionalProperties: false },
  ),
  Type.Null(),
]);
const ifMatch = Type.Object({ 'if-match': Type.Optional(Type.String({ pattern: '^"[0-9]{1,9}"$' })) });

/** A draft without its text. */
function summary({ authors, pins: _pins, source: text, ...row }: DraftRow) {
  return { ...row, authors, sourceHash: sha256Hex(text) };
}

const view = (row: DraftRow) => ({ ...summary(row), source: row.source, pins: row.pins });
const etag = (row: DraftRow) => ({ etag: `"${row.revision}"` });

/** The revision a request was made from. */
function revisionOf(headers: Record<string, unknown>): number {
  const given = headers['if-match'];
  const revision = typeof given === 'string' ? Number(given.replaceAll('"', '')) : Number.NaN;
  if (!Number.isInteger(revision))
    throw new ApiProblem(428, 'if-match-missing', 'If-Match: name the revision you changed, such as "3".');
  return revision;
}

function changed(current: DraftRow): ApiProblem {
  const { source: text, revision, changedBy, changedAt } = current;
  return new ApiProblem(
    412,
    'draft-changed',
    `${changedBy} saved this draft in the meantime; compare, then save over revision ${revision}.`,
    { members: { current: { source: text, revision, changedBy, changedAt: changedAt.toISOString() } } },
  );
}

/** Drafts: flows under edit, saved with an optimistic lock. */
export const draftRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/drafts',
    permission: 'flow.draft',
    summary: 'Open drafts, last changed first',
    handle: async (_input, { records }) => ({
      status: 200,
      body: { items: (await records.drafts.list()).map(summary) },
    }),
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/drafts',
    permission: 'flow.draft',
    summary: 'Begin a draft, from a version of a flow or from nothing',
    body: Type.Object(
      {
        flowName: Type.Optional(Type.Union([nameSchema, Type.Null()])),
        name: Type.String({ minLength: 1, maxLength: 120 }),
        source,
      },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller }, { records }) => {
      const flowName = body.flowName ?? null;
      const newest = flowName === null ? undefined : await records.flows.find(flowName);
      const row = await records.drafts.create({
        flowName,
        name: body.name,
        owner: caller.actor,
        source: body.source,
        baseVersion: newest?.version ?? null,
      });
      return { status: 201, body: view(row), headers: etag(row) };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/drafts/:draftId',
    permission: 'flow.draft',
    summary: 'A draft with its text; the ETag is its revision',
    params: draftParams,
    handle: async ({ params }, { records }) => {
      const row = await records.drafts.find(params.draftId);
      if (row === undefined) throw notFound('draft', params.draftId);
      return { status: 200, body: view(row), headers: etag(row) };
    },
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/drafts/:draftId',
    permission: 'flow.draft',
    summary:
      'Save a draft over the revision in If-Match; 412 with the other text when somebody saved in between',
    params: draftParams,
    headers: ifMatch,
    body: Type.Object({ source }, { additionalProperties: false }),
    handle: async ({ params, body, caller, request }, { records }) => {
      const revision = revisionOf(request.headers);
      const saved = await records.drafts.save(params.draftId, revision, body.source, caller.actor);
      if (saved !== undefined) return { status: 200, body: summary(saved), headers: etag(saved) };
      const current = await records.drafts.find(params.draftId);
      if (current === undefined) throw notFound('draft', params.draftId);
      // The answer to a save that arrived, whose own answer was lost.
      if (current.source === body.source && current.changedBy === caller.actor)
        return { status: 200, body: summary(current), headers: etag(current) };
      throw changed(current);
    },
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/drafts/:draftId/pins',
    permission: 'flow.draft',
    summary: 'Pin input, answers of steps and events for rehearsals of this draft',
    params: draftParams,
    body: Type.Object({ pins: pinsSchema }, { additionalProperties: false }),
    handle: async ({ params, body, caller }, { records }) => {
      const isThere = await records.drafts.setPins(params.draftId, body.pins as Json, caller.actor);
      if (!isThere) throw notFound('draft', params.draftId);
      await records.audit.append({
        actor: caller.actor,
        action: 'draft.pinned',
        objectKind: 'flow-draft',
        objectId: params.draftId,
        contentHash: sha256Hex(JSON.stringify(body.pins)),
      });
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'DELETE',
    url: '/v1/drafts/:draftId',
    permission: 'flow.draft',
    summary: 'Put a draft away; its saved states are kept',
    params: draftParams,
    handle: async ({ params, caller }, { records }) => {
      const row = await records.drafts.find(params.draftId);
      if (row === undefined) throw notFound('draft', params.draftId);
      if (row.owner !== caller.actor)
        throw new ApiProblem(403, 'not-your-draft', `Only ${row.owner}, who began it, puts this draft away.`);
      await records.drafts.close(params.draftId);
      await records.audit.append({
        actor: caller.actor,
        action: 'draft.closed',
        objectKind: 'flow-draft',
        objectId: params.draftId,
      });
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/drafts/:draftId/revisions',
    permission: 'flow.draft',
    summary: 'Saved states of a draft, newest first',
    params: draftParams,
    handle: async ({ params }, { records }) => ({
      status: 200,
      body: { items: await records.drafts.revisions(params.draftId) },
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/drafts/:draftId/revisions/:revision',
    permission: 'flow.draft',
    summary: 'The text of a saved state',
    params: Type.Object({ draftId: idSchema, revision: Type.String({ pattern: '^[0-9]{1,9}$' }) }),
    handle: async ({ params }, { records }) => {
      const text = await records.drafts.revision(params.draftId, Number(params.revision));
      if (text === undefined) throw notFound('revision', params.revision);
      return { status: 200, body: { revision: Number(params.revision), source: text } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/drafts/:draftId/submit',
    permission: 'flow.publish',
    summary: 'Ask a second person to publish the draft as it is in If-Match',
    params: draftParams,
    headers: ifMatch,
    body: Type.Object(
      { comment: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }) },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller, request }, deps) => {
      const draft = await deps.records.drafts.find(params.draftId);
      if (draft === undefined) throw notFound('draft', params.draftId);
      if (revisionOf(request.headers) !== draft.revision) throw changed(draft);
      const { draftId, authors, baseVersion, pins } = draft;
      const row = await submitFlow(deps, caller, {
        source: draft.source,
        comment: body.comment,
        draftId,
        authors,
        baseVersion,
        pins,
      });
      return { status: 201, body: await submissionView(row, deps.records) };
    },
  }),
];
