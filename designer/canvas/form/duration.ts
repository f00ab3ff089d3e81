import type { Json } from '../../../domain/json.ts';
import { parseDuration } from '../../../engine/durations.ts';

/** Units a length of time is asked for in, shortest first. */
export const DURATION_UNITS = ['seconds', 'minutes', 'hours', 'days'] as const;

/** One of them. */
export type DurationUnit = (typeof DURATION_UNITS)[number];

const UNIT_MS: Readonly<Record<DurationUnit, number>> = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/** A literal duration as amount and the largest unit that keeps it whole; undefined for what is no literal duration. */
export function splitDuration(value: Json | undefined): { amount: number; unit: DurationUnit } | undefined {
  const ms = value === undefined ? undefined : parseDuration(value);
  if (ms === undefined) return undefined;
  const unit = DURATION_UNITS.findLast((each) => ms !== 0 && ms % UNIT_MS[each] === 0) ?? 'seconds';
  return { amount: ms / UNIT_MS[unit], unit };
}

/** The ISO 8601 text of so many units: what documents hold. */
export function joinDuration(amount: number, unit: DurationUnit): string {
  return unit === 'days' ? `P${amount}D` : `PT${amount}${unit.charAt(0).toUpperCase()}`;
}
