import { spawnSync } from 'node:child_process';

// Records the histories anew on real servers; the files are named by the release in package.json.
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--project', 'stack', 'tests/replay/record.stack.test.ts'],
  {
    env: { ...process.env, AFTERBELL_TEST_RECORD: 'on' },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
