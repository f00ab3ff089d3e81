import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import type { AskedCommand } from '../rehearsal.ts';
import { run } from '../testing/catalogue.ts';

const tasks = (records: readonly { step: { name: string }; status: string }[]): string[] =>
  records.filter(({ status }) => status !== 'running').map(({ step, status }) => `${step.name} ${status}`);

describe('extensions', () => {
  it('run beside the data of the task they stand around', async () => {
    const { output, records, status } = await run(`
use:
  extensions:
    - log: { extend: set, before: [ { note: { call: 'work:1.0.0@default', with: { of: '\${ $task.name }' } } } ], after: [ { done: { call: 'work:1.0.0@default', with: { of: '\${ . }' } } } ] }
do:
  - a: { set: { n: 1 } }
  - b: { set: { n: '\${ .n + 1 }' } }
`);
    expect({ status, output }).toEqual({ status: 'completed', output: { n: 2 } });
    expect(tasks(records)).toEqual([
      'note completed',
      'a completed',
      'done completed',
      'note completed',
      'b completed',
      'done completed',
    ]);
    expect(records.find(({ step }) => step.name === 'note')?.step.pointer).toBe('/do/0/a/log/before/0/note');
    expect(records.find(({ output: given }) => JSON.stringify(given) === '{"of":"a"}')).toBeDefined();
  });

  it('answer instead of the task when before is left by exit', async () => {
    const asked: string[] = [];
    const answer = (command: AskedCommand): { output: Json } => {
      asked.push(command.step.name);
      return { output: 'real' };
    };
    const { output, records } = await run(
      `
use:
  extensions:
    - mock:
        extend: call
        when: '$task.with.endpoint | startswith("https://mocked.")'
        before: [ { answer: { set: { mocked: true }, then: exit } } ]
        after: [ { never: { set: { n: 1 } } } ]
do:
  - one: { call: http, with: { method: get, endpoint: https://mocked.example/ }, output: { as: '{ shaped: .mocked }' }, export: { as: . }, then: three }
  - two: { set: { wrong: true } }
  - three: { call: http, with: { method: get, endpoint: https://real.example/ }, output: { as: '{ real: ., context: $context }' } }
`,
      {},
      answer,
    );
    expect(asked).toEqual(['three']);
    expect(output).toEqual({ real: 'real', context: { shaped: true } });
    expect(tasks(records)).toEqual(['answer completed', 'one completed', 'three completed']);
  });

  it('are not run for a skipped task, and a switch keeps its way', async () => {
    const { output, records } = await run(`
use: { extensions: [ { all: { extend: all, before: [ { x: { set: { x: 1 } } } ] } } ] }
do:
  - skipped: { if: 'false', set: { n: 1 } }
  - way: { switch: [ { yes: { when: 'true', then: last } } ] }
  - between: { set: { n: 2 } }
  - last: { set: { n: 3 } }
`);
    expect(output).toEqual({ n: 3 });
    expect(tasks(records)).toEqual([
      'skipped skipped',
      'x completed',
      'way completed',
      'x completed',
      'last completed',
    ]);
  });

  it('fail the task with their own error, which a try around it catches', async () => {
    const { output } = await run(`
use: { extensions: [ { guard: { extend: set, when: '$task.name == "a"', before: [ { no: { raise: { error: { type: 'https://e.example/no', status: 409 } } } } ] } } ] }
do:
  - t: { try: [ { a: { set: { n: 1 } } } ], catch: { errors: { with: { status: 409 } }, do: [ { b: { set: { caught: true } } } ] } }
`);
    expect(output).toEqual({ caught: true });
  });

  it('nest in the order of the document, and the call of a function has them once', async () => {
    const { records } = await run(`
use:
  functions: { twice: { call: 'work:1.0.0@default', with: {} } }
  extensions:
    - outer: { extend: call, before: [ { o: { set: {a: 1} } } ] }
    - inner: { extend: call, before: [ { i: { set: {a: 1} } } ] }
do: [ { one: { call: twice } } ]
`);
    expect(tasks(records)).toEqual(['o completed', 'i completed', 'twice completed', 'one completed']);
  });
});
