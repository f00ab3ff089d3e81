import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Permission } from '../domain/access/permissions.ts';
import type { Caller } from './caller.ts';
import type { AppDependencies } from './dependencies.ts';

/** What a handler is given: parsed parts and the caller; `request` and `reply` only for headers, streams and cookies. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** An answer: status and JSON body (none for 204). A handler that writes the stream itself returns `streamed`. */
export type RouteAnswer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'streamed';

/** One route. `permission` is what the caller needs; `public` needs no sign-in and is reserved for health, sign-in, the description and webhooks, which their signature lets in. */
export interface RouteDefinition {
  readonly method: HTTPMethods;
  readonly url: string;
  readonly permission: Permission | 'public';
  readonly summary: string;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly headers?: TSchema;
  readonly handle: (
    input: RouteInput<unknown, unknown, unknown>,
    deps: AppDependencies,
  ) => Promise<RouteAnswer>;
}

type Parts<P, Q, B> = { readonly params?: P; readonly query?: Q; readonly body?: B };
type Of<S> = S extends TSchema ? Static<S> : undefined;

/** Defines a route; the handler sees the types of its schemas, which the server has checked before. */
export function defineRoute<
  const P extends TSchema | undefined = undefined,
  const Q extends TSchema | undefined = undefined,
  const B extends TSchema | undefined = undefined,
>(
  definition: Omit<RouteDefinition, 'handle' | 'params' | 'query' | 'body'> &
    Parts<P, Q, B> & {
      readonly handle: (
        input: RouteInput<Of<P>, Of<Q>, Of<B>>,
        deps: AppDependencies,
      ) => Promise<RouteAnswer>;
    },
): RouteDefinition {
  // The server has validated the parts against these schemas, so the widening is undone here and nowhere else.
  return definition as unknown as RouteDefinition;
}
