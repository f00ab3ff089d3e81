import type { Json } from '../domain/json.ts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** A part of the request that is wrong: where, what was given, which rule it breaks. */
export interface InvalidPart {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly severity?: 'error' | 'warning';
}

/** An answer other than success, as problem+json (RFC 9457). `code` is stable; `detail` says what to do. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly InvalidPart[];
  readonly members: Readonly<Record<string, Json>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { problems?: readonly InvalidPart[]; members?: Record<string, Json> } = {},
  ) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.problems = more.problems ?? [];
    this.members = more.members ?? {};
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be processed',
  428: 'Precondition needed',
  429: 'Too many requests',
  503: 'Temporarily unavailable',
};

/** 404 for an object the caller named. */
export function notFound(kind: string, name: string): ApiProblem {
  return new ApiProblem(404, `${kind}-not-found`, `There is no ${kind} “${name}”.`);
}

/**
 * The one place where errors become answers: 4xx show their reason, anything unexpected is logged with its stack and shown
 * as a bare 500 with the request id.
 */
export function sendProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = problemOf(error);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  void reply
    .status(status)
    .type('application/problem+json')
    .send({ ...body, instance: request.id });
}

/** Status and problem+json body of an error, without the request it belongs to. */
export function problemOf(error: FastifyError | Error): { status: number; body: Record<string, unknown> } {
  const problem = asProblem(error);
  return {
    status: problem.status,
    body: {
      type: `https://afterbell.example/errors/${problem.code}`,
      title: TITLES[problem.status] ?? 'Error',
      status: problem.status,
      code: problem.code,
      detail: problem.message,
      ...(problem.problems.length > 0 ? { problems: problem.problems } : {}),
      ...problem.members,
    },
  };
}

function asProblem(error: FastifyError | Error): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if ('validation' in error && error.validation) {
    const problems = error.validation.map((fault) => ({
      pointer: `${fault.instancePath}${missingName(fault.params)}`,
      code: `schema-${fault.keyword}`,
      message: `${error.validationContext ?? 'body'}${fault.instancePath} ${fault.message ?? 'is not valid'}`,
    }));
    return new ApiProblem(400, 'invalid-request', problems[0]?.message ?? error.message, { problems });
  }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status >= 400 && status < 500)
    return new ApiProblem(status, CLIENT_CODES[status] ?? 'invalid-request', error.message);
  if (isUnavailable(error))
    return new ApiProblem(
      503,
      'store-unavailable',
      'The database does not answer. Nothing was accepted; try again.',
    );
  return new ApiProblem(
    500,
    'internal',
    'Something went wrong on our side. The request id is in “instance”.',
  );
}

const CLIENT_CODES: Readonly<Record<number, string>> = {
  413: 'body-too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};

function missingName(params: unknown): string {
  const missing =
    params !== null && typeof params === 'object' && 'missingProperty' in params
      ? params.missingProperty
      : undefined;
  return typeof missing === 'string' ? `/${missing}` : '';
}

function isUnavailable(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', '57P01', '57P03', 'P1001', 'P1017'].includes(code);
}
