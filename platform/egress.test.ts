import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEgressClient, EgressRefused, isInternalAddress } from './egress.ts';

const GET = { method: 'get', timeoutMs: 5_000, followRedirects: true };

describe('isInternalAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '172.31.255.255',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    'nonsense',
  ])('holds %s back', (address) => expect(isInternalAddress(address)).toBe(true));
  it.each(['203.0.113.9', '8.8.8.8', '2606:4700::1111'])('lets %s through', (address) =>
    expect(isInternalAddress(address)).toBe(false),
  );
});

describe('egress client', () => {
  let server: Server;
  let base: string;
  const seen: Array<{ url: string; authorization: string | undefined }> = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push({ url: request.url ?? '', authorization: request.headers.authorization });
      if (request.url === '/away')
        response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
      else if (request.url === '/hop') response.writeHead(302, { location: '/end' }).end();
      else if (request.url === '/big') response.end(Buffer.alloc(5 * 1024 * 1024));
      else response.setHeader('x-test', 'yes').end('{"ok":true}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('refuses internal addresses in any spelling', async () => {
    const client = createEgressClient([]);
    for (const url of [
      base,
      'http://localhost:1/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::1]/',
      'file:///etc/passwd',
      'http://u:p@203.0.113.1/',
    ]) {
      await expect(client.send({ ...GET, url }), url).rejects.toBeInstanceOf(EgressRefused);
    }
  });

  it('reaches a host that is allowed by name', async () => {
    const answer = await createEgressClient(['127.0.0.1']).send({ ...GET, url: `${base}/x` });
    expect([answer.status, answer.body.toString(), answer.headers['x-test']]).toEqual([
      200,
      '{"ok":true}',
      'yes',
    ]);
  });

  it('checks every redirect again and leaves credentials behind', async () => {
    const client = createEgressClient(['127.0.0.1']);
    await expect(client.send({ ...GET, url: `${base}/away` })).rejects.toThrow('169.254.169.254');
    await client.send({ ...GET, url: `${base}/hop`, headers: { authorization: 'Bearer x' } });
    expect(seen.slice(-2)).toEqual([
      { url: '/hop', authorization: 'Bearer x' },
      { url: '/end', authorization: undefined },
    ]);
    expect((await client.send({ ...GET, url: `${base}/hop`, followRedirects: false })).status).toBe(302);
  });

  it('stops at an answer that is too large', async () => {
    await expect(createEgressClient(['127.0.0.1']).send({ ...GET, url: `${base}/big` })).rejects.toThrow(
      'larger than',
    );
  });
});
