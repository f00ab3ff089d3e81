import { describe, expect, it } from 'vitest';
import { contentHash, type Json } from '../../domain/json.ts';
import { compileFlow } from '../compile.ts';
import { type AskedCommand, rehearse } from '../rehearsal.ts';
import { echo, flow, planOf, startMs, testCatalogue } from '../testing/catalogue.ts';
import { recordedSteps } from '../testing/recorded.ts';
import type { CatalogueFunction, Plan, StepCatalogue } from '../types.ts';
import { type RestartPoint, type RestartQuestion, restartPoints, type RecordedStep } from './index.ts';

const primitive = (name: string, run: 'approval' | 'change-window'): CatalogueFunction => ({
  name,
  version: '1.0.0',
  input: {},
  output: {},
  run: { kind: 'primitive', primitive: run },
  controlled: false,
});
const asking = [primitive('approval', 'approval'), primitive('change-window', 'change-window')];
const catalogue: StepCatalogue = {
  find: (name, version) => asking.find((each) => each.name === name) ?? testCatalogue.find(name, version),
  names: () => [...testCatalogue.names(), ...asking.map(({ name }) => name)],
};

const askingPlan = (rest: string): Plan => {
  const { plan, problems } = compileFlow(flow(rest), catalogue);
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
};

const fails =
  (...names: string[]) =>
  (command: AskedCommand) =>
    names.includes(command.step.name)
      ? { error: { type: 'https://x.example/no', status: 500, title: 'no' } }
      : (echo(command) ?? { output: { seen: command.step.name } });

async function ranSteps(
  plan: Plan,
  answer: (command: AskedCommand) => ReturnType<typeof echo>,
  input: Json = {},
) {
  const { records } = await rehearse(plan, input, { answer, startAtMs: startMs });
  return recordedSteps(records);
}

const ask = (
  plan: Plan,
  steps: readonly RecordedStep[],
  more: Partial<RestartQuestion> = {},
): RestartPoint[] =>
  restartPoints({ runId: 'r', input: {}, ran: plan, next: plan, steps, approvals: new Map(), ...more });

const verdicts = (points: readonly RestartPoint[]) =>
  Object.fromEntries(points.map(({ name, refusal }) => [name, refusal?.code ?? 'possible']));

describe('the steps a run can be restarted from', () => {
  it('are those in plain sequence; the others say what to restart from instead, in both languages', async () => {
    const plan = planOf(
      flow(`do:
  - first: { set: { n: 1 } }
  - group: { do: [ { inner: { call: 'work:1.0.0@default' } } ] }
  - loop: { for: { in: '[1, 2]' }, do: [ { each: { call: 'work:1.0.0@default' } } ] }
  - both: { fork: { branches: [ { left: { call: 'work:1.0.0@default' } } ] } }
  - guarded: { try: [ { risky: { call: 'work:1.0.0@default' } } ], catch: { do: [ { mend: { set: { k: 1 } } } ] } }
  - last: { call: 'work:1.0.0@default' }
  - never: { set: { k: 1 } }
`),
    );
    const points = ask(plan, await ranSteps(plan, fails('last')));
    expect(verdicts(points)).toEqual({
      first: 'possible',
      group: 'possible',
      inner: 'possible',
      loop: 'possible',
      each: 'inside-loop',
      both: 'possible',
      left: 'inside-fork',
      guarded: 'possible',
      risky: 'inside-try',
      mend: 'inside-try',
      last: 'possible',
      never: 'not-reached',
    });
    const each = points.find(({ name }) => name === 'each')?.refusal;
    expect(each?.from).toBe('/do/2/loop');
    expect(each?.sentence.zh).toContain('请从“loop”重新开始');
    expect(each?.sentence.en).toContain('restart from “loop”');
    const last = points.find(({ name }) => name === 'last');
    expect(last?.kept.map(({ pointer, visit }) => `${pointer} ${visit}`)).toEqual([
      '/do/0/first 0',
      '/do/1/group/do/0/inner 0',
      '/do/1/group 0',
      '/do/2/loop/do/0/each 0',
      '/do/2/loop/do/0/each 1',
      '/do/2/loop 0',
      '/do/3/both/fork/branches/0/left 0',
      '/do/3/both 0',
      '/do/4/guarded/try/0/risky 0',
      '/do/4/guarded 0',
    ]);
  });

  it('need the results before them: one that is gone, masked or out of order is named', async () => {
    const source = `do:
  - early: { call: 'work:1.0.0@default', with: { a: 1 } }
  - both:
      fork:
        branches:
          - left: { call: 'work:1.0.0@default', export: { as: '. + { left: true }' } }
          - right: { call: 'work:1.0.0@default', export: { as: '. + { right: true }' } }
  - late: { call: 'work:1.0.0@default' }
`;
    const plan = planOf(flow(source));
    const steps = await ranSteps(plan, fails('late'));
    expect(verdicts(ask(plan, steps))).toMatchObject({ both: 'possible', late: 'context-unknown' });
    const change = (name: string, to: (step: RecordedStep) => RecordedStep) =>
      steps.map((step) => (step.name === name ? to(step) : step));
    const { output: _gone, ...bare } = steps[0] ?? {};
    const gone = ask(plan, [bare as RecordedStep, ...steps.slice(1)]);
    expect(verdicts(gone)).toMatchObject({ early: 'possible', both: 'data-missing', late: 'data-missing' });
    expect(gone[1]?.refusal?.sentence.en).toContain('“early”');
    const masked = ask(
      plan,
      change('early', (step) => ({ ...step, output: { token: '[redacted]' } })),
    );
    expect(verdicts(masked)).toMatchObject({ both: 'data-withheld' });
    const large = ask(
      plan,
      change('early', (step) => ({ ...step, output: 'x'.repeat(9 * 1024 * 1024) })),
    );
    expect(verdicts(large)).toMatchObject({ early: 'possible', both: 'too-large' });
  });

  it('of another version need the same steps before them, by name, place and kind', async () => {
    const base = (before: string, after: string) => `do:
  - one: ${before}
  - two: { call: 'work:1.0.0@default', with: { n: 1 } }
  - three: ${after}
`;
    const call = "{ call: 'work:1.0.0@default' }";
    const ran = planOf(flow(base(call, call)));
    const steps = await ranSteps(ran, fails('three'));
    const against = (next: string) => verdicts(ask(ran, steps, { next: planOf(flow(next)) }));
    expect(against(base(call, "{ call: 'push:1.0.0@default' }"))).toEqual({
      one: 'possible',
      two: 'possible',
      three: 'possible',
    });
    // What an earlier step would do now does not matter: its recorded result stands.
    expect(against(base("{ call: 'work:1.0.0@default', with: { other: true } }", call))).toMatchObject({
      three: 'possible',
    });
    expect(against(base("{ call: 'push:1.0.0@default' }", call))).toEqual({
      one: 'possible',
      two: 'version-differs',
      three: 'version-differs',
    });
    expect(against(base('{ set: { k: 1 } }', call))).toMatchObject({ three: 'version-differs' });
    expect(against(base(call, call).replace('  - two', `  - between: ${call}\n  - two`))).toMatchObject({
      one: 'possible',
      between: 'not-reached',
      two: 'not-reached',
      three: 'not-reached',
    });
    const renamed = ask(ran, steps, { next: planOf(flow(base(call, call).replace('- one', '- uno'))) });
    expect(verdicts(renamed)).toMatchObject({ uno: 'not-reached', two: 'version-differs' });
    expect(renamed[1]?.refusal?.sentence.zh).toContain('“one”');
  });

  it('go on from the lap a jump had come to', async () => {
    const plan = planOf(
      flow(`do:
  - count: { set: { n: '\${ $context.n // 0 }' }, export: { as: '{ n: (.n + 1) }' } }
  - work: { call: 'work:1.0.0@default', with: { n: '\${ $context.n }' } }
  - again: { switch: [ { more: { when: '$context.n < 3', then: count } } ] }
  - last: { call: 'work:1.0.0@default' }
`),
    );
    const steps = await ranSteps(plan, fails('last'));
    const work = ask(plan, steps).find(({ name }) => name === 'work');
    expect(work).toMatchObject({ visit: '2', start: { context: { n: 3 }, levels: [{ laps: 2 }] } });
    const { trace } = await rehearse(
      plan,
      {},
      { answer: echo, startAtMs: startMs, restart: work?.start ?? never() },
    );
    expect(trace.map(({ step, output }) => [step, output])).toEqual([
      ['/do/1/work', { n: 3 }],
      ['/do/2/again', { n: 3 }],
      ['/do/3/last', {}],
    ]);
  });
});

describe('an approval before a restart point', () => {
  const content = { lines: ['shutdown'] };
  const output = {
    approvalId: 'a1',
    decision: 'approved',
    outcome: 'approved',
    contentHash: contentHash(content),
  };
  const answer = (command: AskedCommand) =>
    command.step.name === 'review' ? { output } : fails('push', 'tell')(command);
  const source = `do:
  - plan: { call: 'work:1.0.0@default' }
  - review: { call: 'approval:1.0.0@default' }
  - window: { call: 'change-window:1.0.0@default' }
  - push: { call: 'push:1.0.0@default' }
  - tell: { call: 'work:1.0.0@default' }
`;
  const plan = askingPlan(source);
  const onRecord = {
    status: 'approved',
    contentHash: output.contentHash,
    planHash: plan.hash,
    isIntact: true,
  };
  const withRecord = (over: object = {}) => ({ approvals: new Map([['a1', { ...onRecord, ...over }]]) });

  it('never carries over to a controlled step: the step that asks is named', async () => {
    const points = ask(plan, await ranSteps(plan, answer), withRecord());
    expect(verdicts(points)).toEqual({
      plan: 'possible',
      review: 'possible',
      window: 'approval-asked-again',
      push: 'approval-asked-again',
      tell: 'not-reached',
    });
    expect(points[3]?.refusal).toMatchObject({ from: '/do/1/review' });
    expect(points[3]?.refusal?.sentence.en).toContain('“push” after it changes production');
  });

  it('stands behind other steps with its decision on the same content in the same version only', async () => {
    const passing = (command: AskedCommand) =>
      command.step.name === 'push' ? { output: { status: 'applied' } } : answer(command);
    const steps = await ranSteps(plan, passing);
    const tell = (over?: object) => verdicts(ask(plan, steps, withRecord(over)))['tell'];
    expect(tell()).toBe('possible');
    expect(tell({ status: 'refused' })).toBe('approval-not-same');
    expect(tell({ contentHash: 'f'.repeat(64) })).toBe('approval-not-same');
    expect(tell({ isIntact: false })).toBe('approval-not-same');
    expect(tell({ planHash: 'f'.repeat(64) })).toBe('approval-not-same');
    expect(verdicts(ask(plan, steps))['tell']).toBe('approval-not-same');
    const next = askingPlan(source.replace('- tell: { call', "- tell: { if: 'true', call"));
    expect(verdicts(ask(plan, steps, { ...withRecord(), next }))['tell']).toBe('approval-not-same');
  });

  it('that was asked inside a try is asked again from the try', async () => {
    const guarded = askingPlan(`do:
  - careful: { try: [ { review: { call: 'approval:1.0.0@default' } } ], catch: {} }
  - push: { call: 'push:1.0.0@default' }
`);
    const points = ask(guarded, await ranSteps(guarded, answer), withRecord({ planHash: guarded.hash }));
    expect(points.at(-1)?.refusal).toMatchObject({ code: 'approval-asked-again', from: '/do/0/careful' });
  });
});

function never(): never {
  throw new Error('the point has no start');
}
