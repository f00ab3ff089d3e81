import { defineConfig } from 'vitest/config';

const NEVER = ['**/node_modules/**', '**/dist/**'];
/** Files that start whole stacks of their own, as a user does. */
const WHOLE_STACK = [
  'tests/e2e/{axe,designer,drafts,pages,restart}.stack.test.ts',
  'tests/flows/flow-kills.stack.test.ts',
  'tests/stack/start.stack.test.ts',
];

/**
 * Five projects: `unit` needs nothing but Node; `stack` (files `*.stack.test.ts`) runs on a real PostgreSQL and a
 * real Temporal started once for the whole run; `local` holds those of them that start whole stacks of their own, so that `npm test`
 * runs them beside `stack`; `soak` (files `*.soak.test.ts`) repeats by the thousand what the others
 * do a few times and is no part of `npm test`; `chaos` (files `*.chaos.test.ts`) kills processes and is slow.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...NEVER, '**/*.stack.test.ts', '**/*.chaos.test.ts', '**/*.soak.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
          // Most of the time of a small test file is the loading of what it tests; the files share it.
          isolate: false,
          // One waits for devices while the other works, also on two cores.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['**/*.stack.test.ts'],
          exclude: [...NEVER, ...WHOLE_STACK],
          globalSetup: ['tests/stack/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'local',
          include: WHOLE_STACK,
          exclude: NEVER,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'soak',
          include: ['**/*.soak.test.ts'],
          exclude: NEVER,
          globalSetup: ['tests/stack/global-setup.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['**/*.chaos.test.ts'],
          exclude: NEVER,
          globalSetup: ['tests/stack/global-setup.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
