import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../domain/json.ts';
import { type EgressRequest, EgressRefused } from '../../platform/egress.ts';
import { newWebhookSecret, refusalOfWebhook } from '../../platform/webhook-signature.ts';
import type { HandOffRecords, HandOffRow } from '../../prisma/records/hand-off-types.ts';
import type { EffectRow, Records } from '../../prisma/records/types.ts';
import { deliverHandOff } from './deliver-hand-off.ts';
import { createNotifyActivity } from './notify.ts';
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

type Put = Parameters<HandOffRecords['put']>;

/** Ledger and outbox as the store keeps them: what was written first stands. */
function store() {
  const effects = new Map<string, EffectRow>();
  const rows: HandOffRow[] = [];
  const put = async (...[handOff, effect]: Put): Promise<void> => {
    if (effect !== undefined && !effects.has(effect.effectId))
      effects.set(effect.effectId, { ...effect, status: 'planned', outcome: null, evidenceHash: null });
    if (rows.some((row) => row.queue === handOff.queue && row.dedupeKey === handOff.dedupeKey)) return;
    rows.push({ ...handOff, outboxId: String(rows.length + 1), createdAt: new Date(0) });
  };
  const handOffs: HandOffRecords = {
    put,
    waiting: async () => rows,
    take: async () => undefined,
    find: async (outboxId) => rows.find((row) => row.outboxId === outboxId),
    standing: async () => [],
    findByKey: async (queue, key) => rows.find((row) => row.queue === queue && row.dedupeKey === key),
    putReceipt: async (outboxId, receipt) => {
      const at = rows.findIndex((row) => row.outboxId === outboxId);
      const row = rows[at];
      if (row !== undefined && row.receipt?.outcome !== 'delivered') rows[at] = { ...row, receipt };
    },
  };
  return {
    effects: {
      find: async (effectId: string) => effects.get(effectId),
      mark: async (effectId: string, status: EffectRow['status'], { outcome }: { outcome?: JsonObject }) => {
        const row = effects.get(effectId);
        if (row !== undefined) effects.set(effectId, { ...row, status, outcome: outcome ?? null });
      },
    } as unknown as Records['effects'],
    planned: effects,
    handOffs,
    rows,
  };
}

/** `answers` gives the receiver's status per attempt. The queue works while the activity waits, as often as `tries` allows. */
function bench(answer: () => number, tries = 1) {
  const sent: EgressRequest[] = [];
  const kept = store();
  let nowMs = 1_800_000_000_000;
  const clock = () => (nowMs += 60_000);
  const delivery = {
    handOffs: kept.handOffs,
    egress: {
      send: async (request: EgressRequest) => {
        sent.push(request);
        return { status: answer(), headers: {}, body: Buffer.alloc(0), url: request.url };
      },
    },
    resolveText: async (reference: string) =>
      JSON.stringify({ secret: reference.endsWith('#v1') ? OLD : NEW }),
    clock,
    dialler: null,
  };
  let attempt = 0;
  const attemptOnce = async (isLast = false) => {
    attempt += 1;
    return deliverHandOff(delivery, { outboxId: '1', attempt, isLast });
  };
  let left = tries;
  const pause = async () => {
    left -= 1;
    if (left >= 0) await attemptOnce();
  };
  const deps = { ...kept, clock, pause };
  const callback = createSignedCallbackActivity(deps);
  return {
    sent,
    ...kept,
    attemptOnce,
    more: (count: number) => (left = count),
    call: (input = INPUT) => callback({ context: CONTEXT, input }),
    tell: createNotifyActivity(deps),
    now: () => nowMs,
  };
}

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('a signed callback', () => {
  it('is signed with every secret, so that a receiver with either believes it', async () => {
    const { call, sent, now } = bench(() => 204);
    expect(await call()).toMatchObject({ delivered: true, status: 204 });
    const [{ headers = {}, body = '' } = {}] = sent;
    for (const secret of [OLD, NEW]) expect(refusalOfWebhook([secret], headers, body, now())).toBeUndefined();
    expect(JSON.parse(body)).toMatchObject({ type: 'access.granted', data: { n: 1 } });
  });

  it('carries the same id and bytes again after a failure, with a new time, and is not sent again once it was taken', async () => {
    let status = 503;
    const { call, sent, more, rows } = bench(() => status);
    expect(await failureOf(call())).toMatchObject({ nonRetryable: false });
    status = 200;
    more(1);
    const done = await call();
    more(1);
    expect(await call()).toEqual(done);
    expect([sent.length, rows.length]).toEqual([2, 1]);
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
    const failure = await failureOf(bench(() => status).call());
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      nonRetryable: isFinal,
      type: 'https://afterbell.example/errors/callback-failed',
    });
  });

  it('does not try again where the address is not allowed', async () => {
    const { call, rows } = bench(() => {
      throw new EgressRefused('internal address');
    });
    expect(await failureOf(call())).toMatchObject({ nonRetryable: true });
    expect(rows[0]?.receipt).toMatchObject({ outcome: 'failed', status: null, attempts: 1 });
  });

  it('fails for good with the last attempt, and may still be delivered when a person tries it again', async () => {
    let status = 503;
    const { call, attemptOnce, rows, more } = bench(() => status);
    more(0);
    await failureOf(call());
    expect(await attemptOnce(true)).toEqual({ kind: 'given-up', detail: 'the receiver answered 503' });
    expect(rows[0]?.receipt).toMatchObject({ outcome: 'failed', status: 503 });
    expect(await failureOf(call())).toMatchObject({ nonRetryable: true });
    status = 200;
    expect(await attemptOnce()).toEqual({ kind: 'delivered' });
    expect(rows[0]?.receipt).toMatchObject({ outcome: 'delivered', status: 200 });
  });

  it('without an address hands nothing over and plans nothing', async () => {
    const { call, sent, planned, rows } = bench(() => 200);
    expect(await call({ ...INPUT, url: null as never })).toMatchObject({ delivered: false, status: null });
    expect([sent.length, planned.size, rows.length]).toEqual([0, 0, 0]);
  });
});

describe('a notification', () => {
  const input = { title: 'done', url: 'https://oa.example/hook' };

  it('whose receiver is away does not hold the run', async () => {
    const { tell, rows } = bench(() => 503, 1);
    expect(await tell({ context: CONTEXT, input })).toMatchObject({ delivered: false, status: null });
    expect(rows[0]?.receipt).toBeUndefined();
  });

  it('is unsigned without a secret, and says so when it was taken', async () => {
    const { tell, sent } = bench(() => 200);
    expect(await tell({ context: CONTEXT, input })).toMatchObject({ delivered: true, status: 200 });
    expect(sent[0]?.headers).not.toHaveProperty('webhook-signature');
  });
});
