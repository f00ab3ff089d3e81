const SECONDS: Readonly<Record<string, number>> = {
  y: 31_536_000,
  w: 604_800,
  d: 86_400,
  h: 3600,
  m: 60,
  s: 1,
};

/**
 * Seconds of a device's age: `00:12:34`, `1y2w`, `30w6d`, `5d01h`, `2 weeks, 3 days, 4 hours, 5 minutes`, `2week(s) 1day(s)`, `12s`.
 * Null for `never`, `-`, an empty text and anything else.
 */
export function parseDurationSeconds(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  const clock = /^(?:(\d+)[.:d ]+)?(\d{1,3}):(\d{2}):(\d{2})$/.exec(trimmed);
  if (clock) {
    const [days, hours, minutes, seconds] = [1, 2, 3, 4].map((group) => Number(clock[group] ?? 0));
    return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  }
  const short = /^(\d{1,3}):(\d{2})$/.exec(trimmed);
  if (short) return Number(short[1]) * 60 + Number(short[2]);
  const parts = [
    ...trimmed.matchAll(
      /(\d+)\s*(years?|weeks?|days?|hours?|minutes?|mins?|seconds?|secs?|[ywdhms])(?:\(s\))?(?![a-z])/g,
    ),
  ];
  if (parts.length === 0) return null;
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (SECONDS[(unit ?? '').charAt(0)] ?? 0),
    0,
  );
}

/** `2026-11-23 16:01:02` with or without offset or zone words behind it; null when there is no such time in the text. */
export function parseDeviceTime(text: string): string | null {
  const match = /(\d{4})[-/](\d{2})[-/](\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(text);
  return match ? `${match[1]}-${match[2]}-${match[3]}T${match[4]}` : null;
}

/** Seconds from one device time to another, both of `parseDeviceTime`; null when one is missing. The zone falls out. */
export function secondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const seconds = (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 1000;
  return Number.isFinite(seconds) ? seconds : null;
}
