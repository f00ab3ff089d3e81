const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** All times are shown on the market's clock, wherever the browser is. */
const MARKET_ZONE = 'Asia/Shanghai';

/** Relative time in the largest unit that stays whole, such as “18 分钟后” or “2 hours ago”. */
export function relativeTime(atMs: number, nowMs: number, language: string): string {
  const distance = atMs - nowMs;
  const size = Math.abs(distance);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' });
  if (size >= 2 * DAY_MS) return format.format(Math.trunc(distance / DAY_MS), 'day');
  if (size >= 2 * HOUR_MS) return format.format(Math.trunc(distance / HOUR_MS), 'hour');
  return format.format(Math.trunc(distance / MINUTE_MS), 'minute');
}

/** Market wall time: `16:00` on the market day of `nowMs`, else with the date, `11-25 16:00`. */
export function clockTime(atMs: number, nowMs: number): string {
  const [date, time] = marketParts(atMs);
  return date === marketParts(nowMs)[0] ? time : `${date.slice(5)} ${time}`;
}

/** Relative first, absolute second: `18 分钟后 · 16:00`. Text that is no instant is shown as it came. */
export function timeText(iso: string, nowMs: number, language: string): string {
  const atMs = Date.parse(iso);
  if (Number.isNaN(atMs)) return iso;
  return `${relativeTime(atMs, nowMs, language)} · ${clockTime(atMs, nowMs)}`;
}

function marketParts(atMs: number): [date: string, time: string] {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: MARKET_ZONE,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(atMs);
  const [date = '', time = ''] = text.split(' ');
  return [date, time];
}
