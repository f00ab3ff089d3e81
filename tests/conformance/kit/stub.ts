import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../../domain/json.ts';
import { createEgressClient, type EgressClient } from '../../../platform/egress.ts';

/** The local service that stands in for the public hosts of the kit. */
export interface Stub {
  /** Calls that go to a mapped host reach the stub; all others are refused, so that no scenario leaves the machine. */
  readonly egress: EgressClient;
  close(): Promise<void>;
}

const HOSTS = ['petstore.swagger.io', 'httpbin.org', 'service.example'];
const PETS: readonly Json[] = [
  { id: 1, name: 'Milou', status: 'available' },
  { id: 2, name: 'Pluto', status: 'available' },
];

/** Starts the stub on a free local port. */
export async function startStub(): Promise<Stub> {
  const seen = new Map<string, number>();
  const server = createServer((request, response) => answer(request, response, seen));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createEgressClient(['127.0.0.1']);
  return {
    egress: {
      send: async (request) => {
        const url = new URL(request.url);
        if (!HOSTS.includes(url.host)) throw new Error(`no stub stands in for ${url.host}`);
        const sent = { ...request, url: `${origin}${url.pathname}${url.search}` };
        const { url: reached, ...rest } = await client.send(sent);
        return { ...rest, url: reached.replace(origin, url.origin) };
      },
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, seen: Map<string, number>): void {
  const url = new URL(request.url ?? '/', 'http://stub');
  const json = (status: number, body: Json): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const [, first, second, third] = url.pathname.split('/');
  if (url.pathname === '/v2/pet/findByStatus') return json(200, [...PETS]);
  if (first === 'v2' && second === 'pet') {
    const pet = PETS[Number(third) - 1];
    return pet === undefined ? json(404, { message: 'Pet not found' }) : json(200, pet);
  }
  if (first === 'basic-auth') {
    const wanted = `Basic ${Buffer.from(`${second}:${third}`).toString('base64')}`;
    const isKnown = request.headers.authorization === wanted;
    return json(isKnown ? 200 : 401, { authenticated: isKnown });
  }
  if (first === 'bearer')
    return json(request.headers.authorization === `Bearer ${second}` ? 200 : 401, { at: url.pathname });
  if (first === 'status') return json(Number(second), { status: Number(second) });
  if (first === 'moved') return void response.writeHead(302, { location: '/v2/pet/1' }).end();
  if (first === 'text')
    return void response.writeHead(200, { 'content-type': 'text/plain' }).end('plain words');
  if (first === 'slow') return void setTimeout(() => json(200, { slow: true }), Number(second));
  // Fails until the same step of the same run has asked so often.
  if (first === 'after') {
    const key = `${url.pathname} ${String(request.headers['idempotency-key'])}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count >= Number(third) ? json(200, { tries: count }) : json(409, { tries: count });
  }
  json(404, { message: `the stub has no ${url.pathname}` });
}
