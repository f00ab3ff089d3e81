import Type from 'typebox';
import { compileFlow } from '../../engine/index.ts';
import type { FlowVersionRow } from '../../prisma/records/types.ts';
import { catalogue } from '../../steps/index.ts';
import { flowRules } from '../flow-rules.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { submitFlow } from '../submit.ts';
import { nameSchema, pageOf, pageQuery } from './common.ts';
import { submissionView } from './submissions.ts';

const MAX_SOURCE_CHARS = 1_048_576;

const sourceSchema = Type.String({
  minLength: 1,
  maxLength: MAX_SOURCE_CHARS,
  description: 'The flow document, YAML',
});

/** A flow version without its source and plan: what lists show. */
function summary(row: FlowVersionRow) {
  const {
    flowVersionId,
    namespace,
    flowName,
    version,
    title,
    documentHash,
    planHash,
    publishedBy,
    publishedAt,
    comment,
    origin,
    approvedBy,
  } = row;
  return {
    flowVersionId,
    namespace,
    flowName,
    version,
    title,
    documentHash,
    planHash,
    publishedBy,
    publishedAt,
    comment,
    origin,
    approvedBy,
  };
}

/** List and read flows, check a document, submit one. */
export const flowRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/flows',
    permission: 'flow.read',
    summary: 'Newest version of every flow',
    query: Type.Object(pageQuery, { additionalProperties: false }),
    handle: async ({ query }, { records }) => {
      const page = await records.flows.list(pageOf(query));
      return { status: 200, body: { ...page, items: page.items.map(summary) } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/flows/:flowName',
    permission: 'flow.read',
    summary: 'A flow with all its versions, newest first',
    params: Type.Object({ flowName: nameSchema }),
    handle: async ({ params }, { records }) => {
      const versions = await records.flows.versions(params.flowName);
      const newest = versions[0];
      if (newest === undefined) throw notFound('flow', params.flowName);
      return { status: 200, body: { ...summary(newest), versions: versions.map(summary) } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/flows/:flowName/versions/:version',
    permission: 'flow.read',
    summary: 'One version with its source; `latest` is the newest',
    params: Type.Object({ flowName: nameSchema, version: nameSchema }),
    handle: async ({ params, request }, { records }) => {
      const row = await records.flows.find(
        params.flowName,
        params.version === 'latest' ? undefined : params.version,
      );
      if (row === undefined) throw notFound('flow version', `${params.flowName} ${params.version}`);
      const etag = `"${row.documentHash}"`;
      if (request.headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
      return { status: 200, body: { ...summary(row), source: row.source }, headers: { etag } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/flows/validate',
    permission: 'flow.read',
    summary: 'Check a flow document without publishing it: all problems at once',
    body: Type.Object({ source: sourceSchema }, { additionalProperties: false }),
    handle: async ({ body }, { records }) => {
      const { problems } = compileFlow(body.source, catalogue, await flowRules(records));
      return {
        status: 200,
        body: { valid: problems.every((problem) => problem.severity !== 'error'), problems },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/flows',
    permission: 'flow.publish',
    summary:
      'Ask a second person to publish a flow version; send If-Match with the ETag of the newest version to refuse a silent overtake',
    body: Type.Object(
      { source: sourceSchema, comment: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }) },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller, request }, deps) => {
      const { plan } = compileFlow(body.source, catalogue, await flowRules(deps.records));
      const newest = plan === undefined ? undefined : await deps.records.flows.find(plan.document.name);
      const expected = request.headers['if-match'];
      if (expected !== undefined && expected !== `"${newest?.documentHash ?? ''}"`) {
        throw new ApiProblem(
          412,
          'flow-changed',
          `“${plan?.document.name ?? ''}” has got version ${newest?.version ?? 'none'} in the meantime; compare before you submit.`,
        );
      }
      const row = await submitFlow(deps, caller, {
        source: body.source,
        comment: body.comment,
        draftId: null,
        authors: [],
        baseVersion: newest?.version ?? null,
        pins: null,
      });
      return { status: 202, body: await submissionView(row, deps.records) };
    },
  }),
];
