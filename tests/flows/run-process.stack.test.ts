import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import type { RunRow, StepRunRow } from '../../prisma/records/types.ts';
import { createProcesses } from '../../worker/processes.ts';
import { waitFor } from '../support/api-session.ts';
import { isBoxPossible, processesRunning } from '../../activities/scripts/testing/possible.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const TIMEOUT_MS = 60_000;
const WAIT_MS = 20_000;

const COUNT = `
  - read: { set: { rows: ['600000 100', '600519 20'] } }
  - total:
      run:
        script:
          language: js
          code: |
            import { readFileSync } from 'node:fs';
            const rows = JSON.parse(readFileSync(0, 'utf8'));
            console.log(JSON.stringify({ env: Object.keys(process.env), total: rows.reduce((sum, row) => sum + Number(row.split(' ')[1]), 0) }));
          stdin: '\${ .rows }'
      output: { as: 'fromjson' }
  - mark:
      run:
        return: all
        shell:
          command: 'echo "$total of $1"; exit 2'
          arguments: ['\${ .env | join(" ") }']
          environment: { total: '\${ .total }' }
`;

const sleeping = (seconds: string): number => processesRunning(`sleep ${seconds}`).length;

describe.skipIf(!(await isBoxPossible()))('scripts and shell commands on real Temporal', () => {
  let bench: FlowBench;
  beforeAll(async () => {
    bench = await openFlowBench((parts) => createProcesses(parts));
    await bench.records.switches.turn('scripts', true, 'admin');
  });
  afterAll(async () => {
    await bench.close();
  });

  const steps = async (run: RunRow): Promise<StepRunRow[]> => {
    await bench.flush();
    return bench.records.timeline.steps(run.runId);
  };
  const failureOf = async (run: RunRow): Promise<Json> => {
    await bench.result(run).catch(() => undefined);
    return waitFor('the end in the records', WAIT_MS, async () => {
      await bench.flush();
      return ((await bench.records.runs.find(run.runId))?.error ?? undefined) as Json | undefined;
    });
  };

  it(
    'run one after the other, with what the document hands them and nothing else',
    async () => {
      const run = await bench.start(await bench.publish(COUNT), {});
      expect(await bench.result(run)).toEqual({ code: 2, stdout: '120 of PATH\n', stderr: '' });
      const rows = await steps(run);
      expect(rows.map((row) => [row.name, row.task, row.function, row.status])).toEqual([
        ['read', 'set', null, 'completed'],
        ['total', 'run', 'process:1.0.0', 'completed'],
        ['mark', 'run', 'process:1.0.0', 'completed'],
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'give the same when the run continues as new after every step',
    async () => {
      const run = await bench.start(await bench.publish(COUNT), {}, { continueAtEveryBoundary: true });
      expect(await bench.result(run)).toEqual({ code: 2, stdout: '120 of PATH\n', stderr: '' });
    },
    TIMEOUT_MS,
  );

  it(
    'end with all they have started when their run is cancelled',
    async () => {
      const flow = `  - hold: { run: { shell: { command: 'sleep 4721 & sleep 4721' } } }\n`;
      const run = await bench.start(await bench.publish(flow), {});
      await waitFor('both processes', WAIT_MS, () =>
        Promise.resolve(sleeping('4721') === 2 ? true : undefined),
      );
      await bench.flowClient.cancelRun(run, 'li.na', 'not today');
      await bench.result(run).catch(() => undefined);
      expect(sleeping('4721')).toBe(0);
      expect((await steps(run)).map((row) => [row.name, row.status])).toEqual([['hold', 'cancelled']]);
    },
    TIMEOUT_MS,
  );

  it(
    'run on without their run when they are not awaited',
    async () => {
      const flow = `
  - start:
      run:
        await: false
        shell: { command: 'sleep 4722' }
  - after: { set: { n: '\${ .n + 1 }' } }
`;
      const run = await bench.start(await bench.publish(flow), { n: 1 });
      expect(await bench.result(run)).toEqual({ n: 2 });
      await waitFor('the process', WAIT_MS, () => Promise.resolve(sleeping('4722') === 1 ? true : undefined));
      const alone = await waitFor('its workflow', WAIT_MS, async () => {
        const all = bench.client.workflow.list({ query: `WorkflowType = 'callDetached'` });
        for await (const { workflowId } of all) if (workflowId.startsWith(run.workflowId)) return workflowId;
        return undefined;
      });
      await bench.client.workflow.getHandle(alone).cancel();
      await waitFor('its end', WAIT_MS, () => Promise.resolve(sleeping('4722') === 0 ? true : undefined));
    },
    TIMEOUT_MS,
  );

  it(
    'do not come together with controlled steps by way of a sub-flow',
    async () => {
      const asking = await bench.publish(
        `  - ask: { call: approval:1.0.0@default, with: { title: ok, from: ['role:approver'], rule: any, content: {} } }\n`,
      );
      const scripted = await bench.publish(`  - list: { run: { shell: { command: ls } } }\n`);
      const { namespace, name } = asking.document;
      const parent = await bench.publish(`
  - list: { run: { shell: { command: ls } } }
  - next: { run: { workflow: { namespace: ${namespace}, name: ${name}, version: latest } } }
`);
      expect(await failureOf(await bench.start(parent, {}))).toMatchObject({
        status: 400,
        instance: '/do/1/next',
        detail: `${parent.document.name} runs scripts, ${name} has the controlled step approval: neither may run the other`,
      });
      const inner = scripted.document;
      const asker = await bench.publish(`
  - first: { run: { workflow: { namespace: ${inner.namespace}, name: ${inner.name}, version: latest } } }
  - ask: { call: approval:1.0.0@default, with: { title: ok, from: ['role:approver'], rule: any, content: {} } }
`);
      expect(await failureOf(await bench.start(asker, {}))).toMatchObject({
        status: 400,
        instance: '/do/0/first',
      });
    },
    TIMEOUT_MS,
  );

  it(
    'are refused at once when an administrator switches them off, also for what was published before',
    async () => {
      const plan = await bench.publish(COUNT);
      await bench.records.switches.turn('scripts', false, 'admin');
      const run = await bench.start(plan, {});
      expect(await failureOf(run)).toMatchObject({
        status: 403,
        detail: 'scripts are switched off on this installation',
        instance: '/do/1/total',
      });
      await bench.records.switches.turn('scripts', true, 'admin');
      expect(await bench.result(await bench.start(plan, {}))).toMatchObject({ code: 2 });
    },
    TIMEOUT_MS,
  );
});
