// What `npm run check` runs: format, lint with types, types, import direction and budgets. Every check runs, also after one
// failed; each prints one line with its time and, when it failed, what it said. Exit 0 only when all held.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stdout.write(`${line}\n`);

const CHECKS = [
  { name: 'format', tool: '@biomejs/biome/bin/biome', args: ['format', '.'] },
  { name: 'lint', tool: 'oxlint/bin/oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'types', tool: 'typescript/bin/tsc', args: ['--noEmit'] },
  {
    name: 'imports and budgets',
    tool: 'vitest/vitest.mjs',
    args: ['run', '--project', 'unit', 'tests/architecture'],
  },
];

/** @returns {Promise<{ code: number, output: string }>} */
function run({ tool, args }) {
  const script = join(root, 'node_modules', tool);
  if (!existsSync(script))
    return Promise.resolve({ code: 1, output: `${tool} is not installed; run npm install` });
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

let failed = 0;
for (const check of CHECKS) {
  const startedAt = performance.now();
  const { code, output } = await run(check);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (code !== 0) {
    failed += 1;
    say(output.trimEnd());
  }
  say(`${code === 0 ? 'ok  ' : 'FAIL'} ${check.name.padEnd(20)} ${seconds} s`);
}
say(`${CHECKS.length - failed} of ${CHECKS.length} checks hold`);
process.exitCode = failed === 0 ? 0 : 1;
