import { warningAt } from '../problems.ts';
import { documentSchedule } from '../schedule.ts';
import type { Check } from './check.ts';

/** A schedule in the document is taken over as triggers when it is published; the flow itself does not start anything. */
export const checkSchedule: Check = ({ document, rules }) => {
  if (document['schedule'] === undefined) return [];
  const { triggers, problems } = documentSchedule(document, rules);
  if (problems.length > 0) return problems;
  const words = triggers.length === 1 ? 'a trigger' : `${triggers.length} triggers`;
  return [
    warningAt(
      '/schedule',
      'schedule-in-document',
      `publishing makes the schedule ${words} of the flow, which can be paused and changed there`,
    ),
  ];
};
