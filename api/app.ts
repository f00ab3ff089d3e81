import { existsSync } from 'node:fs';
import path from 'node:path';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { type Caller, findCaller, requirePermission, requireSameSite } from './caller.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiProblem, sendProblem } from './problem.ts';
import { mountQueueBoards } from './queue-board.ts';
import type { Metrics } from '../platform/metrics.ts';
import { keepRawBodies } from './raw-body.ts';
import type { RouteDefinition } from './route.ts';
import { routes } from './routes/index.ts';

const MAX_BODY_BYTES = 2 * 1024 * 1024;
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Pages may run only our own scripts. Style attributes are allowed because the component library writes its styles at run
 * time; they cannot carry script.
 */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Builds the HTTP application without a process around it: tests inject requests, the server listens. */
export async function createApp(deps: AppDependencies, metrics?: Metrics): Promise<FastifyInstance> {
  const logger: FastifyBaseLogger = deps.log;
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    disableRequestLogging: true,
    bodyLimit: MAX_BODY_BYTES,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, strict: false, allErrors: true } },
    forceCloseConnections: true,
  });
  app.setErrorHandler(sendProblem);
  // CloudEvents come as JSON under their own names; the route reads which from the header.
  app.addContentTypeParser(
    ['application/cloudevents+json', 'application/cloudevents-batch+json'],
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) reply.header(name, value);
  });
  if (metrics !== undefined) measureRequests(app, metrics);
  keepRawBodies(app, (url) => url === '/hooks/triggers/:name', MAX_BODY_BYTES);
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  await app.register(swagger, { openapi: openApiHead(deps) });
  await app.register(async (scope) => {
    for (const definition of routes) registerRoute(scope, definition, deps);
  });
  await mountQueueBoards(app, deps);
  await servePages(app, deps.settings.pagesFolder);
  await app.ready();
  return app;
}

function measureRequests(app: FastifyInstance, { httpRequestSeconds }: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    };
    httpRequestSeconds.observe(labels, reply.elapsedTime / 1000);
  });
}

/** The OpenAPI 3.1 description, made from the same schemas that check the requests. */
export function describeApi(app: FastifyInstance): unknown {
  return app.swagger();
}

function openApiHead(deps: AppDependencies) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Afterbell',
      version: '1',
      description: 'Runs, approvals, flows and devices of the operations desk. Errors are problem+json.',
    },
    servers: [{ url: deps.settings.publicUrl }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey' as const, in: 'cookie' as const, name: 'afterbell_session' },
        token: { type: 'http' as const, scheme: 'bearer' },
      },
    },
  };
}

function registerRoute(app: FastifyInstance, definition: RouteDefinition, deps: AppDependencies): void {
  const { params, query, body, headers } = definition;
  app.route({
    method: definition.method,
    url: definition.url,
    schema: {
      summary: definition.summary,
      security: definition.permission === 'public' ? [] : [{ session: [] }, { token: [] }],
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    },
    ...(definition.url === '/v1/session' && definition.method === 'POST'
      ? {
          config: {
            rateLimit: {
              max: deps.settings.signInAttemptsPerMinute,
              timeWindow: 60_000,
              errorResponseBuilder: tooManyAttempts,
            },
          },
        }
      : {}),
    // Before the body is parsed: who may not call a route learns nothing of its shape.
    onRequest: async (request) => {
      const caller = await authorise(definition, request, deps);
      if (caller !== undefined) callers.set(request, caller);
    },
    handler: async (request, reply) => {
      const answer = await definition.handle(
        {
          params: request.params,
          query: request.query,
          body: request.body,
          caller: callers.get(request) ?? ANONYMOUS,
          request,
          reply,
        },
        deps,
      );
      if (answer === 'streamed') return reply;
      return send(reply, answer);
    },
  });
}

const callers = new WeakMap<FastifyRequest, Caller>();

const ANONYMOUS: Caller = {
  actor: 'anonymous',
  kind: 'service',
  personId: null,
  displayName: '',
  roles: [],
  permissions: [],
  csrfToken: null,
  sessionHash: null,
};

async function authorise(
  definition: RouteDefinition,
  request: FastifyRequest,
  deps: AppDependencies,
): Promise<Caller | undefined> {
  if (definition.permission === 'public') return undefined;
  const caller = await findCaller(request, deps.records, deps.clock());
  if (caller === undefined) {
    throw new ApiProblem(
      401,
      'not-signed-in',
      'Sign in, or send a valid token as “Authorization: Bearer abt_…”.',
    );
  }
  if (UNSAFE.has(definition.method as string)) requireSameSite(request, caller, deps.settings.publicUrl);
  requirePermission(caller, definition.permission);
  return caller;
}

function tooManyAttempts(_request: FastifyRequest, context: { after: string }): ApiProblem {
  return new ApiProblem(
    429,
    'too-many-sign-ins',
    `Too many sign-in attempts from this address; try again in ${context.after}.`,
  );
}

function send(
  reply: FastifyReply,
  answer: { status: number; body?: unknown; headers?: Readonly<Record<string, string>> },
): FastifyReply {
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
  if (answer.body === undefined) return reply.status(answer.status).send();
  return reply.status(answer.status).type('application/json').send(JSON.stringify(answer.body, jsonValue));
}

/** Fences and sequences are bigints; they travel as decimal strings. */
function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

async function servePages(app: FastifyInstance, folder: string | null): Promise<void> {
  const index = folder === null ? undefined : path.join(folder, 'index.html');
  if (folder !== null && index !== undefined && existsSync(index)) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: false,
      cacheControl: true,
      maxAge: '1h',
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === 'GET' &&
      !request.url.startsWith('/v1/') &&
      !path.extname(request.url.split('?')[0] ?? '');
    if (isPage && folder !== null && index !== undefined && existsSync(index)) {
      return reply.header('cache-control', 'no-cache').sendFile('index.html', folder);
    }
    return sendProblem(
      new ApiProblem(
        404,
        'route-not-found',
        `There is nothing at ${request.method} ${request.url.split('?')[0]}.`,
      ),
      request,
      reply,
    );
  });
}
