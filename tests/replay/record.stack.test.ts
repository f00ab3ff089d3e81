import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FlowBench, openFlowBench } from '../flows/flow-bench.ts';
import { waitFor } from '../support/api-session.ts';
import { approvalAct } from '../support/approval-event.ts';
import { recordHistory } from './record.ts';

const isRecording = process.env.AFTERBELL_TEST_RECORD === 'on';

/** Flows whose histories are kept: `AFTERBELL_TEST_RECORD=on npx vitest run --project stack tests/replay` writes them anew. */
const FLOWS: Readonly<Record<string, { readonly tasks: string; readonly input: { [key: string]: number } }>> =
  {
    'steps-and-fork': {
      tasks: `  - a: { call: 'remote:1.0.0@default', with: { n: '\${ .n }' } }
  - b: { fork: { branches: [ { x: { call: 'echo:1.0.0@default', with: { at: x } } }, { y: { call: 'remote:1.0.0@default', with: { at: y } } } ] } }
`,
      input: { n: 1 },
    },
    'try-and-wait': {
      tasks: `  - t:
      try: [ { r: { call: 'refuse:1.0.0@default' } } ]
      catch: { errors: { with: { status: 409 } }, do: [ { w: { wait: { milliseconds: 50 } } } ] }
  - s: { set: { done: true } }
`,
      input: {},
    },
  };

describe.skipIf(!isRecording)('recording of histories', () => {
  let bench: FlowBench;
  beforeAll(async () => {
    bench = await openFlowBench();
  });
  afterAll(async () => {
    await bench?.close();
  });

  it.each(Object.entries(FLOWS))('%s', async (name, { tasks, input }) => {
    const run = await bench.start(await bench.publish(tasks), input);
    await bench.result(run);
    await recordHistory(bench.client, run, name);
  });

  it('approval-with-decision', async () => {
    const tasks = `  - ask: { call: 'approval:1.0.0@default', with: { title: t, from: ['role:approver'], rule: any, deadline: PT1H, content: { p: 1 } } }
`;
    const run = await bench.start(await bench.publish(tasks), {});
    const approval = await waitFor(
      'the approval',
      20_000,
      async () =>
        (await bench.records.approvals.list({ runId: run.runId, status: 'open' }, { limit: 1 })).items[0],
    );
    const decided = await bench.flowClient.tellApproval(
      approvalAct(run, approval, { kind: 'approve' }, { roles: ['approver'] }),
    );
    expect(decided).toBe(true);
    await bench.result(run);
    await recordHistory(bench.client, run, 'approval-with-decision');
  });
});
