import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import { compileExpression, ExpressionError } from './index.ts';

const seed = 20_261_123;

/** The error code, or `ok`. Anything but an ExpressionError is a failure of the test. */
function outcome(source: string, input: Json = null, steps = 1_000_000): string {
  try {
    compileExpression(source).evaluate(input, { nowMs: 0, budget: { steps } });
    return 'ok';
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
}

describe('budgets', () => {
  it.each([
    '[range(1e9)]',
    'range(infinite)',
    'def f: f; f',
    'def f: f + 1; f',
    'def f: (., .) | f; f',
    'def f(x): f(x | x); f(.)',
    'def f: try f catch f; f',
    '[recurse(.)]',
    'last(repeat(.))',
    'until(false; .)',
    'last(while(true; .))',
    'reduce range(1e9) as $i (0; . + 1)',
    'last(foreach range(1e9) as $i (0; . + 1))',
    '"a" * 1e9',
    'reduce range(60) as $i ("a"; . + .)',
    'reduce range(60) as $i ([1]; . + .)',
    'reduce range(60) as $i (1; [., .])',
    'reduce range(60) as $i (1; [., .]) | tojson',
    'reduce range(60) as $i (1; [., .]) | flatten',
    'reduce range(60) as $i (1; [., .]) | . == (reduce range(60) as $i (1; [., .]))',
    'reduce range(100000) as $i (1; [.])',
    'reduce range(5000) as $i (1; [.]) | tojson',
    'reduce range(5000) as $i (1; {a: .}) | . == (reduce range(5000) as $i (1; {a: .}))',
    'reduce range(5000) as $i ({}; {a: .}) | . * .',
    '[combinations(9)]',
    '[limit(20000; repeat(1))[]?, range(20000)] | .[]',
    'reduce range(30) as $i ("a"; @json "\\(.)\\(.)")',
    '[range(3000)] | combinations(3)',
    '("a" * 20000) | gsub("a*?b|a"; "")',
    '[range(1e5)] | [.[] as $x | .[] as $y | 1]',
    '"x" | gsub(""; "y" * 3e6)',
    'first(range(10) | select(. > 20), (def f: f; f))',
  ])('%s is stopped in bounded time', (source) => {
    const before = process.cpuUsage();
    const input: Json = source.startsWith('[combinations') ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : 1;
    expect(outcome(source, input)).toBe('expression-budget');
    // Of the processor, in microseconds: what else the machine does has no part in it.
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });

  it.each([
    ['outputs', 'range(11)', { outputs: 10 }],
    ['bytes', '"0123456789" * 2', { bytes: 15 }],
    ['depth', 'def f: if . > 9 then . else . + 1 | f end; 0 | f', { depth: 20 }],
    ['steps', 'reduce range(100) as $i (0; . + $i)', { steps: 50 }],
  ] as const)('%s can be set by the caller', (_name, source, budget) => {
    expect(() => compileExpression(source).evaluate(null, { budget })).toThrow(/budget/);
    expect(compileExpression(source).evaluate(null)).not.toEqual([]);
  });

  it('cannot be caught inside the expression', () => {
    expect(outcome('try (def f: f; f) catch "caught"')).toBe('expression-budget');
    expect(outcome('[range(1e9)]? // 1')).toBe('expression-budget');
  });

  it('lets ordinary recursion through', () => {
    const source = 'def fib: if . < 2 then . else (. - 1 | fib) + (. - 2 | fib) end; 16 | fib';
    expect(compileExpression(source).first(null)).toBe(987);
    expect(compileExpression('def f: if . > 300 then . else . + 1 | f end; 0 | f').first(null)).toBe(301);
  });
});

describe('regular expressions', () => {
  it.each(['(a*)*b', '(a|a)*b', '(a+)+b', '(.*)*x', '(a?){30}a{30}b'])('%s takes linear time', (pattern) => {
    const text = 'a'.repeat(3_000);
    expect(
      compileExpression(`test(${JSON.stringify(pattern)})`).first(text, { budget: { steps: 5_000_000 } }),
    ).toBe(false);
  });

  it.each(['(?=a)', '(?<!a)b', '(a)\\1', '(?>a)', 'a++', '[a', '(a', 'a{5000}', '\\k<a>'])(
    '%s is refused',
    (pattern) => {
      expect(outcome(`test(${JSON.stringify(pattern)})`, 'aaa')).toBe('expression-value');
    },
  );
});

const words = [
  '.',
  '..',
  '.a',
  '.[0]',
  '.[]',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '|',
  ',',
  ':',
  ';',
  '?',
  '//',
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '|=',
  '+=',
  '==',
  '<',
  'and',
  'or',
  'not',
  'if',
  'then',
  'else',
  'elif',
  'end',
  'try',
  'catch',
  'reduce',
  'foreach',
  'as',
  '$x',
  '$__loc__',
  'def',
  'f',
  'label',
  'break',
  '"a"',
  '"\\(',
  '"',
  '1',
  '1e999',
  'null',
  'path',
  'del',
  'range',
  'recurse',
  'test',
  'map',
  'limit',
  '@json',
  '@base64d',
  '#',
  '__proto__',
  'constructor',
  'env',
  'error',
  'empty',
  'to_entries',
  'tojson',
  'fromjson',
  'sort_by',
  '\u0000',
  '😀',
];

describe('fuzz', () => {
  it('random token soup throws nothing but ExpressionError', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 14 }), fc.jsonValue(), (tokens, input) => {
        outcome(tokens.join(' '), input as Json, 20_000);
      }),
      { seed, numRuns: 4_000 },
    );
  });

  it('random texts throw nothing but ExpressionError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (source) => {
        outcome(source, null, 20_000);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it('random regexes throw nothing but ExpressionError', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '.',
      '*',
      '+',
      '?',
      '(',
      ')',
      '[',
      ']',
      '|',
      '^',
      '$',
      '\\',
      'd',
      '{2}',
      '{1,3}',
      '-',
      '(?:',
      '(?<n>',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.string({ maxLength: 20 }), (parts, text) => {
        outcome(`[match(${JSON.stringify(parts.join(''))}; "g")]`, text, 50_000);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it('built-ins on random values throw nothing but ExpressionError', () => {
    const calls = [
      'add',
      'flatten',
      'sort',
      'unique',
      'keys',
      'to_entries',
      'from_entries',
      'tojson|fromjson',
      'transpose',
      'combinations',
      'min',
      'any',
      '@csv',
      '@tsv',
      '@sh',
      '@uri',
      '@base64',
      '@base64d',
      'implode',
      'explode',
      'gmtime',
      'mktime',
      'todate',
      'fromdate',
      'strftime("%c")',
      'strptime("%c")',
      'tonumber',
      'ascii',
      'walk(.)',
      '[paths]',
      '[tostream]',
      'fromstream(.[])',
      'del(..)',
      '.[] += 1',
      'map_values(.[0])',
      'has("a")',
      'getpath(.)',
      'setpath(.; 1)',
      'delpaths(.)',
      'splits("a")',
      'join(",")',
      'range(.)',
      'limit(.; 1)',
      '.[1:] = .',
      'bsearch(1)',
      'group_by(.)',
      'contains(.)',
      'inside([])',
      'indices(.)',
      '.[.]',
      '. * .',
      '. - .',
      '. / .',
      '. % .',
      'error',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...calls), fc.jsonValue(), (call, input) => {
        outcome(call, input as Json, 100_000);
      }),
      { seed, numRuns: 5_000 },
    );
  });

  it('never touches a prototype', () => {
    const names = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'a');
    const forms = fc.constantFrom(
      (p: string) => `setpath(${p}; {polluted: 1})`,
      (p: string) => `getpath(${p})`,
      (p: string) => `delpaths([${p}])`,
      (p: string) => `getpath(${p}) |= {polluted: 1}`,
      (p: string) => `{a: 1} * (null | setpath(${p}; {polluted: 1}))`,
      (p: string) => `. + (null | setpath(${p}; {polluted: 1})) | to_entries | from_entries`,
      (p: string) => `null | setpath(${p}; {polluted: 1}) | walk(.) | tojson | fromjson`,
    );
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), forms, (path, form) => {
        outcome(form(JSON.stringify(path)), {});
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
        expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
        expect(Object.hasOwn(Object, 'polluted')).toBe(false);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  it('is deterministic and leaves its input alone', () => {
    const sources = [
      '[.. | numbers] | sort',
      '.. |= .',
      '[paths]',
      'tojson',
      '(.[]? | .[]?) |= 1',
      'del(.[0]?)',
      'walk(if type == "array" then reverse else . end)',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.jsonValue({ maxDepth: 4 }), (source, value) => {
        const input = value as Json;
        const before = JSON.stringify(input);
        const run = (): string => {
          try {
            return JSON.stringify(compileExpression(source).evaluate(input));
          } catch (error) {
            return String(error);
          }
        };
        expect(run()).toBe(run());
        expect(JSON.stringify(input)).toBe(before);
      }),
      { seed, numRuns: 1_000 },
    );
  });
});
