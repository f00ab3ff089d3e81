import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFlowInput } from '../../api/run-input.ts';
import { findRestartable } from '../../api/restart-run.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import { type FlowBench, openFlowBench } from '../flows/flow-bench.ts';
import { waitFor } from '../support/api-session.ts';
import { approvalAct } from '../support/approval-event.ts';
import { hasHistory, recordHistory } from './record.ts';
import { samples } from './samples.ts';
import { reaches, send, shippedAnswers, shippedRuns } from './shipped-runs.ts';
import { simulatedSteps } from './simulated-steps.ts';

const isRecording = process.env.AFTERBELL_TEST_RECORD === 'on';
const WAIT_MS = 20_000;
const TEST_MS = 90_000;
const REMOTE = `  - r: { call: 'remote:1.0.0@default', with: { n: '\${ .n }' } }\n`;
const ASK = `  - ask: { call: 'approval:1.0.0@default', with: { title: t, from: ['role:approver'], rule: any, deadline: PT1H, content: { p: 1 } } }\n`;

/** `npm run record:histories` writes the histories that the release does not have yet. */
describe.skipIf(!isRecording)('recording of histories', { timeout: TEST_MS }, () => {
  let bench: FlowBench;
  beforeAll(async () => {
    bench = await openFlowBench(() => ({
      ...simulatedSteps(shippedAnswers),
      probeDevice: async () => ({ reachable: true }),
    }));
  });
  afterAll(async () => {
    await bench?.close();
  });

  const record = (run: Pick<RunRow, 'workflowId'>, name: string) => recordHistory(bench.client, run, name);
  const decide = async (run: RunRow): Promise<void> => {
    const approval = await waitFor(
      'the approval',
      WAIT_MS,
      async () =>
        (await bench.records.approvals.list({ runId: run.runId, status: 'open' }, { limit: 1 })).items[0],
    );
    const decided = await bench.flowClient.tellApproval(
      approvalAct(run, approval, { kind: 'approve' }, { roles: ['approver'] }),
    );
    expect(decided).toBe(true);
  };

  it.each(Object.entries(shippedRuns).filter(([name]) => !hasHistory(`flow-${name}`)))(
    'the shipped flow %s',
    async (name, { input, meanwhile, ends }) => {
      const source = readFileSync(new URL(`../../flows/${name}.yaml`, import.meta.url), 'utf8');
      const run = await bench.start(await bench.publishSource(source), input);
      await meanwhile?.(bench, run);
      expect(await bench.result(run)).toMatchObject(ends);
      await record(run, `flow-${name}`);
    },
  );

  it.each(Object.entries(samples).filter(([name]) => !hasHistory(name)))(
    '%s',
    async (name, { tasks, head, input, isFailing }) => {
      const run = await bench.start(
        await bench.publish(tasks, head === undefined ? '' : `${head}\n`),
        input ?? {},
      );
      if (isFailing === true) await expect(bench.result(run)).rejects.toThrow();
      else await bench.result(run);
      await record(run, name);
    },
  );

  it.each([
    ['sub-flow', true],
    ['sub-flow-not-awaited', false],
  ])('%s', async (name, isAwaited) => {
    const inner = (await bench.publish(REMOTE)).document;
    const flow = `namespace: ${inner.namespace}, name: ${inner.name}, version: ${inner.version}`;
    const tasks = `  - s: { run: { await: ${isAwaited}, workflow: { ${flow}, input: { n: 2 } } } }\n`;
    const run = await bench.start(await bench.publish(tasks), { n: 1 });
    expect(await bench.result(run)).toEqual({ n: isAwaited ? 2 : 1 });
    await record(run, name);
  });

  it('process-not-awaited, and the workflow that carries it', async () => {
    const tasks = `  - d: { run: { await: false, shell: { command: 'true' } } }\n`;
    const run = await bench.start(await bench.publish(tasks), { n: 1 });
    expect(await bench.result(run)).toEqual({ n: 1 });
    await record(run, 'process-not-awaited');
    const { events } = await bench.client.workflow.getHandle(run.workflowId).fetchHistory();
    const workflowId = events
      ?.map((event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId)
      .find((id) => typeof id === 'string');
    if (typeof workflowId !== 'string') throw new Error('the run started no workflow');
    await bench.client.workflow.getHandle(workflowId).result();
    await record({ workflowId }, 'workflow-call-detached');
  });

  it('event-delivered', async () => {
    const tasks = `  - l: { listen: { to: { any: [ { with: { type: replay.delivered } } ], until: 'length == 2' } } }\n`;
    const run = await bench.start(await bench.publish(tasks), {});
    await reaches(bench, run, 'l');
    for (const n of [1, 2]) await send(bench, 'replay.delivered', { n });
    expect(await bench.result(run)).toEqual([{ n: 1 }, { n: 2 }]);
    await record(run, 'event-delivered');
  });

  it('restarted-at-a-step', async () => {
    const tasks = `${REMOTE}  - keep: { set: { n: '\${ .n + 1 }' }, export: { as: . } }\n  - again: { call: 'remote:1.0.0@default', with: { n: '\${ $context.n }' } }\n`;
    const first = await bench.start(await bench.publish(tasks), { n: 1 });
    expect(await bench.result(first)).toEqual({ n: 2 });
    await waitFor('the end on record', WAIT_MS, async () => {
      await bench.flush();
      return (await bench.records.runs.find(first.runId))?.endedAt ?? undefined;
    });
    const { run, version, points } = await findRestartable(bench.api, first.runId, undefined);
    const start = points.find(({ name }) => name === 'again')?.start;
    if (start === undefined) throw new Error('the step is no restart point');
    const workflowId = `${first.workflowId}-again`;
    const next = { ...run, runId: randomUUID(), workflowId };
    const args: [object] = [runFlowInput(next, version, 'default', true, start)];
    const result = await bench.client.workflow.execute('runFlow', { taskQueue: 'flows', workflowId, args });
    expect(result).toEqual({ n: 2 });
    await record(next, 'restarted-at-a-step');
  });

  it('approval-with-decision', async () => {
    const run = await bench.start(await bench.publish(ASK), {});
    await decide(run);
    await bench.result(run);
    await record(run, 'approval-with-decision');
  });

  it('continued-as-new, with an approval that is open meanwhile', async () => {
    const tasks = `${REMOTE}${ASK}  - last: { call: 'remote:1.0.0@default', with: { n: 1 } }\n`;
    const run = await bench.start(await bench.publish(tasks), { n: 1 }, { continueAtEveryBoundary: true });
    await reaches(bench, run, 'ask');
    const resumed = await waitFor('the execution that goes on', WAIT_MS, async () => {
      const { raw } = await bench.client.workflow.getHandle(run.workflowId).describe();
      const { runId, firstRunId } = {
        runId: raw.workflowExecutionInfo?.execution?.runId,
        firstRunId: raw.workflowExecutionInfo?.firstRunId,
      };
      return typeof runId === 'string' && runId !== firstRunId ? runId : undefined;
    });
    await decide(run);
    await bench.result(run);
    await recordHistory(bench.client, run, 'continued-as-new', resumed);
  });

  it('cancelled', async () => {
    const run = await bench.start(await bench.publish(`  - slow: { call: 'linger:1.0.0@default' }\n`), {});
    await reaches(bench, run, 'slow');
    await bench.flowClient.cancelRun(run, 'li.na', 'not today');
    await expect(bench.result(run)).rejects.toThrow();
    await record(run, 'cancelled');
  });

  it('workflow-scheduled-start', async () => {
    const { document } = await bench.publish(REMOTE);
    const triggerName = `nightly-${randomUUID().slice(0, 8)}`;
    await bench.records.triggers.put({
      triggerName,
      kind: 'schedule',
      flowName: document.name,
      settings: { kind: 'cron', cron: '* * * * *', timeZone: 'Asia/Shanghai', input: { n: 1 } },
      changedBy: 'chen.lei',
    });
    const workflowId = `scheduled-${randomUUID()}`;
    const args = [{ triggerName, netZone: 'default' }];
    const result = await bench.client.workflow.execute('startScheduledRun', {
      taskQueue: 'flows',
      workflowId,
      args,
    });
    expect(result).toEqual({ runId: expect.any(String) as string });
    await record({ workflowId }, 'workflow-scheduled-start');
  });

  it('workflow-probe-device', async () => {
    const workflowId = `probe-${randomUUID()}`;
    const args = [{ deviceName: 'sw-1', zone: 'default' }];
    const result = await bench.client.workflow.execute('probeDevice', {
      taskQueue: 'flows',
      workflowId,
      args,
    });
    expect(result).toEqual({ reachable: true });
    await record({ workflowId }, 'workflow-probe-device');
  });
});
