/** How much is loaded and when it falls due. */
export interface DelayLoad {
  /** Pending runs in all; those that are neither spread nor at once are due tomorrow. */
  readonly pending: number;
  readonly spread: number;
  readonly spreadMs: number;
  readonly atOnce: number;
  /** Part of the spread after which the worker is killed. */
  readonly killAfter: number;
}

/** The load of the issue. */
export const FULL_LOAD: DelayLoad = {
  pending: 100_000,
  spread: 3_000,
  spreadMs: 300_000,
  atOnce: 500,
  killAfter: 0.6,
};
/** The same rate for a minute. */
export const QUICK_LOAD: DelayLoad = {
  pending: 5_000,
  spread: 600,
  spreadMs: 60_000,
  atOnce: 200,
  killAfter: 0.5,
};

/** One delayed run that falls due while we watch. */
export interface DueItem {
  readonly id: string;
  readonly phase: 'spread' | 'at-once';
  /** Epoch milliseconds. */
  readonly dueAtMs: number;
}

/** Time between the last spread one and the instant of those at once. */
const PAUSE_MS = 15_000;

/** Due items from an instant on: the spread ones evenly, then all others on one instant. */
export function dueItems(load: DelayLoad, startMs: number): DueItem[] {
  const spread = Array.from({ length: load.spread }, (_unused, index) => ({
    id: `spread-${index}`,
    phase: 'spread' as const,
    dueAtMs: startMs + Math.round((index * load.spreadMs) / load.spread),
  }));
  const instantMs = startMs + load.spreadMs + PAUSE_MS;
  const atOnce = Array.from({ length: load.atOnce }, (_unused, index) => ({
    id: `once-${index}`,
    phase: 'at-once' as const,
    dueAtMs: instantMs,
  }));
  return [...spread, ...atOnce];
}

/** When a run acted. */
export interface Firing {
  readonly id: string;
  readonly firedAtMs: number;
}

/** Lateness of a group in milliseconds. */
export interface Lateness {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What one side did with the load. */
export interface DelayFigures {
  readonly side: string;
  readonly loadedPerSecond: number;
  /** Spread runs but those due from the kill until the worker had caught up. */
  readonly spread: Lateness;
  /** Those due from the kill on, for as long as the worker was away and 30 s more. */
  readonly aroundKill: Lateness;
  readonly atOnce: Lateness;
  /** From the one instant until the last of those at once had acted. */
  readonly drainMs: number;
  readonly early: number;
  readonly lost: number;
  /** Runs that acted more than once: the worker died between acting and saying so. */
  readonly repeated: number;
}

const KILL_SHADOW_MS = 30_000;

/** Works the figures out; the first firing of a run counts for its lateness. */
export function figuresOf(
  side: string,
  loadedPerSecond: number,
  items: readonly DueItem[],
  firings: readonly Firing[],
  killedAtMs: number,
): DelayFigures {
  const first = new Map<string, number>();
  for (const { id, firedAtMs } of firings) first.set(id, Math.min(first.get(id) ?? Infinity, firedAtMs));
  const isShadowed = ({ phase, dueAtMs }: DueItem) =>
    phase === 'spread' && dueAtMs >= killedAtMs - 1_000 && dueAtMs < killedAtMs + KILL_SHADOW_MS;
  const lateness = (fits: (item: DueItem) => boolean) =>
    items.filter(fits).flatMap((item) => {
      const firedAtMs = first.get(item.id);
      return firedAtMs === undefined ? [] : [firedAtMs - item.dueAtMs];
    });
  const atOnce = lateness((item) => item.phase === 'at-once');
  return {
    side,
    loadedPerSecond,
    spread: latenessOf(lateness((item) => item.phase === 'spread' && !isShadowed(item))),
    aroundKill: latenessOf(lateness(isShadowed)),
    atOnce: latenessOf(atOnce),
    drainMs: Math.max(0, ...atOnce),
    early: lateness(() => true).filter((ms) => ms < 0).length,
    lost: items.filter((item) => !first.has(item.id)).length,
    repeated: firings.length - first.size,
  };
}

function latenessOf(values: readonly number[]): Lateness {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? NaN };
}

/** The figures as a table. */
export function renderDelays(figures: readonly DelayFigures[]): string {
  const ms = (value: number) => Math.round(value).toLocaleString('en');
  const of = ({ p50, p99, max }: Lateness) => `${ms(p50)} / ${ms(p99)} / ${ms(max)}`;
  const rows = figures.map(
    (each) =>
      `| ${each.side} | ${ms(each.loadedPerSecond)} | ${of(each.spread)} | ${of(each.aroundKill)} | ${of(each.atOnce)} | ${ms(each.drainMs)} | ${each.early} | ${each.lost} | ${each.repeated} |`,
  );
  return [
    '| side | loaded per s | spread: p50 / p99 / max ms late | around the kill | on one instant | drained in ms | early | lost | acted twice |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
