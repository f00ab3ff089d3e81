import { describe, expect, it } from 'vitest';
import { parseFlowDocument } from '../document.ts';
import { applyEdit, type Edit } from '../edit/index.ts';
import { changeSentences, diffFlows, stepPairs } from './index.ts';

const FLOW = `document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }
do:
  - one: { call: 'probe:1.0.0@default', with: { service: x } }
  - two: { set: { v: 1 } }
  - three:
      do:
        - inner: { wait: PT1M }
        - last: { set: { w: 2 } }
  - four: { wait: PT5M, then: end }
`;

const jsonOf = (source: string) => {
  const { document } = parseFlowDocument(source);
  if (document === undefined) throw new Error(source);
  return document;
};
const after = (...edits: Edit[]) =>
  edits.reduce((source, edit) => {
    const result = applyEdit(source, edit);
    if ('refused' in result) throw new Error(result.refused.message);
    return result.source;
  }, FLOW);
const said = (...edits: Edit[]) =>
  diffFlows(jsonOf(FLOW), jsonOf(after(...edits))).flatMap((change) => changeSentences(change, 'en'));

describe('the difference of two versions', () => {
  it('is nothing for another writing of the same', () => {
    expect(diffFlows(jsonOf(FLOW), jsonOf(JSON.stringify(jsonOf(FLOW))))).toEqual([]);
    expect(diffFlows(jsonOf(FLOW), jsonOf(`# a comment\n${FLOW}`))).toEqual([]);
  });

  it.each<[string, Edit[], string[]]>([
    [
      'an added step',
      [{ kind: 'insert', list: '/do', index: 1, name: 'new', task: { wait: 'PT1S' } }],
      ['step “new” added'],
    ],
    [
      'an added block as one',
      [{ kind: 'insert', list: '/do', index: 1, name: 'new', task: { do: [{ a: { wait: 'PT1S' } }] } }],
      ['step “new” added'],
    ],
    ['a removed block as one', [{ kind: 'delete', tasks: ['/do/2/three'] }], ['step “three” removed']],
    [
      'a moved step',
      [{ kind: 'move', tasks: ['/do/0/one'], list: '/do', index: 3 }],
      ['step “one” moved behind “three”'],
    ],
    [
      'a step moved into a block',
      [{ kind: 'move', tasks: ['/do/1/two'], list: '/do/2/three/do', index: 0 }],
      ['step “two” moved to the beginning'],
    ],
    [
      'a renamed step',
      [{ kind: 'rename', task: '/do/1/two', name: 'deux' }],
      ['step “two” is now called “deux”'],
    ],
    [
      'fields of a step',
      [
        { kind: 'set-field', task: '/do/0/one', path: ['with', 'service'], value: 'y' },
        { kind: 'set-timeout', task: '/do/1/two', after: 'PT1M' },
        { kind: 'set-next', task: '/do/3/four', then: null },
      ],
      [
        'step “one”: with.service is y, was x',
        'step “two”: timeout is now {"after":"PT1M"}',
        'step “four”: then is gone, was end',
      ],
    ],
    [
      'the flow itself',
      [{ kind: 'set-document', field: 'version', value: '1.1.0' }],
      ['flow: document.version is 1.1.0, was 1.0.0'],
    ],
  ])('names %s', (_what, edits, sentences) => {
    expect(said(...edits)).toEqual(sentences);
  });

  it('pairs a step with itself wherever it went', () => {
    const moved = jsonOf(
      after(
        { kind: 'move', tasks: ['/do/1/two'], list: '/do/2/three/do', index: 0 },
        { kind: 'insert', list: '/do', index: 0, name: 'new', task: { wait: 'PT1S' } },
      ),
    );
    const pairs = stepPairs(jsonOf(FLOW), moved);
    expect(pairs.get('/do/0/one')).toBe('/do/1/one');
    expect(pairs.get('/do/1/two')).toBe('/do/2/three/do/0/two');
    expect([...pairs.values()]).not.toContain('/do/0/new');
  });

  it('speaks Chinese', () => {
    const changes = diffFlows(jsonOf(FLOW), jsonOf(after({ kind: 'delete', tasks: ['/do/1/two'] })));
    expect(changes.flatMap((change) => changeSentences(change, 'zh'))).toEqual(['删除步骤“two”']);
  });
});
