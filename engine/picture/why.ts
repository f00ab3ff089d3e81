import type { OutlineBlock, OutlineLane } from '../edit/outline.ts';
import { member, textMember } from '../tasks.ts';
import type { PictureState, RunSeen, StepPicture, Why } from './types.ts';

/** What is drawn of a step before the reasons are. */
export interface Drawn extends Omit<StepPicture, 'why'> {
  readonly roundCount: number;
}

/** Where a step stands in a picture. */
export interface Scene {
  readonly lane: OutlineLane;
  /** The step around it; undefined at the top. */
  readonly owner: OutlineBlock | undefined;
  readonly run: RunSeen;
  readonly drawn: ReadonlyMap<string, Drawn>;
  /** Steps with their reasons so far: all that stand around or before this one. */
  readonly known: ReadonlyMap<string, StepPicture>;
}

const NOTHING: Drawn = {
  state: 'none',
  attempts: [],
  lengthMs: undefined,
  rounds: undefined,
  roundCount: 0,
};

/** What is drawn of a step. */
export function drawnOf(drawn: ReadonlyMap<string, Drawn>, block: OutlineBlock): Drawn {
  return drawn.get(block.pointer) ?? NOTHING;
}

/** Why a step stands as it does at the moment of the picture: one reason, the nearest that decides. */
export function whyOf(block: OutlineBlock, scene: Scene): Why {
  const state = stateOf(scene, block);
  switch (state) {
    case 'none':
      return whyNot(block, scene);
    case 'skipped':
      return block.isOff
        ? { kind: 'off' }
        : { kind: 'conditionFalse', when: textMember(block.task, 'if') ?? '' };
    case 'needsPerson':
      return { kind: 'approval' };
    case 'waiting':
      return { kind: waitKind(block) };
    case 'running':
      return whyRunning(block, scene);
    case 'cancelled':
      return whyCancelled(scene);
    default:
      return { kind: state };
  }
}

function stateOf({ drawn }: Scene, block: OutlineBlock): PictureState {
  return drawnOf(drawn, block).state;
}

function waitKind(block: OutlineBlock): 'window' | 'timer' | 'event' | 'subFlow' {
  if (block.kind === 'wait') return 'timer';
  if (block.kind === 'listen') return 'event';
  return block.kind === 'run' ? 'subFlow' : 'window';
}

const isLive = (state: PictureState): boolean =>
  state === 'running' || state === 'waiting' || state === 'needsPerson';

const isRunOver = ({ status }: RunSeen): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

function whyRunning(block: OutlineBlock, scene: Scene): Why {
  if (block.kind === 'run') return { kind: 'subFlow' };
  const inner = block.lanes.flatMap(({ blocks }) => blocks);
  const live = inner.find((each) => isLive(stateOf(scene, each)));
  if (live !== undefined) return { kind: 'inside', step: nameOf(live) };
  const hasFailed = inner.some((each) => stateOf(scene, each) === 'failed');
  return { kind: block.frame === 'try' && hasFailed ? 'retryPause' : 'working' };
}

function whyCancelled(scene: Scene): Why {
  const { owner, lane } = scene;
  if (owner?.frame !== 'fork' || member(owner.task, 'fork', 'compete') !== true) return { kind: 'cancelled' };
  const winner = owner.lanes.find(
    (other) =>
      other !== lane &&
      other.blocks.length > 0 &&
      other.blocks.every((each) => ['completed', 'skipped'].includes(stateOf(scene, each))),
  );
  return winner === undefined ? { kind: 'cancelled' } : { kind: 'lostRace', step: winner.name };
}

/** Why a step has not begun. */
function whyNot(block: OutlineBlock, scene: Scene): Why {
  const { owner, lane } = scene;
  if (owner !== undefined && stateOf(scene, owner) === 'none')
    return scene.known.get(owner.pointer)?.why ?? { kind: 'next' };
  const at = lane.blocks.indexOf(block);
  const before = lane.blocks.slice(0, at);
  const last = before.findLast((each) => stateOf(scene, each) !== 'none');
  const isPassed = lane.blocks.slice(at + 1).some((each) => stateOf(scene, each) !== 'none');
  if (last !== undefined)
    return isPassed ? { kind: 'jumpedOver', step: nameOf(last) } : whyNotAfter(last, before, scene);
  if (owner !== undefined) return whyLaneNot(before, owner, scene);
  if (scene.run.status === 'accepted') return { kind: 'notTaken' };
  if (scene.run.status === 'cancelled') return { kind: 'cancelled' };
  const [first] = before;
  return first === undefined ? { kind: 'next' } : { kind: 'after', step: nameOf(first) };
}

/** Why nothing came after the last step of the lane that began. */
function whyNotAfter(last: OutlineBlock, before: readonly OutlineBlock[], scene: Scene): Why {
  const step = nameOf(last);
  const state = stateOf(scene, last);
  if (isLive(state)) return { kind: 'after', step };
  if (state === 'failed') return { kind: 'failedBefore', step };
  if (state === 'cancelled') return { kind: 'cancelledBefore', step };
  const { owner, run } = scene;
  if (owner === undefined ? isRunOver(run) : !isLive(stateOf(scene, owner)))
    return { kind: run.status === 'cancelled' ? 'cancelledBefore' : 'leftBefore', step };
  const direct = before.at(-1);
  return direct === last || direct === undefined ? { kind: 'next' } : { kind: 'after', step: nameOf(direct) };
}

/** Nothing of the lane has begun though the step around it has. */
function whyLaneNot(before: readonly OutlineBlock[], owner: OutlineBlock, scene: Scene): Why {
  const { lane } = scene;
  const state = stateOf(scene, owner);
  const [first] = before;
  if (lane.kind === 'case' || lane.kind === 'otherwise') {
    const taken = owner.lanes.find(({ blocks }) => blocks.some((each) => stateOf(scene, each) !== 'none'));
    if (taken !== undefined && taken !== lane)
      return { kind: 'otherCase', lane: taken.name, when: taken.when };
    if (!isLive(state)) return { kind: 'noCase' };
  }
  if (lane.kind === 'catch') return { kind: isLive(state) ? 'catches' : 'nothingFailed' };
  if (lane.kind === 'loop' && !isLive(state))
    return { kind: drawnOf(scene.drawn, owner).roundCount === 0 ? 'emptyList' : 'notThisRound' };
  if (isLive(state)) return first === undefined ? { kind: 'next' } : { kind: 'after', step: nameOf(first) };
  const step = nameOf(owner);
  if (state === 'failed') return { kind: 'failedBefore', step };
  return { kind: state === 'cancelled' ? 'cancelledBefore' : 'leftBefore', step };
}

/** The person's words for a step, else its name. */
function nameOf(block: OutlineBlock): string {
  return block.title ?? block.name;
}
