const DAY_MS = 86_400_000;

/** A calendar date as `YYYY-MM-DD`; always a day of some place, never an instant. */
export type IsoDate = string;

/** Midnight UTC of a date: arithmetic on dates only, never a moment in a market. Throws for a malformed date. */
function epochOf(date: IsoDate): number {
  const epoch = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(epoch)) throw new RangeError(`“${date}” is not a date of the form YYYY-MM-DD`);
  return epoch;
}

/** The date so many days later (earlier when negative). */
export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(epochOf(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** 0 Sunday to 6 Saturday. */
export function weekdayOf(date: IsoDate): number {
  return new Date(epochOf(date)).getUTCDay();
}

/** True on Saturday and Sunday. */
export function isWeekend(date: IsoDate): boolean {
  return weekdayOf(date) % 6 === 0;
}

/** Date and wall time (`HH:mm`) of an instant in a time zone. */
export function wallClock(atMs: number, timeZone: string): { readonly date: IsoDate; readonly time: string } {
  const local = new Date(atMs + offsetMs(atMs, timeZone)).toISOString();
  return { date: local.slice(0, 10), time: local.slice(11, 16) };
}

/** The instant of a wall time in a time zone; in a gap of a clock change the later reading. */
export function instantOf(date: IsoDate, time: string, timeZone: string): number {
  const wall = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wall))
    throw new RangeError(`“${date} ${time}” is not a date and a time of the form HH:mm`);
  // The offset at the first guess is right but for a clock change in between; the second look settles that.
  const guess = wall - offsetMs(wall, timeZone);
  return wall - offsetMs(guess, timeZone);
}

/** Mainland China has had one offset without daylight saving since 1991, so the common case needs no formatter. */
const FIXED: Readonly<Record<string, number>> = { 'Asia/Shanghai': 8 * 3_600_000, UTC: 0 };

function offsetMs(atMs: number, timeZone: string): number {
  const fixed = FIXED[timeZone];
  if (fixed !== undefined) return fixed;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(atMs / 1000) * 1000;
}
