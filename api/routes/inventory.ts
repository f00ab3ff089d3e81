import Type from 'typebox';
import { sha256Hex } from '../../domain/json.ts';
import { scriptFaults, type ScriptParameter } from '../../domain/healing/script.ts';
import type { ScriptRow } from '../../prisma/records/scripts.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { nameSchema } from './common.ts';

const port = Type.Integer({ minimum: 1, maximum: 65_535 });
const host = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$' });
const reference = Type.String({ pattern: '^[a-z0-9][a-z0-9/._-]{0,99}#v[1-9][0-9]{0,5}$' });
const oneLine = Type.String({ minLength: 1, maxLength: 1_000, pattern: '^[^\\r\\n\\u0000]+$' });

const probe = Type.Union([
  Type.Object({ kind: Type.Literal('tcp'), host, port }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('http'), url: Type.String({ pattern: '^https?://', maxLength: 2_000 }) },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('ssh'), command: oneLine }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('sql'),
      host,
      port,
      database: Type.String({ minLength: 1, maxLength: 63 }),
      credentialRef: reference,
      query: Type.String({ minLength: 1, maxLength: 2_000 }),
    },
    { additionalProperties: false },
  ),
]);

const service = Type.Object(
  {
    host,
    port,
    credentialRef: reference,
    auth: Type.Union([Type.Literal('password'), Type.Literal('key')]),
    hostKeyType: Type.String({ minLength: 1, maxLength: 60 }),
    hostKeySha256: Type.String({ minLength: 20, maxLength: 100 }),
    restartCommand: oneLine,
    probe,
    playbook: nameSchema,
    failureDomain: nameSchema,
    hoursPolicy: Type.Union([Type.Literal('any'), Type.Literal('outside-trading-hours')]),
  },
  { additionalProperties: false },
);

const scriptKey = Type.Object({ name: nameSchema, version: Type.String({ pattern: '^[1-9][0-9]{0,5}$' }) });

/** A script without its text. */
function summary({ content: _content, ...row }: ScriptRow) {
  return row;
}

/** The services that may be healed, and the library of scripts that may be run on them. */
export const inventoryRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/services',
    permission: 'healing.manage',
    summary: 'The services that may be healed, with how they are seen and restarted',
    handle: async (_input, { records }) => ({
      status: 200,
      body: { items: await records.healing.services() },
    }),
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/services/:name',
    permission: 'healing.manage',
    summary: 'Add a service or change it. The host key is pinned: without it nothing logs in',
    params: Type.Object({ name: nameSchema }),
    body: service,
    handle: async ({ params, body, caller }, { records }) => {
      const playbooks = await records.healing.playbooks();
      if (!playbooks.some((row) => row.playbook === body.playbook))
        throw new ApiProblem(422, 'playbook-not-found', `playbook: there is no playbook “${body.playbook}”.`);
      const before = await records.healing.service(params.name);
      const row = { serviceName: params.name, ...body };
      await records.healing.putService(row);
      await records.audit.append({
        actor: caller.actor,
        action: before === undefined ? 'service.added' : 'service.changed',
        objectKind: 'service',
        objectId: params.name,
        detail: {
          before: before === undefined ? null : { ...before, probe: { ...before.probe } },
          after: { ...row },
        },
      });
      return { status: before === undefined ? 201 : 200, body: row };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/scripts',
    permission: 'incident.read',
    summary: 'The script library: every version with its hash and its review',
    handle: async (_input, { records }) => ({
      status: 200,
      body: { items: (await records.scripts.list()).map(summary) },
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/scripts/:name/versions/:version',
    permission: 'incident.read',
    summary: 'One version of a script with its text',
    params: scriptKey,
    handle: async ({ params }, { records }) => {
      const row = await records.scripts.find(params.name, Number(params.version));
      if (row === undefined) throw notFound('script', `${params.name} v${params.version}`);
      return { status: 200, body: row };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/scripts/:name',
    permission: 'healing.manage',
    summary: 'Submit the next version of a script; it runs nowhere before another person has reviewed it',
    params: Type.Object({ name: nameSchema }),
    body: Type.Object(
      {
        title: Type.String({ minLength: 1, maxLength: 200 }),
        content: Type.String({ minLength: 1, maxLength: 40_000 }),
        parameters: Type.Optional(
          Type.Array(
            Type.Object(
              { name: Type.String(), pattern: Type.String({ maxLength: 200 }) },
              { additionalProperties: false },
            ),
            { maxItems: 20 },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, { records }) => {
      const parameters: readonly ScriptParameter[] = body.parameters ?? [];
      const faults = scriptFaults(body.content, parameters);
      if (faults.length > 0) throw new ApiProblem(422, 'script-not-valid', `${faults.join('; ')}.`);
      const row = await records.scripts.submit({
        scriptName: params.name,
        title: body.title,
        content: body.content,
        sha256: sha256Hex(body.content),
        parameters,
        submittedBy: caller.actor,
      });
      await records.audit.append({
        actor: caller.actor,
        action: 'script.submitted',
        objectKind: 'script',
        objectId: `${params.name}:${row.version}`,
        contentHash: row.sha256,
      });
      return { status: 201, body: summary(row) };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/scripts/:name/versions/:version/review',
    permission: 'healing.manage',
    summary: 'Approve a script by its hash, or return it with a reason; never one’s own',
    params: scriptKey,
    body: Type.Object(
      {
        decision: Type.Union([Type.Literal('approve'), Type.Literal('return')]),
        sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        comment: Type.Optional(Type.String({ maxLength: 500 })),
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, { records }) => {
      if (caller.kind === 'service' || caller.personId === null)
        throw new ApiProblem(403, 'person-needed', 'Only a signed-in person reviews a script.');
      const comment = body.comment ?? '';
      if (body.decision === 'return' && comment.trim() === '')
        throw new ApiProblem(422, 'reason-missing', 'comment: returning a script needs a reason.');
      const version = Number(params.version);
      const seen = await records.scripts.find(params.name, version);
      if (seen === undefined) throw notFound('script', `${params.name} v${params.version}`);
      if (seen.sha256 !== body.sha256)
        throw new ApiProblem(
          409,
          'content-changed',
          'What you saw is not this version; reload and read it again.',
        );
      const row = await records.scripts.review(
        { scriptName: params.name, version },
        { status: body.decision === 'approve' ? 'approved' : 'returned', by: caller.personId, comment },
      );
      if (row === 'own-script')
        throw new ApiProblem(403, 'own-script', 'You submitted this script; another person reviews it.');
      if (row === 'reviewed-already' || row === undefined)
        throw new ApiProblem(409, 'reviewed-already', 'This version has been reviewed; submit a new one.');
      await records.audit.append({
        actor: caller.actor,
        action: `script.${row.status}`,
        objectKind: 'script',
        objectId: `${params.name}:${version}`,
        contentHash: row.sha256,
      });
      return { status: 200, body: summary(row) };
    },
  }),
];
