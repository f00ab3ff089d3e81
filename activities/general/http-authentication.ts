import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { EgressAnswer, EgressRequest } from '../../platform/egress.ts';
import type { CallContext } from '../../steps/define-step.ts';
import { type AuthenticationCall, authenticationFailure } from './authentication-call.ts';
import { digestAuthorization, digestChallenge } from './http-digest.ts';
import { accessToken } from './http-oauth.ts';

/**
 * Sends a request under a policy of the language: basic, bearer, digest, oauth2 or oidc; without a policy as it is. A policy that names a
 * secret (`use`) gets it at the moment of sending, a JSON object with the members of the policy (for bearer the token alone will do).
 * Throws the standard error `authentication`, never repeating a value.
 */
export async function sendAuthenticated(
  policy: Json | undefined,
  request: EgressRequest,
  call: AuthenticationCall,
): Promise<EgressAnswer> {
  if (policy === undefined || policy === null) return call.send(request);
  const [scheme, settings] = schemeOf(policy);
  if (scheme === undefined || !isJsonObject(settings))
    throw authenticationFailure(
      call.context,
      'authentication is by one of basic, bearer, digest, oauth2 and oidc',
    );
  const fields = await fieldsOf(settings, call);
  if (scheme === 'digest') return sendDigest(fields, request, call);
  return call.send(withAuthorization(request, await authorizationOf(scheme, fields, request, call)));
}

const SCHEMES = ['basic', 'bearer', 'digest', 'oauth2', 'oidc'] as const;

function schemeOf(policy: Json): readonly [(typeof SCHEMES)[number] | undefined, Json | undefined] {
  if (!isJsonObject(policy)) return [undefined, undefined];
  const scheme = SCHEMES.find((name) => policy[name] !== undefined);
  return [scheme, scheme === undefined ? undefined : policy[scheme]];
}

async function authorizationOf(
  scheme: Exclude<(typeof SCHEMES)[number], 'digest'>,
  fields: JsonObject,
  request: EgressRequest,
  call: AuthenticationCall,
): Promise<string> {
  if (scheme === 'basic') {
    const { username, password } = account(fields, 'basic', call.context);
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  if (scheme === 'bearer') {
    const { token } = fields;
    if (typeof token === 'string') return `Bearer ${token}`;
    throw authenticationFailure(call.context, 'bearer authentication needs the text token');
  }
  return `Bearer ${await accessToken(scheme, fields, request, call)}`;
}

/** The first request draws the challenge out; the second answers it. A server that asks for nothing gets no password at all. */
async function sendDigest(
  fields: JsonObject,
  request: EgressRequest,
  call: AuthenticationCall,
): Promise<EgressAnswer> {
  const credentials = account(fields, 'digest', call.context);
  const first = await call.send(request);
  if (first.status !== 401) return first;
  const challenge = digestChallenge(first.headers['www-authenticate'] ?? '');
  if (challenge === undefined)
    throw authenticationFailure(
      call.context,
      'the server asks for no digest this client can give (MD5 or SHA-256, qop auth)',
    );
  const { method, url } = request;
  return call.send(
    withAuthorization(request, digestAuthorization(challenge, { method, url, ...credentials })),
  );
}

function withAuthorization(request: EgressRequest, authorization: string): EgressRequest {
  return { ...request, headers: { ...request.headers, authorization } };
}

function account(
  { username, password }: JsonObject,
  scheme: string,
  context: CallContext,
): { readonly username: string; readonly password: string } {
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  throw authenticationFailure(context, `${scheme} authentication needs the texts username and password`);
}

async function fieldsOf(scheme: JsonObject, { context, resolve }: AuthenticationCall): Promise<JsonObject> {
  const { use } = scheme;
  if (typeof use !== 'string') return scheme;
  const text = await resolve(use).catch(() => {
    throw authenticationFailure(context, `the secret ${use} cannot be had`);
  });
  return fieldsIn(text) ?? { token: text };
}

function fieldsIn(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
