import { expect, test } from 'vitest';
import { run } from '../testing/catalogue.ts';

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
