import type { OutlineBlock, OutlineLane } from '../edit/outline.ts';
import { targetsOf } from '../tasks.ts';
import type { StepRun } from './types.ts';

/** One visit of a step that has begun. */
export interface SeenVisit {
  /** Counters of all loops and jumps around the step, outermost first. */
  readonly counters: readonly number[];
  readonly startedAtMs: number;
  /** Its attempts in order. Empty for a container that has begun and not ended: it gets its line when it ends. */
  readonly attempts: readonly StepRun[];
  /** Counters of the rounds of a loop that have begun, in order. */
  readonly rounds: readonly number[];
}

/** True for a step that runs what it holds once for each item or event. */
export function isLoopFrame({ frame }: OutlineBlock): boolean {
  return frame === 'for' || frame === 'listen';
}

interface Collected {
  readonly counters: readonly number[];
  startedAtMs: number;
  sequence: number;
  readonly attempts: StepRun[];
  readonly rounds: Set<number>;
}

/** The visits of every step of a flow by pointer, in their order. */
export function collectVisits(
  root: OutlineLane,
  steps: readonly StepRun[],
): ReadonlyMap<string, readonly SeenVisit[]> {
  const rowsOf = new Map<string, StepRun[]>();
  for (const row of steps.toSorted(byOrder)) {
    const rows = rowsOf.get(row.pointer);
    if (rows === undefined) rowsOf.set(row.pointer, [row]);
    else rows.push(row);
  }
  const visits = new Map<string, readonly SeenVisit[]>();
  collectLane(root, 0, rowsOf, visits);
  return visits;
}

const byOrder = (left: StepRun, right: StepRun): number =>
  left.sequence - right.sequence || left.attempt - right.attempt;

/** Collects the steps of a lane that stands inside `around` counters; gives all visits seen in it. */
function collectLane(
  lane: OutlineLane,
  around: number,
  rowsOf: ReadonlyMap<string, readonly StepRun[]>,
  visits: Map<string, readonly SeenVisit[]>,
): Collected[] {
  const depth = around + (jumpsBack(lane) ? 1 : 0);
  return lane.blocks.flatMap((block) => collectBlock(block, depth, rowsOf, visits));
}

function collectBlock(
  block: OutlineBlock,
  depth: number,
  rowsOf: ReadonlyMap<string, readonly StepRun[]>,
  visits: Map<string, readonly SeenVisit[]>,
): Collected[] {
  const found = new Map<string, Collected>();
  const visitOf = (counters: readonly number[], seen: Pick<Collected, 'startedAtMs' | 'sequence'>) => {
    const known = found.get(counters.join('.')) ?? { counters, ...seen, attempts: [], rounds: new Set() };
    known.startedAtMs = Math.min(known.startedAtMs, seen.startedAtMs);
    known.sequence = Math.min(known.sequence, seen.sequence);
    found.set(counters.join('.'), known);
    return known;
  };
  for (const row of rowsOf.get(block.pointer) ?? [])
    visitOf(countersOf(row.visit, depth), row).attempts.push(row);
  const isLoop = isLoopFrame(block);
  for (const lane of block.lanes) {
    for (const inner of collectLane(lane, depth + (isLoop ? 1 : 0), rowsOf, visits)) {
      const { rounds } = visitOf(inner.counters.slice(0, depth), inner);
      if (isLoop) rounds.add(inner.counters[depth] ?? 0);
    }
  }
  const all = [...found.values()];
  visits.set(
    block.pointer,
    all
      .toSorted((left, right) => left.sequence - right.sequence)
      .map(({ counters, startedAtMs, attempts, rounds }) => ({
        counters,
        startedAtMs,
        attempts,
        rounds: [...rounds].toSorted((left, right) => left - right),
      })),
  );
  return all;
}

/** The machine leaves out leading counters that are 0; how many there are follows from where the step stands. */
function countersOf(visit: string, depth: number): readonly number[] {
  const counters = visit.split('.').map(Number);
  return [...Array<number>(Math.max(0, depth - counters.length)).fill(0), ...counters].slice(
    Math.max(0, counters.length - depth),
  );
}

/** True when a step of the lane can jump to itself or to one before it: every lap has a counter of its own. */
function jumpsBack({ blocks }: OutlineLane): boolean {
  const positions = new Map(blocks.map(({ name }, at) => [name, at]));
  return blocks.some(({ task }, at) =>
    targetsOf(task).some((target) => (positions.get(target) ?? Number.POSITIVE_INFINITY) <= at),
  );
}
