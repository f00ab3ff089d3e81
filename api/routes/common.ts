import Type from 'typebox';
import type { Page } from '../../prisma/records/types.ts';

/** Query of every list: `limit` 1 to 200 (default 50) and the opaque `cursor` of the page before. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 400 })),
  limit: Type.Optional(
    Type.String({ pattern: '^(?:[1-9]|[1-9][0-9]|1[0-9][0-9]|200)$', description: '1 to 200, default 50' }),
  ),
};

/** The page a list request asks for. */
export function pageOf(query: {
  readonly cursor?: string | undefined;
  readonly limit?: string | undefined;
}): Page {
  return {
    limit: query.limit === undefined ? 50 : Number(query.limit),
    ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
  };
}

/** Names of flows, devices, windows and tokens: letters, digits, dot, dash, underscore; at most 100. */
export const nameSchema = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' });

/** Ids that the product makes. */
export const idSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
