import { warningAt } from '../problems.ts';
import type { Check } from './check.ts';

/** A schedule in the document is taken over as a Trigger; the flow itself does not start anything. */
export const checkSchedule: Check = ({ document }) =>
  document['schedule'] === undefined
    ? []
    : [
        warningAt(
          '/schedule',
          'schedule-in-document',
          'schedules live outside the flow: this one is imported as a trigger',
        ),
      ];
