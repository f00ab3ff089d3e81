import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../domain/json.ts';
import {
  compileExpression,
  ExpressionError,
  type EvaluateScope,
  parseExpression,
  unwrapExpression,
} from './index.ts';

function failure(run: () => unknown): ExpressionError {
  try {
    run();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error('expected an ExpressionError');
}

function evaluate(source: string, input: Json = null, scope?: EvaluateScope): Json[] {
  return compileExpression(source).evaluate(input, scope);
}

describe('compileExpression', () => {
  it('gives every output in order and the first one alone', () => {
    const expression = compileExpression('.items[] | select(.qty > 3) | .name');
    const input = {
      items: [
        { name: 'a', qty: 5 },
        { name: 'b', qty: 1 },
        { name: 'c', qty: 4 },
      ],
    };
    expect(expression.evaluate(input)).toEqual(['a', 'c']);
    expect(expression.first(input)).toBe('a');
    expect(expression.first({ items: [] })).toBeNull();
  });

  it('lists free variables and takes them from the scope, never from a prototype', () => {
    const expression = compileExpression('$context.a + (1 as $local | $local) + $input');
    expect(expression.variables).toEqual(['context', 'input']);
    expect(expression.first(null, { variables: { context: { a: 1 }, input: 2 } })).toBe(4);
    expect(failure(() => expression.first(null)).code).toBe('expression-unknown-variable');
    expect(failure(() => evaluate('$constructor')).code).toBe('expression-unknown-variable');
  });

  it('takes the time from the scope only', () => {
    expect(evaluate('now | todate', null, { nowMs: 1_700_000_000_000 })).toEqual(['2023-11-14T22:13:20Z']);
    expect(failure(() => evaluate('now')).code).toBe('expression-no-clock');
    expect(failure(() => evaluate('try now catch 1')).code).toBe('expression-no-clock');
  });

  it('does not compute what comes after the first output', () => {
    expect(compileExpression('1, error("late")').first(null)).toBe(1);
    expect(compileExpression('first(range(infinite))').first(null)).toBe(0);
  });

  it('keeps compiled expressions', () => {
    expect(compileExpression('.kept')).toBe(compileExpression('.kept'));
  });

  it('gives pure JSON for numbers that JSON does not have', () => {
    expect(evaluate('[nan, infinite, -infinite, -0, {a: nan}]')).toEqual([
      [null, Number.MAX_VALUE, -Number.MAX_VALUE, 0, { a: null }],
    ]);
  });

  it('leaves its input alone', () => {
    const input = { a: [1, { b: 2 }] };
    const before = structuredClone(input);
    expect(evaluate('(.a[1].b, .a[0]) |= . + 1', input)).toEqual([{ a: [2, { b: 3 }] }]);
    expect(evaluate('.a |= (.[1].c = 1 | .) | .a[1].d = 2', input)).toEqual([
      { a: [1, { b: 2, c: 1, d: 2 }] },
    ]);
    expect(input).toEqual(before);
  });

  it('does not mix up copies that an update has kept', () => {
    const source = '(.a.b, .a, .a.old.b) |= (if type == "object" then {old: ., again: .} else . + 1 end)';
    expect(evaluate(source, { a: { b: 1 } })).toEqual([{ a: { old: { b: 3 }, again: { b: 2 } } }]);
  });
});

describe('errors', () => {
  it.each([
    ['', 0],
    ['.a |', 4],
    ['.a b', 3],
    ['"abc', 4],
    ['{a 1}', 3],
    ['1 == 2 == 3', 7],
    ['break $x', 0],
    ['$__loc__', 0],
    ['. as [$a] ?// $b | .', 10],
    ['import "a" as a; .', 0],
  ])('%s is refused with the offset of the trouble', (source, offset) => {
    const error = failure(() => compileExpression(source));
    expect(error.code).toBe('expression-syntax');
    expect(error.offset).toBe(offset);
  });

  it.each([
    'env',
    'input',
    'inputs',
    'debug',
    'halt',
    'input_line_number',
    'localtime',
    'getenv',
    'constructor',
    'toString',
    '__proto__',
    '@foo',
  ])('function %s is unknown', (source) => {
    const error = failure(() => compileExpression(`1 | ${source}`));
    expect(error.code).toBe('expression-unknown-function');
    expect(error.offset).toBe(4);
  });

  it('tells a raised value by code and message', () => {
    expect(failure(() => evaluate('error("no port")'))).toMatchObject({
      code: 'expression-value',
      message: 'no port',
    });
    expect(failure(() => evaluate('.a', 5)).code).toBe('expression-value');
  });
});

describe('parseExpression', () => {
  it('gives a tree with offsets', () => {
    const ast = parseExpression('.a + 12');
    expect(ast).toMatchObject({
      kind: 'binary',
      operator: '+',
      right: { kind: 'literal', value: 12, offset: 5 },
    });
  });
});

describe('unwrapExpression', () => {
  it.each([
    ['${ .a }', '.a'],
    ['  ${.a} ', '.a'],
    ['${ "a}" }', '"a}"'],
    ['.a', undefined],
    ['x ${ .a }', undefined],
    ['', undefined],
  ])('%s', (text, source) => {
    expect(unwrapExpression(text)).toBe(source);
  });
});

describe('prototype names', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is an ordinary key', (name) => {
    expect(evaluate(`.${name}`, {})).toEqual([null]);
    expect(evaluate(`has("${name}")`, {})).toEqual([false]);
    for (const source of [
      `{"${name}": 1}`,
      `.["${name}"] = 1`,
      `[{key: "${name}", value: 1}] | from_entries`,
    ]) {
      const [made] = evaluate(source, {});
      if (!isJsonObject(made)) throw new Error('expected an object');
      expect(Object.keys(made)).toEqual([name]);
      expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    }
    expect(evaluate(`.["${name}"].polluted = 1 | .["${name}"].polluted`, {})).toEqual([1]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('revisions', () => {
  it.each([
    ['has("a")', null, false],
    ['join("-")', { a: 'x', b: 1 }, 'x-1'],
    ['transpose', [{}], []],
    ['contains({a: 3})', { a: { b: 1 } }, false],
    ['delpaths([["a"], ["a", "b"]])', { a: [1], c: 2 }, { c: 2 }],
    ['[index("a")?]', { b: 1 }, [null]],
  ])(
    '%s means what jq means, except in runs that began under the first revision',
    (source, input, output) => {
      const expression = compileExpression(source);
      expect(expression.first(input)).toEqual(output);
      const first = (): unknown => expression.first(input, { revision: 1 });
      if (source.includes('?')) expect(first()).toEqual([]);
      else expect(first).toThrow(/./);
    },
  );

  it('true does not contain false, which the first revision answered', () => {
    const expression = compileExpression('contains(false)');
    expect(() => expression.first(true)).toThrow(/containment/);
    expect(expression.first(true, { revision: 1 })).toBe(false);
  });

  it('the first revision has more steps', () => {
    const expression = compileExpression('reduce range(300000) as $i (0; . + 1)');
    expect(() => expression.first(null)).toThrow(/budget/);
    expect(expression.first(null, { revision: 1 })).toBe(300_000);
  });
});
