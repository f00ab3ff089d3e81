import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../domain/json.ts';
import { callAllowedHost, parseAllowedHosts, targetOf } from './rehearsal-http.ts';

let server: Server;
let base = '';
const seen: Array<{ method: string; url: string; headers: IncomingMessage['headers']; body: string }> = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      if (url.includes('missing')) response.writeHead(404).end('no such thing');
      else if (url.includes('moved'))
        response.writeHead(302, { location: 'http://elsewhere.example/' }).end();
      else if (url.includes('text')) response.writeHead(200, { 'content-type': 'text/plain' }).end('{"a":1}');
      else response.writeHead(200, { 'content-type': 'application/problem+json' }).end('{"a":1}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function call(endpoint: string, input: JsonObject = {}): ReturnType<typeof callAllowedHost> {
  const target = targetOf(endpoint, parseAllowedHosts([`api.example.com=${base}/v2`]));
  if (target === null) throw new Error('not allowed');
  return callAllowedHost({ method: 'get', endpoint, ...input }, endpoint, target, '/do/0/ask');
}

describe('parseAllowedHosts', () => {
  it.each(['api.example.com', '=http://x', 'api.example.com=ftp://x', 'a/b=http://x', 'a=b'])(
    'refuses %s',
    (text) => {
      expect(() => parseAllowedHosts([text])).toThrow(`--allow-http "${text}" is not HOST=URL`);
    },
  );
});

describe('targetOf', () => {
  const allowed = parseAllowedHosts([
    'API.example.com=http://127.0.0.1:1/base/',
    'other:8080=https://x.example',
  ]);

  it('lets through only the hosts that were named, with their path and query', () => {
    expect(targetOf('https://api.example.com/pets/1?a=b', allowed)?.href).toBe(
      'http://127.0.0.1:1/base/pets/1?a=b',
    );
    expect(targetOf('https://api.example.com:444/pets', allowed)?.href).toBe('http://127.0.0.1:1/base/pets');
    expect(targetOf('http://other:8080/', allowed)?.href).toBe('https://x.example/');
    expect(targetOf('http://other:8081/', allowed)).toBeNull();
    expect(targetOf('https://api.example.com.evil.example/', allowed)).toBeNull();
    expect(targetOf('not an address', allowed)).toBeNull();
  });
});

describe('callAllowedHost', () => {
  it('sends method, query, headers and a JSON body', async () => {
    seen.length = 0;
    const answer = await call('https://api.example.com/pets', {
      method: 'post',
      query: { limit: 2 },
      headers: { 'x-key': 'k' },
      body: { name: 'Rex' },
    });
    expect(answer).toEqual({ output: { a: 1 } });
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/v2/pets?limit=2', body: '{"name":"Rex"}' });
    expect(seen[0]?.headers).toMatchObject({ 'x-key': 'k', 'content-type': 'application/json' });
  });

  it('answers content by media type, raw as base64, and the whole response', async () => {
    expect(await call('https://api.example.com/text')).toEqual({ output: '{"a":1}' });
    expect(await call('https://api.example.com/pets', { output: 'raw' })).toEqual({
      output: btoa('{"a":1}'),
    });
    expect(await call('https://api.example.com/pets', { output: 'response' })).toMatchObject({
      output: {
        request: { method: 'GET', uri: 'https://api.example.com/pets' },
        statusCode: 200,
        content: { a: 1 },
      },
    });
  });

  it('turns other statuses into communication errors that name the step', async () => {
    expect(await call('https://api.example.com/missing')).toMatchObject({
      error: { status: 404, type: expect.stringMatching(/communication$/), instance: '/do/0/ask' },
    });
    expect(await call('https://api.example.com/moved')).toMatchObject({ error: { status: 302 } });
    expect(await call('https://api.example.com/moved', { redirect: true })).toEqual({ output: '' });
  });

  it('turns a host that does not answer into a communication error', async () => {
    const endpoint = 'http://gone.example/';
    const answer = await callAllowedHost({ endpoint }, endpoint, new URL('http://127.0.0.1:1/'), '/do/0/ask');
    expect(answer).toMatchObject({ error: { status: 500, type: expect.stringMatching(/communication$/) } });
  });
});
