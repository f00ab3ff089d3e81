import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import type { StepRecord } from '../../engine/types.ts';
import type { TimelineBatch } from '../../prisma/records/types.ts';
import type { ChunkCall, StepCall } from '../../steps/define-step.ts';
import { createItemActivities } from './item-activities.ts';

const CALL: ChunkCall = {
  context: {
    runId: 'run',
    flowName: 'f',
    planHash: 'h',
    businessKey: 'k',
    requestedBy: 'p',
    authoredBy: 'a',
    pointer: '/do/0/all/do/0/one',
    visit: '4',
    attempt: 1,
    commandId: 'c9',
  },
  activity: 'work',
  function: 'work:1.0.0',
  stepName: 'one',
  items: [4, 5, 6, 7].map((n) => ({ visit: String(n), input: { n } })),
  sequence: 11,
  maximumAttempts: 3,
  isTimelineOn: true,
};

type Step = (call: StepCall<Json>) => Promise<Json>;

function bench(work: Step, info: { attempt?: number; heartbeatDetails?: unknown } = {}, stepMs = 1) {
  const lines: StepRecord[] = [];
  const beats: unknown[] = [];
  let nowMs = 0;
  const { callItems } = createItemActivities({
    timeline: {
      write: async (batches: readonly TimelineBatch[]) =>
        void lines.push(...batches.flatMap(({ records }) => records)),
    },
    steps: { work },
    clock: () => (nowMs += stepMs),
  });
  const environment = new MockActivityEnvironment(info);
  environment.on('heartbeat', (details: unknown) => void beats.push(details));
  return {
    lines,
    beats,
    environment,
    go: (call: Partial<ChunkCall> = {}) => environment.run(callItems, { ...CALL, ...call }),
  };
}

const failing =
  (at: number, failure: Error): Step =>
  async ({ input }) => {
    if ((input as { n: number }).n === at) throw failure;
    return input;
  };
const REFUSED = { type: 'https://x.example/no', status: 409, title: 'no' };
const final = ApplicationFailure.create({ message: 'no', details: [REFUSED], nonRetryable: true });
const passing = new Error('try again');

describe('many calls in one activity', () => {
  it('each has the identity it would have alone, and a line of its own', async () => {
    const seen: StepCall<Json>[] = [];
    const { go, lines } = bench(async (call) => {
      seen.push(call);
      return call.input;
    });
    expect(await go()).toEqual({ done: 4, output: { n: 7 } });
    expect(seen.map(({ context, input }) => [context.visit, context.commandId, input])).toEqual([
      ['4', 'c9.0', { n: 4 }],
      ['5', 'c9.1', { n: 5 }],
      ['6', 'c9.2', { n: 6 }],
      ['7', 'c9.3', { n: 7 }],
    ]);
    expect(lines.map(({ sequence, step, status, output }) => [sequence, step.visit, status, output])).toEqual(
      [
        [11, '4', 'completed', { n: 4 }],
        [12, '5', 'completed', { n: 5 }],
        [13, '6', 'completed', { n: 6 }],
        [14, '7', 'completed', { n: 7 }],
      ],
    );
  });

  it('the first that fails for good ends them; nothing after it is called', async () => {
    const { go, lines } = bench(failing(6, final));
    expect(await go()).toEqual({ done: 2, output: { n: 5 }, error: REFUSED });
    expect(lines.map(({ step, status }) => `${step.visit} ${status}`)).toEqual([
      '4 completed',
      '5 completed',
      '6 failed',
    ]);
  });

  it('a failure that may pass is tried again from there, and counts when the attempts are used up', async () => {
    const first = bench(failing(6, passing));
    await expect(first.go()).rejects.toThrow('try again');
    expect(first.lines.map(({ step }) => step.visit)).toEqual(['4', '5']);
    expect(first.beats.at(-1)).toBe(2);
    const last = bench(failing(6, passing), { attempt: 3, heartbeatDetails: 2 });
    expect(await last.go()).toMatchObject({ done: 2, error: { status: 500, detail: 'try again' } });
    expect(last.lines.map(({ step, status }) => `${step.visit} ${status}`)).toEqual(['6 failed']);
  });

  it('a repeat goes on where the last heartbeat stood, and always has an output', async () => {
    const { go, lines } = bench(async ({ input }) => input, { attempt: 2, heartbeatDetails: 4 });
    expect(await go()).toEqual({ done: 4, output: { n: 7 } });
    expect(lines.map(({ step }) => step.visit)).toEqual(['7']);
  });

  it('says how far it is once a second, after the lines are written', async () => {
    const { go, beats, lines } = bench(async ({ input }) => input, {}, 700);
    await go();
    expect(beats.length).toBeGreaterThan(1);
    expect(lines).toHaveLength(4);
  });

  it('stops between two calls when it is cancelled', async () => {
    const { go, environment, lines } = bench(async ({ input }) => {
      if ((input as { n: number }).n === 5) environment.cancel();
      return input;
    });
    await expect(go()).rejects.toThrow(/cancel/i);
    expect(lines.map(({ step, status }) => `${step.visit} ${status}`)).toEqual([
      '4 completed',
      '5 completed',
      '6 cancelled',
    ]);
  });

  it('leaves no lines when the timeline is off', async () => {
    const { go, lines } = bench(async ({ input }) => input);
    await go({ isTimelineOn: false });
    expect(lines).toEqual([]);
  });
});
