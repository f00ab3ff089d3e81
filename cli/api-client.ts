import { readFileSync } from 'node:fs';
import { folders } from './folders.ts';
import { CommandFailure, UsageError } from './io.ts';
import type { Io } from './io.ts';
import { messageOf } from './stack/failure.ts';

/** Options every online command takes beside its own. */
export const ONLINE_OPTIONS = {
  json: { type: 'boolean', default: false },
  token: { type: 'string' },
  url: { type: 'string' },
} as const;

/** Values of ONLINE_OPTIONS as the argument reader gives them. */
export interface OnlineValues {
  json: boolean;
  token?: string | undefined;
  url?: string | undefined;
}

const REQUEST_LIMIT_MS = 60_000;

/** Base URL: `--url`, AFTERBELL_URL, the running local stack's, AFTERBELL_PUBLIC_URL, else the port on loopback. */
function baseUrlOf(values: OnlineValues, io: Io): string {
  const chosen = values.url ?? io.env.AFTERBELL_URL;
  if (chosen !== undefined && chosen !== '') {
    if (!/^https?:\/\//.test(chosen) || !URL.canParse(chosen)) {
      throw new UsageError(`--url "${chosen}" is not an http or https URL`);
    }
    return chosen.replace(/\/+$/, '');
  }
  try {
    const state = JSON.parse(readFileSync(folders(io.env).stackFile, 'utf8')) as { url?: unknown };
    if (typeof state.url === 'string') return state.url;
  } catch {
    // No local stack: the default address.
  }
  const published = io.env.AFTERBELL_PUBLIC_URL;
  if (published !== undefined && published !== '') return published.replace(/\/+$/, '');
  return `http://127.0.0.1:${io.env.AFTERBELL_HTTP_PORT ?? '7800'}`;
}

/** Token: `--token`, AFTERBELL_TOKEN, the file the local stack leaves. @throws CommandFailure no-token */
function tokenOf(values: OnlineValues, io: Io): string {
  const given = values.token ?? io.env.AFTERBELL_TOKEN;
  if (given !== undefined && given !== '') return given;
  const file = folders(io.env).cliTokenFile;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new CommandFailure(
      'no-token',
      `no API token: give --token, set AFTERBELL_TOKEN, or create ${file}`,
    );
  }
}

interface ProblemBody {
  code?: unknown;
  title?: unknown;
  detail?: unknown;
}

/** What an answer other than 2xx says, as one line. */
function failureOf(status: number, text: string): CommandFailure {
  let problem: ProblemBody = {};
  try {
    problem = JSON.parse(text) as ProblemBody;
  } catch {
    // Not problem+json: a proxy or a wrong address.
  }
  const said: unknown[] = [problem.detail, problem.title, text.slice(0, 200), 'no text'];
  const words = said.filter((part) => typeof part === 'string').find((part) => part !== '') ?? '';
  const code = typeof problem.code === 'string' ? problem.code : `http-${status}`;
  return new CommandFailure(code, `the API answered ${status}: ${words}`);
}

/** The HTTP API as the command line uses it. */
export class ApiClient {
  readonly baseUrl: string;
  private readonly login: Record<string, string>;

  /** @param login headers that sign the requests in; default the bearer token */
  constructor(values: OnlineValues, io: Io, login?: Record<string, string>) {
    this.baseUrl = baseUrlOf(values, io);
    this.login = login ?? { authorization: `Bearer ${tokenOf(values, io)}` };
  }

  /**
   * Sends one request; answers the parsed body (null when empty).
   *
   * @throws CommandFailure with the API's code, or `unreachable`
   */
  async call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await this.send(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw failureOf(response.status, text);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Reads all pages of a list, at most `limit` items. */
  async list<T>(path: string, limit = 1_000): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const separator = path.includes('?') ? '&' : '?';
      const suffix: string = cursor === null ? '' : `${separator}cursor=${encodeURIComponent(cursor)}`;
      const page: { items: T[]; next?: string | null } = await this.call('GET', `${path}${suffix}`);
      items.push(...page.items);
      cursor = page.next ?? null;
    } while (cursor !== null && items.length < limit);
    return items.slice(0, limit);
  }

  /** Reads server-sent events until the stream or `signal` ends; one parsed `data` per turn. */
  async *events(path: string, signal: AbortSignal): AsyncGenerator<unknown> {
    const response = await this.send(path, { headers: { accept: 'text/event-stream' }, signal });
    if (!response.ok) throw failureOf(response.status, await response.text());
    if (response.body === null) return;
    let buffer = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      buffer += chunk;
      const blocks = buffer.split(/\r?\n\r?\n/);
      buffer = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block
          .split(/\r?\n/)
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).trimStart())
          .join('\n');
        if (data !== '') yield JSON.parse(data) as unknown;
      }
    }
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.baseUrl}${path}`, {
        ...init,
        redirect: 'error',
        headers: { ...(init.headers as Record<string, string>), ...this.login },
      });
    } catch (thrown) {
      const cause = thrown instanceof Error && thrown.cause !== undefined ? messageOf(thrown.cause) : '';
      throw new CommandFailure(
        'unreachable',
        `${this.baseUrl} is not reachable: ${cause || messageOf(thrown)}`,
      );
    }
  }
}

/** Signs a person in with a password, for the few things a token may not do. @throws CommandFailure */
export async function signIn(
  values: OnlineValues,
  io: Io,
  username: string,
  password: string,
): Promise<ApiClient> {
  const baseUrl = baseUrlOf(values, io);
  const response = await fetch(`${baseUrl}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: baseUrl },
    body: JSON.stringify({ username, password }),
    signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
  }).catch((thrown: unknown) => {
    throw new CommandFailure('unreachable', `${baseUrl} is not reachable: ${messageOf(thrown)}`);
  });
  const text = await response.text();
  if (!response.ok) throw failureOf(response.status, text);
  const { csrfToken } = JSON.parse(text) as { csrfToken: string };
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .join('; ');
  return new ApiClient(values, io, { cookie, 'x-csrf-token': csrfToken, origin: baseUrl });
}
