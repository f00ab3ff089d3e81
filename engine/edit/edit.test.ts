import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../domain/json.ts';
import { parseFlowDocument } from '../document.ts';
import { valueAt } from '../pointer.ts';
import {
  applyEdit,
  copyText,
  type Edit,
  editKinds,
  everyOutlineBlock,
  isPastable,
  outlineOf,
  present,
  record,
  redo,
  startHistory,
  undo,
} from './index.ts';

const FLOW = `# head comment
document:
  dsl: "1.0.3"
  namespace: ops   # where it lives
  name: demo
  version: "1.0.0"
input:
  schema: { document: { type: object, required: [a, b] } }
do:
  # first, look
  - look:
      call: probe:1.0.0@default   # a step
      with: { service: "nginx", list: [1, 2] }
      if: '\${ .a }'
  # then decide
  - decide:
      do:
        - choose:
            switch:
              - bad: { when: '\${ .x > 1 }', then: bad }
              - otherwise: { then: otherwise }
            then: exit
        # the bad way
        - bad:
            do:
              - tell:
                  call: notify:1.0.0@default
                  with: { title: bad }
            then: exit
        - otherwise:
            do: []
            then: exit
  - each:
      for: { each: item, in: "\${ .list }" }
      do:
        - one: { set: { v: "\${ $item }" } }   # inside a loop
  - guarded:
      try:
        - risky: { call: 'probe:1.0.0@default', with: { service: x } }
      catch:
        do: []
  - ways:
      fork:
        branches:
          - left: { do: [ { l: { set: { v: 1 } } } ] }
          - right: { do: [ { r: { set: { v: 2 } } } ] }
  - pause: { wait: PT5M, then: last }
  # the end of it
  - last:
      set: { done: true }
`;

/** One edit of every kind, on the document above. */
const EDITS: readonly Edit[] = [
  { kind: 'insert', list: '/do', index: 1, name: 'look', task: { wait: 'PT1M' } },
  { kind: 'insert-switch', list: '/do', index: 99, name: 'decide', cases: ['yes', 'no'] },
  { kind: 'delete', tasks: ['/do/6/last', '/do/2/each/do/0/one'] },
  { kind: 'move', tasks: ['/do/6/last'], list: '/do', index: 0 },
  { kind: 'duplicate', tasks: ['/do/0/look', '/do/3/guarded'] },
  { kind: 'paste', list: '/do/1/decide/do/2/otherwise/do', index: 0, text: '- look: { wait: PT1S }\n' },
  { kind: 'wrap', tasks: ['/do/0/look', '/do/1/decide'], in: 'try', name: 'block' },
  { kind: 'unwrap', task: '/do/2/each' },
  { kind: 'replace', task: '/do/5/pause', with: { wait: 'PT9M' } },
  { kind: 'rename', task: '/do/6/last', name: 'finish' },
  { kind: 'set-title', task: '/do/0/look', title: '看一眼' },
  { kind: 'set-note', task: '/do/0/look', note: 'why' },
  { kind: 'disable', tasks: ['/do/0/look'] },
  { kind: 'enable', tasks: ['/do/0/look'] },
  { kind: 'set-field', task: '/do/0/look', path: ['with', 'service'], value: 'redis' },
  { kind: 'clear-field', task: '/do/0/look', path: ['with', 'list'] },
  { kind: 'set-condition', task: '/do/0/look', expression: '${ .b }' },
  { kind: 'set-step-version', task: '/do/0/look', call: 'probe:1.1.0@default' },
  { kind: 'set-next', task: '/do/0/look', then: 'end' },
  { kind: 'set-timeout', task: '/do/0/look', after: 'PT10M' },
  { kind: 'set-export', task: '/do/0/look', as: '${ $context + { look: . } }' },
  { kind: 'set-loop', task: '/do/2/each', each: 'row', in: '${ .rows }', at: 'n', while: '${ .go }' },
  { kind: 'set-retry', task: '/do/3/guarded', retry: { delay: 'PT1S', limit: { attempt: { count: 3 } } } },
  { kind: 'set-catch', task: '/do/3/guarded', errors: { status: 503 }, when: '${ $error.status == 503 }' },
  { kind: 'add-branch', task: '/do/4/ways', name: 'left' },
  { kind: 'remove-branch', branch: '/do/4/ways/fork/branches/0/left' },
  { kind: 'move-branch', branch: '/do/4/ways/fork/branches/0/left', index: 1 },
  { kind: 'set-compete', task: '/do/4/ways', compete: true },
  { kind: 'add-case', block: '/do/1/decide', name: 'bad', when: '${ .y }' },
  { kind: 'remove-case', block: '/do/1/decide', index: 0 },
  { kind: 'move-case', block: '/do/1/decide', from: 0, to: 0 },
  { kind: 'rename-case', block: '/do/1/decide', index: 0, name: 'worse' },
  { kind: 'set-case', block: '/do/1/decide', index: 0, when: '${ .x > 2 }' },
  { kind: 'set-document', field: 'title', value: '演示' },
  { kind: 'set-input-schema', schema: { type: 'object' } },
  { kind: 'set-output', as: '${ .done }' },
  { kind: 'set-flow-timeout', after: 'PT1H' },
  { kind: 'replace-source', source: 'do: []\n' },
];

function after(edit: Edit, source = FLOW): { source: string; select: readonly string[] } {
  const result = applyEdit(source, edit);
  if ('refused' in result) throw new Error(`${edit.kind}: ${result.refused.message}`);
  return result;
}

const jsonOf = (source: string) => {
  const { document, problems } = parseFlowDocument(source);
  if (document === undefined) throw new Error(problems[0]?.message);
  return document;
};
const lines = (text: string): string[] => text.split('\n').map((line) => line.trimStart());

describe('an edit', () => {
  it('exists in more than thirty kinds, each of which is tested here', () => {
    expect(new Set(EDITS.map(({ kind }) => kind))).toEqual(new Set(editKinds));
    expect(editKinds.length).toBeGreaterThan(30);
  });

  it.each(EDITS.map((edit) => [edit.kind, edit] as const))(
    '%s: undo restores every byte, redo the edit',
    (_kind, edit) => {
      let history = startHistory(FLOW, 0);
      const { source, select } = after(edit);
      history = record(history, { source, select, label: edit.kind, group: undefined, atMs: 10 });
      expect(present(undo(history)).source).toBe(FLOW);
      expect(present(redo(undo(history))).source).toBe(source);
      const document = jsonOf(source);
      for (const pointer of select) expect(isJsonObject(valueAt(document, pointer) ?? null)).toBe(true);
    },
  );

  it.each(
    EDITS.filter(
      ({ kind }) =>
        !['delete', 'replace-source', 'remove-case', 'remove-branch', 'clear-field', 'replace'].includes(
          kind,
        ),
    ).map((edit) => [edit.kind, edit] as const),
  )('%s: keeps every comment and the writing of what it does not touch', (_kind, edit) => {
    const { source } = after(edit);
    const comments = FLOW.match(/# .*$/gm) ?? [];
    for (const comment of comments) expect(source).toContain(comment);
    const kept = new Set(lines(source));
    const lost = lines(FLOW).filter((line) => !kept.has(line));
    expect(lost.length, lost.join('\n')).toBeLessThanOrEqual(4);
  });

  it('changes one line for one field', () => {
    const { source } = after({
      kind: 'set-field',
      task: '/do/0/look',
      path: ['call'],
      value: 'probe:2.0.0@default',
    });
    expect(source).toBe(
      FLOW.replace('call: probe:1.0.0@default   # a step', 'call: probe:2.0.0@default # a step'),
    );
  });

  it('takes the comment over a step with it when the step moves', () => {
    const { source, select } = after({ kind: 'move', tasks: ['/do/0/look'], list: '/do', index: 3 });
    expect(select).toEqual(['/do/2/look']);
    const at = source.indexOf('# first, look');
    expect(source.slice(at, at + 40)).toMatch(/^# first, look\n\s+- look:/);
  });

  it('moves into another list, and drops a jump that would lead nowhere', () => {
    const { source, select } = after({
      kind: 'move',
      tasks: ['/do/6/last'],
      list: '/do/3/guarded/catch/do',
      index: 0,
    });
    expect(select).toEqual(['/do/3/guarded/catch/do/0/last']);
    expect(valueAt(jsonOf(source), '/do/5/pause')).toEqual({ wait: 'PT5M' });
  });

  it('lets jumps follow a renamed step', () => {
    expect(
      valueAt(
        jsonOf(after({ kind: 'rename', task: '/do/6/last', name: 'finish' }).source),
        '/do/5/pause/then',
      ),
    ).toBe('finish');
  });

  it('switches a step off and on again without losing its condition', () => {
    const off = after({ kind: 'disable', tasks: ['/do/0/look'] }).source;
    expect(valueAt(jsonOf(off), '/do/0/look/if')).toBe('${ false }');
    expect(outlineOf(jsonOf(off)).blocks[0]?.isOff).toBe(true);
    expect(jsonOf(after({ kind: 'enable', tasks: ['/do/0/look'] }, off).source)).toEqual(jsonOf(FLOW));
  });

  it('copies steps as text and pastes them under free names', () => {
    const text = copyText(FLOW, ['/do/0/look', '/do/1/decide']) ?? '';
    expect(isPastable(text)).toBe(true);
    const { select } = after({ kind: 'paste', list: '/do', index: 2, text });
    expect(select).toEqual(['/do/2/look2', '/do/3/decide2']);
  });

  it.each<[string, Edit]>([
    ['into-itself', { kind: 'move', tasks: ['/do/2/each'], list: '/do/2/each/do', index: 0 }],
    ['no-such-step', { kind: 'delete', tasks: ['/do/0/gone'] }],
    ['name-taken', { kind: 'rename', task: '/do/0/look', name: 'each' }],
    ['nothing-to-paste', { kind: 'paste', list: '/do', index: 0, text: 'hello' }],
    ['default-case-last', { kind: 'move-case', block: '/do/1/decide', from: 1, to: 0 }],
    ['not-a-branch-block', { kind: 'add-case', block: '/do/2/each', name: 'x', when: '.' }],
  ])('is refused with %s', (code, edit) => {
    expect(applyEdit(FLOW, edit)).toMatchObject({ refused: { code } });
  });

  it('is refused on a document that cannot be read, which only YAML can mend', () => {
    expect(applyEdit('do: [', { kind: 'delete', tasks: [] })).toHaveProperty('refused');
    expect(applyEdit('do: [', { kind: 'replace-source', source: FLOW })).toMatchObject({ source: FLOW });
  });
});

describe('the history', () => {
  it('takes typing into one field as one intention', () => {
    let history = startHistory('0', 0);
    for (const [n, text] of ['a', 'ab', 'abc'].entries())
      history = record(history, { source: text, select: [], label: 'set-field', group: 'f', atMs: n * 200 });
    history = record(history, { source: 'abcd', select: [], label: 'set-field', group: 'f', atMs: 9_000 });
    expect(present(undo(history)).source).toBe('abc');
    expect(present(undo(undo(history))).source).toBe('0');
  });
});

describe('the outline', () => {
  it('shows a branch block with a lane per case and one for all others', () => {
    const decide = outlineOf(jsonOf(FLOW)).blocks[1];
    expect(decide?.frame).toBe('switch');
    expect(decide?.lanes.map(({ kind, name, when, pointer }) => [kind, name, when, pointer])).toEqual([
      ['case', 'bad', '${ .x > 1 }', '/do/1/decide/do/1/bad/do'],
      ['otherwise', 'otherwise', undefined, '/do/1/decide/do/2/otherwise/do'],
    ]);
  });

  const folder =
    process.env.AFTERBELL_OPEN_WORKFLOW ?? path.resolve(import.meta.dirname, '../../../shared/open-workflow');
  const examples = path.join(folder, 'examples');
  it.skipIf(!existsSync(examples))(
    'shows every official example, and edits that end where they began leave it as it was (skipped without ../shared/open-workflow)',
    () => {
      const files = readdirSync(examples).filter((name) => /\.ya?ml$/.test(name));
      expect(files.length).toBe(68);
      for (const file of files) {
        const source = readFileSync(path.join(examples, file), 'utf8');
        const document = jsonOf(source);
        const blocks = everyOutlineBlock(outlineOf(document));
        for (const { pointer, task } of blocks)
          expect(valueAt(document, pointer), `${file} ${pointer}`).toEqual(task);
        for (const { pointer } of blocks) {
          const titled = after({ kind: 'set-title', task: pointer, title: 'x' }, source).source;
          const back = after({ kind: 'set-title', task: pointer, title: '' }, titled).source;
          expect(jsonOf(back), `${file} ${pointer}`).toEqual(document);
        }
      }
    },
  );
});
