/** One state of a document in the history, and what led to it. */
export interface HistoryEntry {
  readonly source: string;
  /** Kind of the edit that made it; empty for the first. */
  readonly label: string;
  /** Edits with the same group within a short time are one entry: typing into one field. */
  readonly group: string | undefined;
  readonly atMs: number;
  /** Steps that were selected after it. */
  readonly select: readonly string[];
}

/** States of a document, oldest first; `at` is the present one. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly at: number;
}

/** Keystrokes in the same field within this time are one intention. */
const BURST_MS = 1_500;
const MOST_ENTRIES = 500;

/** A history that knows only the present. */
export function startHistory(source: string, atMs: number): History {
  return { entries: [{ source, label: '', group: undefined, atMs, select: [] }], at: 0 };
}

/** The present state. */
export function present({ entries, at }: History): HistoryEntry {
  const entry = entries[at];
  if (entry === undefined) throw new Error('a history has a present');
  return entry;
}

/**
 * Adds a state: one entry per intention. What was undone before is forgotten. A state equal to the present adds nothing; a burst in one group
 * replaces the present. The oldest entries go beyond 500.
 */
export function record(history: History, next: HistoryEntry): History {
  const now = present(history);
  if (next.source === now.source) return history;
  const past = history.entries.slice(0, history.at + 1);
  const isBurst =
    next.group !== undefined &&
    next.group === now.group &&
    next.atMs - now.atMs <= BURST_MS &&
    history.at > 0;
  const entries = (isBurst ? [...past.slice(0, -1), next] : [...past, next]).slice(-MOST_ENTRIES);
  return { entries, at: entries.length - 1 };
}

/** One intention back; the same history at its beginning. */
export function undo(history: History): History {
  return history.at === 0 ? history : { ...history, at: history.at - 1 };
}

/** One intention forward again. */
export function redo(history: History): History {
  return history.at === history.entries.length - 1 ? history : { ...history, at: history.at + 1 };
}
