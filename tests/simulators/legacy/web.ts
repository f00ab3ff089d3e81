import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A request as the legacy pages see it. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  /** Undefined when nobody is signed in or the session has ended. */
  readonly session: Session | undefined;
}

/** A signed-in operator; `clicks` counts what was asked since. */
export interface Session {
  readonly username: string;
  clicks: number;
  endsAtMs: number;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Sessions by cookie. A session ends after `lifeMs` and, when `afterClicks` is given, once after so many requests: people call it moody. */
export class Sessions {
  readonly #open = new Map<string, Session>();
  readonly #lifeMs: number;
  #afterClicks: number | undefined;

  constructor(lifeMs: number, afterClicks: number | undefined) {
    this.#lifeMs = lifeMs;
    this.#afterClicks = afterClicks;
  }

  open(username: string): string {
    const key = randomBytes(16).toString('hex');
    this.#open.set(key, { username, clicks: 0, endsAtMs: Date.now() + this.#lifeMs });
    return key;
  }

  find(cookie: string): Session | undefined {
    const key = /\bSID=([0-9a-f]{32})/.exec(cookie)?.[1] ?? '';
    const session = this.#open.get(key);
    if (session === undefined) return undefined;
    session.clicks += 1;
    const isWornOut = this.#afterClicks !== undefined && session.clicks > this.#afterClicks;
    if (!isWornOut && session.endsAtMs > Date.now()) return session;
    this.#open.delete(key);
    if (isWornOut) this.#afterClicks = undefined;
    return undefined;
  }
}

/** HTML of a text: nothing the data says becomes a tag. */
export function escapeHtml(text: string | number): string {
  return String(text).replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** Starts a server whose pages come from `answer`. `port` 0 takes a free one. */
export async function startWeb(
  port: number,
  sessions: Sessions,
  answer: (asked: Asked, response: ServerResponse) => void,
): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    read(request, sessions)
      .then((asked) => answer(asked, response))
      .catch(() => response.writeHead(500).end('internal error'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : port };
}

export function sendHtml(response: ServerResponse, html: string, cookie?: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    ...(cookie === undefined ? {} : { 'set-cookie': `SID=${cookie}; Path=/; HttpOnly` }),
  });
  response.end(html);
}

export function sendTo(response: ServerResponse, place: string, cookie?: string): void {
  response.writeHead(302, {
    location: place,
    ...(cookie === undefined ? {} : { 'set-cookie': `SID=${cookie}; Path=/; HttpOnly` }),
  });
  response.end();
}

async function read(request: IncomingMessage, sessions: Sessions): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://legacy');
  return {
    path: url.pathname,
    query: url.searchParams,
    form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')),
    session: sessions.find(request.headers.cookie ?? ''),
  };
}
