import type { Database } from './database.ts';
import { createBoardRecords } from './outreach-board.ts';
import { createCustomerRecords } from './outreach-customers.ts';
import { createEntryRecords } from './outreach-entries.ts';
import { createJourneyRecords } from './outreach-journeys.ts';
import { createTaskRecords } from './outreach-tasks.ts';
import type { OutreachRecords } from './outreach-types.ts';

/** Everything of call tasks. */
export function createOutreachRecords(database: Database): OutreachRecords {
  return {
    ...createCustomerRecords(database),
    ...createJourneyRecords(database),
    ...createEntryRecords(database),
    ...createTaskRecords(database),
    ...createBoardRecords(database),
  };
}
