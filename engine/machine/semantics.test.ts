import { describe, expect, test } from 'vitest';
import type { Json } from '../../domain/json.ts';
import type { Answer, AskedCommand } from '../rehearsal.ts';
import { run } from '../testing/catalogue.ts';

interface Case {
  readonly name: string;
  readonly flow: string;
  readonly input?: Json;
  readonly answer?: (command: AskedCommand, nowMs: number) => Answer;
  readonly output?: Json;
  readonly error?: { type?: string; status: number; instance?: string };
  /** `pointer status` of the trace, when it matters. */
  readonly trace?: readonly string[];
}

const no: Answer = { error: { type: 'https://x.example/no', status: 503, title: 'no' } };
const slow = (command: AskedCommand): Answer => ({
  output: 'input' in command ? command.input : null,
  afterMs: Number((command as { input?: { ms?: number } }).input?.ms ?? 0),
});
const STANDARD = 'https://serverlessworkflow.io/spec/1.0.0/errors/';

const cases: readonly Case[] = [
  // set
  {
    name: 'set replaces the data',
    flow: 'do: [ { a: { set: { x: 1 } } } ]',
    input: { y: 2 },
    output: { x: 1 },
  },
  {
    name: 'set may be one expression',
    flow: "do: [ { a: { set: '${ .y + 1 }' } } ]",
    input: { y: 2 },
    output: 3,
  },
  {
    name: 'a text without ${ } inside set stays a text',
    flow: "do: [ { a: { set: { x: '.y' } } } ]",
    input: { y: 2 },
    output: { x: '.y' },
  },
  // common
  {
    name: 'if looks at the raw input; a skipped task passes it on and its then does not count',
    flow: "do: [ { a: { if: .n > 5, set: { x: 1 }, then: end } }, { b: { set: '${ . + { b: true } }' } } ]",
    input: { n: 1 },
    output: { n: 1, b: true },
    trace: ['/do/0/a skipped', '/do/1/b completed'],
  },
  {
    name: 'input.from, output.as and export.as see what the specification says they see',
    flow: `
do:
  - a:
      input: { from: .outer }
      set: { got: '\${ . }', input: '\${ $input }' }
      output: { as: '{ made: .got, raw: $input }' }
      export: { as: '{ kept: .made, same: ($output == .) }' }
  - b: { set: { context: '\${ $context }', data: '\${ . }' } }`,
    input: { outer: 7 },
    output: { context: { kept: 7, same: true }, data: { made: 7, raw: 7 } },
  },
  {
    name: 'export replaces the context',
    flow: "do: [ { a: { set: { x: 1 }, export: { as: { one: 1 } } } }, { b: { set: { x: 2 }, export: { as: { two: 2 } } } }, { c: { set: '$context' } } ]",
    output: { two: 2 },
  },
  {
    name: 'the input schema is checked on the raw input',
    flow: "do: [ { a: { input: { schema: { document: { type: object, required: [n] } }, from: '{ n: 1 }' }, set: { x: 1 } } } ]",
    error: { type: `${STANDARD}validation`, status: 400, instance: '/do/0/a' },
  },
  {
    name: 'the output schema is checked after output.as',
    flow: 'do: [ { a: { set: { x: 1 }, output: { as: .x, schema: { document: { type: string } } } } } ]',
    error: { type: `${STANDARD}validation`, status: 400, instance: '/do/0/a' },
  },
  {
    name: 'input and output of the flow itself',
    flow: "input: { from: .inner }\noutput: { as: '{ answer: .x }' }\ndo: [ { a: { set: { x: '${ . }' } } } ]",
    input: { inner: 5 },
    output: { answer: 5 },
  },
  {
    name: 'an expression that fails is the expression error of its task',
    flow: "do: [ { a: { set: '${ .x + {} }' } } ]",
    input: { x: 1 },
    error: { type: `${STANDARD}expression`, status: 400, instance: '/do/0/a' },
  },
  {
    name: '$task, $workflow and $runtime',
    flow: "do: [ { a: { set: { name: '${ $task.name }', at: '${ $task.reference }', doc: '${ $workflow.definition.document.name }', raw: '${ $workflow.input }', engine: '${ $runtime.name }', iso: '${ $workflow.startedAt.iso8601 }' } } } ]",
    input: 4,
    output: {
      name: 'a',
      at: '/do/0/a',
      doc: 'test',
      raw: 4,
      engine: 'afterbell',
      iso: '2026-11-23T00:00:00.000Z',
    },
  },
  {
    name: 'now is the time of the turn',
    flow: "do: [ { w: { wait: PT1M } }, { a: { set: '${ now }' } } ]",
    output: Date.UTC(2026, 10, 23, 0, 1) / 1000,
  },
  // then
  {
    name: 'exit leaves the list, not the flow',
    flow: "do: [ { a: { do: [ { b: { set: { x: 1 }, then: exit } }, { c: { set: { x: 2 } } } ] } }, { d: { set: '${ .x + 10 }' } } ]",
    output: 11,
  },
  {
    name: 'end ends the flow; the tasks around it do not change the output, the flow does',
    flow: "output: { as: '{ out: . }' }\ndo: [ { a: { output: { as: '99' }, do: [ { b: { set: { x: 1 }, then: end } } ] } }, { d: { set: { x: 2 } } } ]",
    output: { out: { x: 1 } },
  },
  {
    name: 'a jump back counts its visits',
    flow: "do: [ { a: { set: '${ { n: (.n + 1) } }' } }, { s: { switch: [ { again: { when: .n < 3, then: a } } ] } } ]",
    input: { n: 0 },
    output: { n: 3 },
    trace: [
      '/do/0/a completed',
      '/do/1/s completed',
      '/do/0/a completed',
      '/do/1/s completed',
      '/do/0/a completed',
      '/do/1/s completed',
    ],
  },
  // switch
  {
    name: 'the first case that holds',
    flow: "do: [ { s: { switch: [ { one: { when: .n > 1, then: b } }, { two: { when: .n > 0, then: exit } } ] } }, { a: { set: '1', then: exit } }, { b: { set: '\"b\"' } } ]",
    input: { n: 2 },
    output: 'b',
  },
  {
    name: 'the default, wherever it stands',
    flow: "do: [ { s: { switch: [ { rest: { then: b } }, { one: { when: .n > 1, then: exit } } ] } }, { a: { set: '1' } }, { b: { set: '2' } } ]",
    input: { n: 0 },
    output: 2,
  },
  {
    name: 'no case holds: the then of the switch itself',
    flow: "do: [ { s: { switch: [ { one: { when: .n > 1, then: b } } ], then: exit } }, { b: { set: '2' } } ]",
    input: { n: 0 },
    output: { n: 0 },
  },
  // for
  {
    name: 'each round works on the output of the one before; item and position have names',
    flow: "do: [ { l: { for: { each: c, at: i, in: .cs }, do: [ { m: { set: '${ { all: ((.all // []) + [[$c, $i]]) } }' } } ] } } ]",
    input: { cs: ['x', 'y'] },
    output: {
      all: [
        ['x', 0],
        ['y', 1],
      ],
    },
  },
  {
    name: 'while is asked before each round',
    flow: "do: [ { l: { for: { in: .n }, while: $index < 2, do: [ { m: { set: '${ $item }' } } ] } } ]",
    input: { n: [5, 6, 7] },
    output: 6,
  },
  {
    name: 'an empty collection passes the input on',
    flow: "do: [ { l: { for: { in: .n }, do: [ { m: { set: '1' } } ] } } ]",
    input: { n: [] },
    output: { n: [] },
  },
  {
    name: 'exit in a round ends the round',
    flow: "do: [ { l: { for: { in: '[1,2]' }, do: [ { m: { set: '${ $item }', then: exit } }, { never: { set: '0' } } ] } } ]",
    output: 2,
  },
  {
    name: 'a collection that is no array',
    flow: "do: [ { l: { for: { in: .n }, do: [ { m: { set: '1' } } ] } } ]",
    input: { n: 5 },
    error: { type: `${STANDARD}expression`, status: 400, instance: '/do/0/l' },
  },
  // fork
  {
    name: 'all branches, each with the input of the fork, in declared order',
    flow: "do: [ { f: { fork: { branches: [ { a: { call: 'work:1.0.0@default', with: { ms: 50 } } }, { b: { set: '${ .n }' } } ] } } } ]",
    input: { n: 3 },
    answer: slow,
    output: [{ ms: 50 }, 3],
  },
  {
    name: 'the race has one winner and the others are cancelled',
    flow: "do: [ { f: { fork: { compete: true, branches: [ { a: { call: 'work:1.0.0@default', with: { ms: 50 } } }, { b: { call: 'work:1.0.0@default', with: { ms: 10 } } } ] } } } ]",
    answer: slow,
    output: { ms: 10 },
    trace: [
      '/do/0/f/fork/branches/1/b completed',
      '/do/0/f/fork/branches/0/a cancelled',
      '/do/0/f completed',
    ],
  },
  {
    name: 'a failed branch drops out of a race',
    flow: "do: [ { f: { fork: { compete: true, branches: [ { a: { raise: { error: { type: 'https://x.example/e', status: 400 } } } }, { b: { set: '5' } } ] } } } ]",
    output: 5,
  },
  {
    name: 'the first error ends a fork and cancels the rest',
    flow: "do: [ { f: { fork: { branches: [ { a: { wait: PT1H } }, { b: { raise: { error: { type: 'https://x.example/e', status: 418 } } } } ] } } } ]",
    error: { status: 418, instance: '/do/0/f/fork/branches/1/b' },
  },
  {
    name: 'end inside a branch ends the flow',
    flow: "do: [ { f: { fork: { branches: [ { a: { wait: PT1H } }, { b: { set: '7', then: end } } ] } } }, { c: { set: '8' } } ]",
    output: 7,
  },
  // try
  {
    name: 'an error is caught under its name, by status, and the catch works on the input of the try',
    flow: "do: [ { t: { try: [ { a: { call: 'work:1.0.0@default' } } ], catch: { errors: { with: { status: 503 } }, as: trouble, do: [ { b: { set: '${ { n: .n, status: $trouble.status, at: $trouble.instance } }' } } ] } } } ]",
    input: { n: 1 },
    answer: () => no,
    output: { n: 1, status: 503, at: '/do/0/t/try/0/a' },
  },
  {
    name: 'an error of another kind goes on outwards',
    flow: "do: [ { t: { try: [ { a: { call: 'work:1.0.0@default' } } ], catch: { errors: { with: { status: 404 } } } } } ]",
    answer: () => no,
    error: { status: 503, instance: '/do/0/t/try/0/a' },
  },
  {
    name: 'caught with neither retry nor do: the input of the try',
    flow: "do: [ { t: { try: [ { a: { call: 'work:1.0.0@default' } } ], catch: {} } } ]",
    input: 9,
    answer: () => no,
    output: 9,
  },
  {
    name: 'when and exceptWhen decide too',
    flow: 'do: [ { t: { try: [ { a: { call: \'work:1.0.0@default\' } } ], catch: { when: $error.status == 503, exceptWhen: $error.title == "no" } } } ]',
    answer: () => no,
    error: { status: 503 },
  },
  {
    name: 'retries that run out without a do: the error goes on outwards',
    flow: "do: [ { t: { try: [ { a: { call: 'work:1.0.0@default' } } ], catch: { retry: { limit: { attempt: { count: 2 } } } } } } ]",
    answer: () => no,
    error: { status: 503 },
    trace: ['/do/0/t/try/0/a failed', '/do/0/t/try/0/a failed', '/do/0/t/try/0/a failed', '/do/0/t failed'],
  },
  {
    name: 'the spellings of a standard error type are one',
    flow: "do: [ { t: { try: [ { a: { call: 'work:1.0.0@default' } } ], catch: { errors: { with: { type: 'https://open-workflow-specification.org/spec/1.0.0/errors/communication' } }, do: [ { b: { set: '1' } } ] } } } ]",
    answer: () => ({
      error: { type: 'https://serverlessworkflow.io/dsl/errors/types/communication', status: 500, title: '' },
    }),
    output: 1,
  },
  {
    name: 'catch.then leads the error path',
    flow: "do: [ { t: { try: [ { a: { call: 'work:1.0.0@default' } } ], catch: { then: c } } }, { b: { set: '1', then: end } }, { c: { set: '2' } } ]",
    answer: () => no,
    output: 2,
  },
  // raise
  {
    name: 'an uncaught raise fails the flow with its place',
    flow: "do: [ { r: { raise: { error: { type: 'https://x.example/e', status: 409, title: T, detail: '${ \"n is \\(.n)\" }' } } } } ]",
    input: { n: 4 },
    error: { type: 'https://x.example/e', status: 409, instance: '/do/0/r' },
  },
  // timeouts
  {
    name: 'a task timeout is the 408 error',
    flow: 'do: [ { a: { wait: PT1H, timeout: { after: { minutes: 1 } } } } ]',
    error: { type: `${STANDARD}timeout`, status: 408, instance: '/do/0/a' },
  },
  {
    name: 'a timeout around a list can be caught',
    flow: "do: [ { t: { try: [ { d: { timeout: { after: PT5S }, do: [ { w: { wait: PT1M } } ] } } ], catch: { errors: { with: { status: 408 } }, do: [ { b: { set: '1' } } ] } } } ]",
    output: 1,
  },
  {
    name: 'the timeout of the flow',
    flow: 'timeout: { after: PT1S }\ndo: [ { w: { wait: PT1M } } ]',
    error: { status: 408 },
  },
  {
    name: 'a named timeout',
    flow: 'use: { timeouts: { brief: { after: PT1S } } }\ndo: [ { w: { wait: PT1M, timeout: brief } } ]',
    error: { status: 408, instance: '/do/0/w' },
  },
  // calls
  {
    name: 'a function of use works on its arguments',
    flow: "use: { functions: { twice: { set: '${ .n * 2 }' } } }\ndo: [ { a: { call: twice, with: { n: '${ .m }' } } } ]",
    input: { m: 4 },
    output: 8,
  },
  {
    name: 'evaluated arguments are checked',
    flow: "do: [ { a: { call: 'typed:1.0.0@default', with: { vlan: '${ .v }' } } } ]",
    input: { v: 5000 },
    error: { type: `${STANDARD}validation`, status: 400, instance: '/do/0/a' },
  },
  {
    name: 'call http: the endpoint is filled from the input',
    flow: "do: [ { a: { call: http, with: { method: get, endpoint: { uri: 'https://x.example/pet/{petId}' } } } } ]",
    input: { petId: 'a b' },
    output: { method: 'get', endpoint: 'https://x.example/pet/a%20b' },
  },
  {
    name: 'call http: a missing value is no shorter address',
    flow: "do: [ { a: { call: http, with: { method: get, endpoint: 'https://x.example/pet/{petId}' } } } ]",
    error: { type: `${STANDARD}expression`, status: 400, instance: '/do/0/a' },
  },
  {
    name: 'a sub-flow that is not awaited passes the input on',
    flow: 'do: [ { a: { run: { await: false, workflow: { namespace: t, name: o, version: 1.0.0, input: { x: 1 } } } } } ]',
    input: 6,
    output: 6,
  },
  {
    name: 'a shell command is a call whose data are filled in and whose code is not',
    flow: `
do:
  - a:
      run:
        return: all
        shell:
          command: 'echo $1 \${name} $(id)'
          stdin: '\${ .text }'
          arguments: ['\${ .n }', plain]
          environment: { user: '\${ .text }' }`,
    input: { text: 'x', n: 1 },
    output: {
      language: 'shell',
      code: 'echo $1 ${name} $(id)',
      return: 'all',
      stdin: 'x',
      arguments: [1, 'plain'],
      environment: { user: 'x' },
    },
    trace: ['/do/0/a completed'],
  },
  {
    name: 'a script gives its standard output unless it says otherwise',
    flow: 'do: [ { a: { run: { script: { language: js, code: "1" } } } } ]',
    output: { language: 'js', code: '1', return: 'stdout' },
  },
  {
    name: 'a script that is not awaited passes the input on',
    flow: 'do: [ { a: { run: { await: false, script: { language: js, code: "1" } } } } ]',
    input: 6,
    output: 6,
  },
  {
    name: 'emit gives the whole event',
    flow: "do: [ { a: { emit: { event: { with: { type: t, id: i, source: 'https://s', time: '2026-01-01T00:00:00Z', data: '${ . }' } } } } } ]",
    input: 6,
    output: {
      specversion: '1.0',
      type: 't',
      id: 'i',
      source: 'https://s',
      time: '2026-01-01T00:00:00Z',
      data: 6,
    },
  },
  {
    name: 'listen gives an array of data',
    flow: 'do: [ { a: { listen: { to: { one: { with: { type: t } } } } } } ]',
    answer: () => ({ output: { type: 't', data: 5 } }),
    output: [5],
  },
  {
    name: 'listen to all gives the events in the order they came, each filter once',
    flow: 'do: [ { a: { listen: { to: { all: [ { with: { type: x } }, { with: { type: y } } ] } } } } ]',
    answer: () => ({
      output: [
        { type: 'y', data: 1 },
        { type: 'y', data: 2 },
        { type: 'z', data: 3 },
        { type: 'x', data: 4 },
      ],
    }),
    output: [1, 4],
  },
  {
    name: 'listen to any ends with the first event that fits',
    flow: 'do: [ { a: { listen: { to: { any: [ { with: { type: x } }, { with: { type: y } } ] }, read: envelope } } } ]',
    answer: () => ({ output: [{ type: 'z' }, { type: 'y', id: '1' }] }),
    output: [{ type: 'y', id: '1' }],
  },
  {
    name: 'listen to any of nothing named ends with whatever comes',
    flow: 'do: [ { a: { listen: { to: { any: [] } } } } ]',
    answer: () => ({ output: { type: 'z', data: 7 } }),
    output: [7],
  },
  {
    name: 'an expected correlation value is asked of every event',
    flow: "do: [ { s: { set: { customer: c2 } } }, { a: { listen: { to: { one: { with: { type: t }, correlate: { customer: { from: '${ .data.customer }', expect: '${ .customer }' } } } } } } } ]",
    answer: () => ({
      output: [
        { type: 't', data: { customer: 'c1' } },
        { type: 't', data: {} },
        { type: 't', data: { customer: 'c2' } },
      ],
    }),
    output: [{ customer: 'c2' }],
  },
  {
    name: 'the first event fixes a correlation value that was not given',
    flow: 'do: [ { a: { listen: { to: { all: [ { with: { type: x }, correlate: { order: { from: .data.order } } }, { with: { type: y }, correlate: { order: { from: .data.order } } } ] } } } } ]',
    answer: () => ({
      output: [
        { type: 'x', data: { order: 1 } },
        { type: 'y', data: { order: 2 } },
        { type: 'y', data: { order: 1 } },
      ],
    }),
    output: [{ order: 1 }, { order: 1 }],
  },
  // limits
  {
    name: 'a loop without a call is stopped',
    flow: "do: [ { a: { set: '1' } }, { s: { switch: [ { again: { then: a } } ] } } ]",
    error: { type: `${STANDARD}runtime`, status: 500 },
  },
  {
    name: 'no try catches that',
    flow: "do: [ { t: { try: [ { a: { set: '1' } }, { s: { switch: [ { again: { then: a } } ] } } ], catch: { do: [ { b: { set: '1' } } ] } } } ]",
    error: { type: `${STANDARD}runtime`, status: 500 },
  },
];

describe('what the tasks mean', () => {
  for (const each of cases) {
    test(each.name, async () => {
      const result = await run(each.flow, each.input ?? {}, each.answer);
      if (each.error === undefined) {
        expect(result.error).toBeNull();
        expect(result.output).toEqual(each.output);
      } else expect(result.error).toMatchObject(each.error);
      if (each.trace !== undefined)
        expect(result.trace.map((line) => `${line.step} ${line.status}`)).toEqual(each.trace);
    });
  }
});
