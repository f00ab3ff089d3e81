import type { FlowChange } from '../../engine/diff/index.ts';
import { walkTasks } from '../../engine/walk.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { CardMark } from '../canvas/ui-store.ts';

type Change = NonNullable<CardMark['change']>;

/** What stands on the cards of both versions. */
export interface ChangeMarks {
  readonly before: ReadonlyMap<string, CardMark>;
  readonly after: ReadonlyMap<string, CardMark>;
}

/**
 * Marks for the cards of two versions: what is gone stands on the earlier one, what is new on the later one, what moved or changed on both. Steps
 * inside an added or removed block carry its mark. Without an earlier version every step is new.
 */
export function changeMarks(
  before: JsonObject | undefined,
  after: JsonObject,
  changes: readonly FlowChange[],
  pairs: ReadonlyMap<string, string>,
  word: (change: Change) => string,
): ChangeMarks {
  const mark = (change: Change): CardMark => ({ change, meta: word(change) });
  const [earlier, later] = [new Map<string, CardMark>(), new Map<string, CardMark>()];
  const earlierOf = new Map([...pairs].map(([old, now]) => [now, old]));
  if (before === undefined) for (const { pointer } of walkTasks(after)) later.set(pointer, mark('added'));
  for (const change of changes) {
    if (change.kind === 'flow') continue;
    if (change.kind === 'added' || change.kind === 'removed') {
      const [marks, document] = change.kind === 'added' ? [later, after] : [earlier, before ?? {}];
      const within = `${change.pointer}/`;
      for (const { pointer } of walkTasks(document))
        if (pointer === change.pointer || (pointer.startsWith(within) && isUnpaired(pointer, change.kind)))
          marks.set(pointer, mark(change.kind));
      continue;
    }
    const kind = change.kind === 'moved' ? 'moved' : 'changed';
    // A step that moved and changed says that it changed: where it stands is seen.
    if (kind === 'moved' && later.get(change.pointer)?.change === 'changed') continue;
    later.set(change.pointer, mark(kind));
    const old = earlierOf.get(change.pointer);
    if (old !== undefined) earlier.set(old, mark(kind));
  }
  return { before: earlier, after: later };

  function isUnpaired(pointer: string, kind: 'added' | 'removed'): boolean {
    return kind === 'added' ? !earlierOf.has(pointer) : !pairs.has(pointer);
  }
}
