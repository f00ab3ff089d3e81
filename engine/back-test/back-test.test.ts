import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import { parseFlowDocument } from '../document.ts';
import { type Answer, type AskedCommand, type Rehearsal, rehearse } from '../rehearsal.ts';
import { echo, flow, planOf, startMs } from '../testing/catalogue.ts';
import { recordedSteps } from '../testing/recorded.ts';
import { randomFlow } from '../testing/random-flow.ts';
import { type BackTest, backTest, deviationSentence, type AnsweredStep, type Recording } from './index.ts';

const documentOf = (source: string) => {
  const { document } = parseFlowDocument(source);
  if (document === undefined) throw new Error(source);
  return document;
};

/** A run as the timeline keeps it: one row per step, visit and attempt. */
function recordingOf(source: string, input: Json, run: Rehearsal): Recording {
  const told = new Map(
    run.records.map((record) => [JSON.stringify(record.step), record.answer ?? record.output ?? null]),
  );
  const inputs = new Map(run.records.map((record) => [JSON.stringify(record.step), record.input ?? null]));
  const steps = recordedSteps(run.records).map((row): AnsweredStep => {
    const { pointer, name, visit, attempt } = row;
    const key = JSON.stringify({ pointer, name, visit, attempt });
    return { ...row, input: inputs.get(key) ?? null, answer: told.get(key) ?? null };
  });
  return {
    runId: 'rehearsal',
    flowVersion: '1.0.0',
    source,
    input,
    startedAtMs: startMs,
    status: run.status === 'failed' ? 'failed' : 'completed',
    output: run.output,
    error: run.error,
    steps,
    unknown: [],
  };
}

type World = (command: AskedCommand, nowMs: number) => Answer;

async function record(source: string, world: World, input: Json = {}): Promise<Recording> {
  const run = await rehearse(planOf(documentOf(source)), input, { answer: world, startAtMs: startMs });
  return recordingOf(source, input, run);
}

function hold(draft: string, recording: Recording): Promise<BackTest> {
  const document = documentOf(draft);
  return backTest({ document, plan: planOf(document) }, recording, () => ({ output: { simulated: true } }));
}

const said = ({ deviations }: BackTest) => deviations.map((each) => deviationSentence(each, 'en'));

const PORTS = `input: { schema: { format: json, document: { type: object } } }
do:
  - read: { call: 'work:1.0.0@default', with: { what: ports }, output: { as: .ports }, export: { as: '{ ports: . }' } }
  - each:
      for: { each: port, in: $context.ports }
      do:
        - isDown: { switch: [ { down: { when: $port.down > 1, then: open } }, { up: { then: skip } } ] }
        - open: { call: 'work:1.0.0@default', with: { open: '\${ $port.name }' }, then: next }
        - skip: { set: { skipped: true } }
        - next: { set: { done: true } }
  - told: { call: 'work:1.0.0@default', with: { tell: all } }
`;
const ports: World = (command) => {
  if (command.kind !== 'callFunction') return undefined;
  const isRead = command.step.name === 'read';
  const list = [
    { name: 'p1', down: 2 },
    { name: 'p2', down: 1 },
    { name: 'p3', down: 5 },
  ];
  return { output: isRead ? { ports: list, raw: true } : { ok: true }, afterMs: 500 };
};

describe('a draft held against a recorded run', () => {
  it('goes the same way when nothing changed, also where the output hides what was answered', async () => {
    const recording = await record(flow(PORTS), ports);
    const test = await hold(flow(PORTS), recording);
    expect(test).toMatchObject({
      verdict: 'same',
      deviations: [],
      end: { before: 'completed', after: 'completed' },
    });
  });

  it('says which steps run now and which no more, and in how many rounds', async () => {
    const recording = await record(flow(PORTS), ports);
    const draft = PORTS.replace('$port.down > 1', '$port.down > 2').replace('tell: all', 'tell: few');
    const test = await hold(flow(draft), recording);
    expect(test.verdict).toBe('different');
    expect(said(test)).toEqual([
      'step “skip” did not run then and would run now',
      'step “told” gets another input: /tell',
      'step “open” ran then and would not run now',
    ]);
  });

  it('answers what is new by its simulator, and finds steps that moved', async () => {
    const recording = await record(flow(PORTS), ports);
    const draft = PORTS.replace(
      'do:\n  - read',
      "do:\n  - check: { call: 'push:1.0.0@default' }\n  - read",
    ).replace('  - told:', '  - last: { set: { end: true } }\n  - told:');
    const test = await hold(flow(draft), recording);
    expect(said(test)).toEqual(['step “check” is new and would run', 'step “last” is new and would run']);
    expect(test.end.after).toBe('completed');
  });

  it('fails where the run failed, and goes on where the draft catches', async () => {
    const base = `do:\n  - a: { call: 'work:1.0.0@default' }\n  - b: { call: 'work:1.0.0@default', with: { n: 1 } }\n`;
    const error = { type: 'https://example.com/errors/no', status: 500, title: 'No' };
    const recording = await record(flow(base), (command) =>
      command.kind === 'callFunction' && command.step.name === 'b' ? { error } : { output: {} },
    );
    expect(await hold(flow(base), recording)).toMatchObject({ verdict: 'same', end: { after: 'failed' } });
    const caught = `do:\n  - a: { call: 'work:1.0.0@default' }\n  - guard: { try: [ { b: { call: 'work:1.0.0@default', with: { n: 1 } } } ], catch: { do: [ { mend: { set: { mended: true } } } ] } }\n`;
    expect(await hold(flow(caught), recording)).toMatchObject({
      verdict: 'different',
      end: { before: 'failed', after: 'completed' },
    });
  });

  it('hears the events that came then, whole, when only their data was the output', async () => {
    const listen = (rest: string) =>
      flow(
        `do:\n  - wait: { listen: { to: { any: [ { with: { type: open } }, { with: { type: close } } ] } } }\n${rest}`,
      );
    const event = { specversion: '1.0', id: '1', source: '/t', type: 'close', data: { n: 7 } };
    const recording = await record(listen(''), (command) =>
      command.kind === 'awaitEvent' ? { output: event } : undefined,
    );
    expect(recording.steps.find(({ name }) => name === 'wait')?.answer).toEqual([event]);
    expect(await hold(listen(''), recording)).toMatchObject({ verdict: 'same' });
    const narrower = listen('').replace('{ with: { type: close } }', '{ with: { type: shut } }');
    expect(await hold(narrower, recording)).toMatchObject({ verdict: 'unknown', lostAt: 'wait' });
  });

  it('answers each attempt as it went: a step that failed once and then worked does so again', async () => {
    const retried = flow(
      "do:\n  - guard: { try: [ { b: { call: 'work:1.0.0@default' } } ], catch: { retry: { delay: PT1S, limit: { attempt: { count: 3 } } } } }\n",
    );
    const error = { type: 'https://example.com/errors/no', status: 500, title: 'No' };
    const recording = await record(retried, (command) =>
      command.kind === 'callFunction' && command.step.attempt === 1 ? { error } : { output: {} },
    );
    expect(recording.status).toBe('completed');
    expect(await hold(retried, recording)).toMatchObject({ verdict: 'same', end: { after: 'completed' } });
  });

  it('says so when an answer was not kept', async () => {
    const recording = { ...(await record(flow(PORTS), ports)), unknown: ['read'] };
    expect(await hold(flow(PORTS), recording)).toMatchObject({ verdict: 'unknown', lostAt: 'read' });
  });

  it('is the same for every random flow and its own run', async () => {
    let compared = 0;
    for (let seed = 1; seed <= 120; seed += 1) {
      const source = JSON.stringify(randomFlow(seed));
      const document = documentOf(source);
      const run = await rehearse(planOf(document), {}, { answer: echo, startAtMs: startMs, maxSteps: 2_000 });
      if (run.status !== 'completed' && run.status !== 'failed') continue;
      const test = await hold(source, recordingOf(source, {}, run));
      expect({ seed, ...test }).toMatchObject({ verdict: 'same', deviations: [] });
      compared += 1;
    }
    expect(compared).toBeGreaterThan(60);
  });
});
