import { isRole, PERMISSIONS, type Permission } from './permissions.ts';

/** Longest time a temporary right may last: one working day. */
export const MAX_GRANT_MS = 8 * 3_600_000;

/** A right for a while, as the rules see it. Times in epoch milliseconds; the start is inside, the end is not. */
export interface AccessGrant {
  readonly kind: 'role' | 'permission';
  readonly name: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly endedAtMs: number | null;
}

/** What somebody is to get, for how long. */
export interface AccessRequest {
  readonly kind: 'role' | 'permission';
  readonly name: string;
  readonly lengthMs: number;
}

/** Where a grant stands: not begun, in force, run out, or ended before its time. */
export type GrantState = 'coming' | 'live' | 'over' | 'ended-early';

/** Why access cannot be granted, as a stable code; undefined when it can. */
export type GrantRefusal = 'unknown-access' | 'not-for-a-while' | 'too-long' | 'too-short';

/** Rights that are never given for a while: who holds them could make a temporary right permanent. */
const NEVER: ReadonlySet<string> = new Set<Permission | 'administrator' | 'integration'>([
  'administrator',
  'integration',
  'person.manage',
  'setting.manage',
  'token.manage',
  'secret.write',
  'access.end',
  'session.own',
]);

/** Checks what is asked for: a role or permission the product knows, not one that administers access, for up to eight hours. */
export function refusalOfAccess({ kind, name, lengthMs }: AccessRequest): GrantRefusal | undefined {
  const isKnown = kind === 'role' ? isRole(name) : isPermission(name);
  if (!isKnown) return 'unknown-access';
  if (NEVER.has(name)) return 'not-for-a-while';
  if (!(lengthMs >= 1000)) return 'too-short';
  return lengthMs > MAX_GRANT_MS ? 'too-long' : undefined;
}

/** Where a grant stands at a moment. */
export function grantState(grant: AccessGrant, nowMs: number): GrantState {
  if (grant.endedAtMs !== null && grant.endedAtMs <= nowMs)
    return grant.endedAtMs < grant.endsAtMs ? 'ended-early' : 'over';
  if (nowMs >= grant.endsAtMs) return 'over';
  return nowMs >= grant.startsAtMs ? 'live' : 'coming';
}

/** Roles and permissions that live grants add at a moment. */
export function accessOf(
  grants: readonly AccessGrant[],
  nowMs: number,
): { readonly roles: readonly string[]; readonly permissions: readonly Permission[] } {
  const live = grants.filter((grant) => grantState(grant, nowMs) === 'live' && !NEVER.has(grant.name));
  return {
    roles: live.filter(({ kind }) => kind === 'role').map(({ name }) => name),
    permissions: live.flatMap(({ kind, name }) =>
      kind === 'permission' && isPermission(name) ? [name] : [],
    ),
  };
}

function isPermission(name: string): name is Permission {
  return (PERMISSIONS as readonly string[]).includes(name);
}
