import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestAuthorization } from '../../../activities/general/http-digest.ts';
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

const PETSTORE: Json = {
  swagger: '2.0',
  host: 'petstore.swagger.io',
  basePath: '/v2',
  schemes: ['https', 'http'],
  paths: {
    '/pet/findByStatus': {
      get: {
        operationId: 'findPetsByStatus',
        parameters: [
          { name: 'status', in: 'query', required: true, type: 'array', collectionFormat: 'multi' },
        ],
      },
    },
    '/pet/{petId}': {
      get: {
        operationId: 'getPetById',
        parameters: [{ name: 'petId', in: 'path', required: true, type: 'integer' }],
      },
    },
  },
};
/** The same service in version 3, served as YAML; its server is relative to the document. */
const PETSTORE_3 = `openapi: 3.0.3
servers: [{ url: /v2 }]
paths:
  /pet/{petId}:
    parameters: [{ $ref: '#/components/parameters/pet' }]
    get: { operationId: getPet }
components: { parameters: { pet: { name: petId, in: path, required: true, schema: { type: integer } } } }
`;
const CLIENT = { id: 'kit', secret: 'kit secret', token: 'kit-token' } as const;
const NONCE = 'bm9uY2U';

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
  if (first === 'digest') return answerDigest(request, response, second ?? '', third ?? '');
  if (first === 'id') return answerIdentity(request, response, url);
  if (url.pathname === '/v2/swagger.json') return json(200, PETSTORE);
  if (url.pathname === '/v3/openapi.yaml')
    return void response.writeHead(200, { 'content-type': 'application/yaml' }).end(PETSTORE_3);
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

function answerDigest(
  request: IncomingMessage,
  response: ServerResponse,
  username: string,
  password: string,
): void {
  const given = request.headers.authorization ?? '';
  const clientNonce = /cnonce="([^"]+)"/.exec(given)?.[1];
  const challenge = {
    realm: 'kit',
    nonce: NONCE,
    opaque: undefined,
    algorithm: 'SHA-256',
    hasQop: true,
  };
  const url = `http://stub${request.url}`;
  const isKnown =
    clientNonce !== undefined &&
    given === digestAuthorization(challenge, { method: 'get', url, username, password, clientNonce });
  const headers = isKnown
    ? {}
    : { 'www-authenticate': `Digest realm="kit", nonce="${NONCE}", algorithm=SHA-256, qop="auth"` };
  response
    .writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ authenticated: isKnown }));
}

/** An identity provider: discovery, and tokens for one client that shows its secret in the body. */
function answerIdentity(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const json = (status: number, body: Json): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (url.pathname.endsWith('/openid-configuration'))
    return json(200, {
      issuer: 'https://service.example/id',
      token_endpoint: 'https://service.example/id/token',
    });
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const isKnown = form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret;
    if (!isKnown || form.get('grant_type') !== 'client_credentials')
      return json(401, { error: 'invalid_client' });
    return json(200, { access_token: CLIENT.token, token_type: 'Bearer', expires_in: 60 });
  });
}
