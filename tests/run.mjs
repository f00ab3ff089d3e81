// What `npm test` runs: makes the clone ready, then formatting, lint, types and import rules (`npm run check`), the unit
// tests, and the stack tests on a real PostgreSQL and a real Temporal. Plain JavaScript: it runs before anything is
// installed. The last line is `N passed, N failed`; each check counts as one.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNode, ensurePackages } from '../cli/packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outputDir = join(root, 'tests', '.output');
const say = (line) => process.stdout.write(`${line}\n`);

/** @returns {Promise<number>} exit code; 1 when a signal ended it or it could not start */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Runs one Vitest project and counts from its JSON report, never from its text. */
async function runProject(project) {
  const report = join(outputDir, `${project}.json`);
  rmSync(report, { force: true });
  const code = await run(process.execPath, [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    // A file that breaks before its first test counts as one failure; so does a run that failed for another reason.
    const brokenFiles = testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    ).length;
    const failed = numFailedTests + brokenFiles;
    const unexplained = code !== 0 && failed === 0 && numFailedTestSuites === 0 ? 1 : 0;
    return { passed: numPassedTests, failed: failed + unexplained };
  } catch {
    say(`${project}: vitest left no report`);
    return { passed: 0, failed: 1 };
  }
}

async function prepare() {
  ensureNode();
  await ensurePackages(root, say);
  if ((await run(process.execPath, ['prisma/generate.mjs'])) !== 0) {
    throw new Error('the Prisma client could not be generated');
  }
  if ((await run(process.execPath, ['--import', 'tsx', 'tests/stack/obtain.ts'])) !== 0) {
    throw new Error('no Temporal server could be obtained; see the line above');
  }
}

const total = { passed: 0, failed: 0 };
const count = ({ passed, failed }) => {
  total.passed += passed;
  total.failed += failed;
};
const startedAt = performance.now();
mkdirSync(outputDir, { recursive: true });
try {
  await prepare();
} catch (error) {
  say(`npm test: ${error.message}`);
  process.exit(1);
}
const checked = await run(process.execPath, ['tests/check.mjs']);
count(checked === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
count(await runProject('unit'));
// Most of both is waiting for servers, devices and browsers; they share nothing but the machine.
for (const result of await Promise.all(['stack', 'local'].map(runProject))) count(result);
say(`npm test took ${Math.round((performance.now() - startedAt) / 1000)} s`);
say(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
