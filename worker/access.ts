import { createAccessActivities } from '../activities/access/access-activities.ts';
import { createSignedCallbackActivity } from '../activities/general/signed-callback.ts';
import type { EgressClient } from '../platform/egress.ts';
import type { WorkerParts } from './create-worker.ts';

/** What access binds besides the parts of the process. */
interface AccessParts {
  readonly egress: EgressClient;
  readonly resolveText: (reference: string) => Promise<string>;
}

/** Binds temporary access and the signed callback to records and egress. */
export function createAccess(
  { records }: Pick<WorkerParts, 'records'>,
  { egress, resolveText }: AccessParts,
) {
  return {
    ...createAccessActivities({ records, clock: Date.now }),
    sendSignedCallback: createSignedCallbackActivity({
      effects: records.effects,
      egress,
      resolveText,
      clock: Date.now,
    }),
  };
}
