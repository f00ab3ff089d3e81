import { expect, test } from 'vitest';
import { run } from '../../../engine/testing/catalogue.ts';

/** The scenarios of the conformance kit that need no network, restated in our words: what goes in, what comes out, which tasks ran. */

const ran = (result: Awaited<ReturnType<typeof run>>): string[] =>
  result.trace.filter((line) => line.status === 'completed').map((line) => line.step.split('/').at(-1) ?? '');

test('a race is decided by the branch that finishes first', async () => {
  const result = await run(`
do:
  - race:
      fork:
        compete: true
        branches:
          - red: { do: [ { dawdle: { wait: { seconds: 1 } } }, { paint: { set: { colour: red } } } ] }
          - green: { do: [ { dawdle: { wait: { seconds: 5 } } }, { paint: { set: { colour: green } } } ] }
          - blue: { set: { colour: blue } }
`);
  expect(result.output).toEqual({ colour: 'blue' });
});

test('input is narrowed before the task sees it', async () => {
  const result = await run(
    `
do:
  - usePet: { input: { from: .pet }, set: { seen: '\${ .name }' } }
`,
    { pet: { name: 'Milou' }, noise: 1 },
  );
  expect(result.output).toEqual({ seen: 'Milou' });
});

test('a do passes each output to the next task', async () => {
  const result = await run(`
do:
  - whole:
      do:
        - first: { set: { colours: '\${ ["red"] }' } }
        - second: { set: { colours: '\${ .colours + ["green"] }' } }
        - third: { set: { colours: '\${ .colours + ["blue"] }' } }
`);
  expect(result.output).toEqual({ colours: ['red', 'green', 'blue'] });
  expect(ran(result)).toEqual(['first', 'second', 'third', 'whole']);
});

test('an emitted event is the output of its task', async () => {
  const result = await run(`
do:
  - say: { emit: { event: { with: { source: 'https://shop.example', type: shop.order.placed, data: { items: 2 } } } } }
`);
  expect(result.status).toBe('completed');
  expect(result.output).toMatchObject({
    source: 'https://shop.example',
    type: 'shop.order.placed',
    data: { items: 2 },
    specversion: '1.0',
  });
  expect(Object.keys(result.output as object)).toEqual(expect.arrayContaining(['id', 'time']));
});

test('tasks run in the order they stand in', async () => {
  const result = await run(`
do:
  - one: { set: { n: 1 } }
  - two: { set: { n: '\${ .n + 1 }' } }
  - three: { set: { n: '\${ .n + 1 }' } }
`);
  expect(ran(result)).toEqual(['one', 'two', 'three']);
  expect(result.output).toEqual({ n: 3 });
});

test('tasks run in the order their directives say', async () => {
  const result = await run(`
do:
  - one: { set: { n: 1 }, then: three }
  - two: { set: { n: '\${ .n + 10 }' }, then: end }
  - three: { set: { n: '\${ .n * 5 }' }, then: two }
`);
  expect(ran(result)).toEqual(['one', 'three', 'two']);
  expect(result.output).toEqual({ n: 15 });
});

test('a loop gives each round the output of the last', async () => {
  const result = await run(
    `
do:
  - each:
      for: { each: colour, in: .colours }
      do:
        - keep: { set: { seen: '\${ { names: (.seen.names + [$colour]), at: (.seen.at + [$index]) } }' } }
`,
    { colours: ['red', 'green'] },
  );
  expect(result.output).toEqual({ seen: { names: ['red', 'green'], at: [0, 1] } });
});

test('a raised error that nobody catches is the error of the run', async () => {
  const result = await run(`
do:
  - refuse:
      raise: { error: { type: 'https://x.example/errors/not-implemented', status: 500, title: Not Implemented, detail: '\${ "run \\($workflow.definition.document.name)" }' } }
`);
  expect(result.status).toBe('failed');
  expect(result.error).toEqual({
    type: 'https://x.example/errors/not-implemented',
    status: 500,
    title: 'Not Implemented',
    detail: 'run test',
    instance: '/do/0/refuse',
  });
});

test('set puts its value in place of the data', async () => {
  const result = await run("do: [ { a: { set: { shape: circle, size: '${ .size }' } } } ]", {
    size: 6,
    fill: true,
  });
  expect(result.output).toEqual({ shape: 'circle', size: 6 });
});

const traffic = `
do:
  - choose:
      switch:
        - stop: { when: .light == "red", then: halt }
        - go: { when: .light == "green", then: drive }
DEFAULT
  - halt: { set: { do: '\${ "halt" }' }, then: end }
  - drive: { set: { do: '\${ "drive" }' }, then: end }
  - other: { set: { do: '\${ "other" }' } }
`;

test('a switch follows the case that holds', async () => {
  const result = await run(traffic.replace('DEFAULT\n', ''), { light: 'green' });
  expect(result.output).toEqual({ do: 'drive' });
  expect(ran(result)).toEqual(['choose', 'drive']);
});

test('a switch without a match goes on with the next task', async () => {
  const result = await run(traffic.replace('DEFAULT\n', ''), { light: 'amber' });
  expect(ran(result)).toEqual(['choose', 'halt']);
});

test('a switch without a match takes its default', async () => {
  const result = await run(traffic.replace('DEFAULT', '        - rest: { then: other }'), { light: 'amber' });
  expect(ran(result)).toEqual(['choose', 'other']);
  expect(result.output).toEqual({ do: 'other' });
});
