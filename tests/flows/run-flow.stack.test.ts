import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import type { ApprovalRow, RunRow, StepRunRow } from '../../prisma/records/types.ts';
import { waitFor } from '../support/api-session.ts';
import { approvalAct } from '../support/approval-event.ts';
import { rebuildTimeline } from '../../worker/rebuild-timeline.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const EVERY_KIND = `
  - first: { set: { numbers: [1, 2, 3], sum: 0 } }
  - loop:
      for: { each: n, in: '.numbers' }
      do:
        - add: { set: '\${ .sum += $n }' }
  - both:
      fork:
        branches:
          - near: { call: 'echo:1.0.0@default', with: { at: near } }
          - far: { call: 'remote:1.0.0@default', with: { at: far } }
      export: { as: '\${ $context + { both: . } }' }
  - guarded:
      try:
        - breaks: { call: 'refuse:1.0.0@default' }
      catch:
        errors: { with: { status: 409 } }
        as: problem
        do:
          - note: { set: { caught: '\${ $problem.title }' } }
  - pause: { wait: { milliseconds: 40 } }
  - choose:
      switch:
        - yes: { when: '\${ .caught == "Refused" }', then: last }
        - no: { then: end }
  - never: { set: { wrong: true } }
  - last: { set: { caught: '\${ .caught }', both: '\${ $context.both }' } }
`;

const ASK = `
  - ask:
      call: approval:1.0.0@default
      with: { title: 一个端口, from: ['role:net-reviewer'], rule: any, deadline: DEADLINE, content: { port: p1 } }
  - after: { set: { decision: '\${ .decision }', by: '\${ .decidedBy }' } }
`;

describe('the driver on real Temporal and PostgreSQL', () => {
  let bench: FlowBench;
  beforeAll(async () => {
    bench = await openFlowBench();
  });
  afterAll(async () => {
    await bench.close();
  });

  const steps = async (run: RunRow): Promise<StepRunRow[]> => {
    await bench.flush();
    return bench.records.timeline.steps(run.runId);
  };
  const shape = (rows: readonly StepRunRow[]) =>
    rows.map(({ pointer, visit, attempt, task, status, input, output }) => ({
      pointer,
      visit,
      attempt,
      task,
      status,
      input,
      output,
    }));
  const openApproval = (run: RunRow): Promise<ApprovalRow> =>
    waitFor(
      'the approval',
      20_000,
      async () =>
        (await bench.records.approvals.list({ runId: run.runId, status: 'open' }, { limit: 1 })).items[0],
    );
  const decision = (
    run: RunRow,
    approval: ApprovalRow,
    over: Parameters<typeof approvalAct>[3] = {},
    kind: 'approve' | 'refuse' = 'approve',
  ) => approvalAct(run, approval, { kind }, { eventId: `d-${run.runId}`, ...over });

  it('runs every kind of task and leaves a complete timeline in order', async () => {
    const plan = await bench.publish(EVERY_KIND);
    const run = await bench.start(plan, {});
    expect(await bench.result(run)).toEqual({ caught: 'Refused', both: [{ at: 'near' }, { at: 'far' }] });
    const rows = await steps(run);
    const names = rows.map((row) => `${row.name} ${row.status}`);
    expect(names).toContain('breaks failed');
    expect(names).not.toContain('never completed');
    expect(rows.filter((row) => row.name === 'add').map((row) => row.visit)).toHaveLength(3);
    expect(rows.every((row) => row.endedAt !== null)).toBe(true);
    expect((await bench.records.runs.find(run.runId))?.status).toBe('completed');
  });

  it('gives the same result and timeline when it continues as new after every step', async () => {
    const plan = await bench.publish(EVERY_KIND);
    const plain = await bench.start(plan, {});
    const hopping = await bench.start(plan, {}, { continueAtEveryBoundary: true });
    expect(await bench.result(hopping)).toEqual(await bench.result(plain));
    expect(shape(await steps(hopping))).toEqual(shape(await steps(plain)));
    const { historyLength } = await bench.client.workflow.getHandle(hopping.workflowId).describe();
    expect(historyLength).toBeLessThan(
      (await bench.client.workflow.getHandle(plain.workflowId).describe()).historyLength,
    );
  });

  it('rebuilds a timeline from history, over several executions', async () => {
    const plan = await bench.publish(EVERY_KIND);
    const run = await bench.start(plan, {}, { continueAtEveryBoundary: true });
    await bench.result(run);
    const written = await steps(run);
    await bench.records.timeline.replace({ runId: run.runId, records: [] });
    expect(await bench.records.timeline.steps(run.runId)).toEqual([]);
    await rebuildTimeline(bench.client, bench.keys, bench.records, run, bench.bundlePath);
    expect(await bench.records.timeline.steps(run.runId)).toEqual(written);
  });

  it('costs no history events for pure steps', async () => {
    const pure = Array.from(
      { length: 40 },
      (_unused, index) => `  - s${index}: { set: { n: ${index} } }`,
    ).join('\n');
    const long = await bench.start(await bench.publish(`${pure}\n`), {});
    const short = await bench.start(await bench.publish('  - s0: { set: { n: 39 } }\n'), {});
    expect(await bench.result(long)).toEqual(await bench.result(short));
    const length = async (run: RunRow) =>
      (await bench.client.workflow.getHandle(run.workflowId).describe()).historyLength;
    expect(await length(long)).toBe(await length(short));
    expect(await steps(long)).toHaveLength(40);
  });

  it('counts a decision once and only for the content it was made on', async () => {
    const run = await bench.start(await bench.publish(ASK.replace('DEADLINE', 'PT1H')), {});
    const approval = await openApproval(run);
    await waitFor('the waiting state', 10_000, async () =>
      (await bench.records.runs.find(run.runId))?.status === 'waiting' ? true : undefined,
    );
    for (const over of [
      { attemptNonce: 'old' },
      { contentHash: 'f'.repeat(64) },
      { by: 'author' },
      { by: 'requester' },
      { roles: ['viewer'] },
    ]) {
      expect(
        await bench.flowClient.tellApproval(
          decision(run, approval, { ...over, eventId: JSON.stringify(over) }),
        ),
        JSON.stringify(over),
      ).toBe(false);
    }
    expect(await bench.flowClient.tellApproval(decision(run, approval))).toBe(true);
    expect(await bench.result(run)).toEqual({ decision: 'approved', by: ['wang.min'] });
    expect((await bench.records.approvals.find(approval.approvalId))?.status).toBe('approved');
    const late = bench.client.workflow
      .getHandle(run.workflowId)
      .executeUpdate('approvalEvent', { args: [decision(run, approval, { eventId: 'late' })] });
    await expect(late).rejects.toThrow();
  });

  it('keeps an open approval over continue-as-new and a worker restart; a refusal is a result', async () => {
    const tasks = `  - before: { call: 'remote:1.0.0@default', with: {} }\n${ASK.slice(1).replace('DEADLINE', 'PT1H')}`;
    const run = await bench.start(await bench.publish(tasks), {}, { continueAtEveryBoundary: true });
    const approval = await openApproval(run);
    await bench.restartWorkers();
    expect(await bench.flowClient.tellApproval(decision(run, approval, {}, 'refuse'))).toBe(true);
    expect(await bench.result(run)).toEqual({ decision: 'refused', by: ['wang.min'] });
    expect((await bench.records.approvals.list({ runId: run.runId }, { limit: 10 })).items).toHaveLength(1);
  });

  it('ends an unanswered approval as a timeout', async () => {
    const run = await bench.start(await bench.publish(ASK.replace('DEADLINE', 'PT0.2S')), {});
    const failure = await bench.result(run).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WorkflowFailedError);
    await bench.flush();
    expect((await bench.records.runs.find(run.runId))?.error).toMatchObject({
      status: 408,
      instance: '/do/0/ask',
    });
    expect((await bench.records.approvals.list({ runId: run.runId }, { limit: 1 })).items[0]?.status).toBe(
      'expired',
    );
  });

  it('brings a call to rest before it ends cancelled', async () => {
    const run = await bench.start(
      await bench.publish(`  - hold: { call: 'linger:1.0.0@default', with: {} }\n`),
      {},
    );
    await waitFor('the call', 10_000, async () =>
      (await steps(run)).some((row) => row.status === 'running') ? true : undefined,
    );
    await bench.flowClient.cancelRun(run, 'li.na', 'wrong desk');
    await bench.result(run).catch(() => undefined);
    await bench.flush();
    const ended = await bench.records.runs.find(run.runId);
    expect([ended?.status, ended?.error?.title, ended?.error?.detail]).toEqual([
      'cancelled',
      'li.na',
      'wrong desk',
    ]);
  });

  it('goes on after the workers were replaced in the middle', async () => {
    const tasks = `  - a: { call: 'remote:1.0.0@default', with: { n: 1 } }\n  - pause: { wait: { seconds: 2 } }\n  - b: { call: 'remote:1.0.0@default', with: { n: '\${ .n + 1 }' } }\n`;
    const run = await bench.start(await bench.publish(tasks), {});
    await waitFor('the pause', 10_000, async () =>
      (await steps(run)).some((row) => row.name === 'pause') ? true : undefined,
    );
    await bench.restartWorkers();
    const output: Json = await bench.result(run);
    expect(output).toEqual({ n: 2 });
    expect((await steps(run)).map((row) => `${row.name} ${row.status}`)).toEqual([
      'a completed',
      'pause completed',
      'b completed',
    ]);
  });

  it('runs a published flow as a sub-flow with a run row of its own', async () => {
    const inner = await bench.publish(`  - double: { set: { n: '\${ .n * 2 }' } }\n`);
    const { name } = inner.document;
    const run = await bench.start(
      await bench.publish(
        `  - sub: { run: { workflow: { namespace: test, name: ${name}, version: '1.0.0', input: { n: 21 } } } }\n`,
      ),
      {},
    );
    expect(await bench.result(run)).toEqual({ n: 42 });
    await bench.flush();
    const { items } = await bench.records.runs.list({ flowName: name }, { limit: 5 });
    expect(items.map((row) => row.status)).toEqual(['completed']);
  });

  it('rejects a decision for an approval it does not have', async () => {
    const run = await bench.start(await bench.publish(ASK.replace('DEADLINE', 'PT1H')), {});
    const approval = await openApproval(run);
    const update = bench.client.workflow
      .getHandle(run.workflowId)
      .executeUpdate('approvalEvent', { args: [decision(run, approval, { commandId: 'c99' })] });
    await expect(update).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await bench.flowClient.cancelRun(run, 'test', 'done');
    await bench.result(run).catch(() => undefined);
  });
});
