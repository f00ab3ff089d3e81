import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseFeature, type Scenario } from './gherkin.ts';
import { differenceOf, type Engine, type Outcome } from './outcome.ts';
import { isExecution, performStep, type World } from './steps.ts';

/** What came of one scenario. `failures` is empty when it passed: one line per engine that failed, and one when they differ. */
export interface Verdict {
  readonly file: string;
  readonly feature: string;
  readonly scenario: string;
  readonly line: number;
  readonly engines: Readonly<Record<string, 'passed' | 'failed'>>;
  readonly agree: boolean;
  readonly failures: readonly string[];
  readonly tookMs: number;
}

/** The scenarios of every `.feature` file in a folder and the folders in it, by file name. Throws on a file that cannot be read. */
export function readFeatures(folder: string): readonly (readonly [string, Scenario])[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new Error(`${folder} is not a folder`);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.feature'))
    .toSorted();
  return files.flatMap((file) =>
    parseFeature(readFileSync(path.join(folder, file), 'utf8')).map((scenario) => [file, scenario] as const),
  );
}

/** Runs one scenario on every engine given. It passes when it holds on each and all of them agree. */
export async function runScenario(
  file: string,
  scenario: Scenario,
  engines: readonly Engine[],
): Promise<Verdict> {
  const begunAt = performance.now();
  const failures: string[] = [];
  const outcomes: Outcome[] = [];
  const verdicts: Record<string, 'passed' | 'failed'> = {};
  for (const engine of engines) {
    const { outcome, failure } = await runOn(engine, scenario);
    if (outcome !== undefined) outcomes.push(outcome);
    verdicts[engine.name] = failure === undefined ? 'passed' : 'failed';
    if (failure !== undefined) failures.push(`${engine.name}: ${failure}`);
  }
  const [first, ...others] = outcomes;
  const differences = others.flatMap((other) =>
    first === undefined ? [] : (differenceOf(first, other) ?? []),
  );
  return {
    file,
    feature: scenario.feature,
    scenario: scenario.name,
    line: scenario.line,
    engines: verdicts,
    agree: differences.length === 0 && outcomes.length === engines.length,
    failures: [...failures, ...differences.map((difference) => `the engines differ in ${difference}`)],
    tookMs: Math.round(performance.now() - begunAt),
  };
}

async function runOn(engine: Engine, scenario: Scenario): Promise<{ outcome?: Outcome; failure?: string }> {
  const world: World = { given: { source: '', input: {}, events: [], secrets: {} }, outcome: undefined };
  let asserted = 0;
  for (const step of scenario.steps) {
    try {
      if (isExecution(step)) world.outcome = await engine.run(world.given);
      else {
        performStep(world, step);
        if (world.outcome !== undefined) asserted += 1;
      }
    } catch (thrown) {
      const failure = `line ${step.line}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      return { ...(world.outcome === undefined ? {} : { outcome: world.outcome }), failure };
    }
  }
  if (world.outcome === undefined || asserted === 0) return { failure: 'the scenario asserts nothing' };
  return { outcome: world.outcome };
}
