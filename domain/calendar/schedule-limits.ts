/** Bounds of a schedule in even steps, in seconds: a minute to 31 days. */
export const everySecondsLimits = { least: 60, most: 31 * 86_400 } as const;
