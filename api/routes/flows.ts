import Type from 'typebox';
import { isAllowed, type Permission } from '../../domain/access/permissions.ts';
import { sha256Hex } from '../../domain/json.ts';
import { compileFlow } from '../../engine/index.ts';
import type { Plan } from '../../engine/types.ts';
import type { FlowVersionRow } from '../../prisma/records/types.ts';
import { catalogue, definitions } from '../../steps/index.ts';
import type { Caller } from '../caller.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { nameSchema, pageOf, pageQuery } from './common.ts';

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
  };
}

/** Steps may ask for a permission of the person who publishes them (such as `network.push`). */
function requireStepPermissions(plan: Plan, caller: Caller): void {
  for (const definition of definitions) {
    const used = Object.hasOwn(plan.functions, `${definition.type}:${definition.version}`);
    if (!used || definition.permission === null) continue;
    if (!isAllowed(caller.roles, definition.permission as Permission)) {
      throw new ApiProblem(
        403,
        'step-not-allowed',
        `Publishing the step “${definition.type}” needs the permission “${definition.permission}”.`,
      );
    }
  }
}

/** Publish, list and read flows. */
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
    handle: async ({ body }) => {
      const { problems } = compileFlow(body.source, catalogue);
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
      'Publish a flow version; send If-Match with the ETag of the newest version to refuse a silent overtake',
    body: Type.Object(
      { source: sourceSchema, comment: Type.Optional(Type.String({ maxLength: 500 })) },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller, request }, { records }) => {
      const { plan, problems } = compileFlow(body.source, catalogue);
      if (plan === undefined || problems.some((problem) => problem.severity === 'error')) {
        const count = problems.filter((problem) => problem.severity === 'error').length;
        throw new ApiProblem(
          422,
          'flow-not-valid',
          `The document has ${count} ${count === 1 ? 'problem' : 'problems'}; see “problems”.`,
          { problems },
        );
      }
      requireStepPermissions(plan, caller);
      const { namespace, name: flowName, version, title } = plan.document;
      const documentHash = sha256Hex(body.source);
      const newest = await records.flows.find(flowName);
      const expected = request.headers['if-match'];
      if (expected !== undefined && expected !== `"${newest?.documentHash ?? ''}"`) {
        throw new ApiProblem(
          412,
          'flow-changed',
          `“${flowName}” has got version ${newest?.version ?? 'none'} in the meantime; compare before you publish.`,
        );
      }
      const same = await records.flows.find(flowName, version);
      if (same !== undefined && same.documentHash !== documentHash) {
        throw new ApiProblem(
          409,
          'version-exists',
          `Version ${version} of “${flowName}” is published with other content; raise document.version.`,
        );
      }
      if (same !== undefined) return { status: 200, body: { ...summary(same), problems } };
      const row = await records.flows.publish({
        namespace,
        flowName,
        version,
        title: title ?? flowName,
        source: body.source,
        documentHash,
        planHash: plan.hash,
        plan,
        publishedBy: caller.actor,
        comment: body.comment ?? '',
      });
      await records.audit.append({
        actor: caller.actor,
        action: 'flow.published',
        objectKind: 'flow-version',
        objectId: `${flowName}:${version}`,
        contentHash: plan.hash,
      });
      return { status: 201, body: { ...summary(row), problems }, headers: { etag: `"${documentHash}"` } };
    },
  }),
];
