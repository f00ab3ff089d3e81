import { isJsonObject } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { standardError } from '../engine/index.ts';
import type { Answer } from '../engine/index.ts';
import { UsageError } from './io.ts';

const REQUEST_LIMIT_MS = 30_000;
const RESPONSE_LIMIT_BYTES = 4 * 1024 * 1024;

/** Hosts that a rehearsal may really call, each with the address that stands in for it. Keys are lower-case host[:port]. */
export type AllowedHosts = ReadonlyMap<string, URL>;

/**
 * Reads `--allow-http HOST=URL` options: requests to HOST (with or without a port) go to URL instead, its path being put
 * in front.
 *
 * @throws UsageError naming the option that is not of this form
 */
export function parseAllowedHosts(options: readonly string[]): AllowedHosts {
  const allowed = new Map<string, URL>();
  for (const option of options) {
    const at = option.indexOf('=');
    const host = option.slice(0, at).toLowerCase();
    const target = option.slice(at + 1);
    const isUrl = URL.canParse(target) && /^https?:$/.test(new URL(target).protocol);
    if (at < 1 || !/^[a-z0-9._-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/.test(host) || !isUrl) {
      throw new UsageError(`--allow-http "${option}" is not HOST=URL with an http or https URL`);
    }
    allowed.set(host, new URL(target));
  }
  return allowed;
}

/** Where a request really goes, or null when its host is not allowed: then the step's simulator answers it. */
export function targetOf(endpoint: string, allowed: AllowedHosts): URL | null {
  if (!URL.canParse(endpoint)) return null;
  const wanted = new URL(endpoint);
  const base = allowed.get(wanted.host.toLowerCase()) ?? allowed.get(wanted.hostname.toLowerCase());
  if (base === undefined) return null;
  const target = new URL(base);
  target.pathname = `${base.pathname.replace(/\/$/, '')}${wanted.pathname}`;
  target.search = wanted.search;
  return target;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The request as `call: http` describes it. A body that is an object or array is sent as JSON. */
function requestOf(input: JsonObject, target: URL): { url: URL; init: RequestInit } {
  const url = new URL(target);
  if (isJsonObject(input['query'])) {
    for (const [name, value] of Object.entries(input['query'])) url.searchParams.append(name, textOf(value));
  }
  const headers = new Headers();
  if (isJsonObject(input['headers'])) {
    for (const [name, value] of Object.entries(input['headers'])) headers.set(name, textOf(value));
  }
  const { body } = input;
  const method = typeof input['method'] === 'string' ? input['method'].toUpperCase() : 'GET';
  if (body !== undefined && typeof body !== 'string' && !headers.has('content-type')) {
    headers.set('content-type', 'application/json');
  }
  return {
    url,
    init: {
      method,
      headers,
      // A redirect would lead past the allowed hosts; with `redirect: true` its status counts as success.
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      ...(body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body: textOf(body) }),
    },
  };
}

/** The content as the specification wants it: JSON when the response says it is, else text. */
function contentOf(bytes: Uint8Array, mediaType: string): Json {
  const text = new TextDecoder().decode(bytes);
  if (!/[/+]json\b/i.test(mediaType)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/**
 * Carries out a `call: http` for real and answers as the step does: `output` content (default), response or raw; a
 * status outside 200 to 299 (to 399 with `redirect: true`) is a communication error with that status.
 *
 * @param pointer step the error names
 */
export async function callAllowedHost(
  input: JsonObject,
  endpoint: string,
  target: URL,
  pointer: string,
): Promise<NonNullable<Answer>> {
  const failed = (status: number, detail: string): NonNullable<Answer> => ({
    error: { ...standardError('communication', pointer, detail), status },
  });
  const { url, init } = requestOf(input, target);
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await fetch(url, init);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : '';
    return failed(500, `${endpoint} did not answer: ${cause || String(thrown)}`);
  }
  if (bytes.length > RESPONSE_LIMIT_BYTES) {
    return failed(500, `${endpoint} answered more than ${RESPONSE_LIMIT_BYTES} bytes`);
  }
  const highest = input['redirect'] === true ? 399 : 299;
  if (response.status < 200 || response.status > highest) {
    return failed(
      response.status,
      `${endpoint} answered ${response.status} ${response.statusText}`.trimEnd(),
    );
  }
  const content = contentOf(bytes, response.headers.get('content-type') ?? '');
  if (input['output'] === 'raw') return { output: Buffer.from(bytes).toString('base64') };
  if (input['output'] !== 'response') return { output: content };
  const request: JsonObject = {
    method: init.method ?? 'GET',
    uri: endpoint,
    headers: Object.fromEntries(init.headers as Headers),
  };
  return {
    output: {
      request,
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      content,
    },
  };
}
