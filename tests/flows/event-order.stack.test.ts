import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlowEngineUnavailable, type AppDependencies } from '../../api/dependencies.ts';
import { dispatchOnce } from '../../api/events/dispatch.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import { waitFor } from '../support/api-session.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const COUNT = 6;
const NUMBERS = Array.from({ length: COUNT }, (_, index) => index + 1);

let bench: FlowBench;
beforeAll(async () => {
  bench = await openFlowBench();
});
afterAll(async () => {
  await bench?.close();
});

/** A flow that takes six events of a type and gives their numbers, working on each with a step of its own. */
async function listener(type: string): Promise<RunRow> {
  const tasks = `  - l:
      listen: { to: { any: [ { with: { type: ${type} } } ], until: 'length == ${COUNT}' } }
      foreach: { item: event, do: [ { r: { call: 'remote:1.0.0@default', with: { n: '\${ $event.n }' } } } ], output: { as: .n } }
`;
  return bench.start(await bench.publish(tasks), {});
}

async function store(type: string, n: number): Promise<void> {
  const envelope = { specversion: '1.0', id: `${type}-${n}`, source: '/tests', type, data: { n } };
  await bench.records.events.accept([
    { source: '/tests', eventId: `${type}-${n}`, type, subject: null, envelope, receivedBy: 'test' },
  ]);
}

const handOut = async (api: AppDependencies): Promise<void> => {
  while ((await dispatchOnce(api)) > 0);
};

const isListening = (run: RunRow, type: string) =>
  waitFor('the run to listen', 20_000, async () => {
    const runs = await bench.records.events.waiting(type, '[]', '[]');
    return runs.some((each) => each.runId === run.runId) ? true : undefined;
  });

describe('order and loss of events', () => {
  it('a run takes them in the order they were stored, also those that come while it begins to listen', async () => {
    const types = Array.from({ length: 4 }, () => `order.${randomUUID()}`);
    const runs = await Promise.all(types.map(listener));
    for (const n of NUMBERS) {
      for (const type of types) await store(type, n);
      await handOut(bench.api);
    }
    for (const run of runs) expect(await bench.result(run)).toEqual(NUMBERS);
  });

  it('while the engine is away nothing is lost, and what waited comes in order', async () => {
    const type = `away.${randomUUID()}`;
    const run = await listener(type);
    await isListening(run, type);
    const away: AppDependencies = {
      ...bench.api,
      flowClient: {
        ...bench.api.flowClient,
        deliverEvent: () => Promise.reject(new FlowEngineUnavailable('away')),
      },
    };
    for (const n of NUMBERS) await store(type, n);
    expect(await dispatchOnce(away)).toBe(0);
    await waitFor('the events to be handed out again', 20_000, async () => {
      await handOut(bench.api);
      const { status } = await bench.client.workflow.getHandle(run.workflowId).describe();
      return status.name === 'COMPLETED' ? true : undefined;
    });
    expect(await bench.result(run)).toEqual(NUMBERS);
  });

  it('while the workers are away the engine keeps them', async () => {
    const type = `workers.${randomUUID()}`;
    const run = await listener(type);
    await isListening(run, type);
    for (const n of NUMBERS.slice(0, 3)) await store(type, n);
    await handOut(bench.api);
    await bench.restartWorkers();
    for (const n of [...NUMBERS.slice(0, 3), ...NUMBERS.slice(3)]) await store(type, n);
    await handOut(bench.api);
    expect(await bench.result(run)).toEqual(NUMBERS);
  });
});
