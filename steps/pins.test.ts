import { describe, expect, it } from 'vitest';
import type { AnsweredStep, Recording } from '../engine/back-test/index.ts';
import { parseFlowDocument } from '../engine/document.ts';
import { pinnedWorld, pinsOfRecording, readPins } from './pins.ts';
import { rehearseDocument } from './rehearsal.ts';

const FLOW = `document: { dsl: '1.0.3', namespace: test, name: rounds, version: '1.0.0' }
input: { schema: { format: json, document: { type: object } } }
do:
  - each:
      for: { each: service, in: .services }
      do:
        - look: { call: 'probe:1.0.0@default', with: { service: '\${ $service }', incidentId: i-1 } }
  - wait: { listen: { to: { one: { with: { type: go } } } } }
  - last: { call: 'probe:1.0.0@default', with: { service: all, incidentId: i-1 } }
`;
const step = (pointer: string, visit: string, more: Partial<AnsweredStep>): AnsweredStep => ({
  pointer,
  name: pointer.split('/').at(-1) ?? '',
  visit,
  attempt: 1,
  task: 'call',
  function: 'probe:1.0.0',
  status: 'completed',
  startedAtMs: 0,
  endedAtMs: 10,
  input: null,
  answer: null,
  error: null,
  ...more,
});
const LOOK = '/do/0/each/do/0/look';
const ERROR = { type: 'https://example.com/errors/no', status: 500, title: 'No' };
const EVENT = { specversion: '1.0', id: 'e', source: '/t', type: 'go', data: { ok: true } };

function recordingOf(steps: readonly AnsweredStep[]): Recording {
  return {
    runId: 'r',
    flowVersion: '1.0.0',
    source: FLOW,
    input: { services: ['a', 'b'] },
    startedAtMs: 0,
    status: 'failed',
    output: null,
    error: null,
    steps,
    unknown: [],
  };
}

const rehearsed = (source: string, recording: Recording) => {
  const { document } = parseFlowDocument(source);
  if (document === undefined) throw new Error(source);
  const pins = pinsOfRecording(recording, document);
  return rehearseDocument(source, pins.input, 0, {
    subFlow: () => null,
    place: 'the test',
    ...pinnedWorld(pins),
  });
};

describe('a past run as test data', () => {
  const recording = recordingOf([
    step(LOOK, '0', { answer: { isUp: true, at: 'a' } }),
    step(LOOK, '1', { answer: { isUp: false, at: 'b' } }),
    step('/do/1/wait', '0', { task: 'listen', function: null, answer: [EVENT] }),
    step('/do/2/last', '0', { status: 'failed', error: ERROR }),
  ]);

  it('answers every round, event and error as it was', async () => {
    const answer = await rehearsed(FLOW, recording);
    const outputs = answer.trace.filter(({ step: at }) => at === LOOK).map(({ output }) => output);
    expect(outputs).toEqual([
      { isUp: true, at: 'a' },
      { isUp: false, at: 'b' },
    ]);
    expect(answer).toMatchObject({ status: 'failed', error: { type: ERROR.type } });
  });

  it('finds its steps again in a draft that moved them', async () => {
    const draft = FLOW.replace('do:\n  - each', 'do:\n  - first: { set: { services: [ a, b ] } }\n  - each');
    const answer = await rehearsed(draft, recording);
    expect(answer.trace.find(({ step: at }) => at === '/do/2/wait')?.status).toBe('completed');
    expect(answer.error?.type).toBe(ERROR.type);
  });

  it('is read from what was saved, without what is not understood', () => {
    expect(readPins({ steps: { '/do/0/a': 1 }, events: 3 }, { x: 1 })).toEqual({
      input: { x: 1 },
      steps: { '/do/0/a': 1 },
      events: {},
      errors: {},
    });
  });
});
