import type { Frame } from './state.ts';
import type { Turn } from './turn.ts';

/** Counters of the loops and jumps around the children of a frame, "0" when there are none. */
export function childVisit(turn: Turn, frame: Frame): string {
  const parts = frame.visit === '0' ? [] : [frame.visit];
  const node = turn.node(frame.node);
  if (node.kind === 'for' || node.kind === 'listen') parts.push(String(frame.index ?? 0));
  if (frame.list !== undefined && turn.root.lists[frame.list]?.loops === true)
    parts.push(String(frame.laps ?? 0));
  return parts.length === 0 ? '0' : parts.join('.');
}
