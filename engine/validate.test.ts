import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cronFault } from '../domain/calendar/schedule-rule.ts';
import { describe, expect, test } from 'vitest';
import { compileFlow, isPlanIntact, validateFlow } from './index.ts';
import { flow, planOf, testCatalogue } from './testing/catalogue.ts';

/** [what is wrong, document, `code pointer` expected among the problems] */
const broken: readonly (readonly [string, string, string])[] = [
  ['unknown target', 'do: [ { a: { set: { x: 1 }, then: nowhere } } ]', 'unknown-target /do/0/a/then'],
  [
    'target in another list',
    'do: [ { a: { do: [ { b: { set: { x: 1 }, then: c } } ] } }, { c: { set: { x: 1 } } } ]',
    'target-out-of-scope /do/0/a/do/0/b/then',
  ],
  [
    'target among branches',
    'do: [ { f: { fork: { branches: [ { a: { set: { x: 1 }, then: b } }, { b: { set: { x: 1 } } } ] } } } ]',
    'target-out-of-scope /do/0/f/fork/branches/0/a/then',
  ],
  [
    'switch target',
    'do: [ { s: { switch: [ { a: { when: .x, then: nowhere } } ] } } ]',
    'unknown-target /do/0/s/switch/0/a/then',
  ],
  ['same name twice', 'do: [ { a: { set: { x: 1 } } }, { a: { set: { x: 1 } } } ]', 'duplicate-name /do/1/a'],
  ['directive as a name', 'do: [ { exit: { set: { x: 1 } } } ]', 'reserved-name /do/0/exit'],
  [
    'variable that hides another',
    'do: [ { l: { for: { each: input, in: .a }, do: [ { b: { set: { x: 1 } } } ] } } ]',
    'reserved-name /do/0/l/for/each',
  ],
  ['unknown function', "do: [ { a: { call: 'nothing:1.0.0@default' } } ]", 'unknown-function /do/0/a/call'],
  [
    'unknown version',
    "do: [ { a: { call: 'work:9.0.0@default' } } ]",
    'unknown-function-version /do/0/a/call',
  ],
  ['remote catalogue', "do: [ { a: { call: 'work:1.0.0@elsewhere' } } ]", 'remote-catalog /do/0/a/call'],
  [
    'literal input',
    "do: [ { a: { call: 'typed:1.0.0@default', with: { vlan: 5000, name: '${ .n }' } } } ]",
    'input-mismatch /do/0/a/with/vlan',
  ],
  [
    'missing input',
    "do: [ { a: { call: 'typed:1.0.0@default', with: { name: '${ .n }' } } } ]",
    'input-mismatch /do/0/a/with',
  ],
  ['broken expression', "do: [ { a: { set: { x: '${ .a + }' } } } ]", 'bad-expression /do/0/a/set/x'],
  [
    'unknown expression function',
    "do: [ { a: { set: { x: '${ no_such_function }' } } } ]",
    'unknown-expression-function /do/0/a/set/x',
  ],
  ['unknown variable', "do: [ { a: { set: { x: '${ $item }' } } } ]", 'unknown-variable /do/0/a/set/x'],
  [
    '$output outside export',
    "do: [ { a: { set: { x: 1 }, output: { as: '$output' } } } ]",
    'unknown-variable /do/0/a/output/as',
  ],
  ['secret', "do: [ { a: { set: { x: '${ $secrets.key }' } } } ]", 'secret-in-expression /do/0/a/set/x'],
  [
    'unreachable',
    'do: [ { a: { set: { x: 1 }, then: end } }, { b: { set: { x: 1 } } } ]',
    'unreachable-task /do/1/b',
  ],
  [
    'endless',
    'do: [ { a: { set: { x: 1 } } }, { b: { set: { x: 1 }, then: a } } ]',
    'endless-jump /do/1/b/then',
  ],
  [
    'two defaults',
    'do: [ { s: { switch: [ { a: { then: end } }, { b: { then: exit } } ] } } ]',
    'duplicate-default /do/0/s/switch/1/b',
  ],
  [
    'unknown retry',
    'do: [ { t: { try: [ { a: { set: { x: 1 } } } ], catch: { retry: often } } } ]',
    'unknown-reference /do/0/t/catch/retry',
  ],
  ['unknown timeout', 'do: [ { w: { wait: PT1S, timeout: brief } } ]', 'unknown-reference /do/0/w/timeout'],
  ['unknown error', 'do: [ { r: { raise: { error: oops } } } ]', 'unknown-reference /do/0/r/raise/error'],
  ['bad duration', 'do: [ { w: { wait: { seconds: -1 } } } ]', 'bad-duration /do/0/w/wait'],
  [
    'schedule',
    "schedule: { cron: '0 0 * * *' }\ndo: [ { w: { wait: PT1S } } ]",
    'schedule-in-document /schedule',
  ],
  ...(
    [
      ['after', 'after: PT1H', '/schedule/after'],
      ['a cron expression that is none', 'cron: daily', '/schedule/cron'],
      ['every second', 'every: PT1S', '/schedule/every'],
      ['every 90 days', 'every: { days: 90 }', '/schedule/every'],
      [
        'all of several events',
        'on: { all: [ { with: { type: a } }, { with: { type: b } } ] }',
        '/schedule/on/all',
      ],
      ['until', "on: { any: [ { with: { type: a } } ], until: 'true' }", '/schedule/on/until'],
      ['any event there is', 'on: { any: [] }', '/schedule/on/any/0'],
      ['an event of no type', 'on: { one: { with: { source: /a } } }', '/schedule/on/one/with/type'],
      ['a computed type', "on: { one: { with: { type: '${ .a }' } } }", '/schedule/on/one/with/type'],
      [
        'a correlation',
        'on: { one: { with: { type: a }, correlate: { k: { from: .k } } } }',
        '/schedule/on/one/correlate',
      ],
      [
        'one type twice',
        'on: { any: [ { with: { type: a } }, { with: { type: a, source: /b } } ] }',
        '/schedule/on/any',
      ],
    ] as const
  ).map(
    ([what, schedule, pointer]) =>
      [
        `schedule with ${what}`,
        `schedule: { ${schedule} }\ndo: [ { w: { wait: PT1S } } ]`,
        `schedule-not-supported ${pointer}`,
      ] as const,
  ),
  [
    'script beside a controlled step',
    "do: [ { p: { call: 'push:1.0.0@default' } }, { s: { run: { shell: { command: ls } } } } ]",
    'script-beside-controlled-step /do/1/s/run/shell',
  ],
  ['script', 'do: [ { s: { run: { shell: { command: ls } } } } ]', 'script-not-enabled /do/0/s/run/shell'],
  [
    'script in another language',
    'do: [ { s: { run: { script: { language: ruby, code: p 1 } } } } ]',
    'script-language /do/0/s/run/script/language',
  ],
  [
    'script from an address',
    "do: [ { s: { run: { script: { language: js, source: { endpoint: 'https://x.example/a.js' } } } } } ]",
    'external-resource /do/0/s/run/script/source',
  ],
  [
    'code made from data',
    "do: [ { s: { run: { script: { language: js, code: '${ .code }' } } } } ]",
    'script-from-data /do/0/s/run/script/code',
  ],
  [
    'an expression inside a command',
    "do: [ { s: { run: { shell: { command: 'echo ${ .name }' } } } } ]",
    'script-from-data /do/0/s/run/shell/command',
  ],
  [
    'a variable with no name',
    'do: [ { s: { run: { shell: { command: ls, environment: { a-b: x } } } } } ]',
    'script-environment /do/0/s/run/shell/environment/a-b',
  ],
  ['a process by call', "do: [ { s: { call: 'process:1.0.0@default' } } ]", 'unknown-function /do/0/s/call'],
  ['loose mode', 'evaluate: { mode: loose }\ndo: [ { w: { wait: PT1S } } ]', 'loose-mode /evaluate/mode'],
  [
    'other language',
    'evaluate: { language: js }\ndo: [ { w: { wait: PT1S } } ]',
    'expression-language /evaluate/language',
  ],
  [
    'recursive function',
    'use: { functions: { f: { call: g }, g: { call: f } } }\ndo: [ { a: { call: f } } ]',
    'recursive-function /use/functions/f',
  ],
  [
    'schema elsewhere',
    'input: { schema: { resource: { endpoint: https://x.example/s } } }\ndo: [ { w: { wait: PT1S } } ]',
    'external-resource /input/schema/resource',
  ],
  [
    'other schema format',
    'input: { schema: { format: xml, document: {} } }\ndo: [ { w: { wait: PT1S } } ]',
    'schema-format /input/schema/format',
  ],
  [
    'schema that is none',
    'input: { schema: { document: 5 } }\ndo: [ { w: { wait: PT1S } } ]',
    'bad-schema /input/schema/document',
  ],
  ['export of nothing', 'do: [ { a: { set: { x: 1 }, export: {} } } ]', 'export-without-as /do/0/a/export'],
  ['unknown task', 'do: [ { a: { approval: {} } } ]', 'unknown-task /do/0/a'],
  ['unknown field', 'do: [ { a: { set: { x: 1 }, colour: red } } ]', 'unknown-field /do/0/a/colour'],
  [
    'missing field',
    'do: [ { a: { raise: { error: { type: https://x.example/e } } } } ]',
    'wrong-shape /do/0/a/raise/error',
  ],
  ['wrong type', 'do: [ { a: { set: { x: 1 }, if: 5 } } ]', 'wrong-type /do/0/a/if'],
];

describe('problems', () => {
  for (const [what, rest, expected] of broken) {
    test(what, () => {
      const { problems } = validateFlow(flow(rest), testCatalogue, { cronFault });
      expect(problems.map((each) => `${each.code} ${each.pointer}`)).toContain(expected);
    });
  }

  test('all at once', () => {
    const { problems, valid } = validateFlow(
      flow(
        "do: [ { a: { call: 'nothing:1.0.0@default', then: x } }, { a: { wait: P1Y } }, { b: { set: { x: '${ ( }' } } } ]",
      ),
      testCatalogue,
    );
    expect(valid).toBe(false);
    expect(new Set(problems.map((each) => each.code))).toEqual(
      new Set([
        'unknown-function',
        'unknown-target',
        'duplicate-name',
        'wrong-shape',
        'bad-duration',
        'bad-expression',
      ]),
    );
  });

  test('another version of the language', () => {
    const source = flow('do: [ { w: { wait: PT1S } } ]').replace('1.0.3', '2.0.0');
    expect(validateFlow(source, testCatalogue).problems[0]).toMatchObject({
      code: 'dsl-version',
      pointer: '/document/dsl',
    });
  });
});

describe('text', () => {
  const codes = (source: string): string[] =>
    validateFlow(source, testCatalogue).problems.map((each) => each.code);
  test.each([
    ['syntax', 'do: [ {', 'yaml-syntax'],
    ['a key twice', 'do: []\ndo: []', 'duplicate-key'],
    ['a tag', 'do: !!js/function "x"', 'yaml-tag'],
    ['a prototype key', '{"__proto__": {"x": 1}}', 'forbidden-key'],
    ['a merge key', 'a: &a { x: 1 }\nb: { <<: *a }', 'forbidden-key'],
    ['no map', '- 1', 'not-a-map'],
    ['empty', '', 'not-a-map'],
    ['two documents', 'a: 1\n---\nb: 1', 'several-documents'],
    ['too large', `a: ${'x'.repeat(1_048_577)}`, 'document-too-large'],
    ['too deep', `a: ${'['.repeat(300)}${']'.repeat(300)}`, 'document-too-deep'],
    ['absurdly deep', `a: ${'['.repeat(100_000)}`, 'document-too-deep'],
    [
      'alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d]`,
      'document-too-large',
    ],
  ])('%s', (_, source, code) => {
    expect(codes(source)).toContain(code);
  });
});

test('a plan is frozen, hashed and the same for the same document', () => {
  const source = flow("do: [ { a: { call: 'work:1.0.0@default' } } ]");
  const plan = planOf(source);
  expect(planOf(source).hash).toBe(plan.hash);
  expect(Object.isFrozen(plan.root['nodes'])).toBe(true);
  expect(isPlanIntact(JSON.parse(JSON.stringify(plan)))).toBe(true);
  expect(isPlanIntact({ ...plan, document: { ...plan.document, name: 'other' } })).toBe(false);
  expect(planOf(source.replace('work', 'push')).hash).not.toBe(plan.hash);
  expect(compileFlow('do: 5', testCatalogue).plan).toBeUndefined();
});

test('every problem code is in the documentation, and nothing else is', () => {
  const folder = import.meta.dirname;
  const sources = ['.', 'checks']
    .flatMap((sub) => readdirSync(path.join(folder, sub)).map((name) => path.join(folder, sub, name)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(name, 'utf8'))
    .join('\n');
  const quoted = new Set([...sources.matchAll(/'([a-z]+(?:-[a-z0-9]+)+)'/g)].map((match) => match[1] ?? ''));
  const page = readFileSync(path.join(folder, '../docs/flow-language.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z0-9-]+)` \| (?:error|warning|publish) \|/gm)].map(
    (match) => match[1] ?? '',
  );
  const notCodes = new Set(['expression-unknown-function', 'expression-unknown-variable']);
  const foreign = ['asyncapi', 'grpc', 'a2a', 'mcp'].map((name) => `${name}-not-supported`);
  const inSource = new Set([...quoted, ...foreign].filter((code) => !notCodes.has(code)));
  expect(documented.filter((code) => !inSource.has(code))).toEqual([]);
  const used = new Set(
    [...sources.matchAll(/(?:errorAt|warningAt)\(\s*[^;]*?'([a-z]+(?:-[a-z0-9]+)+)'/g)].map(
      (match) => match[1] ?? '',
    ),
  );
  for (const code of [
    ...used,
    ...foreign,
    'missing-field',
    'wrong-type',
    'wrong-format',
    'wrong-value',
    'unknown-expression-function',
  ]) {
    expect(documented).toContain(code);
  }
});
