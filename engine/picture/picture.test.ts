import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../domain/json.ts';
import { parseFlowDocument } from '../document.ts';
import { everyOutlineBlock, outlineOf } from '../edit/index.ts';
import { type Answer, type AskedCommand, type Rehearsal, rehearse } from '../rehearsal.ts';
import { echo, flow, planOf, startMs } from '../testing/catalogue.ts';
import { recordedSteps } from '../testing/recorded.ts';
import { randomFlow } from '../testing/random-flow.ts';
import { momentsOf, pictureOf } from './picture.ts';
import type { RunSeen, StepRun } from './types.ts';

const seenOf = ({ status, records }: Rehearsal): RunSeen => ({
  status: status === 'waiting' ? 'running' : status,
  endedAtMs: status === 'waiting' ? null : (records.at(-1)?.atMs ?? startMs),
});

interface View {
  readonly atMs?: number;
  readonly picked?: Readonly<Record<string, number>>;
  readonly answer?: (command: AskedCommand, nowMs: number) => Answer;
  readonly input?: JsonObject;
  /** Hands nothing more to the machine after so many events. */
  readonly maxSteps?: number;
  readonly run?: Partial<RunSeen>;
}

/** Runs a flow and says of a step in one line how it stands and why. */
async function look(rest: string, view: View = {}): Promise<(name: string) => string> {
  const { answer = echo, input = {}, picked = {}, maxSteps } = view;
  const document = parseFlowDocument(flow(rest)).document ?? {};
  const rehearsal = await rehearse(planOf(document), input, {
    answer,
    startAtMs: startMs,
    ...(maxSteps === undefined ? {} : { maxSteps }),
  });
  const picture = pictureOf(
    document,
    recordedSteps(rehearsal.records),
    { ...seenOf(rehearsal), ...view.run },
    { atMs: view.atMs, nowMs: startMs + 60_000, picked: new Map(Object.entries(picked)) },
  );
  return (name) => {
    const found = [...picture].find(([pointer]) => pointer.endsWith(`/${name}`))?.[1];
    if (found === undefined) return 'not in the picture';
    const { kind, ...rest_ } = found.why;
    const more = Object.values(rest_).filter((value) => value !== undefined);
    return [found.state, kind, ...more].join(' ');
  };
}

const failing: Answer = { error: { type: 'https://x.example/no', status: 503, title: 'no' } };
const on =
  (name: string, answer: Answer) =>
  (command: AskedCommand): Answer =>
    command.step.name === name ? answer : echo(command);
const never = (name: string) => on(name, undefined);
const work = 'call: work:1.0.0@default';
const line = (...names: string[]) => names.map((name) => `  - ${name}: { ${work} }`).join('\n');

describe('why a step stands as it does', () => {
  it('a line: done, working, not yet', async () => {
    const say = await look(`do:\n${line('a', 'b', 'c', 'd')}`, { answer: never('b') });
    expect(['a', 'b', 'c', 'd'].map(say)).toEqual([
      'completed completed',
      'running working',
      'none after b',
      'none after b',
    ]);
  });

  it('nothing has taken the run; the very first is next', async () => {
    const say = await look(`do:\n${line('a', 'b')}`, { run: { status: 'accepted' }, atMs: startMs - 1 });
    expect(say('a')).toBe('none next');
    expect(say('b')).toBe('none after a');
    const document = parseFlowDocument(flow(`do:\n${line('a')}`)).document ?? {};
    const now = { atMs: undefined, nowMs: startMs, picked: new Map() };
    const waits = pictureOf(document, [], { status: 'accepted', endedAtMs: null }, now);
    expect(waits.get('/do/0/a')?.why).toEqual({ kind: 'notTaken' });
    const gone = pictureOf(document, [], { status: 'cancelled', endedAtMs: startMs }, now);
    expect(gone.get('/do/0/a')?.why).toEqual({ kind: 'cancelled' });
  });

  it('a failure stops what comes after', async () => {
    const say = await look(`do:\n${line('a', 'b')}`, { answer: on('a', failing) });
    expect([say('a'), say('b')]).toEqual(['failed failed', 'none failedBefore a']);
  });

  it('a cancelled run', async () => {
    const rows: StepRun[] = [
      {
        sequence: 1,
        pointer: '/do/0/a',
        name: 'a',
        visit: '0',
        attempt: 1,
        task: 'call',
        function: 'work:1.0.0',
        status: 'cancelled',
        startedAtMs: 1,
        endedAtMs: 2,
      },
    ];
    const document = parseFlowDocument(flow(`do:\n${line('a', 'b')}`)).document ?? {};
    const look_ = { atMs: undefined, nowMs: 9, picked: new Map() };
    const picture = pictureOf(document, rows, { status: 'cancelled', endedAtMs: 2 }, look_);
    expect(picture.get('/do/0/a')?.why).toEqual({ kind: 'cancelled' });
    expect(picture.get('/do/1/b')?.why).toEqual({ kind: 'cancelledBefore', step: 'a' });
    const between = pictureOf(
      document,
      rows.map((row) => ({ ...row, status: 'completed' })),
      { status: 'cancelled', endedAtMs: 2 },
      look_,
    );
    expect(between.get('/do/1/b')?.why).toEqual({ kind: 'cancelledBefore', step: 'a' });
  });

  it('switched off, condition false', async () => {
    const say = await look(
      `do:
  - off: { if: '\${ false }', ${work}, metadata: { afterbell: { off: true } } }
  - big: { if: '\${ .n > 5 }', ${work} }`,
      { input: { n: 1 } },
    );
    expect([say('off'), say('big')]).toEqual(['skipped off', 'skipped conditionFalse ${ .n > 5 }']);
  });

  it('waits for time, for an event, for a sub-flow, for people and a window', async () => {
    const timer = await look('do: [ { w: { wait: PT1H } } ]', { maxSteps: 0 });
    expect(timer('w')).toBe('waiting timer');
    const event = await look('do: [ { l: { listen: { to: { one: { with: { type: x } } } } } } ]');
    expect(event('l')).toBe('waiting event');
    const sub = 'do: [ { s: { run: { workflow: { namespace: n, name: m, version: 1.0.0 } } } } ]';
    expect((await look(sub, { answer: () => undefined }))('s')).toMatch(/subFlow$/);
    const row = { sequence: 1, visit: '0', attempt: 1, task: 'call', status: 'running', startedAtMs: 1 };
    const document: JsonObject = {
      do: [{ p: { call: 'approval:1.0.0@default' } }, { w: { call: 'change-window:1.0.0@default' } }],
    };
    const picture = pictureOf(
      document,
      [
        { ...row, pointer: '/do/0/p', name: 'p', function: 'approval:1.0.0', endedAtMs: null },
        { ...row, pointer: '/do/1/w', name: 'w', function: 'change-window:1.0.0', endedAtMs: null },
      ],
      { status: 'waiting', endedAtMs: null },
      { atMs: undefined, nowMs: 5, picked: new Map() },
    );
    expect(picture.get('/do/0/p')).toMatchObject({
      state: 'needsPerson',
      why: { kind: 'approval' },
      lengthMs: 4,
    });
    expect(picture.get('/do/1/w')).toMatchObject({ state: 'waiting', why: { kind: 'window' } });
  });

  const branch = (n: number) =>
    [
      'do:',
      '  - choose:',
      '      do:',
      "        - which: { switch: [ { big: { when: '${ .n > 5 }', then: bigWay } }, { small: { when: '${ .n > 0 }', then: smallWay } } ], then: exit }",
      `        - bigWay: { do: [ { x: { ${work} } } ], then: exit }`,
      `        - smallWay: { do: [ { y: { ${work} } } ], then: exit }`,
      `# ${n}`,
    ].join('\n');

  it('another case was taken; no case held', async () => {
    const small = await look(branch(1), { input: { n: 1 } });
    expect([small('x'), small('y')]).toEqual(['none otherCase small ${ .n > 0 }', 'completed completed']);
    const none = await look(branch(2), { input: { n: 0 } });
    expect([none('x'), none('y')]).toEqual(['none noCase', 'none noCase']);
  });

  it('a jump went past', async () => {
    const say = await look(
      `do:
  - a: { ${work}, then: c }
  - b: { ${work} }
  - c: { ${work} }`,
    );
    expect([say('b'), say('c')]).toEqual(['none jumpedOver a', 'completed completed']);
  });

  it('the flow ended early', async () => {
    const say = await look(`do:\n  - a: { ${work}, then: end }\n${line('b')}`);
    expect(say('b')).toBe('none leftBefore a');
  });

  it('try: what is caught, what is left out, the pause before the next attempt', async () => {
    const tried = (retry: string) => `do:
  - t:
      try:
${['x', 'y'].map((name) => `        - ${name}: { ${work} }`).join('\n')}
      catch: { ${retry} do: [ { mend: { ${work} } } ] }`;
    const bad = await look(tried(''), { answer: on('x', failing) });
    expect(['t', 'x', 'y', 'mend'].map(bad)).toEqual([
      'completed completed',
      'failed failed',
      'none failedBefore x',
      'completed completed',
    ]);
    const good = await look(tried(''));
    expect(good('mend')).toBe('none nothingFailed');
    const live = await look(tried(''), { answer: never('x') });
    expect([live('t'), live('mend')]).toEqual(['running inside x', 'none catches']);
    const paused = await look(tried('retry: { delay: PT1H, limit: { attempt: { count: 3 } } },'), {
      answer: on('x', failing),
      maxSteps: 1,
    });
    expect(paused('t')).toBe('running retryPause');
  });

  it('a race: the slower way', async () => {
    const say = await look(
      `do:
  - f:
      fork:
        compete: true
        branches:
          - fast: { do: [ { q: { ${work} } } ] }
          - slow: { do: [ { r: { ${work} } }, { s: { ${work} } } ] }`,
      { answer: never('r') },
    );
    expect([say('q'), say('r'), say('s')]).toEqual([
      'completed completed',
      'cancelled lostRace fast',
      'none cancelledBefore r',
    ]);
  });

  it('steps in a container that was not reached have its reason', async () => {
    const say = await look(`do:\n${line('a')}\n  - g: { do: [ { b: { ${work} } }, { c: { ${work} } } ] }`, {
      answer: on('a', failing),
    });
    expect([say('g'), say('b'), say('c')]).toEqual(Array(3).fill('none failedBefore a'));
  });
});

describe('rounds of a loop', () => {
  const loop = `do:
  - each:
      for: { each: item, in: '\${ .list }' }
      do:
        - even: { if: '\${ $item % 2 == 0 }', ${work} }
        - all: { ${work} }`;

  it('shows the last round, or the one that is picked', async () => {
    const input = { list: [1, 2, 3] };
    const last = await look(loop, { input });
    expect([last('even'), last('all')]).toEqual([
      'skipped conditionFalse ${ $item % 2 == 0 }',
      'completed completed',
    ]);
    const second = await look(loop, { input, picked: { '/do/0/each': 1 } });
    expect(second('even')).toBe('completed completed');
  });

  it('says how many there are, and that there was none', async () => {
    const document = parseFlowDocument(flow(loop)).document ?? {};
    const { records } = await rehearse(
      planOf(document),
      { list: [1, 2, 3] },
      { answer: echo, startAtMs: startMs },
    );
    const done: RunSeen = { status: 'completed', endedAtMs: startMs };
    const now = { atMs: undefined, nowMs: startMs, picked: new Map([['/do/0/each', 9]]) };
    expect(pictureOf(document, recordedSteps(records), done, now).get('/do/0/each')?.rounds).toEqual({
      count: 3,
      at: 2,
    });
    const empty = await look(loop, { input: { list: [] } });
    expect([empty('each'), empty('all')]).toEqual(['completed completed', 'none emptyList']);
  });

  it('inside one another', async () => {
    const say = async (picked: Readonly<Record<string, number>>) =>
      (
        await look(
          `do:
  - outer:
      for: { each: row, in: '\${ .rows }' }
      do:
        - inner:
            for: { each: cell, in: '\${ $row }' }
            do: [ { odd: { if: '\${ $cell % 2 == 1 }', ${work} } } ]`,
          { input: { rows: [[1, 2], [3]] }, picked },
        )
      )('odd');
    expect(await say({})).toBe('completed completed');
    expect(await say({ '/do/0/outer': 0 })).toMatch(/^skipped/);
    expect(await say({ '/do/0/outer': 0, '/do/0/outer/do/0/inner': 0 })).toBe('completed completed');
  });
});

describe('a moment of the past', () => {
  it('shows what had begun by then', async () => {
    const hour: Answer = { output: 1, afterMs: 3_600_000 };
    const at = (minutes: number) =>
      look(`do:\n${line('a', 'b')}`, { answer: () => hour, atMs: startMs + minutes * 60_000 });
    expect((await at(30))('a')).toBe('running working');
    expect((await at(30))('b')).toBe('none after a');
    expect((await at(90))('b')).toBe('running working');
    expect((await at(120))('b')).toBe('completed completed');
  });

  it('stops at every beginning and end', async () => {
    const { records } = await rehearse(
      planOf(flow(`do:\n${line('a')}\n  - w: { wait: PT5S }\n${line('b')}`)),
      {},
      { answer: echo, startAtMs: startMs },
    );
    expect(momentsOf(recordedSteps(records))).toEqual([startMs, startMs + 5_000]);
  });

  it('has a state and a reason for every step of any flow at every moment', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const document = randomFlow(seed);
      const answer = (command: AskedCommand): Answer =>
        command.commandId.length % 5 === 0 ? failing : { ...(echo(command) ?? { output: {} }), afterMs: 700 };
      const rehearsal = await rehearse(planOf(document), {}, { answer, startAtMs: startMs, maxSteps: 200 });
      const rows = recordedSteps(rehearsal.records);
      const blocks = everyOutlineBlock(outlineOf(document));
      for (const atMs of [undefined, ...momentsOf(rows).slice(0, 40)]) {
        const picture = pictureOf(document, rows, seenOf(rehearsal), {
          atMs,
          nowMs: startMs,
          picked: new Map(),
        });
        expect(picture.size).toBe(blocks.length);
        if (atMs === undefined && rehearsal.status !== 'waiting') {
          const live = [...picture.values()].filter(({ state }) => ['running', 'waiting'].includes(state));
          expect(live, `seed ${seed}`).toEqual([]);
        }
      }
    }
  });
});
