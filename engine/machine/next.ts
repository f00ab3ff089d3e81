import type { Json } from '../../domain/json.ts';
import type { BodyResult } from './state.ts';
import type { Turn } from './turn.ts';

/** What follows when a list has ended: the body ends so, another list is set up (`again`), or the frame waits (undefined). */
export type Next = BodyResult | 'again' | undefined;

/** Points a frame at a list, from its first task. */
export function setList(turn: Turn, frameId: string, list: number, data: Json): void {
  const frame = turn.own(frameId);
  frame.list = list;
  frame.at = 0;
  frame.laps = 0;
  frame.data = data;
}
