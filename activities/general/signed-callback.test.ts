import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../domain/json.ts';
import { type EgressRequest, EgressRefused } from '../../platform/egress.ts';
import { newWebhookSecret, refusalOfWebhook } from '../../platform/webhook-signature.ts';
import type { EffectRow, Records } from '../../prisma/records/types.ts';
import { createSignedCallbackActivity } from './signed-callback.ts';

const OLD = newWebhookSecret();
const NEW = newWebhookSecret();
const CONTEXT = {
  runId: 'r1',
  flowName: 'f',
  planHash: 'h',
  businessKey: 'k',
  requestedBy: 'token:oa',
  authoredBy: 'chen.lei',
  pointer: '/do/3/tell',
  visit: '0',
  attempt: 1,
  commandId: 'c1',
};
const INPUT = {
  url: 'https://oa.example/hook',
  secretRefs: ['webhook/oa#v2', 'webhook/oa#v1'],
  type: 'access.granted',
  data: { n: 1 },
};

/** The ledger as the store keeps it: the first intent stands, the outcome is added. */
function ledger() {
  const rows = new Map<string, EffectRow>();
  return {
    plan: async (row: Omit<EffectRow, 'status' | 'outcome' | 'evidenceHash'>) => {
      const planned = rows.get(row.effectId) ?? {
        ...row,
        status: 'planned' as const,
        outcome: null,
        evidenceHash: null,
      };
      rows.set(row.effectId, planned);
      return planned;
    },
    mark: async (effectId: string, status: EffectRow['status'], { outcome }: { outcome?: JsonObject }) => {
      const row = rows.get(effectId);
      if (row !== undefined) rows.set(effectId, { ...row, status, outcome: outcome ?? null });
    },
    rows,
  };
}

function bench(answer: () => number) {
  const sent: EgressRequest[] = [];
  const effects = ledger();
  let nowMs = 1_800_000_000_000;
  const send = createSignedCallbackActivity({
    effects: effects as unknown as Records['effects'],
    egress: {
      send: async (request) => {
        sent.push(request);
        return { status: answer(), headers: {}, body: Buffer.alloc(0), url: request.url };
      },
    },
    resolveText: async (reference) => JSON.stringify({ secret: reference.endsWith('#v1') ? OLD : NEW }),
    clock: () => (nowMs += 60_000),
  });
  return { sent, effects, call: (input = INPUT) => send({ context: CONTEXT, input }), now: () => nowMs };
}

describe('sendSignedCallback', () => {
  it('signs with every secret, so that a receiver with either believes it', async () => {
    const { call, sent, now } = bench(() => 204);
    expect(await call()).toMatchObject({ delivered: true, status: 204 });
    const [{ headers = {}, body = '' } = {}] = sent;
    for (const secret of [OLD, NEW]) expect(refusalOfWebhook([secret], headers, body, now())).toBeUndefined();
    expect(JSON.parse(body)).toMatchObject({ type: 'access.granted', data: { n: 1 } });
  });

  it('sends the same id and bytes again after a failure, with a new time, and not at all once it was taken', async () => {
    let status = 503;
    const { call, sent } = bench(() => status);
    const failure: unknown = await call().catch((error: unknown) => error);
    expect(failure).toMatchObject({ nonRetryable: false });
    status = 200;
    const done = await call();
    expect(await call()).toEqual(done);
    expect(sent).toHaveLength(2);
    const [first, second] = sent;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers?.['webhook-id']).toBe(first?.headers?.['webhook-id']);
    expect(second?.headers?.['webhook-timestamp']).not.toBe(first?.headers?.['webhook-timestamp']);
  });

  it.each([
    [404, false],
    [429, false],
    [302, false],
    [410, true],
  ])('takes %i for an end: %s', async (status, isFinal) => {
    const failure: unknown = await bench(() => status)
      .call()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      nonRetryable: isFinal,
      type: 'https://afterbell.example/errors/callback-failed',
    });
  });

  it('does not try again where the address is not allowed', async () => {
    const { call } = bench(() => {
      throw new EgressRefused('internal address');
    });
    expect(await call().catch((error: unknown) => error)).toMatchObject({ nonRetryable: true });
  });

  it('without an address sends nothing and plans nothing', async () => {
    const { call, sent, effects } = bench(() => 200);
    expect(await call({ ...INPUT, url: null as never })).toMatchObject({ delivered: false, status: null });
    expect([sent.length, effects.rows.size]).toEqual([0, 0]);
  });
});
