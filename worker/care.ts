import { Client } from '@temporalio/client';
import { dataConverter } from '../platform/data-converter.ts';
import type { WorkerParts } from './create-worker.ts';
import { type HealDeps, healRuns } from './heal-runs.ts';
import { keepSchedules } from './schedules.ts';

const HEAL_EVERY_MS = 60_000;
const SCHEDULES_EVERY_MS = 5_000;

/**
 * What a process with the `flows` worker does beside it: keeps the engine's schedules in step with the triggers and heals runs whose last lines a
 * crash took. Both may be done by several processes at once.
 */
export function startCare(deps: HealDeps & { readonly netZone: string }): { stop: () => void } {
  const heal = (): void => {
    healRuns(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'healing runs failed'));
  };
  const known = new Map<string, string>();
  const schedule = (): void => {
    keepSchedules(deps, known).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'schedules not in place'),
    );
  };
  schedule();
  heal();
  const healing = setInterval(heal, HEAL_EVERY_MS);
  const scheduling = setInterval(schedule, SCHEDULES_EVERY_MS);
  return {
    stop: () => {
      clearInterval(healing);
      clearInterval(scheduling);
    },
  };
}

/** The care of a worker process, on its own connection. */
export function careDeps(parts: WorkerParts, bundlePath: string): HealDeps & { readonly netZone: string } {
  const { config, keys, records, log, connection } = parts;
  const client = new Client({
    connection,
    namespace: config.temporalNamespace,
    dataConverter: dataConverter(keys, records.evidence),
  });
  return { client, keys, records, log, bundlePath, clock: Date.now, netZone: config.netZone };
}
