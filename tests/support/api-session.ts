import { setTimeout as delay } from 'node:timers/promises';

/** An answer of the API: status and parsed JSON (or text when it is none). */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A caller of the API as tests, demo and chaos need it: either a signed-in person or a token. */
export class ApiSession {
  private readonly baseUrl: string;
  private readonly headers: Record<string, string>;

  private constructor(baseUrl: string, headers: Record<string, string>) {
    this.baseUrl = baseUrl;
    this.headers = headers;
  }

  /** Signs a person in; throws with the API's answer when it is refused. */
  static async signIn(baseUrl: string, username: string, password: string): Promise<ApiSession> {
    const response = await fetch(`${baseUrl}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: baseUrl },
      body: JSON.stringify({ username, password }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`sign-in of ${username} answered ${response.status}: ${text}`);
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0] ?? '')
      .join('; ');
    const { csrfToken } = JSON.parse(text) as { csrfToken: string };
    return new ApiSession(baseUrl, { cookie, 'x-csrf-token': csrfToken, origin: baseUrl });
  }

  /** A caller with a bearer token, such as an approval system. */
  static withToken(baseUrl: string, token: string): ApiSession {
    return new ApiSession(baseUrl, { authorization: `Bearer ${token}` });
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...this.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  }

  /** Like `call`, but any status other than 2xx is an error that shows the answer. */
  async need<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const answer = await this.call(method, path, body, headers);
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body as T;
  }

  /** Bytes of a download with its headers. */
  async download(path: string): Promise<{ content: Buffer; disposition: string }> {
    const response = await fetch(`${this.baseUrl}${path}`, { headers: this.headers });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return {
      content: Buffer.from(await response.arrayBuffer()),
      disposition: response.headers.get('content-disposition') ?? '',
    };
  }
}

/** Asks `probe` until it gives a value; throws with `what` when the time is over. Times in milliseconds. */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | undefined>,
  everyMs = 100,
): Promise<T> {
  const endsAt = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < endsAt) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      lastError = error;
    }
    await delay(everyMs);
  }
  throw new Error(
    `waited ${timeoutMs} ms in vain for ${what}${lastError instanceof Error ? `: ${lastError.message}` : ''}`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
