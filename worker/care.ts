import { Client } from '@temporalio/client';
import { dataConverter } from '../platform/data-converter.ts';
import type { WorkerParts } from './create-worker.ts';
import { type HealDeps, healRuns } from './heal-runs.ts';
import { ensureSchedules } from './schedules.ts';

const HEAL_EVERY_MS = 60_000;

/**
 * What a process with the `flows` worker does beside it: puts the standing schedules in place and heals runs whose last lines a
 * crash took. Both may be done by several processes at once.
 */
export function startCare(deps: HealDeps & { readonly netZone: string }): { stop: () => void } {
  const heal = (): void => {
    healRuns(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'healing runs failed'));
  };
  ensureSchedules(deps.client, deps.netZone).catch((error: unknown) =>
    deps.log.warn({ err: error }, 'schedules not in place'),
  );
  heal();
  const healing = setInterval(heal, HEAL_EVERY_MS);
  return { stop: () => clearInterval(healing) };
}

/** The care of a worker process, on its own connection. */
export function careDeps(parts: WorkerParts, bundlePath: string): HealDeps & { readonly netZone: string } {
  const { config, keys, records, log, connection } = parts;
  const client = new Client({
    connection,
    namespace: config.temporalNamespace,
    dataConverter: dataConverter(keys),
  });
  return { client, keys, records, log, bundlePath, clock: Date.now, netZone: config.netZone };
}
