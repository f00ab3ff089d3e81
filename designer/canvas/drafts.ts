/** What this computer keeps of a draft while the server does not have it yet. */
export interface JournalEntry {
  readonly text: string;
  /** Revision the text was made from; 0 when the server has no draft yet. */
  readonly revision: number;
}

/** Where entries are kept: the browser's own storage, or anything like it. */
export type JournalStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const PREFIX = 'afterbell.draft.';

/** Kept texts by key: the id of a draft, or `new` and `flow:` with a name while there is none. */
export function createJournal(store: JournalStore) {
  return {
    read: (key: string): JournalEntry | undefined => {
      const stored = store.getItem(PREFIX + key);
      if (stored === null) return undefined;
      try {
        const entry = JSON.parse(stored) as Partial<JournalEntry>;
        return typeof entry.text === 'string' && typeof entry.revision === 'number'
          ? { text: entry.text, revision: entry.revision }
          : undefined;
      } catch {
        return undefined;
      }
    },
    /** False when this computer has no room for it. */
    write: (key: string, entry: JournalEntry): boolean => {
      try {
        store.setItem(PREFIX + key, JSON.stringify(entry));
        return true;
      } catch {
        return false;
      }
    },
    drop: (key: string): void => store.removeItem(PREFIX + key),
  };
}

/** Kept texts of one browser. */
export type Journal = ReturnType<typeof createJournal>;
