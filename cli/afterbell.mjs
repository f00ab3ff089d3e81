#!/usr/bin/env node
// The `afterbell` command. Plain JavaScript without dependencies, because on a fresh clone it runs before anything is
// installed: it checks Node, installs the packages when they are missing, then hands over to cli/main.ts.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNode, ensurePackages } from './packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  ensureNode();
  await ensurePackages(root, (line) => process.stderr.write(`${line}\n`));
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: join(root, 'tsconfig.json') });
  const { main } = await import('./main.ts');
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`afterbell: ${error.message}\n`);
  if (process.env.AFTERBELL_LOG_LEVEL === 'debug') process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}
