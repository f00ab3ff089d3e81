import { describe, expect, it } from 'vitest';
import { diffFlows, stepPairs } from '../../engine/diff/index.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import { changeMarks } from './change-marks.ts';

const flow = (tasks: string) => {
  const { document } = parseFlowDocument(
    `document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }\ndo:\n${tasks}`,
  );
  if (document === undefined) throw new Error(tasks);
  return document;
};
const BEFORE = flow(`  - keep: { set: { a: 1 } }
  - edit: { wait: PT1M }
  - drop: { do: [ { stays: { set: { b: 1 } } }, { goes: { set: { c: 1 } } } ] }
`);
const AFTER = flow(`  - stays: { set: { b: 1 } }
  - keep: { set: { a: 1 } }
  - edit: { wait: PT2M }
  - fresh: { do: [ { within: { wait: PT9M } } ] }
`);
const words = (marks: ReadonlyMap<string, { readonly change?: string }>) =>
  Object.fromEntries([...marks].map(([pointer, { change }]) => [pointer, change]));

describe('marks on the cards of two versions', () => {
  it('say what is new, gone, moved and changed; inner steps of a block share its mark unless they live on', () => {
    const { before, after } = changeMarks(
      BEFORE,
      AFTER,
      diffFlows(BEFORE, AFTER),
      stepPairs(BEFORE, AFTER),
      (change) => change,
    );
    expect(words(before)).toEqual({
      '/do/1/edit': 'changed',
      '/do/2/drop': 'removed',
      '/do/2/drop/do/0/stays': 'moved',
      '/do/2/drop/do/1/goes': 'removed',
    });
    expect(words(after)).toEqual({
      '/do/0/stays': 'moved',
      '/do/2/edit': 'changed',
      '/do/3/fresh': 'added',
      '/do/3/fresh/do/0/within': 'added',
    });
  });

  it('of a first version are all new', () => {
    const { before, after } = changeMarks(undefined, AFTER, [], new Map(), (change) => change);
    expect(before.size).toBe(0);
    expect(new Set(Object.values(words(after)))).toEqual(new Set(['added']));
    expect(after.size).toBe(5);
  });
});
