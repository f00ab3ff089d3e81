import Type from 'typebox';
import { PERMISSIONS } from '../../domain/access/permissions.ts';
import { accessOfPerson, type Caller, hashSecret, mayCall, newSecret, SESSION_COOKIE } from '../caller.ts';
import { isPassword } from '../passwords.ts';
import { ApiProblem } from '../problem.ts';
import { defineRoute } from '../route.ts';

const HOUR_MS = 3_600_000;

function personView(caller: Pick<Caller, 'personId' | 'displayName' | 'roles' | 'permissions'>) {
  const permissions = PERMISSIONS.filter((permission) => mayCall(caller, permission));
  return {
    personId: caller.personId,
    username: caller.personId,
    displayName: caller.displayName,
    roles: caller.roles,
    permissions,
  };
}

/** Sign in, who am I, sign out. */
export const sessionRoutes = [
  defineRoute({
    method: 'POST',
    url: '/v1/session',
    permission: 'public',
    summary: 'Sign in with user name and password',
    body: Type.Object(
      {
        username: Type.String({ minLength: 1, maxLength: 100 }),
        password: Type.String({ minLength: 1, maxLength: 200 }),
      },
      { additionalProperties: false },
    ),
    handle: async ({ body, reply }, { records, clock, settings }) => {
      const person = await records.people.byUsername(body.username);
      const usable = person !== undefined && person.disabledAt === null ? person : undefined;
      if (!(await isPassword(usable?.passwordHash, body.password)) || usable === undefined) {
        await records.audit.append({
          actor: 'anonymous',
          action: 'session.refused',
          objectKind: 'person',
          objectId: body.username,
        });
        throw new ApiProblem(401, 'wrong-credentials', 'User name or password is wrong.');
      }
      const sessionId = newSecret();
      const csrfToken = newSecret();
      const expiresAt = new Date(clock() + settings.sessionHours * HOUR_MS);
      await records.people.createSession({
        sessionHash: hashSecret(sessionId),
        personId: usable.personId,
        csrfToken,
        expiresAt,
      });
      await records.audit.append({
        actor: usable.personId,
        action: 'session.started',
        objectKind: 'person',
        objectId: usable.personId,
      });
      reply.setCookie(SESSION_COOKIE, sessionId, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: settings.secureCookie,
        expires: expiresAt,
      });
      return {
        status: 200,
        body: {
          person: personView({ ...usable, ...(await accessOfPerson(records, usable, clock())) }),
          csrfToken,
          expiresAt,
        },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/session',
    permission: 'session.own',
    summary: 'Who is signed in',
    handle: async ({ caller }) => ({
      status: 200,
      body: { person: personView(caller), csrfToken: caller.csrfToken },
    }),
  }),
  defineRoute({
    method: 'DELETE',
    url: '/v1/session',
    permission: 'session.own',
    summary: 'Sign out',
    handle: async ({ caller, reply }, { records }) => {
      if (caller.sessionHash !== null) await records.people.endSession(caller.sessionHash);
      await records.audit.append({
        actor: caller.actor,
        action: 'session.ended',
        objectKind: 'person',
        objectId: caller.actor,
      });
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return { status: 204 };
    },
  }),
];
