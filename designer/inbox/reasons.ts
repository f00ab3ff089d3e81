import { ELIGIBILITY_REASONS } from '../../domain/network/port-eligibility.ts';

/** Every reason with words of its own: the verdicts on ports, and a port that is as asked for already. */
export const WORDED_REASONS = [...ELIGIBILITY_REASONS, 'already-so'] as const;

/** The key of a reason's words; undefined for a sentence the planner wrote, which is shown as it is. */
export function reasonKey(reason: string): string | undefined {
  return (WORDED_REASONS as readonly string[]).includes(reason) ? `reason.${reason}` : undefined;
}
