import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../domain/json.ts';
import { compileFlow } from './compile.ts';
import { documentLimits } from './document.ts';
import { planLimits } from './plan.ts';
import { testCatalogue } from './testing/catalogue.ts';

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
