/** What this computer keeps of a draft while the server does not have it yet. */
export interface JournalEntry {
  readonly text: string;
  readonly savedAtMs: number;
}

const PREFIX = 'afterbell.draft.';

/** The kept text of a flow, undefined when there is none. */
export function readJournal(flowName: string): JournalEntry | undefined {
  const stored = localStorage.getItem(PREFIX + flowName);
  if (stored === null) return undefined;
  try {
    const entry = JSON.parse(stored) as Partial<JournalEntry>;
    return typeof entry.text === 'string' && typeof entry.savedAtMs === 'number'
      ? { text: entry.text, savedAtMs: entry.savedAtMs }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text; false when this computer has no room for it. */
export function writeJournal(flowName: string, text: string, nowMs: number): boolean {
  try {
    localStorage.setItem(PREFIX + flowName, JSON.stringify({ text, savedAtMs: nowMs }));
    return true;
  } catch {
    return false;
  }
}

/** Forgets a text that the server has. */
export function dropJournal(flowName: string): void {
  localStorage.removeItem(PREFIX + flowName);
}
