import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FlowBench, openFlowBench } from '../flows/flow-bench.ts';
import { waitFor } from '../support/api-session.ts';
import { approvalAct } from '../support/approval-event.ts';
import { recordHistory } from './record.ts';

const isRecording = process.env.AFTERBELL_TEST_RECORD === 'on';

/** Flows whose histories are kept, together every kind of task: `npm run record:histories` writes them. */
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
    'loop-and-switch': {
      tasks: `  - l: { for: { each: n, in: '[1, 2, 3]' }, while: '$n < 3', do: [ { r: { call: 'remote:1.0.0@default', with: { n: '\${ $n }' } } } ] }
  - way: { switch: [ { back: { when: '.again == true', then: end } }, { on: { then: last } } ] }
  - between: { call: 'remote:1.0.0@default' }
  - last: { set: { done: true }, export: { as: . } }
`,
      input: {},
    },
    'loop-in-chunks': {
      tasks: `  - l: { for: { each: n, in: '[range(450)]' }, do: [ { b: { call: 'bulk:1.0.0@default', with: { n: '\${ $n }' } } } ] }
`,
      input: {},
    },
    race: {
      tasks: `  - f: { fork: { compete: true, branches: [ { quick: { call: 'remote:1.0.0@default', with: { n: 1 } } }, { slow: { call: 'linger:1.0.0@default' } } ] } }
`,
      input: {},
    },
    retry: {
      tasks: `  - t:
      try: [ { r: { call: 'refuse:1.0.0@default' } } ]
      catch: { retry: { delay: { milliseconds: 20 }, backoff: { exponential: {} }, limit: { attempt: { count: 2 } } }, do: [ { s: { set: { gave: up } } } ] }
`,
      input: {},
    },
    timeout: {
      tasks: `  - t:
      try: [ { slow: { call: 'linger:1.0.0@default', timeout: { after: { milliseconds: 200 } } } } ]
      catch: { errors: { with: { status: 408 } }, do: [ { s: { set: { late: true } } } ] }
`,
      input: {},
    },
    'emit-and-listen': {
      tasks: `  - e: { emit: { event: { with: { type: replay.sample, data: { n: 1 } } } } }
  - l: { listen: { to: { one: { with: { type: replay.sample } } } } }
`,
      input: {},
    },
    'listen-early': {
      tasks: `  - e: { emit: { event: { with: { type: replay.early, data: { n: 1 } } } } }
  - f: { emit: { event: { with: { type: replay.early, data: { n: 2 } } } } }
  - l: { listen: { to: { all: [ { with: { type: replay.early } }, { with: { type: replay.early } } ] } } }
`,
      input: {},
    },
    'listen-foreach': {
      tasks: `  - e: { emit: { event: { with: { type: replay.round, data: { n: 1 } } } } }
  - f: { emit: { event: { with: { type: replay.round, data: { n: 2 } } } } }
  - l:
      listen: { to: { any: [ { with: { type: replay.round } } ], until: 'length == 2' } }
      foreach: { item: event, do: [ { r: { call: 'remote:1.0.0@default', with: { n: '\${ $event.n }' } } } ] }
`,
      input: {},
    },
  };

/** Document members before `do` of the flows that need some. */
const HEADS: Readonly<Record<string, { readonly head: string; readonly tasks: string }>> = {
  extension: {
    head: `use: { extensions: [ { watch: { extend: call, before: [ { b: { set: { n: 1 } } } ], after: [ { a: { set: { n: 2 } } } ] } } ] }`,
    tasks: `  - r: { call: 'remote:1.0.0@default', with: { n: 1 } }
`,
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

  it.each(Object.entries(HEADS))('%s', async (name, { head, tasks }) => {
    const run = await bench.start(await bench.publish(tasks, `${head}\n`), {});
    await bench.result(run);
    await recordHistory(bench.client, run, name);
  });

  it('sub-flow', async () => {
    const inner = await bench.publish(`  - r: { call: 'remote:1.0.0@default', with: { n: '\${ .n }' } }\n`);
    const { namespace, name, version } = inner.document;
    const tasks = `  - s: { run: { workflow: { namespace: ${namespace}, name: ${name}, version: ${version}, input: { n: 2 } } } }\n`;
    const run = await bench.start(await bench.publish(tasks), {});
    expect(await bench.result(run)).toEqual({ n: 2 });
    await recordHistory(bench.client, run, 'sub-flow');
  });

  it('uncaught', async () => {
    const tasks = `  - r: { call: 'remote:1.0.0@default' }
  - no: { raise: { error: { type: 'https://replay.example/no', status: 409, title: No } } }
`;
    const run = await bench.start(await bench.publish(tasks), {});
    await expect(bench.result(run)).rejects.toThrow();
    await recordHistory(bench.client, run, 'uncaught');
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
