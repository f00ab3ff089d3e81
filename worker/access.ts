import { createAccessActivities } from '../activities/access/access-activities.ts';
import { createSignedCallbackActivity } from '../activities/general/signed-callback.ts';
import type { WorkerParts } from './create-worker.ts';

/** Binds temporary access and the signed callback to the records. */
export function createAccess({ records }: Pick<WorkerParts, 'records'>) {
  const { effects, handOffs } = records;
  return {
    ...createAccessActivities({ records, clock: Date.now }),
    sendSignedCallback: createSignedCallbackActivity({ effects, handOffs, clock: Date.now }),
  };
}
