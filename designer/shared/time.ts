import type { TFunction } from 'i18next';
import { MARKET_TIME_ZONE, wallClock } from '../../domain/calendar/index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Wall time in the market's zone: `16:00` today, `11-20 16:00` on another day, with the year when it differs. */
export function wallTime(atMs: number, nowMs: number): string {
  const at = wallClock(atMs, MARKET_TIME_ZONE);
  const now = wallClock(nowMs, MARKET_TIME_ZONE);
  if (at.date === now.date) return at.time;
  return `${at.date.slice(0, 4) === now.date.slice(0, 4) ? at.date.slice(5) : at.date} ${at.time}`;
}

/** `in 18 min · 16:00`: relative first, absolute second; beyond 12 hours the absolute time alone. */
export function relativeTime(t: TFunction, atMs: number, nowMs: number): string {
  const absolute = wallTime(atMs, nowMs);
  const distance = atMs - nowMs;
  const size = Math.abs(distance);
  if (size < MINUTE_MS) return `${t('time.now')} · ${absolute}`;
  if (size >= 12 * HOUR_MS) return absolute;
  const count = Math.round(size < HOUR_MS ? size / MINUTE_MS : size / HOUR_MS);
  const words =
    size < HOUR_MS
      ? t(distance < 0 ? 'time.agoMinutes' : 'time.inMinutes', { count })
      : t(distance < 0 ? 'time.agoHours' : 'time.inHours', { count });
  return `${words} · ${absolute}`;
}

/** A length of time with its unit: `420 ms`, `3.2 s`, `2 min 5 s`, `1 h 3 min`. */
export function lengthOfTime(t: TFunction, lengthMs: number): string {
  if (lengthMs < 1000) return t('time.ms', { value: Math.max(0, Math.round(lengthMs)) });
  if (lengthMs < MINUTE_MS) return t('time.s', { value: (Math.floor(lengthMs / 100) / 10).toString() });
  const seconds = Math.floor(lengthMs / 1000);
  if (lengthMs < HOUR_MS)
    return t('time.minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
  return t('time.hours', { hours: Math.floor(seconds / 3600), minutes: Math.floor((seconds % 3600) / 60) });
}

/** `48 kB`, `1.2 MB`, with thousands separators below. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
