import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from './kit/outcome.ts';
import { createPureEngine } from './kit/pure-engine.ts';
import { readFeatures, runScenario } from './kit/run-kit.ts';
import { startStub, type Stub } from './kit/stub.ts';
import { createTemporalEngine } from './kit/temporal-engine.ts';

const FEATURES = fileURLToPath(new URL('./features/', import.meta.url));
const HANDFUL = new Set([
  'Listen Until A Condition Holds',
  'Listen Until An Event',
  'Race Cancels The Losing Branch',
  'Retry Until It Works',
  'Timeout Interrupts A Call',
  'Basic Authentication By A Named Secret',
  'End Inside Leaves The Workflow',
  'An Interval Starts A Run',
  'An Event Starts A Run',
  'Listen By Value, Pattern And Expression',
]);

describe('a handful of scenarios on the pure machine and on Temporal', () => {
  let stub: Stub;
  let engines: readonly Engine[];
  beforeAll(async () => {
    stub = await startStub();
    engines = [createPureEngine(stub), await createTemporalEngine(stub)];
  });
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await stub.close();
  });

  const handful = readFeatures(FEATURES).filter(([, { name }]) => HANDFUL.has(name));
  it('all of them exist', () => expect(handful.length).toBe(HANDFUL.size));
  it.each(handful.map(([file, scenario]) => [file, scenario.name, scenario] as const))(
    '%s: %s',
    async (file, _name, scenario) => {
      const verdict = await runScenario(file, scenario, engines);
      expect(verdict.failures).toEqual([]);
      expect(verdict.agree).toBe(true);
    },
  );
});
