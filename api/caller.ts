import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { accessOf } from '../domain/access/grants.ts';
import { isAllowed, type Permission } from '../domain/access/permissions.ts';
import type { PersonRow, Records } from '../prisma/records/types.ts';
import { ApiProblem } from './problem.ts';

export const SESSION_COOKIE = 'afterbell_session';
export const TOKEN_PREFIX = 'abt_';

/** Who is asking: a signed-in person, a person's deciding token, or a service. */
export interface Caller {
  /** Person id, or `token:<name>` for a service. Goes into audit, runs and approvals. */
  readonly actor: string;
  readonly kind: 'person' | 'deciding-token' | 'service';
  /** Null for services. */
  readonly personId: string | null;
  readonly displayName: string;
  /** Roles held now, those of live grants included. */
  readonly roles: readonly string[];
  /** Single permissions of live grants. */
  readonly permissions: readonly Permission[];
  /** Present for cookie sessions only. */
  readonly csrfToken: string | null;
  readonly sessionHash: string | null;
}

/** SHA-256 hex of a bearer secret: what the database stores. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** 32 random bytes, base64url: session ids, CSRF tokens and API tokens. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Finds the caller of a request, or undefined when it carries no valid credential. */
export async function findCaller(
  request: FastifyRequest,
  records: Records,
  nowMs: number,
): Promise<Caller | undefined> {
  const header = request.headers.authorization;
  if (header !== undefined) return findTokenCaller(header, records, nowMs);
  const sessionId = request.cookies[SESSION_COOKIE];
  return sessionId === undefined ? undefined : findSessionCaller(sessionId, records, nowMs);
}

/** Whether the caller may do something now: by a role, or by a grant that is live at this request. */
export function mayCall(caller: Pick<Caller, 'roles' | 'permissions'>, permission: Permission): boolean {
  return isAllowed(caller.roles, permission) || caller.permissions.includes(permission);
}

/** Throws 403 unless the caller's roles or live grants give the permission. */
export function requirePermission(caller: Caller, permission: Permission): void {
  if (mayCall(caller, permission)) return;
  throw new ApiProblem(
    403,
    'not-allowed',
    `This needs the permission “${permission}”; ask an administrator for a role that has it.`,
  );
}

/** Roles and single permissions of a person at a moment: a grant that has run out is not in them, whoever else is down. */
export async function accessOfPerson(
  records: Records,
  person: PersonRow,
  nowMs: number,
): Promise<Pick<Caller, 'roles' | 'permissions'>> {
  const rows = await records.grants.liveFor(person.personId, new Date(nowMs));
  const grants = rows.map(({ kind, name, startsAt, endsAt, endedAt }) => ({
    kind,
    name,
    startsAtMs: startsAt.getTime(),
    endsAtMs: endsAt.getTime(),
    endedAtMs: endedAt?.getTime() ?? null,
  }));
  const { roles, permissions } = accessOf(grants, nowMs);
  return { roles: [...new Set([...person.roles, ...roles])], permissions };
}

/**
 * A cookie session may change things only from our own pages: the CSRF token must match and a browser's Origin must be ours.
 */
export function requireSameSite(request: FastifyRequest, caller: Caller, publicUrl: string): void {
  if (caller.csrfToken === null) return;
  requireOwnOrigin(request, publicUrl, 'optional');
  const given = request.headers['x-csrf-token'];
  if (typeof given !== 'string' || !sameText(given, caller.csrfToken)) {
    throw new ApiProblem(
      403,
      'csrf-token',
      'The header x-csrf-token is missing or does not belong to this session; reload the page.',
    );
  }
}

/**
 * Refuses a request that names another site as its origin. Browsers name it with every request that changes something; where nothing else
 * guards, it is required.
 */
export function requireOwnOrigin(
  request: FastifyRequest,
  publicUrl: string,
  presence: 'required' | 'optional',
): void {
  const { origin } = request.headers;
  if (origin === undefined && presence === 'optional') return;
  if (origin === new URL(publicUrl).origin || origin === `${request.protocol}://${request.host}`) return;
  throw new ApiProblem(
    403,
    'foreign-origin',
    origin === undefined
      ? 'The request does not say which site it comes from.'
      : `The request comes from “${origin}”, which is not this site.`,
  );
}

async function findTokenCaller(header: string, records: Records, nowMs: number): Promise<Caller | undefined> {
  const secret = /^Bearer (abt_[A-Za-z0-9_-]{20,100})$/.exec(header)?.[1];
  if (secret === undefined) return undefined;
  const token = await records.people.token(hashSecret(secret));
  if (token === undefined || (token.expiresAt !== null && token.expiresAt.getTime() <= nowMs))
    return undefined;
  // Temporary rights are a signed-in person's own; a token does not carry them on.
  const base = { displayName: token.name, permissions: [], csrfToken: null, sessionHash: null };
  if (token.kind === 'service')
    return { ...base, actor: `token:${token.name}`, kind: 'service', personId: null, roles: token.roles };
  const person = token.personId === null ? undefined : await records.people.byId(token.personId);
  if (person === undefined || person.disabledAt !== null) return undefined;
  // A deciding token never has more rights than its person has now.
  const roles = token.roles.filter((role) => person.roles.includes(role));
  return {
    ...base,
    actor: person.personId,
    kind: 'deciding-token',
    personId: person.personId,
    displayName: person.displayName,
    roles,
  };
}

async function findSessionCaller(
  sessionId: string,
  records: Records,
  nowMs: number,
): Promise<Caller | undefined> {
  const sessionHash = hashSecret(sessionId);
  const session = await records.people.session(sessionHash);
  if (session === undefined || session.expiresAt.getTime() <= nowMs) return undefined;
  const person = await records.people.byId(session.personId);
  if (person === undefined || person.disabledAt !== null) return undefined;
  return {
    actor: person.personId,
    kind: 'person',
    personId: person.personId,
    displayName: person.displayName,
    ...(await accessOfPerson(records, person, nowMs)),
    csrfToken: session.csrfToken,
    sessionHash,
  };
}

function sameText(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
