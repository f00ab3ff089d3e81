import { expect, test } from 'vitest';
import { flow, planOf, run } from '../testing/catalogue.ts';
import { advanceMachine, startMachine } from './machine.ts';

test('tasks run in order and pass data on', async () => {
  const result = await run(`
do:
  - a: { set: { n: 1 } }
  - b: { set: { n: '\${ .n + 1 }' } }
  - c: { call: 'work:1.0.0@default', with: { n: '\${ .n * 10 }' } }
  - w: { wait: { seconds: 5 } }
  - d: { switch: [ { big: { when: .n > 10, then: exit } } ] }
  - e: { set: { never: true } }
`);
  expect(result.status).toBe('completed');
  expect(result.output).toEqual({ n: 20 });
  expect(result.trace.map((line) => [line.step, line.status])).toEqual([
    ['/do/0/a', 'completed'],
    ['/do/1/b', 'completed'],
    ['/do/2/c', 'completed'],
    ['/do/3/w', 'completed'],
    ['/do/4/d', 'completed'],
  ]);
});

test('a retry runs again after its delay, then the catch takes over', async () => {
  const times: number[] = [];
  const result = await run(
    `
do:
  - t:
      try: [ { x: { call: 'work:1.0.0@default' } } ]
      catch:
        errors: { with: { status: 500 } }
        retry: { delay: { seconds: 1 }, backoff: { exponential: {} }, limit: { attempt: { count: 2 } } }
        do: [ { y: { set: '\${ $error.status }' } } ]
`,
    {},
    (_command, nowMs) => {
      times.push(nowMs);
      return { error: { type: 'https://x.example/e', status: 500, title: 'no' } };
    },
  );
  expect(result.output).toBe(500);
  expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 1000, 3000]);
});

test('attempts of nested retries never repeat: (step, visit, attempt) identifies a call', async () => {
  const seen: string[] = [];
  await run(
    `
do:
  - outer:
      try:
        - inner:
            try: [ { x: { call: 'work:1.0.0@default' } } ]
            catch: { retry: { limit: { attempt: { count: 2 } } } }
      catch: { retry: { limit: { attempt: { count: 1 } } } }
`,
    {},
    (command) => {
      seen.push(`${command.step.pointer} ${command.step.attempt}`);
      return { error: { type: 'https://x.example/e', status: 500, title: 'no' } };
    },
  );
  expect(seen.map((each) => each.split(' ').at(-1))).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('40 calls one after the other cost the machine little', () => {
  const tasks = Array.from(
    { length: 40 },
    (_, at) => `  - s${at}: { call: 'work:1.0.0@default', with: { n: '\${ .n }' } }`,
  );
  const plan = planOf(flow(`do:\n${tasks.join('\n')}`));
  const once = (): number => {
    let turn = startMachine(plan, { n: 1 }, { runId: 'r', startedAtMs: 0, engineVersion: '1' }, 0);
    let calls = 0;
    for (let open = turn.state.open[0]; open !== undefined; open = turn.state.open[0]) {
      turn = advanceMachine(plan, turn.state, {
        kind: 'callCompleted',
        commandId: open,
        output: { n: calls },
        atMs: calls,
      });
      calls += 1;
    }
    return calls;
  };
  expect(once()).toBe(40);
  for (let warm = 0; warm < 50; warm += 1) once();
  const before = performance.now();
  for (let round = 0; round < 50; round += 1) once();
  const msPerStep = (performance.now() - before) / (50 * 40);
  // The budget is 0.1 ms; the bound leaves room for a machine that is busy with other tests.
  expect(msPerStep).toBeLessThan(0.5);
  if (process.env['AFTERBELL_PRINT'] !== undefined)
    process.stdout.write(`machine: ${msPerStep.toFixed(4)} ms per step\n`);
});
