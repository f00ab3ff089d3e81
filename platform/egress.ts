import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { Agent, request } from 'undici';

const MAX_REDIRECTS = 5;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** A call that may leave the machine. Times in milliseconds. */
export interface EgressRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** False returns a 3xx as it is. */
  readonly followRedirects: boolean;
  /** Breaks the call off. */
  readonly signal?: AbortSignal;
}

/** What came back: at most 4 MiB. */
export interface EgressAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly url: string;
}

/** The address is not allowed: named with the rule, so that an administrator can decide. Never retried. */
export class EgressRefused extends Error {}

/** The one way out for all HTTP steps. */
export interface EgressClient {
  send(request: EgressRequest): Promise<EgressAnswer>;
}

/** Addresses that flows may not reach unless the host is allowed by name: this machine, private networks, metadata services. */
const INTERNAL = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  INTERNAL.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  INTERNAL.addSubnet(network, prefix, 'ipv6');
}

/** True for addresses of this machine, of private networks and of metadata services, in any spelling. */
export function isInternalAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(mapped);
  if (family === 0) return true;
  // Mapped addresses in hexadecimal notation are refused as a whole: nobody needs them.
  if (family === 6 && /^::ffff:/i.test(mapped)) return true;
  return INTERNAL.check(mapped, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Resolves a host once, checks the address, and connects to exactly that address; every redirect is checked again. Hosts named in
 * `allowedHosts` (lower case, `host` or `host:port`) may be internal.
 */
export function createEgressClient(allowedHosts: readonly string[]): EgressClient {
  return {
    send: async (first) => {
      let url = first.url;
      for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
        const target = await resolveTarget(url, allowedHosts);
        const answer = await sendTo(target, first, hop > 0);
        const { location } = answer.headers;
        if (!first.followRedirects || answer.status < 300 || answer.status > 399 || location === undefined)
          return answer;
        url = new URL(location, url).toString();
      }
      throw new EgressRefused(`more than ${MAX_REDIRECTS} redirects from ${first.url}`);
    },
  };
}

interface Target {
  readonly url: URL;
  readonly address: string;
  readonly family: 4 | 6;
}

async function resolveTarget(text: string, allowedHosts: readonly string[]): Promise<Target> {
  if (!URL.canParse(text)) throw new EgressRefused(`“${text}” is not an address`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new EgressRefused(`${url.protocol} is not allowed; use http or https`);
  if (url.username !== '' || url.password !== '')
    throw new EgressRefused('credentials in the address are not allowed; use a secret reference');
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const found =
    isIP(host) === 0 ? await lookup(host, { verbatim: true }) : { address: host, family: isIP(host) };
  const isAllowedByName = allowedHosts.includes(host) || allowedHosts.includes(`${host}:${url.port}`);
  if (!isAllowedByName && isInternalAddress(found.address)) {
    throw new EgressRefused(
      `${host} is an internal address (${found.address}); an administrator can allow it by name in AFTERBELL_EGRESS_ALLOW`,
    );
  }
  return { url, address: found.address, family: found.family === 6 ? 6 : 4 };
}

async function sendTo(
  { url, address, family }: Target,
  first: EgressRequest,
  isRedirected: boolean,
): Promise<EgressAnswer> {
  const dispatcher = new Agent({
    connect: {
      timeout: first.timeoutMs,
      // The checked address and no other: a second look-up could answer differently.
      lookup: (_host, options, done) => {
        if (options.all === true) done(null, [{ address, family }]);
        else done(null, address, family);
      },
    },
  });
  try {
    // A redirect never carries the caller's headers or body on: they were meant for the first host.
    const carried = isRedirected
      ? {}
      : { headers: { ...first.headers }, ...(first.body === undefined ? {} : { body: first.body }) };
    const answer = await request(url, {
      dispatcher,
      method: (isRedirected ? 'GET' : first.method.toUpperCase()) as 'GET',
      headersTimeout: first.timeoutMs,
      bodyTimeout: first.timeoutMs,
      ...(first.signal === undefined ? {} : { signal: first.signal }),
      ...carried,
    });
    const body = await readLimited(answer.body);
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    return { status: answer.statusCode, headers, body, url: url.toString() };
  } finally {
    await dispatcher.close();
  }
}

async function readLimited(body: AsyncIterable<unknown> & { destroy(): unknown }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) {
      body.destroy();
      throw new EgressRefused(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}
