import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../domain/json.ts';
import { compileFlow } from './compile.ts';
import { documentLimits } from './document.ts';
import { planLimits } from './plan.ts';
import { excessOf } from './data-limits.ts';
import { rehearse } from './rehearsal.ts';
import { echo, flow, planOf, startMs, testCatalogue } from './testing/catalogue.ts';

const HEAD = { dsl: '1.0.3', namespace: 'test', name: 'test', version: '1.0.0' };
const SET: JsonObject = { set: { n: 1 } };
const codes = (document: JsonObject | string): string[] =>
  compileFlow(document, testCatalogue).problems.map(({ code }) => code);

function tasks(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({ [`t${index}`]: SET }));
}

/** Tasks nested to a depth; 1 is a task without another inside. */
function nested(depth: number): JsonObject {
  let task = SET;
  for (let at = 1; at < depth; at += 1) task = { do: [{ inner: task }] };
  return { document: HEAD, do: [{ outer: task }] };
}

describe('limits of a flow', () => {
  it('take 10,000 tasks and no more', () => {
    expect(codes({ document: HEAD, do: tasks(planLimits.nodes) })).toEqual([]);
    expect(codes({ document: HEAD, do: tasks(planLimits.nodes + 1) })).toEqual(['too-many-tasks']);
  });

  it('count what functions lay out: a few lines cannot grow without bound', () => {
    const functions: JsonObject = { f0: SET };
    for (let at = 1; at <= 30; at += 1)
      functions[`f${at}`] = { do: [{ a: { call: `f${at - 1}` } }, { b: { call: `f${at - 1}` } }] };
    expect(codes({ document: HEAD, use: { functions }, do: [{ all: { call: 'f30' } }] })).toEqual([
      'too-many-tasks',
    ]);
  });

  it('take tasks nested 64 deep and no deeper, written in YAML too', () => {
    expect(codes(nested(planLimits.depth))).toEqual([]);
    expect(codes(JSON.stringify(nested(planLimits.depth)))).toEqual([]);
    expect(codes(nested(planLimits.depth + 1))).toEqual(['tasks-too-deep']);
  });

  it('take a document of 1 MiB and no larger', () => {
    const text = JSON.stringify({ document: HEAD, do: [{ a: SET }] });
    expect(codes(text.padEnd(documentLimits.bytes))).toEqual([]);
    expect(codes(text.padEnd(documentLimits.bytes + 1))).toEqual(['document-too-large']);
  });
});

describe('a limit says what it is and where', () => {
  const first = (document: JsonObject | string): string => {
    const { pointer, message } = compileFlow(document, testCatalogue).problems[0] ?? {};
    return `${pointer}: ${message}`;
  };

  it.each([
    [
      'tasks',
      { document: HEAD, do: tasks(planLimits.nodes + 1) },
      ': the flow has 10001 tasks, 10000 are allowed',
    ],
    ['levels of tasks', nested(planLimits.depth + 1), `tasks nest more than 64 deep here`],
    ['bytes', ' '.repeat(documentLimits.bytes + 1), ': the document is larger than 1048576 bytes'],
    ['levels of the text', `a: ${'['.repeat(300)}${']'.repeat(300)}`, ': the document nests deeper than 256'],
  ] as const)('%s', (_what, document, message) => {
    expect(first(document)).toContain(message);
  });

  it.each([
    ['steps', '[range(1000000)] | length', 'too many steps'],
    ['depth', 'def f: [f]; f', 'calls nested too deeply'],
    ['characters of a text', '"x" * 5000000', 'a text is too long'],
    ['characters of all', '("x" * 3000000) | [., .]', 'the outputs are too large'],
  ] as const)('%s of an expression', async (_what, source, message) => {
    const document = flow(`do: [ { a: { set: { n: ${JSON.stringify(`\${ ${source} }`)} } } } ]`);
    const { status, error } = await rehearse(planOf(document), {}, { answer: echo, startAtMs: startMs });
    expect(status).toBe('failed');
    expect(error).toMatchObject({ status: 400, instance: '/do/0/a' });
    expect(error?.detail).toBe(
      `expression-budget: the expression goes over its budget: ${message} (in ${source})`,
    );
  });

  it('what a value may have', () => {
    expect(excessOf('the input of the step', 'x'.repeat(8), 10)).toBeUndefined();
    expect(excessOf('the input of the step', 'x'.repeat(9), 10)).toBe(
      'the input of the step has 11 characters of JSON, 10 are allowed: hand large data over by reference',
    );
  });
});
