import { createHmac, randomUUID } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { member, textMember } from '../../engine/tasks.ts';
import type { EgressRequest } from '../../platform/egress.ts';
import { type AuthenticationCall, authenticationFailure } from './authentication-call.ts';

const FORM = 'application/x-www-form-urlencoded';
const ASSERTION_SECONDS = 60;
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * An access token under an `oauth2` or `oidc` policy (RFC 6749, 7523, 8693; OpenID Connect Discovery 1.0), asked for anew for each call:
 * nothing is kept in memory. Grants: client_credentials, password, token exchange; the others need a person at a browser or a token that
 * the language has no place for. Throws the standard error `authentication`.
 */
export async function accessToken(
  scheme: 'oauth2' | 'oidc',
  policy: JsonObject,
  request: EgressRequest,
  call: AuthenticationCall,
): Promise<string> {
  const authority = textMember(policy, 'authority');
  if (authority === undefined || !URL.canParse(authority))
    throw authenticationFailure(call.context, `${scheme} authentication needs the address authority`);
  const endpoint =
    scheme === 'oidc'
      ? await discovered(authority, policy, request, call)
      : under(authority, textMember(policy, 'endpoints', 'token') ?? '/oauth2/token');
  const { headers, parameters } = clientProof(policy, endpoint, call);
  const isForm = (textMember(policy, 'request', 'encoding') ?? FORM) === FORM;
  const asked = { ...grantOf(policy, call), ...parameters };
  const answer = await call.send({
    method: 'post',
    url: endpoint,
    headers: { accept: 'application/json', 'content-type': isForm ? FORM : 'application/json', ...headers },
    body: isForm ? formOf(asked) : JSON.stringify(asked),
    timeoutMs: request.timeoutMs,
    // A token endpoint that redirects would send the client's secret on to another address.
    followRedirects: false,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const told = jsonOf(answer.body);
  const token = textMember(told, 'access_token');
  if (answer.status === 200 && token !== undefined) return token;
  const code = textMember(told, 'error');
  const why = code !== undefined && /^[a-z_]{1,60}$/.test(code) ? ` (${code})` : '';
  throw authenticationFailure(call.context, `${endpoint} answered ${answer.status} without a token${why}`);
}

async function discovered(
  authority: string,
  policy: JsonObject,
  request: EgressRequest,
  call: AuthenticationCall,
): Promise<string> {
  const url = under(authority, '/.well-known/openid-configuration');
  const answer = await call.send({
    method: 'get',
    url,
    headers: { accept: 'application/json' },
    timeoutMs: request.timeoutMs,
    followRedirects: true,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const configuration = jsonOf(answer.body);
  const endpoint = textMember(configuration, 'token_endpoint');
  if (answer.status !== 200 || endpoint === undefined || !URL.canParse(endpoint))
    throw authenticationFailure(call.context, `${url} names no token endpoint (${answer.status})`);
  const issuer = textMember(configuration, 'issuer') ?? '';
  const allowed = texts(member(policy, 'issuers'));
  const isIssuer =
    allowed.length > 0 ? allowed.includes(issuer) : withoutSlash(issuer) === withoutSlash(authority);
  if (!isIssuer)
    throw authenticationFailure(
      call.context,
      `${url} speaks for another issuer than authority and issuers name`,
    );
  return endpoint;
}

type Parameters = Readonly<Record<string, string | readonly string[]>>;

function grantOf(policy: JsonObject, { context }: AuthenticationCall): Parameters {
  const grant = textMember(policy, 'grant') ?? '';
  const scopes = texts(policy['scopes']);
  const audiences = texts(policy['audiences']);
  const common: Parameters = {
    grant_type: grant,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(audiences.length === 0 ? {} : { audience: audiences }),
  };
  if (grant === 'client_credentials') return common;
  if (grant === 'password') {
    const { username, password } = policy;
    if (typeof username === 'string' && typeof password === 'string')
      return { ...common, username, password };
    throw authenticationFailure(context, 'the grant password needs the texts username and password');
  }
  if (grant === TOKEN_EXCHANGE) {
    const subject = tokenOf(policy, 'subject');
    if (subject === undefined)
      throw authenticationFailure(context, 'the grant token exchange needs subject with token and type');
    return { ...common, ...subject, ...tokenOf(policy, 'actor') };
  }
  throw authenticationFailure(
    context,
    `the grant ${grant} is not supported: use client_credentials, password or token exchange`,
  );
}

function tokenOf(policy: JsonObject, which: 'subject' | 'actor'): Parameters | undefined {
  const token = textMember(policy, which, 'token');
  const type = textMember(policy, which, 'type');
  if (token === undefined || type === undefined) return undefined;
  return { [`${which}_token`]: token, [`${which}_token_type`]: type };
}

/** How the client shows who it is; by default in the body, as the language has it. */
function clientProof(
  policy: JsonObject,
  endpoint: string,
  { context }: AuthenticationCall,
): { readonly headers: Readonly<Record<string, string>>; readonly parameters: Parameters } {
  const id = textMember(policy, 'client', 'id');
  const secret = textMember(policy, 'client', 'secret');
  const assertion = textMember(policy, 'client', 'assertion');
  const method =
    textMember(policy, 'client', 'authentication') ?? (secret === undefined ? 'none' : 'client_secret_post');
  const lacks = (what: string) => authenticationFailure(context, `${method} needs client.${what}`);
  const named: Parameters = id === undefined ? {} : { client_id: id };
  if (method === 'none') return { headers: {}, parameters: named };
  if (method === 'private_key_jwt') {
    if (assertion === undefined) throw lacks('assertion');
    return { headers: {}, parameters: { ...named, ...asserted(assertion) } };
  }
  if (id === undefined) throw lacks('id');
  if (secret === undefined) throw lacks('secret');
  if (method === 'client_secret_basic') {
    const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
    return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, parameters: {} };
  }
  if (method === 'client_secret_jwt')
    return { headers: {}, parameters: { ...named, ...asserted(signedAssertion(id, secret, endpoint)) } };
  return { headers: {}, parameters: { ...named, client_secret: secret } };
}

function asserted(assertion: string): Parameters {
  return { client_assertion_type: JWT_BEARER, client_assertion: assertion };
}

function signedAssertion(id: string, secret: string, endpoint: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: id,
    sub: id,
    aud: endpoint,
    jti: randomUUID(),
    iat: now,
    exp: now + ASSERTION_SECONDS,
  };
  const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function formOf(parameters: Parameters): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    for (const each of typeof value === 'string' ? [value] : value) form.append(name, each);
  return form.toString();
}

/** A path stands under the authority, path and all; an address of its own is taken as it is. */
function under(authority: string, path: string): string {
  if (/^https?:\/\//i.test(path)) return path;
  return `${withoutSlash(authority)}/${path.replace(/^\/+/, '')}`;
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function jsonOf(body: Buffer): JsonObject {
  try {
    const value = JSON.parse(body.toString('utf8')) as Json;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
