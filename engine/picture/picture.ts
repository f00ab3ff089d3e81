import type { JsonObject } from '../../domain/json.ts';
import { type OutlineBlock, type OutlineLane, outlineOf } from '../edit/outline.ts';
import type { PictureState, RunSeen, StepPicture, StepRun } from './types.ts';
import { collectVisits, isLoopFrame, type SeenVisit } from './visits.ts';
import { type Drawn, drawnOf, whyOf } from './why.ts';

/** How a run is looked at. */
export interface Look {
  /** The moment, epoch milliseconds; undefined is now, with the states as they are told. */
  readonly atMs: number | undefined;
  /** Now, for the length of what still runs. */
  readonly nowMs: number;
  /** Position of the round to show by pointer of the step; the last one where nothing is picked. */
  readonly picked: ReadonlyMap<string, number>;
}

/** Kinds that wait for something outside rather than work. */
const WAITING_TASKS: ReadonlySet<string> = new Set(['wait', 'listen']);

/**
 * A run drawn over the flow that ran: for every step of the document its state at one moment, attempts, length, rounds and the reason it
 * stands so. Pure; `steps` are the rows of the timeline in any order.
 */
export function pictureOf(
  document: JsonObject,
  steps: readonly StepRun[],
  run: RunSeen,
  look: Look,
): ReadonlyMap<string, StepPicture> {
  const begun = steps.filter((row) => look.atMs === undefined || row.startedAtMs <= look.atMs);
  const seen: RunSeen =
    look.atMs === undefined || (run.endedAtMs !== null && run.endedAtMs <= look.atMs)
      ? run
      : { status: 'running', endedAtMs: null };
  const root = outlineOf(document);
  const visits = collectVisits(root, begun);
  const drawn = new Map<string, Drawn>();
  drawLane(root, [], { visits, look, drawn });
  const picture = new Map<string, StepPicture>();
  const explain = (lane: OutlineLane, owner: OutlineBlock | undefined) => {
    for (const block of lane.blocks) {
      const { roundCount: _count, ...self } = drawnOf(drawn, block);
      const why = whyOf(block, { lane, owner, run: seen, drawn, known: picture });
      picture.set(block.pointer, { ...self, why });
      for (const inner of block.lanes) explain(inner, block);
    }
  };
  explain(root, undefined);
  return picture;
}

interface Drawing {
  readonly visits: ReadonlyMap<string, readonly SeenVisit[]>;
  readonly look: Look;
  readonly drawn: Map<string, Drawn>;
}

/** Draws the steps of a lane whose visits begin with the counters of `base`. */
function drawLane(lane: OutlineLane, base: readonly number[], drawing: Drawing): void {
  for (const block of lane.blocks) drawBlock(block, base, drawing);
}

function drawBlock(block: OutlineBlock, base: readonly number[], drawing: Drawing): void {
  const { look } = drawing;
  const visits = (drawing.visits.get(block.pointer) ?? []).filter(({ counters }) =>
    base.every((count, at) => counters[at] === count),
  );
  const isLoop = isLoopFrame(block);
  // A loop's own rounds are picked at the loop; a step a jump came back to is picked at the step.
  const at = isLoop ? visits.length - 1 : pickedOf(look, block.pointer, visits.length);
  const visit = visits[at];
  const rounds = isLoop ? (visit?.rounds ?? []) : visits.map((_each, index) => index);
  const round = isLoop ? pickedOf(look, block.pointer, rounds.length) : at;
  const last = visit?.attempts.at(-1);
  drawing.drawn.set(block.pointer, {
    state: visit === undefined ? 'none' : last === undefined ? 'running' : stateAt(last, look.atMs),
    attempts: visit?.attempts ?? [],
    lengthMs: visit === undefined ? undefined : lengthOf(last ?? { ...visit, endedAtMs: null }, look),
    rounds: rounds.length > 1 ? { count: rounds.length, at: round } : undefined,
    roundCount: rounds.length,
  });
  const inner = [...(visit?.counters ?? base), ...(isLoop ? [rounds[round] ?? 0] : [])];
  for (const lane of block.lanes) drawLane(lane, inner, drawing);
}

function pickedOf(look: Look, pointer: string, count: number): number {
  return Math.min(Math.max(0, look.picked.get(pointer) ?? count - 1), Math.max(0, count - 1));
}

function stateAt(row: StepRun, atMs: number | undefined): PictureState {
  const isOver = row.endedAtMs !== null && (atMs === undefined || row.endedAtMs <= atMs);
  if (isOver || row.status === 'skipped') return endState(row.status);
  return liveState(row);
}

function endState(status: string): PictureState {
  return status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'skipped'
    ? status
    : 'running';
}

function liveState(row: StepRun): PictureState {
  if (row.function?.startsWith('approval:') === true) return 'needsPerson';
  if (row.function?.startsWith('change-window:') === true || WAITING_TASKS.has(row.task)) return 'waiting';
  return row.status === 'waiting' && row.task === 'run' ? 'waiting' : 'running';
}

function lengthOf(row: Pick<StepRun, 'startedAtMs' | 'endedAtMs'>, { atMs, nowMs }: Look): number {
  const until = Math.min(row.endedAtMs ?? nowMs, atMs ?? nowMs);
  return Math.max(0, until - row.startedAtMs);
}

/** The moments at which anything began or ended, in order, without repetition: what a scrub through time stops at. */
export function momentsOf(steps: readonly StepRun[]): readonly number[] {
  const moments = new Set<number>();
  for (const { startedAtMs, endedAtMs } of steps) {
    moments.add(startedAtMs);
    if (endedAtMs !== null) moments.add(endedAtMs);
  }
  return [...moments].toSorted((left, right) => left - right);
}
