import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller, findCaller, requireOwnOrigin, requirePermission } from './caller.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiProblem, problemOf } from './problem.ts';

/** Where the two boards stand: one to look, one to act. The library knows read-only per board, not per person. */
export const QUEUE_BOARDS = { look: '/queues/look', act: '/queues/act' } as const;

/** The board's page names its own folder in `base`; everything else of the content policy stays. */
const BOARD_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

/** The adapter takes queues of every backend; its types name the one on Redis. */
type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/**
 * Mounts bull-board behind our sign-in: whoever may read queues looks, an administrator acts, and every action is in the audit trail before it
 * is carried out. Without queues (no database of queues in this process) nothing is mounted.
 */
export async function mountQueueBoards(app: FastifyInstance, deps: AppDependencies): Promise<void> {
  const { queues } = deps;
  if (queues === null) return;
  for (const [kind, basePath] of Object.entries(QUEUE_BOARDS)) {
    const isReadOnly = kind === 'look';
    const server = new FastifyAdapter().setBasePath(basePath);
    createBullBoard({
      queues: [...queues.values()].map(
        (queue) => new BullMQAdapter(queue as unknown as BoardQueue, { readOnlyMode: isReadOnly }),
      ),
      serverAdapter: server,
      options: { uiConfig: { boardTitle: 'Afterbell', hideRedisDetails: true } },
    });
    await app.register(async (scope) => {
      scope.addHook('onRequest', async (request) => {
        callers.set(request, await authorise(request, deps, isReadOnly));
      });
      scope.addHook('preHandler', async (request) => {
        if (!isLooking(request)) await audit(request, deps);
      });
      scope.addHook('onSend', async (_request, reply) => {
        reply.header('content-security-policy', BOARD_POLICY);
      });
      // The board answers errors itself, within its own scope, so what it answers is set there.
      server.setErrorHandler((error) => {
        const { status, body } = problemOf(error);
        if (status >= 500) deps.log.error({ err: error }, 'queue board');
        // The library names the statuses it knows; ours are among them.
        return { status: status as 500, body };
      });
      await scope.register(server.registerPlugin(), { prefix: basePath });
    });
  }
}

const callers = new WeakMap<FastifyRequest, Caller>();

const isLooking = (request: FastifyRequest): boolean => request.method === 'GET' || request.method === 'HEAD';

async function authorise(
  request: FastifyRequest,
  deps: AppDependencies,
  isReadOnly: boolean,
): Promise<Caller> {
  const caller = await findCaller(request, deps.records, deps.clock());
  if (caller === undefined)
    throw new ApiProblem(401, 'not-signed-in', 'Sign in first; then open the queues from Settings.');
  requirePermission(caller, isReadOnly ? 'queue.read' : 'queue.act');
  if (isLooking(request)) return caller;
  if (isReadOnly)
    throw new ApiProblem(
      403,
      'queue-read-only',
      'This board only shows; an administrator acts on the other one.',
    );
  if (caller.csrfToken !== null) requireOwnOrigin(request, deps.settings.publicUrl, 'required');
  return caller;
}

async function audit(request: FastifyRequest, { records }: AppDependencies): Promise<void> {
  const caller = callers.get(request);
  if (caller === undefined) throw new ApiProblem(401, 'not-signed-in', 'Sign in first.');
  const path = decodeURIComponent((request.url.split('?')[0] ?? '').slice(QUEUE_BOARDS.act.length));
  await records.audit.append({
    actor: caller.actor,
    action: 'queue.acted',
    objectKind: 'queue',
    objectId: path.slice(0, 200),
    detail: { method: request.method },
  });
}
