import Type from 'typebox';
import { isRole } from '../../domain/access/permissions.ts';
import { SELF_TEST_NAME } from '../../platform/vault.ts';
import { hashSecret, mayCall, newSecret, TOKEN_PREFIX } from '../caller.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { nameSchema } from './common.ts';

const HOUR_MS = 3_600_000;
const MAX_DECIDING_HOURS = 8;

/** Windows, secrets and tokens. */
export const settingsRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/windows',
    permission: 'flow.read',
    summary: 'Change windows',
    handle: async (_input, { records }) => ({ status: 200, body: { items: await records.windows.list() } }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/secrets',
    permission: 'secret.write',
    summary: 'Names and versions of secrets, newest version first; never what is in them',
    handle: async (_input, { records }) => {
      const items = (await records.secrets.list()).filter(({ name }) => name !== SELF_TEST_NAME);
      return { status: 200, body: { items } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/secrets',
    permission: 'secret.write',
    summary: 'Store a new version of a secret. It can be used by reference and never read back',
    body: Type.Object(
      {
        name: Type.String({ pattern: '^[a-z0-9][a-z0-9/._-]{0,99}$' }),
        value: Type.Record(Type.String({ pattern: '^[a-zA-Z]{1,40}$' }), Type.String({ maxLength: 20_000 })),
      },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller }, { records, secrets }) => {
      const version = ((await records.secrets.latest(body.name)) ?? 0) + 1;
      await records.secrets.put(
        body.name,
        version,
        secrets.seal(body.name, version, JSON.stringify(body.value)),
      );
      const reference = `${body.name}#v${version}`;
      await records.audit.append({
        actor: caller.actor,
        action: 'secret.stored',
        objectKind: 'secret',
        objectId: reference,
      });
      return { status: 201, body: { reference } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/tokens',
    permission: 'session.own',
    summary:
      'Make a token. A deciding token is for yourself and lives at most 8 hours; service tokens need the right to manage tokens and never decide',
    body: Type.Object(
      {
        name: nameSchema,
        kind: Type.Union([Type.Literal('service'), Type.Literal('deciding')]),
        roles: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 })),
        expiresInHours: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 87_600 })),
      },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller }, { records, clock }) => {
      const deciding = body.kind === 'deciding';
      if (deciding && caller.kind !== 'person')
        throw new ApiProblem(403, 'person-needed', 'A deciding token is made by a signed-in person.');
      if (!deciding && !caller.roles.includes('administrator'))
        throw new ApiProblem(403, 'not-allowed', 'Service tokens are made by an administrator.');
      const hours = body.expiresInHours ?? (deciding ? MAX_DECIDING_HOURS : undefined);
      if (deciding && (hours ?? 0) > MAX_DECIDING_HOURS)
        throw new ApiProblem(
          422,
          'expiry-too-long',
          `expiresInHours: ${hours} is more than ${MAX_DECIDING_HOURS} for a deciding token.`,
        );
      const roles = deciding ? caller.roles : (body.roles ?? ['integration']);
      const unknown = roles.find((role) => !isRole(role));
      if (unknown !== undefined)
        throw new ApiProblem(422, 'unknown-role', `roles: “${unknown}” is not a role.`);
      const token = `${TOKEN_PREFIX}${newSecret()}`;
      const expiresAt = hours === undefined ? null : new Date(clock() + hours * HOUR_MS);
      await records.people.createToken({
        tokenHash: hashSecret(token),
        name: body.name,
        kind: body.kind,
        personId: deciding ? caller.personId : null,
        roles,
        expiresAt,
      });
      await records.audit.append({
        actor: caller.actor,
        action: 'token.created',
        objectKind: 'token',
        objectId: body.name,
        detail: { kind: body.kind, roles: [...roles] },
      });
      return { status: 201, body: { token, name: body.name, kind: body.kind, roles, expiresAt } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/tokens',
    permission: 'session.own',
    summary:
      'Tokens that are not revoked, newest first; never the tokens themselves. Without the right to manage tokens: one’s own',
    handle: async ({ caller }, { records }) => {
      const tokens = await records.people.tokens();
      const isManager = mayCall(caller, 'token.manage');
      const items = isManager
        ? tokens
        : tokens.filter(({ personId }) => personId !== null && personId === caller.personId);
      return { status: 200, body: { items } };
    },
  }),
  defineRoute({
    method: 'DELETE',
    url: '/v1/tokens/:tokenId',
    permission: 'session.own',
    summary: 'Revoke a token by its id: one’s own, or any with the right to manage tokens',
    params: Type.Object({ tokenId: Type.String({ pattern: '^[0-9a-f]{24}$' }) }),
    handle: async ({ params, caller }, { records }) => {
      const isManager = mayCall(caller, 'token.manage');
      if (!isManager && caller.personId === null) throw notFound('token', params.tokenId);
      const name = await records.people.revokeTokenById(
        params.tokenId,
        isManager ? undefined : (caller.personId ?? undefined),
      );
      if (name === undefined) throw notFound('token', params.tokenId);
      await records.audit.append({
        actor: caller.actor,
        action: 'token.revoked',
        objectKind: 'token',
        objectId: name,
        detail: { tokenId: params.tokenId },
      });
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'DELETE',
    url: '/v1/tokens',
    permission: 'session.own',
    summary: 'Revoke a token by showing it: whoever holds it may end it',
    body: Type.Object(
      { token: Type.String({ pattern: '^abt_[A-Za-z0-9_-]{20,100}$' }) },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller }, { records }) => {
      const tokenHash = hashSecret(body.token);
      const known = await records.people.token(tokenHash);
      if (known !== undefined) {
        await records.people.revokeToken(tokenHash);
        await records.audit.append({
          actor: caller.actor,
          action: 'token.revoked',
          objectKind: 'token',
          objectId: known.name,
        });
      }
      return { status: 204 };
    },
  }),
];
