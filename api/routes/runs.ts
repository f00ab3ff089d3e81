import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { contentHash, type Json } from '../../domain/json.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import { acceptRun } from '../accept-run.ts';
import { FlowEngineUnavailable } from '../dependencies.ts';
import { streamEvents } from '../live.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { runStanding } from '../run-standing.ts';
import { idSchema, nameSchema, pageOf, pageQuery } from './common.ts';
import { restartLinks } from './restarts.ts';

const runParams = Type.Object({ runId: idSchema });
const ENDED = new Set<RunRow['status']>(['completed', 'failed', 'cancelled']);

/** A run as lists show it: without input, output and the opaque ids. */
function summary(run: RunRow) {
  const { input: _input, output: _output, workflowId: _workflowId, ...rest } = run;
  return rest;
}

/** Start, list, watch and cancel runs. */
export const runRoutes = [
  defineRoute({
    method: 'POST',
    url: '/v1/runs',
    permission: 'run.start',
    summary: 'Start a run. The same Idempotency-Key gives the same run, however often it is sent',
    headers: Type.Object({
      'idempotency-key': Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' }),
    }),
    body: Type.Object(
      {
        flow: nameSchema,
        version: Type.Optional(nameSchema),
        businessKey: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        input: Type.Optional(Type.Unknown()),
      },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller, request }, deps) => {
      const version = await deps.records.flows.find(body.flow, body.version);
      if (version === undefined)
        throw notFound('flow', body.version === undefined ? body.flow : `${body.flow} ${body.version}`);
      const run = await acceptRun(deps, {
        version,
        runId: randomUUID(),
        businessKey: body.businessKey ?? null,
        input: (body.input ?? {}) as Json,
        requestedBy: caller.actor,
        idempotency: {
          key: String(request.headers['idempotency-key']),
          owner: caller.actor,
          bodyHash: contentHash(body),
        },
      });
      return {
        status: 201,
        body: {
          runId: run.runId,
          // What this call did, not where the run is by now: a repetition gets the same answer to the byte.
          status: 'accepted',
          flow: run.flowName,
          version: run.flowVersion,
          businessKey: run.businessKey,
          url: `${deps.settings.publicUrl}/runs/${run.runId}`,
        },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/runs',
    permission: 'run.read',
    summary: 'Runs, newest first',
    query: Type.Object(
      {
        ...pageQuery,
        flow: Type.Optional(nameSchema),
        status: Type.Optional(
          Type.Union(
            ['accepted', 'running', 'waiting', 'completed', 'failed', 'cancelled'].map((word) =>
              Type.Literal(word),
            ),
          ),
        ),
        businessKey: Type.Optional(Type.String({ maxLength: 200 })),
      },
      { additionalProperties: false },
    ),
    handle: async ({ query }, { records }) => {
      const filter = {
        ...(query.flow === undefined ? {} : { flowName: query.flow }),
        ...(query.status === undefined ? {} : { status: query.status as RunRow['status'] }),
        ...(query.businessKey === undefined ? {} : { businessKey: query.businessKey }),
      };
      const page = await records.runs.list(filter, pageOf(query));
      return { status: 200, body: { ...page, items: page.items.map(summary) } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/runs/:runId',
    permission: 'run.read',
    summary: 'A run with the sentence that says where it stands',
    params: runParams,
    handle: async ({ params }, deps) => {
      const run = await deps.records.runs.find(params.runId);
      if (run === undefined) throw notFound('run', params.runId);
      const approvals = await deps.records.approvals.list({ runId: run.runId }, { limit: 50 });
      const standing = await runStanding(run, approvals.items, deps);
      const links = restartLinks(await deps.records.restarts.around(run.runId));
      const { workflowId: _workflowId, ...rest } = run;
      return { status: 200, body: { ...rest, standing, approvals: approvals.items, ...links } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/runs/:runId/steps',
    permission: 'run.read',
    summary: 'The timeline: one row per step run and attempt, in order',
    params: runParams,
    handle: async ({ params }, { records }) => {
      if ((await records.runs.find(params.runId)) === undefined) throw notFound('run', params.runId);
      return { status: 200, body: { items: await records.timeline.steps(params.runId) } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/runs/:runId/events',
    permission: 'run.read',
    summary: 'Server-sent events: `run` with status and number of steps each time something moved',
    params: runParams,
    handle: async ({ params, request, reply }, deps) => {
      if ((await deps.records.runs.find(params.runId)) === undefined) throw notFound('run', params.runId);
      await streamEvents(
        request,
        reply,
        deps.records,
        ['run'],
        async (_channel, payload) => {
          if (payload !== params.runId) return undefined;
          const run = await deps.records.runs.find(params.runId);
          return run === undefined
            ? undefined
            : { event: 'run', data: summary(run), last: ENDED.has(run.status) };
        },
        params.runId,
      );
      return 'streamed';
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/runs/:runId/files',
    permission: 'run.read',
    summary: 'Evidence files of a run with their hashes',
    params: runParams,
    handle: async ({ params }, { records }) => ({
      status: 200,
      body: { items: await records.evidence.ofRun(params.runId) },
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/files/:fileId',
    permission: 'run.read',
    summary: 'Download an evidence file',
    params: Type.Object({ fileId: idSchema }),
    handle: async ({ params, reply }, { records }) => {
      const found = await records.evidence.read(params.fileId);
      if (found === undefined) throw notFound('file', params.fileId);
      const { file, content } = found;
      await reply
        .status(200)
        .header('content-type', file.mediaType)
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
        .header('etag', `"${file.sha256}"`)
        .send(Buffer.from(content));
      return 'streamed';
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/payloads/:sha256',
    permission: 'run.read',
    summary: 'A large step input or output that the timeline names by hash',
    params: Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
    handle: async ({ params, reply }, { records }) => {
      const content = await records.evidence.readPayload(params.sha256);
      if (content === undefined) throw notFound('payload', params.sha256);
      await reply.status(200).header('content-type', 'application/json').send(Buffer.from(content));
      return 'streamed';
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/runs/:runId/cancel',
    permission: 'run.cancel',
    summary: 'Ask a run to stop; a push in progress finishes its line, rolls back and verifies first',
    params: runParams,
    body: Type.Object(
      { reason: Type.String({ minLength: 1, maxLength: 500 }) },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, { records, flowClient }) => {
      const run = await records.runs.find(params.runId);
      if (run === undefined) throw notFound('run', params.runId);
      if (ENDED.has(run.status))
        throw new ApiProblem(409, 'run-ended', `The run is ${run.status} already; nothing was changed.`);
      await records.audit.append({
        actor: caller.actor,
        action: 'run.cancel-requested',
        objectKind: 'run',
        objectId: run.runId,
        detail: { reason: body.reason },
      });
      try {
        await flowClient.cancelRun(run, caller.actor, body.reason);
      } catch (error) {
        if (!(error instanceof FlowEngineUnavailable)) throw error;
        throw new ApiProblem(
          503,
          'engine-unavailable',
          'The execution engine does not answer, so the run was not told. Try again.',
        );
      }
      return { status: 202, body: { runId: run.runId, status: run.status } };
    },
  }),
];
