import { createStore, type StoreApi } from 'zustand/vanilla';
import { ApiError } from '../api/client.ts';
import type { Journal } from './drafts.ts';

/** What is true of the text on the screen. `offline`: this computer has it, the server does not answer. */
export type SavedWord = 'saved' | 'saving' | 'unsaved' | 'conflict' | 'offline';

/** The other text of a conflict. */
export interface Conflict {
  readonly source: string;
  readonly revision: number;
  readonly changedBy: string;
}

/** Standing of one draft. */
export interface SavedState {
  readonly word: SavedWord;
  readonly draftId: string | undefined;
  readonly revision: number;
  readonly conflict: Conflict | undefined;
}

/** Calls that saving needs. */
export interface DraftPort {
  readonly create: (source: string) => Promise<{ readonly draftId: string; readonly revision: number }>;
  readonly save: (
    draftId: string,
    revision: number,
    source: string,
  ) => Promise<{ readonly revision: number }>;
  readonly read: (draftId: string) => Promise<Conflict>;
}

/** Saves one draft. */
export interface Saver {
  readonly store: StoreApi<SavedState>;
  /** The text changed: kept on this computer at once, sent to the server soon. */
  changed(text: string): void;
  /** Sends what is not saved yet; resolves when the server has it or has refused it. */
  flush(): Promise<void>;
  /** Ends a conflict: `mine` saves the present text over the other, `theirs` takes the other, which the caller puts on the canvas. */
  resolve(choice: 'mine' | 'theirs'): void;
  /** Nothing more is sent by itself. */
  stop(): void;
}

/** Where a saver begins. */
export interface SaverStart {
  readonly text: string;
  readonly draftId: string | undefined;
  readonly revision: number;
  /** Key of the journal until there is a draft. */
  readonly key: string;
  readonly saveAfterMs?: number;
  readonly retryAfterMs?: number;
}

/**
 * Saves a draft with an optimistic lock: one save at a time, the newest text last, nothing over somebody else's. A text that the server does
 * not have stays in the journal, so closing the page loses nothing.
 */
export function createSaver(port: DraftPort, journal: Journal, start: SaverStart): Saver {
  const { saveAfterMs = 700, retryAfterMs = 3_000 } = start;
  const store = createStore<SavedState>(() => ({
    word: 'saved',
    draftId: start.draftId,
    revision: start.revision,
    conflict: undefined,
  }));
  let text = start.text;
  let savedText = start.text;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;
  const key = () => store.getState().draftId ?? start.key;
  const later = (ms: number) => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => void flush(), ms);
  };

  const send = async (): Promise<void> => {
    const sent = text;
    const { draftId, revision } = store.getState();
    store.setState({ word: 'saving' });
    try {
      if (draftId === undefined) {
        const made = await port.create(sent);
        journal.drop(start.key);
        store.setState({ draftId: made.draftId, revision: made.revision });
      } else store.setState({ revision: (await port.save(draftId, revision, sent)).revision });
      savedText = sent;
      if (text === sent) journal.drop(key());
      store.setState({ word: text === sent ? 'saved' : 'unsaved' });
    } catch (error) {
      await failed(error);
    }
  };
  const failed = async (error: unknown): Promise<void> => {
    const { draftId } = store.getState();
    if (error instanceof ApiError && error.status === 412 && draftId !== undefined) {
      try {
        store.setState({ word: 'conflict', conflict: await port.read(draftId) });
        return;
      } catch {
        // Read again with the next try.
      }
    }
    store.setState({ word: error instanceof ApiError && error.status === 0 ? 'offline' : 'unsaved' });
    later(retryAfterMs);
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    while (running !== undefined) await running;
    if (text === savedText || store.getState().conflict !== undefined) return;
    running = send().finally(() => {
      running = undefined;
    });
    await running;
    if (text !== savedText && store.getState().word === 'unsaved' && !isStopped) later(saveAfterMs);
  };
  return {
    store,
    changed: (next) => {
      text = next;
      if (next === savedText) {
        journal.drop(key());
        if (store.getState().conflict === undefined && running === undefined)
          store.setState({ word: 'saved' });
        return;
      }
      journal.write(key(), { text: next, revision: store.getState().revision });
      if (store.getState().conflict !== undefined) return;
      if (running === undefined && store.getState().word !== 'offline') store.setState({ word: 'unsaved' });
      later(saveAfterMs);
    },
    flush,
    resolve: (choice) => {
      const { conflict } = store.getState();
      if (conflict === undefined) return;
      savedText = conflict.source;
      if (choice === 'theirs') {
        text = conflict.source;
        journal.drop(key());
      }
      store.setState({
        revision: conflict.revision,
        conflict: undefined,
        word: text === savedText ? 'saved' : 'unsaved',
      });
      later(0);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
