import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumers } from '../../api/events/consumers.ts';
import { dispatchOnce } from '../../api/events/dispatch.ts';
import { seedTriggers } from '../../api/shipped-triggers.ts';
import type { JsonObject } from '../../domain/json.ts';
import { accountOpeningRules } from '../../domain/outreach/index.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import { type FlowBench, openFlowBench } from '../flows/flow-bench.ts';
import { waitFor } from '../support/api-session.ts';

const FLOW = readFileSync(new URL('../../flows/account-opening-follow-up.yaml', import.meta.url), 'utf8');
const SOON_MS = 1_500;
const HIGH = { assetsCny: 900_000, visits30d: 9 };
let bench: FlowBench;

beforeAll(async () => {
  bench = await openFlowBench();
  await bench.publishSource(FLOW);
  await seedTriggers(bench.records);
  const rules = {
    ...accountOpeningRules,
    delays: [{ step: 'sign', delayMs: SOON_MS }],
    quietHours: { from: '00:00', to: '00:00' },
  };
  await bench.records.outreach.publishJourney('account-opening', '开户跟进', rules, 'test');
  await bench.records.outreach.putRepresentative({
    personId: 'wu.jing',
    skills: [],
    capacity: 5,
    isOnShift: true,
  });
});
afterAll(async () => {
  await bench.close();
});

async function send(kind: string, data: JsonObject, id: string = randomUUID()): Promise<void> {
  const type = kind.includes('.') ? kind : `com.afterbell.customer.${kind}`;
  const envelope = { specversion: '1.0', id, source: '/crm', type, time: new Date().toISOString(), data };
  await bench.records.events.accept([
    { source: '/crm', eventId: id, type, subject: null, envelope, receivedBy: 'test' },
  ]);
  while ((await dispatchOnce(bench.api, consumers)) > 0);
}

const stall = (customer: string, sequence: number, step = 'sign', over: JsonObject = {}) =>
  send('stalled', { customer, sequence, step, channel: 'branch', profile: HIGH, ...over });

const runOf = (customer: string, sequence: number) =>
  waitFor('the run', 10_000, async (): Promise<RunRow | undefined> => {
    const { items } = await bench.records.runs.list(
      { flowName: 'account-opening-follow-up' },
      { limit: 100 },
    );
    return items.find(
      (run) =>
        JSON.stringify(run.input).includes(`"${customer}"`) &&
        JSON.stringify(run.input).includes(`:${sequence}`),
    );
  });

const isWaiting = (customer: string) =>
  waitFor('the entry to wait', 20_000, async () => {
    const [entry] = await bench.records.outreach.entriesOf(customer);
    const sources = await bench.records.events.keySources('com.afterbell.customer.progressed');
    const runs = await Promise.all(
      sources.map((source) =>
        bench.records.events.waiting('com.afterbell.customer.progressed', source, `["\\"${customer}\\""]`),
      ),
    );
    return entry?.status === 'waiting' && runs.flat().length > 0 ? entry : undefined;
  });

describe('account-opening-follow-up on real Temporal and PostgreSQL', () => {
  it('makes one task for a person when due, never before', async () => {
    const before = Date.now();
    await send('opted-in', { customer: 'c-high', sequence: 1 });
    await stall('c-high', 2);
    const run = await runOf('c-high', 2);
    const output = await bench.result(run);
    expect(output).toMatchObject({ status: 'person', reason: null });
    const { items } = await bench.records.outreach.tasks({ customerId: 'c-high' }, { limit: 10 });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      assignee: 'wu.jing',
      status: 'open',
      grade: 'high',
      stallKey: 'sign#2',
    });
    expect(items[0]?.createdAt.getTime()).toBeGreaterThanOrEqual(before + SOON_MS - 5);
  });

  it('is cancelled by progress, and an old event that comes late does not cancel it', async () => {
    await send('opted-in', { customer: 'c-moved', sequence: 1 });
    await stall('c-moved', 5, 'identity');
    await isWaiting('c-moved');
    await send('progressed', { customer: 'c-moved', sequence: 3, step: 'mobile-check' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await bench.records.outreach.entriesOf('c-moved'))[0]?.status).toBe('waiting');
    await send('progressed', { customer: 'c-moved', sequence: 6, step: 'video-witness' });
    expect(await bench.result(await runOf('c-moved', 5))).toMatchObject({
      status: 'cancelled',
      reason: 'moved-on',
    });
    const { items } = await bench.records.outreach.tasks({ customerId: 'c-moved' }, { limit: 10 });
    expect(items).toEqual([]);
  });

  it('starts once for an event sent twice, and not at all for a stall the customer has left', async () => {
    await send('opted-in', { customer: 'c-twice', sequence: 1 });
    const id = randomUUID();
    const data = { customer: 'c-twice', sequence: 2, step: 'sign', channel: 'branch', profile: HIGH };
    await send('stalled', data, id);
    await send('stalled', data, id);
    await send('stalled', data);
    await bench.result(await runOf('c-twice', 2));
    const { items } = await bench.records.outreach.tasks({ customerId: 'c-twice' }, { limit: 10 });
    expect(items).toHaveLength(1);
    await send('progressed', { customer: 'c-gone', sequence: 9, step: 'sign' });
    await stall('c-gone', 8);
    expect(await bench.result(await runOf('c-gone', 8))).toEqual({
      status: 'not-entered',
      reason: 'moved-on',
    });
  });

  it('waits while it is frozen and goes on when it is resumed', async () => {
    await send('opted-in', { customer: 'c-frozen', sequence: 1 });
    await stall('c-frozen', 2);
    const entry = await isWaiting('c-frozen');
    const query = { journey: 'account-opening', step: 'sign' };
    const count = await bench.records.outreach.countWaiting(query);
    expect(await bench.records.outreach.setFrozen(query, 'li.na', count + 1)).toBeUndefined();
    expect(await bench.records.outreach.setFrozen(query, 'li.na', count)).toHaveLength(count);
    await new Promise((resolve) => setTimeout(resolve, SOON_MS + 500));
    expect((await bench.records.outreach.entry(entry.entryId))?.status).toBe('waiting');
    await bench.records.outreach.setFrozen({ ...query, frozen: true }, null, count);
    await send('com.afterbell.outreach.entry-changed', { customer: 'c-frozen' });
    expect(await bench.result(await runOf('c-frozen', 2))).toMatchObject({ status: 'person' });
  });

  it('ends the entry of a run that a person cancels', async () => {
    await send('opted-in', { customer: 'c-stopped', sequence: 1 });
    await stall('c-stopped', 2, 'identity');
    const entry = await isWaiting('c-stopped');
    const run = await runOf('c-stopped', 2);
    await bench.flowClient.cancelRun(run, 'li.na', 'test');
    const ended = await waitFor('the entry to end', 20_000, async () => {
      await bench.flush();
      const seen = await bench.records.outreach.entry(entry.entryId);
      return seen?.status === 'waiting' ? undefined : seen;
    });
    expect([ended.status, ended.reason]).toEqual(['cancelled', 'run-ended']);
  });
});
