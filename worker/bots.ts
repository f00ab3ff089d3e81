import { temporalTask } from '../activities/network/temporal-task.ts';
import { createBrowserActivities } from '../activities/browser/browser-activities.ts';
import { createVault, resolveSecretFields } from '../platform/vault.ts';
import { WORKER_NAME, type WorkerParts } from './create-worker.ts';

/** Binds the bots to vault, records and this process's browser. */
export function createBots({
  config,
  keys,
  records,
}: WorkerParts): ReturnType<typeof createBrowserActivities> {
  const vault = createVault(keys);
  return createBrowserActivities({
    chromiumPath: config.chromiumPath,
    records,
    resolveFields: async (reference) =>
      (await resolveSecretFields(vault, records.secrets, reference)).reveal(),
    clock: Date.now,
    task: () => temporalTask(WORKER_NAME),
  });
}
