import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAllowed } from '../domain/access/permissions.ts';
import { routes } from './routes/index.ts';
import { openTestApp, PASSWORD, PUBLIC_URL, type TestApp } from './testing/test-app.ts';

const ROLE_OF: Readonly<Record<string, readonly string[]>> = {
  admin: ['administrator'],
  'chen.lei': ['ops-lead', 'publisher'],
  'wang.min': ['net-reviewer', 'approver'],
  'li.na': ['network-engineer', 'viewer'],
  'zhou.hao': ['auditor', 'viewer'],
};

/** Streams stay open; sign-out would end the session under test. */
const LEFT_OUT = new Set([
  'GET /v1/live',
  'GET /v1/runs/:runId/events',
  'DELETE /v1/session',
  'POST /v1/session',
]);

describe('who may call what', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await openTestApp();
  });
  afterAll(async () => {
    await test.close();
  });

  const urlOf = (url: string) =>
    url.replace(':sha256', 'a'.repeat(64)).replaceAll(/:[A-Za-z0-9]+/g, 'absent');

  it('answers 401 to everybody without a credential on every route', async () => {
    for (const route of routes.filter((candidate) => candidate.permission !== 'public')) {
      const answer = await test.call({ method: route.method as 'GET', url: urlOf(route.url) });
      expect(answer.status, `${String(route.method)} ${route.url}`).toBe(401);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  it.each(Object.keys(ROLE_OF))(
    'gives %s what the permission table says, on every route',
    async (username) => {
      const headers = await test.signIn(username);
      for (const route of routes) {
        const key = `${String(route.method)} ${route.url}`;
        if (route.permission === 'public' || LEFT_OUT.has(key)) continue;
        const answer = await test.call({ method: route.method as 'GET', url: urlOf(route.url), headers });
        const allowed = isAllowed(ROLE_OF[username] ?? [], route.permission);
        expect(answer.status === 403, `${key} for ${username} answered ${answer.status}`).toBe(!allowed);
        expect(answer.status, key).not.toBe(500);
      }
    },
  );

  it('refuses changes without the CSRF token and from a foreign page', async () => {
    const headers = await test.signIn('admin');
    const change = {
      method: 'POST' as const,
      url: '/v1/secrets',
      payload: { name: 'device/a', value: { password: 'x' } },
    };
    const without = await test.call({ ...change, headers: { cookie: headers.cookie ?? '' } });
    expect(without.body).toMatchObject({ status: 403, code: 'csrf-token' });
    const foreign = await test.call({ ...change, headers: { ...headers, origin: 'https://evil.example' } });
    expect(foreign.body).toMatchObject({ status: 403, code: 'foreign-origin' });
    const own = await test.call({ ...change, headers: { ...headers, origin: PUBLIC_URL } });
    expect(own.status).toBe(201);
    expect(own.body).toEqual({ reference: 'device/a#v1' });
  });

  it('lists secrets by name and version only, and tokens to whom they belong', async () => {
    const admin = await test.signIn('admin');
    const secrets = await test.call({ method: 'GET', url: '/v1/secrets', headers: admin });
    expect(secrets.body).toEqual({
      items: [{ name: 'device/a', version: 1, createdAt: expect.any(String) }],
    });
    const reviewer = await test.signIn('wang.min');
    const make = (name: string, kind: string, headers: Record<string, string>) =>
      test.call({ method: 'POST', url: '/v1/tokens', payload: { name, kind }, headers });
    const own = await make('mine', 'deciding', reviewer);
    await make('oa', 'service', admin);
    const listed = async (headers: Record<string, string>) => {
      const { body } = await test.call({ method: 'GET', url: '/v1/tokens', headers });
      return (body as { items: Array<{ tokenId: string; name: string }> }).items;
    };
    const all = await listed(admin);
    expect(all.map(({ name }) => name)).toEqual(['oa', 'mine']);
    expect((await listed(reviewer)).map(({ name }) => name)).toEqual(['mine']);
    const revoke = (name: string, headers: Record<string, string>) => {
      const tokenId = all.find((token) => token.name === name)?.tokenId ?? '';
      return test.call({ method: 'DELETE', url: `/v1/tokens/${tokenId}`, headers });
    };
    expect((await revoke('oa', reviewer)).status).toBe(404);
    expect((await revoke('mine', reviewer)).status).toBe(204);
    const token = (own.body as { token: string }).token;
    const used = await test.call({
      method: 'GET',
      url: '/v1/runs',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(used.status).toBe(401);
    expect((await revoke('mine', admin)).status).toBe(404);
    expect((await revoke('oa', admin)).status).toBe(204);
    expect(await listed(admin)).toEqual([]);
    const trail = (await test.records.audit.list({ limit: 100 })).items;
    expect(trail.filter(({ action }) => action === 'token.revoked').length).toBe(2);
  });

  it('says the same for an unknown person and for a wrong password', async () => {
    const sign = (username: string, password: string) =>
      test.call({ method: 'POST', url: '/v1/session', payload: { username, password } });
    const unknown = await sign('nobody', PASSWORD);
    const wrong = await sign('admin', 'wrong');
    expect(unknown.status).toBe(401);
    expect(wrong.status).toBe(401);
    expect({ ...(wrong.body as object), instance: '' }).toEqual({
      ...(unknown.body as object),
      instance: '',
    });
  });

  it('ends a session at sign-out', async () => {
    const headers = await test.signIn('li.na');
    expect((await test.call({ method: 'DELETE', url: '/v1/session', headers })).status).toBe(204);
    expect((await test.call({ method: 'GET', url: '/v1/session', headers })).status).toBe(401);
  });

  it('sends the security headers', async () => {
    const { headers } = await test.call({ method: 'GET', url: '/v1/health' });
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});
