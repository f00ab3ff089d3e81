import { createHash, randomBytes } from 'node:crypto';

/** A challenge of RFC 7616 that can be answered: MD5 or SHA-256, plain or `-sess`, with `qop=auth` or none (RFC 2069). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the server wrote it, `MD5` when it wrote none. */
  readonly algorithm: string;
  readonly hasQop: boolean;
}

/** Who asks for what. `clientNonce` is drawn when it is not given. */
export interface DigestRequest {
  readonly method: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly clientNonce?: string;
}

const HASHES: Readonly<Record<string, 'md5' | 'sha256'>> = { md5: 'md5', 'sha-256': 'sha256' };

/** The strongest digest challenge in a `www-authenticate` header (several may stand in one); undefined when there is none to answer. */
export function digestChallenge(header: string): DigestChallenge | undefined {
  const offered = header
    .split(/(?:^|,\s*)Digest\s+/i)
    .slice(1)
    .map(challengeIn)
    .filter((challenge) => challenge !== undefined);
  return offered.find(({ algorithm }) => /^sha-256/i.test(algorithm)) ?? offered[0];
}

function challengeIn(text: string): DigestChallenge | undefined {
  const parts = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi))
    parts.set((name ?? '').toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '');
  const { realm, nonce, opaque, algorithm = 'MD5', qop } = Object.fromEntries(parts);
  const isKnown = HASHES[algorithm.toLowerCase().replace(/-sess$/, '')] !== undefined;
  const offersAuth = qop === undefined || qop.split(',').some((each) => each.trim() === 'auth');
  if (realm === undefined || nonce === undefined || !isKnown || !offersAuth) return undefined;
  return { realm, nonce, opaque, algorithm, hasQop: qop !== undefined };
}

/** Value of the `authorization` header that answers a challenge, for its first use (`nc` is 1: every call asks anew). */
export function digestAuthorization(challenge: DigestChallenge, request: DigestRequest): string {
  const { realm, nonce, opaque, algorithm, hasQop } = challenge;
  const { pathname, search } = new URL(request.url);
  const uri = `${pathname}${search}`;
  const method = request.method.toUpperCase();
  const clientNonce = request.clientNonce ?? randomBytes(16).toString('hex');
  const [kind, isSession] = [algorithm.toLowerCase().replace(/-sess$/, ''), /-sess$/i.test(algorithm)];
  const hash = (text: string): string =>
    createHash(HASHES[kind] ?? 'md5')
      .update(text, 'utf8')
      .digest('hex');
  const account = hash(`${request.username}:${realm}:${request.password}`);
  const secret = isSession ? hash(`${account}:${nonce}:${clientNonce}`) : account;
  const target = hash(`${method}:${uri}`);
  const response = hash(
    hasQop ? `${secret}:${nonce}:00000001:${clientNonce}:auth:${target}` : `${secret}:${nonce}:${target}`,
  );
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return `Digest ${[
    `username=${quoted(request.username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `algorithm=${algorithm}`,
    `response="${response}"`,
    ...(hasQop || isSession ? [`cnonce="${clientNonce}"`] : []),
    ...(hasQop ? ['qop=auth', 'nc=00000001'] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ].join(', ')}`;
}
