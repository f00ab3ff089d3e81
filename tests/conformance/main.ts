import { parseArgs } from 'node:util';
import { startTestServers } from '../stack/global-setup.ts';
import type { Engine } from './kit/outcome.ts';
import { createPureEngine } from './kit/pure-engine.ts';
import { readFeatures, runScenario, type Verdict } from './kit/run-kit.ts';
import { startStub, type Stub } from './kit/stub.ts';
import { createTemporalEngine } from './kit/temporal-engine.ts';

const USAGE = `npm run conformance -- <folder of .feature files> [--pure] [--json]

Runs every scenario on the pure machine and on a real Temporal server; both must pass and agree.
  --pure   the pure machine only
  --json   the verdicts as JSON
Exit code 0: all passed; 1: some did not; 2: nothing could be run.
`;

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, pure: { type: 'boolean', default: false } },
  allowPositionals: true,
});

async function main(): Promise<number> {
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) {
    process.stderr.write(USAGE);
    return 2;
  }
  const scenarios = readFeatures(folder);
  if (scenarios.length === 0) {
    process.stderr.write(`${folder} has no scenario in a .feature file\n`);
    return 2;
  }
  const stop = values.pure ? undefined : await startTestServers();
  const stub = await startStub();
  const verdicts: Verdict[] = [];
  try {
    const engines = await open(stub);
    try {
      for (const [file, scenario] of scenarios) verdicts.push(await runScenario(file, scenario, engines));
    } finally {
      for (const engine of engines) await engine.close();
    }
  } finally {
    await stub.close();
    await stop?.();
  }
  process.stdout.write(values.json ? `${JSON.stringify(verdicts, null, 2)}\n` : tableOf(verdicts));
  return verdicts.every(hasPassed) ? 0 : 1;
}

async function open(stub: Stub): Promise<readonly Engine[]> {
  const pure = createPureEngine(stub);
  return values.pure ? [pure] : [pure, await createTemporalEngine(stub)];
}

function hasPassed({ failures }: Verdict): boolean {
  return failures.length === 0;
}

function tableOf(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ file, scenario }) => `${file}  ${scenario}`.length));
  const lines = verdicts.flatMap((verdict) => {
    const { file, scenario, line, engines, agree, failures, tookMs } = verdict;
    const words = Object.entries(engines).map(([name, word]) => `${name} ${word}`);
    const agreement = Object.keys(engines).length > 1 ? [agree ? 'agree' : 'differ'] : [];
    const head = `${file}  ${scenario}`.padEnd(width);
    return [
      `${hasPassed(verdict) ? 'ok  ' : 'FAIL'}  ${head}  ${[...words, ...agreement].join('  ')}  ${tookMs} ms`,
      ...failures.map((failure) => `        ${file}:${line}  ${failure}`),
    ];
  });
  const passed = verdicts.filter(hasPassed).length;
  return `${lines.join('\n')}\n${passed} of ${verdicts.length} scenarios passed\n`;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 2;
}
