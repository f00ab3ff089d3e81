import { NativeConnection } from '@temporalio/worker';
import { createSoakFlows, createSoakSteps, quietRuntime } from './soak-workers.ts';
import type { ToldTurn } from './trace.ts';

// Long enough for the answer to leave, short enough that the next step hardly begins.
const AFTER_STEP_MS = 5;
const [address = '', bundlePath = '', taskQueue = '', cached = '0'] = process.argv.slice(2);

/** Turns the parent knows of each execution: the first one beyond is the step. */
const KNOWN = new Map(
  Object.entries(JSON.parse(process.env['SOAK_KNOWN'] ?? '{}') as Record<string, number>),
);
let isNewTurn = false;

/** A worker process of the soak: tells its turns on stdout, and kills itself once it has carried a run one step on. */
async function main(): Promise<void> {
  quietRuntime();
  const connection = await NativeConnection.connect({ address });
  const ears = {
    turned: (told: ToldTurn): void => {
      process.stdout.write(`${JSON.stringify(told)}\n`);
      if (isNewTurn) return;
      const known = KNOWN.get(told.executionId) ?? 0;
      if (told.turn.at < known) return;
      isNewTurn = true;
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), AFTER_STEP_MS);
    },
    called: (): void => undefined,
  };
  const flows = await createSoakFlows(
    connection,
    { bundlePath, taskQueue, cached: cached === '1' ? 1 : 0 },
    ears,
  );
  const steps = await createSoakSteps(connection, ears);
  await Promise.all([flows.run(), steps.run()]);
}

await main();
