export { applyEdit, editKinds } from './apply.ts';
export { copyText, isPastable } from './clipboard.ts';
export { type History, type HistoryEntry, present, record, redo, startHistory, undo } from './history.ts';
export {
  everyOutlineBlock,
  type OutlineBlock,
  type OutlineFrame,
  type OutlineLane,
  type OutlineLaneKind,
  outlineOf,
} from './outline.ts';
export type * from './types.ts';
