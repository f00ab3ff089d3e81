import type { Database } from './database.ts';
import type { PeopleRecords } from './types.ts';

/** 96 bits of a SHA-256 over a random token: unique, and no way back to the token. */
const TOKEN_ID_LENGTH = 24;

/** People, their sessions and tokens. Only hashes of session keys and tokens are stored. */
export function createPeopleRecords({ prisma, query }: Database): PeopleRecords {
  return {
    put: async ({ personId, roles, ...rest }) => {
      const data = { ...rest, roles: [...roles] };
      return prisma.person.upsert({ where: { personId }, create: { ...data, personId }, update: data });
    },
    byUsername: async (username) => (await prisma.person.findUnique({ where: { username } })) ?? undefined,
    byId: async (personId) => (await prisma.person.findUnique({ where: { personId } })) ?? undefined,
    list: () => prisma.person.findMany({ orderBy: { username: 'asc' } }),
    createSession: async (row) => {
      await prisma.session.create({ data: row });
    },
    session: async (sessionHash) => {
      const found = await prisma.session.findUnique({ where: { sessionHash } });
      if (found === null) return undefined;
      return { personId: found.personId, csrfToken: found.csrfToken, expiresAt: found.expiresAt };
    },
    endSession: async (sessionHash) => {
      // Sessions long over go with it: nothing else sweeps them.
      await query(`DELETE FROM session WHERE session_hash = $1 OR expires_at < now() - interval '30 days'`, [
        sessionHash,
      ]);
    },
    createToken: async ({ roles, ...row }) => {
      await prisma.apiToken.create({ data: { ...row, roles: [...roles] } });
    },
    token: async (tokenHash) => {
      const found = await prisma.apiToken.findUnique({ where: { tokenHash } });
      if (found === null || found.revokedAt !== null) return undefined;
      const kind = found.kind === 'deciding' ? 'deciding' : 'service';
      return {
        name: found.name,
        kind,
        personId: found.personId,
        roles: found.roles,
        expiresAt: found.expiresAt,
      };
    },
    tokens: async () => {
      const found = await prisma.apiToken.findMany({
        where: { revokedAt: null },
        orderBy: { createdAt: 'desc' },
      });
      return found.map(({ tokenHash, name, kind, personId, roles, createdAt, expiresAt }) => ({
        tokenId: tokenHash.slice(0, TOKEN_ID_LENGTH),
        name,
        kind: kind === 'deciding' ? ('deciding' as const) : ('service' as const),
        personId,
        roles,
        createdAt,
        expiresAt,
      }));
    },
    revokeToken: async (tokenHash) => {
      await query(`UPDATE api_token SET revoked_at = COALESCE(revoked_at, now()) WHERE token_hash = $1`, [
        tokenHash,
      ]);
    },
    revokeTokenById: async (tokenId, personId) => {
      const [row] = await query(
        `UPDATE api_token SET revoked_at = now()
         WHERE left(token_hash, ${TOKEN_ID_LENGTH}) = $1 AND revoked_at IS NULL
           AND ($2::text IS NULL OR person_id = $2) RETURNING name`,
        [tokenId, personId ?? null],
      );
      return typeof row?.name === 'string' ? row.name : undefined;
    },
  };
}
