import { boxLimits, runBoxed } from '../box.ts';

/** Stands for a worker that is killed while a process runs: runs one shell command in a box. */
await runBoxed(
  { language: 'shell', code: `${process.argv[2]} & wait`, arguments: [], environment: {}, stdin: '' },
  boxLimits,
);
