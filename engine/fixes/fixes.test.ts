import { describe, expect, it } from 'vitest';
import { parseFlowDocument } from '../document.ts';
import { applyEdit } from '../edit/index.ts';
import { flow, testCatalogue } from '../testing/catalogue.ts';
import type { CatalogueFunction, StepCatalogue } from '../types.ts';
import { validateFlow } from '../validate.ts';
import { fixOf, fixWords } from './index.ts';

const CHOOSY: CatalogueFunction = {
  name: 'choosy',
  version: '1.2.0',
  input: {
    type: 'object',
    properties: {
      mode: { enum: ['careful', 'quick'] },
      limit: { type: 'integer', default: 5 },
      isDry: { type: 'boolean' },
      hosts: { type: 'array', items: { type: 'string' } },
      inner: { type: 'object', properties: { port: { type: 'integer' } }, additionalProperties: false },
    },
    required: ['limit'],
    additionalProperties: false,
  },
  output: {},
  run: {
    kind: 'activity',
    activity: 'choosy',
    queue: 'ops',
    startToCloseMs: 1000,
    maximumAttempts: 1,
  },
  controlled: false,
};
const catalogue: StepCatalogue = {
  names: () => [...testCatalogue.names(), 'choosy'],
  find: (name, version) =>
    name === 'choosy' && version === '1.2.0' ? CHOOSY : testCatalogue.find(name, version),
};

const problemsOf = (source: string) => validateFlow(source, catalogue).problems;
const documentOf = (source: string) => {
  const { document } = parseFlowDocument(source);
  if (document === undefined) throw new Error(source);
  return document;
};

/** Mends the first finding with this code, and says in words what was done. */
function mend(source: string, code: string): { readonly words: string; readonly source: string } {
  const problem = problemsOf(source).find((each) => each.code === code);
  if (problem === undefined) throw new Error(JSON.stringify(problemsOf(source)));
  const fix = fixOf(documentOf(source), problem, catalogue);
  if (fix === undefined) throw new Error(`no fix for ${JSON.stringify(problem)}`);
  const result = applyEdit(source, fix.edit);
  if ('refused' in result) throw new Error(result.refused.message);
  return { words: fixWords(fix.work, 'en'), source: result.source };
}

const choosy = (args: string) => flow(`do:\n  - a: { call: 'choosy:1.2.0@default', with: ${args} }\n`);

describe('the mend of a finding', () => {
  it.each<[string, string, string, string]>([
    [
      'a step of a nearly right name',
      flow("do:\n  - a: { call: 'wrok:1.0.0@default' }\n"),
      'unknown-function',
      'Use work:1.0.0@default',
    ],
    [
      'a step without its version',
      flow('do:\n  - a: { call: work }\n'),
      'unknown-function',
      'Use work:1.0.0@default',
    ],
    [
      'a version that is not there',
      flow("do:\n  - a: { call: 'choosy:1.0.0@default', with: { limit: 1 } }\n"),
      'unknown-function-version',
      'Use choosy:1.2.0@default',
    ],
    ['a missing field that has a default', choosy('{ mode: quick }'), 'input-mismatch', 'Set limit to 5'],
    ['a field that is not known', choosy('{ limit: 1, whatever: 2 }'), 'input-mismatch', 'Take whatever out'],
    [
      'a field with a letter wrong',
      choosy('{ limit: 1, hots: [ a ] }'),
      'input-mismatch',
      'Change hots to hosts',
    ],
    [
      'a field inside a field',
      choosy('{ limit: 1, inner: { prot: 5 } }'),
      'input-mismatch',
      'Change prot to port',
    ],
    ['a number written as text', choosy("{ limit: '12' }"), 'input-mismatch', 'Write it as 12'],
    ['yes written as text', choosy("{ limit: 1, isDry: 'true' }"), 'input-mismatch', 'Write it as true'],
    [
      'one where a list belongs',
      choosy('{ limit: 1, hosts: db-1 }'),
      'input-mismatch',
      'Write it as ["db-1"]',
    ],
    [
      'a word that is nearly allowed',
      choosy('{ limit: 1, mode: carefull }'),
      'input-mismatch',
      'Change to careful',
    ],
    [
      'a jump to a nearly right name',
      flow(
        'do:\n  - a: { set: { x: 1 }, then: lsat }\n  - b: { set: { x: 1 } }\n  - last: { set: { x: 1 } }\n',
      ).replace('  - b: { set: { x: 1 } }\n', ''),
      'unknown-target',
      'Go to “last” instead',
    ],
    [
      'a jump to nowhere',
      flow('do:\n  - a: { set: { x: 1 }, then: elsewhere }\n  - b: { set: { x: 1 } }\n'),
      'unknown-target',
      'Go on to the next step instead',
    ],
    [
      'a case that jumps to nowhere',
      flow(
        'do:\n  - a: { switch: [ { yes: { when: $context != null, then: nowhere } } ] }\n  - b: { set: { x: 1 } }\n',
      ),
      'unknown-target',
      'Go on to the next step instead',
    ],
    [
      'two steps of one name',
      flow('do:\n  - a: { set: { x: 1 } }\n  - a: { set: { y: 1 } }\n'),
      'duplicate-name',
      'Rename to “a2”',
    ],
    [
      'a step no way leads to',
      flow('do:\n  - a: { set: { x: 1 }, then: c }\n  - b: { set: { x: 1 } }\n  - c: { set: { x: 1 } }\n'),
      'unreachable-task',
      'Delete “b”',
    ],
  ])('for %s leaves nothing to mend', (_what, source, code, words) => {
    const mended = mend(source, code);
    expect(mended.words).toBe(words);
    expect(problemsOf(mended.source)).toEqual([]);
  });

  it('is not offered where a person has to decide', () => {
    const undecided = [
      flow("do:\n  - a: { call: 'entirelyother:1.0.0@default' }\n"),
      flow("do:\n  - a: { call: 'typed:1.0.0@default', with: { name: x } }\n"),
      flow(
        'do:\n  - a: { set: { x: 1 }, then: a2 }\n  - b: { set: { x: 1 }, then: b }\n  - b: { set: { y: 1 } }\n',
      ),
      choosy('{ limit: 1, mode: slow }'),
    ];
    for (const source of undecided) {
      const document = documentOf(source);
      const [problem] = problemsOf(source).filter(
        ({ code }) => code !== 'unknown-target' && code !== 'endless-jump',
      );
      expect(problem).toBeDefined();
      if (problem !== undefined) expect(fixOf(document, problem, catalogue)).toBeUndefined();
    }
  });

  it('keeps comments and everything beside it as it was', () => {
    const source = flow(
      'do:\n  # first\n  - a: # the only one\n      call: choosy:1.2.0@default\n      with:\n        mode: carefull # slow\n        limit: 1\n',
    );
    expect(mend(source, 'input-mismatch').source).toBe(source.replace('carefull', 'careful'));
  });
});
