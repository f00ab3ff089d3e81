import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeToken } from '../../api/demo-seed.ts';
import { folders } from '../../cli/folders.ts';
import { loadKeys } from '../../platform/keys.ts';
import { createVault, resolveSecretFields } from '../../platform/vault.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import { approveAs, endingOf, endOfRun, type Scene } from './scene.ts';

/** 10.8 seconds: the grant is seen to work and seen to end. */
const HOURS = 0.003;
const STEP_MS = 60_000;
const FRESH_S = 300;
const SECRET = 'webhook/access-request#v1';

interface Callback {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody else's system: asks for access with a key, and hears the result by signed callback. */
export async function accessRequest({ stack, records, checks, say }: Scene): Promise<void> {
  const received: Callback[] = [];
  const server = await listen(received);
  try {
    const caller = ApiSession.withToken(
      stack.baseUrl,
      await makeToken(records, 'oa-hands-off', ['integration']),
    );
    const key = `demo-access-${randomUUID()}`;
    const callbackUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
    const input = {
      requestId: key,
      person: 'li.na',
      kind: 'role',
      access: 'net-reviewer',
      reason: 'demo without hands',
      hours: HOURS,
      callbackUrl,
    };
    const start = () =>
      caller.need<{ runId: string }>(
        'POST',
        '/v1/runs',
        { flow: 'access-request', businessKey: key, input },
        { 'idempotency-key': key },
      );
    const [first, second] = [await start(), await start()];
    checks.same('the same key twice is one run', first.runId, second.runId);
    say('access request: two levels decide');
    checks.same('may decide approvals before', false, await mayDecide(stack));
    await approveAs(stack, 'zhao.lin', first.runId, STEP_MS);
    checks.same('may decide after the first of two levels', false, await mayDecide(stack));
    await approveAs(stack, 'sun.yan', first.runId, STEP_MS);
    await waitFor('the grant', STEP_MS, async () =>
      (await records.grants.liveFor('li.na', new Date())).length > 0 ? true : undefined,
    );
    checks.same('may decide after both levels', true, await mayDecide(stack));
    const run = await endOfRun(caller, first.runId, STEP_MS);
    checks.same('run', 'completed', endingOf(run));
    checks.same('may decide after the end of the grant', false, await mayDecide(stack));
    const grants = (await records.grants.list({}, { limit: 50 })).items.filter(
      (grant) => grant.runId === first.runId,
    );
    checks.same('grants made', 1, grants.length);
    checks.same('granted by', ['zhao.lin', 'sun.yan'], grants[0]?.grantedBy);
    await checkCallbacks({ received, secret: await sharedSecret({ stack, records }), checks });
  } finally {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

async function checkCallbacks({
  received,
  secret,
  checks,
}: { received: readonly Callback[]; secret: string } & Pick<Scene, 'checks'>): Promise<void> {
  const types = received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  checks.same('callbacks', ['access.granted', 'access.ended'], types);
  checks.same(
    'callback signatures are genuine',
    true,
    received.length > 0 && received.every((callback) => isGenuine(callback, secret)),
  );
  const [first] = received;
  checks.same(
    'a callback with another body is not',
    false,
    first !== undefined && isGenuine({ ...first, body: `${first.body} ` }, secret),
  );
}

/** The session of the person tells what they may do right now. */
async function mayDecide(stack: Scene['stack']): Promise<boolean> {
  const session = await stack.signIn('li.na');
  const { person } = await session.need<{ person: { permissions: string[] } }>('GET', '/v1/session');
  return person.permissions.includes('approval.decide');
}

/** The secret both sides share; the demo seeded it, and the receiver would have been given it by hand. */
async function sharedSecret({ stack, records }: Pick<Scene, 'stack' | 'records'>): Promise<string> {
  const { masterKeyFile } = folders({ ...process.env, ...stack.environment });
  const fields = await resolveSecretFields(createVault(loadKeys(masterKeyFile)), records.secrets, SECRET);
  return fields.reveal().secret ?? '';
}

/** As a receiver would check it that knows nothing but the Standard Webhooks text and the secret. */
function isGenuine({ headers, body }: Callback, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  const isFresh = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < FRESH_S;
  return isFresh && String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`);
}

async function listen(received: Callback[]): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
