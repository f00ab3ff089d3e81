import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatchOnce } from '../../api/events/dispatch.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import { waitFor } from '../support/api-session.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

let bench: FlowBench;

beforeAll(async () => {
  bench = await openFlowBench();
});
afterAll(async () => {
  await bench.close();
});

const LISTEN = `
  - hear:
      listen:
        to:
          one:
            with: { type: test.progress }
            correlate: { customer: { from: '\${ .data.customer }', expect: '\${ .customer }' } }
`;
const LISTEN_ALL = `
  - hear:
      listen:
        to:
          all:
            - with: { type: test.first }
              correlate: { order: { from: .data.order } }
            - with: { type: test.second }
              correlate: { order: { from: .data.order } }
        read: envelope
`;

async function send(type: string, data: Json, id: string = randomUUID()): Promise<number> {
  const envelope: JsonObject = { specversion: '1.0', id, source: '/tests', type, data };
  const { stored } = await bench.records.events.accept([
    { source: '/tests', eventId: id, type, subject: null, envelope, receivedBy: 'test' },
  ]);
  while ((await dispatchOnce(bench.api)) > 0);
  return stored;
}

const isListening = (run: RunRow, type: string) =>
  waitFor('the run to listen', 20_000, async () => {
    for (const sources of await bench.records.events.keySources(type)) {
      for (const values of ['["\\"c1\\""]', '["\\"c2\\""]', '[]']) {
        const runs = await bench.records.events.waiting(type, sources, values);
        if (runs.some((each) => each.runId === run.runId)) return true;
      }
    }
    return undefined;
  });

describe('events on real Temporal and PostgreSQL', () => {
  it('wake the run they correlate with and no other', async () => {
    const plan = await bench.publish(LISTEN);
    const [first, second] = [
      await bench.start(plan, { customer: 'c1' }),
      await bench.start(plan, { customer: 'c2' }),
    ];
    await isListening(first, 'test.progress');
    await isListening(second, 'test.progress');
    await send('test.progress', { customer: 'c2', step: 3 });
    expect(await bench.result(second)).toEqual([{ customer: 'c2', step: 3 }]);
    const before = await bench.client.workflow.getHandle(first.workflowId).describe();
    expect(before.status.name).toBe('RUNNING');
    await send('test.progress', { customer: 'c1', step: 1 });
    expect(await bench.result(first)).toEqual([{ customer: 'c1', step: 1 }]);
  });

  it('that came before the task began to listen are not lost, and a repeat counts once', async () => {
    const run = await bench.start(
      await bench.publish(`  - pause: { wait: PT1S }\n  - again: { set: { customer: c1 } }\n${LISTEN}`),
      { customer: 'c1' },
    );
    const id = randomUUID();
    expect(await send('test.progress', { customer: 'c1', early: true }, id)).toBe(1);
    expect(await send('test.progress', { customer: 'c1', early: true }, id)).toBe(0);
    expect(await bench.result(run)).toEqual([{ customer: 'c1', early: true }]);
  });

  it.each([false, true])(
    'meet all filters with one correlation value, continuing as new at every boundary: %s',
    async (continueAtEveryBoundary) => {
      const run = await bench.start(await bench.publish(LISTEN_ALL), {}, { continueAtEveryBoundary });
      await isListening(run, 'test.first');
      await send('test.second', { order: 7 });
      await send('test.first', { order: 8 });
      await send('test.first', { order: 7 });
      const heard = (await bench.result(run)) as { type: string; data: { order: number } }[];
      expect(heard.map(({ type, data }) => [type, data.order])).toEqual([
        ['test.second', 7],
        ['test.first', 7],
      ]);
    },
  );

  it('do not hold a listen task past its timeout, and the run may go on', async () => {
    const run = await bench.start(
      await bench.publish(`
  - guarded:
      try:
        - hear: { listen: { to: { any: [ { with: { type: test.never } } ] } }, timeout: { after: PT0.5S } }
      catch:
        errors: { with: { status: 408 } }
        do: [ { late: { set: { answer: none } } } ]
`),
      {},
    );
    expect(await bench.result(run)).toEqual({ answer: 'none' });
  });

  it('a flow emits reach another flow, once', async () => {
    const listener = await bench.start(
      await bench.publish(
        `  - hear: { listen: { to: { one: { with: { type: test.closed } } }, read: envelope } }\n`,
      ),
      {},
    );
    await isListening(listener, 'test.closed');
    const emitter = await bench.start(
      await bench.publish(
        `  - tell: { emit: { event: { with: { type: test.closed, data: { book: 1 } } } } }\n`,
      ),
      {},
    );
    await bench.result(emitter);
    while ((await dispatchOnce(bench.api)) > 0);
    const [event] = (await bench.result(listener)) as JsonObject[];
    expect(event?.['data']).toEqual({ book: 1 });
    expect(event?.['source']).toMatch(/^\/flows\/test\/f-/);
  });

  it('start flows by trigger, once per event', async () => {
    const plan = await bench.publish(`  - keep: { set: { got: '\${ .customer }' } }\n`);
    await bench.records.triggers.put({
      triggerName: 'stalled',
      kind: 'event',
      flowName: plan.document.name,
      settings: {
        type: 'test.stalled',
        when: '.data.minutes > 5',
        businessKey: '"stall/" + .data.customer',
        input: { customer: '${ .data.customer }' },
      },
      changedBy: 'test',
    });
    await send('test.stalled', { customer: 'c9', minutes: 3 });
    await send('test.stalled', { customer: 'c9', minutes: 30 }, 'e-1');
    await send('test.stalled', { customer: 'c9', minutes: 31 }, 'e-2');
    const { items } = await bench.records.runs.list({ flowName: plan.document.name }, { limit: 10 });
    expect(items.map((run) => [run.businessKey, run.input, run.requestedBy])).toEqual([
      ['stall/c9', { customer: 'c9' }, 'trigger:stalled'],
    ]);
    const firings = await bench.records.triggers.firings('stalled', 10);
    expect(firings.map((firing) => firing.outcome).sort()).toEqual(['skipped', 'skipped', 'started']);
  });
});
