/** One fault the API names: where and what. */
export interface ProblemPart {
  readonly pointer?: string;
  readonly code?: string;
  readonly message?: string;
}

/** An answer of the API that is not a success: problem+json with a stable `code`. `status` is 0 when nothing answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly parts: readonly ProblemPart[];

  constructor(status: number, code: string, detail: string, parts: readonly ProblemPart[]) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.parts = parts;
  }
}

/** A page of a list as the API sends it. */
export interface ItemsOf<Row> {
  readonly items: readonly Row[];
  readonly next?: string;
}

/** Who is signed in, as `GET /v1/session` tells. */
export interface Session {
  readonly person: {
    readonly personId: string | null;
    readonly displayName: string;
    readonly roles: readonly string[];
    readonly permissions: readonly string[];
  };
  readonly csrfToken: string | null;
}

/** Reads a path of the API. Throws `ApiError`. */
export function getJson<Body>(path: string): Promise<Body> {
  return call<Body>(path, { headers: { accept: 'application/json' } });
}

/** Sends a change. The CSRF token is read fresh, so a page left open over a new sign-in still works. Throws `ApiError`. */
export async function sendJson<Body>(
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Body> {
  const { csrfToken } = await getJson<Session>('/v1/session');
  return call<Body>(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(csrfToken === null ? {} : { 'x-csrf-token': csrfToken }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function call<Body>(path: string, init: RequestInit): Promise<Body> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin' });
  } catch {
    throw new ApiError(0, 'not-reachable', '', []);
  }
  const text = await response.text();
  const body = parse(text);
  if (response.ok) return body as Body;
  throw problemOf(response.status, body);
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The error of a failed answer, also of one that is no problem document (a proxy's page). */
export function problemOf(status: number, body: unknown): ApiError {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const parts = Array.isArray(fields['problems']) ? (fields['problems'] as ProblemPart[]) : [];
  const code = typeof fields['code'] === 'string' ? fields['code'] : `http-${status}`;
  return new ApiError(status, code, typeof fields['detail'] === 'string' ? fields['detail'] : '', parts);
}
