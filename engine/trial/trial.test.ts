import { describe, expect, it } from 'vitest';
import { parseFlowDocument } from '../document.ts';
import { echo, flow, planOf, startMs, testCatalogue } from '../testing/catalogue.ts';
import { type Situation, situationsOf, type Trial, tryStep, variablesAt } from './index.ts';

const documentOf = (source: string) => {
  const { document } = parseFlowDocument(source);
  if (document === undefined) throw new Error(source);
  return document;
};
const FLOW = documentOf(
  flow(`input: { schema: { format: json, document: { type: object } } }
use: { extensions: [ { log: { extend: all, before: [ { note: { call: 'work:1.0.0@default', with: { log: 1 } } } ] } } ] }
do:
  - first: { set: { rows: '\${ $workflow.input.rows }' }, export: { as: '\${ { count: (.rows | length) } }' } }
  - each:
      for: { each: row, at: n, in: .rows }
      do:
        - ask: { input: { from: '\${ { about: $row.id, at: $n, of: $context.count } }' }, call: 'work:1.0.0@default', with: { q: '\${ . }' }, output: { as: .q }, export: { as: '\${ $context + { last: $row.id } }' } }
        - way: { switch: [ { big: { when: $row.id > 1, then: after } }, { small: { then: exit } } ] }
        - between: { set: { x: 1 } }
        - after: { set: { y: 1 } }
  - guard: { try: [ { risky: { call: 'push:1.0.0@default' } } ], catch: { as: problem, do: [ { tell: { set: { said: '\${ $problem.title }' } } } ] } }
`),
);
const INPUT = { rows: [{ id: 1 }, { id: 2 }] };
const OPTIONS = { answer: echo, startAtMs: startMs };
const ASK = '/do/1/each/do/0/ask';

const tried = async (pointer: string, situation: Partial<Situation>): Promise<Trial> => {
  const whole = { input: INPUT, raw: {}, context: null, variables: {}, ...situation };
  const trial = await tryStep(FLOW, pointer, whole, testCatalogue, OPTIONS);
  if ('problems' in trial) throw new Error(JSON.stringify(trial.problems));
  return trial;
};

describe('one step alone', () => {
  it('is given what surrounds it, and tells what it made of that', async () => {
    expect(variablesAt(FLOW, ASK)).toEqual(['row', 'n']);
    const trial = await tried(ASK, { context: { count: 7 }, variables: { row: { id: 42 }, n: 3 } });
    expect(trial).toEqual({
      status: 'completed',
      input: { q: { about: 42, at: 3, of: 7 } },
      output: { about: 42, at: 3, of: 7 },
      context: { count: 7, last: 42 },
      error: null,
      next: null,
    });
  });

  it('sees the input of the run, whatever text is in it', async () => {
    const rows = ['${ 1 + 1 }', '\\(.x)', '${ $secrets }'];
    const trial = await tried('/do/0/first', { input: { rows } });
    expect(trial).toMatchObject({ output: { rows }, context: { count: 3 } });
  });

  it('tells where a decision leads', async () => {
    const way = '/do/1/each/do/1/way';
    expect(await tried(way, { variables: { row: { id: 5 }, n: 0 } })).toMatchObject({ next: 'after' });
    expect(await tried(way, { variables: { row: { id: 1 }, n: 0 } })).toMatchObject({ next: 'exit' });
  });

  it('is a whole block with all that is in it, and a failure when the step fails', async () => {
    const error = { type: 'https://example.com/errors/no', status: 500, title: 'No' };
    const fails = {
      ...OPTIONS,
      answer: (...args: Parameters<typeof echo>) =>
        args[0].step.name === 'risky' ? { error } : echo(...args),
    };
    const whole = { input: INPUT, raw: {}, context: null, variables: {} };
    expect(await tryStep(FLOW, '/do/2/guard', whole, testCatalogue, fails)).toMatchObject({
      status: 'completed',
      output: { said: 'No' },
    });
    expect(await tryStep(FLOW, '/do/2/guard/try/0/risky', whole, testCatalogue, fails)).toMatchObject({
      status: 'failed',
      error,
    });
  });

  it('asks for answers under the pointers of the flow', async () => {
    const asked: string[] = [];
    const whole = { input: INPUT, raw: {}, context: { count: 1 }, variables: { row: { id: 1 }, n: 0 } };
    await tryStep(FLOW, ASK, whole, testCatalogue, {
      ...OPTIONS,
      answer: (command) => {
        asked.push(command.step.pointer);
        return echo(command);
      },
    });
    expect(asked).toEqual([ASK]);
  });

  it('says what keeps it from running', async () => {
    const broken = documentOf(flow("do:\n  - a: { call: 'none:1.0.0@default' }\n"));
    const whole = { input: {}, raw: {}, context: null, variables: {} };
    expect(await tryStep(broken, '/do/0/a', whole, testCatalogue, OPTIONS)).toMatchObject({
      problems: [{ code: 'unknown-function' }],
    });
  });
});

describe('what surrounds the steps of a rehearsal', () => {
  it('is what each step alone needs to go as it went', async () => {
    const { rehearsal, situations } = await situationsOf(planOf(FLOW), INPUT, OPTIONS);
    expect(rehearsal.status).toBe('completed');
    expect(situations.get(ASK)).toEqual({
      input: INPUT,
      raw: INPUT,
      context: { count: 2 },
      variables: { row: { id: 1 }, n: 0 },
    });
    for (const pointer of ['/do/0/first', ASK, '/do/1/each/do/1/way', '/do/2/guard']) {
      const situation = situations.get(pointer);
      if (situation === undefined) throw new Error(pointer);
      const line = rehearsal.trace.find(({ step }) => step === pointer);
      const trial = await tried(pointer, situation);
      expect({ pointer, input: trial.input, output: trial.output }).toEqual({
        pointer,
        input: line?.input,
        output: line?.output,
      });
    }
  });
});
