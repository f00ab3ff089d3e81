import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRecord, StepStatus } from '../../engine/types.ts';
import { openRecords, type Records } from './index.ts';
import { createTestDatabase } from './test-database.ts';
import { INLINE_BYTES } from './timeline.ts';

let records: Records;
beforeAll(async () => {
  records = openRecords(await createTestDatabase('timeline'));
});
afterAll(() => records.close());

const record = (sequence: number, status: StepStatus, over: Partial<StepRecord> = {}): StepRecord => ({
  sequence,
  status,
  step: { pointer: '/do/0/a', name: 'a', visit: '0', attempt: 1 },
  task: 'call',
  atMs: 1_000 * sequence,
  startedAtMs: 1_000,
  ...over,
});
const write = (runId: string, ...steps: StepRecord[]) => records.timeline.write([{ runId, records: steps }]);
const only = async (runId: string) => {
  const steps = await records.timeline.steps(runId);
  expect(steps).toHaveLength(1);
  return steps[0];
};
const accept = (runId: string) =>
  records.runs.accept({
    runId,
    workflowId: runId,
    flowVersionId: 'v',
    flowName: 'f',
    flowVersion: '1',
    planHash: 'h',
    businessKey: runId,
    input: {},
    requestedBy: 'x',
    authoredBy: 'y',
  });

describe('timeline', () => {
  it('folds the records of a step, in one flush or in several', async () => {
    await write(
      'fold-1',
      record(1, 'running', { input: { i: 1 } }),
      record(2, 'completed', { output: { o: 1 } }),
    );
    await write('fold-2', record(1, 'running', { input: { i: 1 } }));
    await write('fold-2', record(2, 'completed', { output: { o: 1 } }));
    for (const runId of ['fold-1', 'fold-2']) {
      expect(await only(runId)).toMatchObject({
        sequence: 1,
        status: 'completed',
        input: { i: 1 },
        output: { o: 1 },
        startedAt: new Date(1_000),
        endedAt: new Date(2_000),
      });
    }
  });

  it('gives the same rows in every order of arrival, however often each batch comes', async () => {
    const steps = [
      record(1, 'running', { input: 1 }),
      record(2, 'waiting'),
      record(3, 'completed', { output: 2 }),
    ];
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [2, 0, 1, 0],
      [0, 2, 2, 1],
      [1, 2, 0, 2, 1, 0],
    ];
    for (const [at, order] of orders.entries()) {
      for (const index of order) await write(`order-${at}`, ...steps.slice(index, index + 1));
      expect(await only(`order-${at}`), order.join()).toMatchObject({
        sequence: 1,
        status: 'completed',
        input: 1,
        output: 2,
        endedAt: new Date(3_000),
      });
    }
  });

  it('does not go back from an ending, nor from a newer standing to an older one', async () => {
    await write('back', record(3, 'failed', { error: { type: 't', status: 500, title: 'x' } }));
    await write('back', record(4, 'completed', { output: 1 }));
    expect(await only('back')).toMatchObject({ status: 'failed', output: null });
    await write('wait', record(2, 'waiting'));
    await write('wait', record(1, 'running'));
    expect(await only('wait')).toMatchObject({ status: 'waiting', endedAt: null });
  });

  it('keeps attempts and visits apart', async () => {
    const step = { pointer: '/do/0/a', name: 'a', visit: '0', attempt: 1 };
    await write(
      'apart',
      record(1, 'failed', { step }),
      record(2, 'completed', { step: { ...step, attempt: 2 } }),
      record(3, 'completed', { step: { ...step, visit: '1' } }),
    );
    expect((await records.timeline.steps('apart')).map((row) => [row.visit, row.attempt])).toEqual([
      ['0', 1],
      ['0', 2],
      ['1', 1],
    ]);
  });

  it('stores a large value by reference, a value on the edge inline', async () => {
    const edge = '值'.repeat((INLINE_BYTES - 2) / 3);
    const over = `${edge}值`;
    await write('large', record(1, 'completed', { input: edge, output: over }));
    const step = await only('large');
    expect(step?.input).toBe(edge);
    expect(step?.output).toMatchObject({ $ref: { bytes: Buffer.byteLength(JSON.stringify(over)) } });
    const { $ref } = (step?.output ?? {}) as { $ref?: { sha256: string } };
    expect(
      JSON.parse(Buffer.from((await records.evidence.readPayload($ref?.sha256 ?? '')) ?? []).toString()),
    ).toBe(over);
  });

  it('moves the run, keeps its ending and takes it off the relay', async () => {
    await accept('moves');
    await records.timeline.write([{ runId: 'moves', records: [], run: { status: 'waiting', atMs: 2_000 } }]);
    await records.timeline.write([{ runId: 'moves', records: [], run: { status: 'running', atMs: 1_000 } }]);
    expect(await records.runs.find('moves')).toMatchObject({ status: 'waiting' });
    expect((await records.runs.unstarted(10)).map((row) => row.runId)).not.toContain('moves');
    await records.timeline.write([
      { runId: 'moves', records: [], run: { status: 'completed', atMs: 3_000, output: { ok: true } } },
    ]);
    await records.timeline.write([{ runId: 'moves', records: [], run: { status: 'failed', atMs: 4_000 } }]);
    await records.runs.markStarted('moves', new Date(9_000));
    expect(await records.runs.find('moves')).toMatchObject({
      status: 'completed',
      output: { ok: true },
      endedAt: new Date(3_000),
    });
  });

  it('takes flushes of many writers about the same runs at once', async () => {
    const batches = Array.from({ length: 40 }, (_, n) => ({
      runId: `many-${n % 4}`,
      records: [1, 2, 3, 4].map((k) =>
        record(k, 'completed', {
          step: { pointer: `/do/${(k * (n + 1)) % 5}`, name: 'n', visit: '0', attempt: 1 },
        }),
      ),
    }));
    await Promise.all(
      [batches, batches.toReversed()].map((some) =>
        Promise.all([0, 1, 2].map(() => records.timeline.write(some))),
      ),
    );
    expect((await records.timeline.steps('many-0')).length).toBeGreaterThan(0);
  });

  it('is replaced as a whole', async () => {
    await write(
      'replace',
      record(1, 'completed'),
      record(2, 'completed', { step: { pointer: '/gone', name: 'g', visit: '0', attempt: 1 } }),
    );
    await records.timeline.replace({ runId: 'replace', records: [record(1, 'running')] });
    expect(await only('replace')).toMatchObject({ status: 'running' });
  });

  it('records an attempt once', async () => {
    const attempt = {
      runId: 'at',
      commandId: 'c',
      attempt: 1,
      worker: 'w',
      outcome: 'ok',
      startedAt: new Date(),
      endedAt: new Date(),
      message: null,
    };
    await records.timeline.recordAttempt(attempt);
    await expect(records.timeline.recordAttempt(attempt)).resolves.toBeUndefined();
  });
});
