import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBoxPossible } from '../../activities/scripts/testing/possible.ts';
import { GherkinError, parseFeature } from './kit/gherkin.ts';
import { differenceOf, type Engine, type Outcome } from './kit/outcome.ts';
import { createPureEngine } from './kit/pure-engine.ts';
import { readFeatures, runScenario } from './kit/run-kit.ts';
import { startStub, type Stub } from './kit/stub.ts';

const FEATURES = fileURLToPath(new URL('./features/', import.meta.url));

const canIsolate = await isBoxPossible();

describe('own scenarios in the wording of the conformance kit, on the pure machine', () => {
  let stub: Stub;
  let pure: Engine;
  beforeAll(async () => {
    stub = await startStub();
    pure = createPureEngine(stub);
  });
  afterAll(() => stub.close());

  it.each(
    readFeatures(FEATURES)
      .filter(([, { tags }]) => canIsolate || !tags.includes('@isolated'))
      .map(([file, scenario]) => [file, scenario.name, scenario] as const),
  )('%s: %s', async (file, _name, scenario) => {
    expect((await runScenario(file, scenario, [pure])).failures).toEqual([]);
  });

  const failuresOf = async (steps: string): Promise<readonly string[]> => {
    const source = `Feature: F
  Scenario: S
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: kit, version: '1.0.0' }
    do: [ { one: { set: { n: 1 } } }, { two: { set: { n: [1, 2] } } } ]
    """
    When the workflow is executed
${steps}`;
    const [scenario] = parseFeature(source);
    if (scenario === undefined) throw new Error('no scenario');
    return (await runScenario('f', scenario, [pure])).failures;
  };

  it.each([
    ['Then the workflow should fault', 'completed, not failed'],
    ["Then the workflow output should have properties 'n', 'm'", 'has no m'],
    ["Then the workflow output should have a 'n' property containing 3 items", 'has 2 items, not 3'],
    ['Then two should run first', 'one ran first'],
    ['Then one should run after two', 'not before one'],
    ['Then one should cancel', 'one is completed, not cancelled'],
    ['Then the moon should rise', 'no step is worded'],
    ['', 'asserts nothing'],
  ])('a scenario fails that should: %s', async (step, why) => {
    expect(await failuresOf(`    ${step}`)).toEqual([expect.stringContaining(why)]);
  });

  it('a document without a version, as the kit has one, is given one', async () => {
    const source = `Feature: F
  Scenario: S
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: kit
    do: [ { one: { set: { n: 1 } } } ]
    """
    When the workflow is executed
    Then the workflow should complete`;
    const [scenario] = parseFeature(source);
    if (scenario === undefined) throw new Error('no scenario');
    expect((await runScenario('f', scenario, [pure])).failures).toEqual([]);
  });

  it('tells where two engines differ', () => {
    const one: Outcome = { status: 'completed', output: { n: 1 }, error: null, tasks: [], reason: '' };
    expect(differenceOf(one, { ...one })).toBeUndefined();
    expect(differenceOf(one, { ...one, output: { n: 2 } })).toContain('output');
    expect(differenceOf(one, { ...one, status: 'failed' })).toContain('status');
    const ran = { name: 'a', pointer: '/do/0/a', status: 'completed', output: null, error: null };
    expect(differenceOf(one, { ...one, tasks: [ran] })).toContain('tasks');
  });
});

describe('reader of feature files', () => {
  it('reads background, tags, comments and texts with their own indent', () => {
    const [scenario] = parseFeature(
      'Feature: F\n  words\n  Background:\n    Given a\n  # no\n  @t\n  Scenario: S\n    And b:\n    """yaml\n    x:\n      - 1\n    """\n',
    );
    expect(scenario).toMatchObject({ feature: 'F', name: 'S', tags: ['@t'] });
    expect(scenario?.steps).toEqual([
      { line: 4, text: 'a' },
      { line: 8, text: 'b:', argument: 'x:\n  - 1' },
    ]);
  });

  it.each(['Feature: F\n  Scenario Outline: S', 'Feature: F\n  Scenario: S\n    Given a\n    | x |'])(
    'refuses what it does not know: %j',
    (source) => expect(() => parseFeature(source)).toThrow(GherkinError),
  );
});
