import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rebuildTimeline } from '../../worker/rebuild-timeline.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const loop = (items: string): string => `  - all:
      for: { each: n, in: '${items}' }
      do: [ { one: { call: 'bulk:1.0.0@default', with: { n: '\${ $n }' } } } ]
`;

describe('a loop over many items', () => {
  let bench: FlowBench;
  beforeAll(async () => {
    bench = await openFlowBench();
  });
  afterAll(async () => {
    await bench?.close();
  });

  it('goes in chunks: few history events, what came of each item in PostgreSQL, kept when the timeline is rebuilt', async () => {
    const run = await bench.start(await bench.publish(loop('[range(1000)]')), {});
    expect(await bench.result(run)).toEqual({ n: 999 });
    const { historyLength } = await bench.client.workflow.getHandle(run.workflowId).describe();
    expect(historyLength).toBeLessThan(60);
    await bench.flush();
    const shown = async (): Promise<unknown[]> =>
      (await bench.records.timeline.steps(run.runId)).map(({ sequence, pointer, visit, status, output }) => [
        sequence,
        pointer,
        visit,
        status,
        output,
      ]);
    const before = await shown();
    expect(before).toHaveLength(1_001);
    expect(before[499]).toEqual([500, '/do/0/all/do/0/one', '499', 'completed', { n: 499 }]);
    await rebuildTimeline(bench.client, bench.keys, bench.records, run, bench.bundlePath);
    expect(await shown()).toEqual(before);
  }, 60_000);

  it('ends at the item that fails; those after it are not called', async () => {
    const run = await bench.start(await bench.publish(loop('[range(300), "no", 301, 302]')), {});
    await expect(bench.result(run)).rejects.toMatchObject({ cause: { details: [{ status: 409 }] } });
    await bench.flush();
    const rows = (await bench.records.timeline.steps(run.runId)).filter(({ name }) => name === 'one');
    expect(rows).toHaveLength(301);
    expect(rows.at(-1)).toMatchObject({ visit: '300', status: 'failed', error: { status: 409 } });
  }, 60_000);

  it('goes on after continue-as-new at every boundary', async () => {
    const run = await bench.start(
      await bench.publish(loop('[range(650)]')),
      {},
      { continueAtEveryBoundary: true },
    );
    expect(await bench.result(run)).toEqual({ n: 649 });
    await bench.flush();
    const rows = (await bench.records.timeline.steps(run.runId)).filter(({ name }) => name === 'one');
    expect(new Set(rows.map(({ visit }) => visit)).size).toBe(650);
  }, 60_000);
});
