import { createOutreachActivities } from '../activities/outreach/outreach-activities.ts';
import type { WorkerParts } from './create-worker.ts';

/** Binds call tasks to the records and the clock. */
export function createOutreach({ records }: Pick<WorkerParts, 'records'>) {
  return createOutreachActivities({ records, clock: Date.now });
}
