import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/client.ts';
import { createJournal } from './drafts.ts';
import { createSaver, type DraftPort } from './saving.ts';

/** A server with one draft, as the real one locks it. */
function server() {
  const state = { source: 'a', revision: 1, isDown: false, saves: 0 };
  const port: DraftPort = {
    create: async (source) => {
      if (state.isDown) throw new ApiError(0, 'no-answer', '');
      Object.assign(state, { source, revision: 1 });
      return { draftId: 'd', revision: 1 };
    },
    save: async (_draftId, revision, source) => {
      await Promise.resolve();
      if (state.isDown) throw new ApiError(0, 'no-answer', '');
      if (revision !== state.revision) throw new ApiError(412, 'draft-changed', '');
      state.saves += 1;
      Object.assign(state, { source, revision: revision + 1 });
      return { revision: state.revision };
    },
    read: async () => ({ source: state.source, revision: state.revision, changedBy: 'li.na' }),
  };
  return { state, port };
}

function browser() {
  const kept = new Map<string, string>();
  return {
    kept,
    journal: createJournal({
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    }),
  };
}

const start = {
  text: 'a',
  draftId: 'd',
  revision: 1,
  key: 'flow:x',
  saveAfterMs: 60_000,
  retryAfterMs: 60_000,
};

describe('saving a draft', () => {
  it('says what is true: unsaved, then saved, and keeps the text here until the server has it', async () => {
    const { port, state } = server();
    const { journal, kept } = browser();
    const saver = createSaver(port, journal, start);
    saver.changed('b');
    expect(saver.store.getState().word).toBe('unsaved');
    expect(journal.read('d')).toEqual({ text: 'b', revision: 1 });
    await saver.flush();
    expect(saver.store.getState()).toMatchObject({ word: 'saved', revision: 2 });
    expect([state.source, kept.size]).toEqual(['b', 0]);
    saver.stop();
  });

  it('never has two saves under way and ends with the newest text', async () => {
    const { port, state } = server();
    const saver = createSaver(port, browser().journal, start);
    saver.changed('b');
    const first = saver.flush();
    saver.changed('c');
    await Promise.all([first, saver.flush(), saver.flush()]);
    expect([state.source, state.saves, saver.store.getState().word]).toEqual(['c', 2, 'saved']);
    saver.stop();
  });

  it('makes the draft with the first change only', async () => {
    const { port } = server();
    const { journal, kept } = browser();
    const saver = createSaver(port, journal, { ...start, draftId: undefined, revision: 0, key: 'new' });
    await saver.flush();
    expect(saver.store.getState().draftId).toBeUndefined();
    saver.changed('b');
    expect(journal.read('new')?.text).toBe('b');
    await saver.flush();
    expect(saver.store.getState()).toMatchObject({ draftId: 'd', revision: 1, word: 'saved' });
    expect(kept.size).toBe(0);
    saver.stop();
  });

  it('loses nothing of two people: the second sees both texts and decides', async () => {
    for (const choice of ['mine', 'theirs'] as const) {
      const { port, state } = server();
      const { journal } = browser();
      const saver = createSaver(port, journal, start);
      await port.save('d', 1, 'hers');
      saver.changed('mine');
      await saver.flush();
      expect(saver.store.getState()).toMatchObject({
        word: 'conflict',
        conflict: { source: 'hers', revision: 2 },
      });
      expect([state.source, journal.read('d')?.text]).toEqual(['hers', 'mine']);
      saver.changed('mine too');
      await saver.flush();
      expect(state.source).toBe('hers');
      saver.resolve(choice);
      await saver.flush();
      expect(state.source).toBe(choice === 'mine' ? 'mine too' : 'hers');
      expect(saver.store.getState().word).toBe('saved');
      saver.stop();
    }
  });

  it('keeps a text while the server is away and sends it when it is back', async () => {
    const { port, state } = server();
    const { journal } = browser();
    const saver = createSaver(port, journal, start);
    state.isDown = true;
    saver.changed('b');
    await saver.flush();
    expect(saver.store.getState().word).toBe('offline');
    expect(journal.read('d')?.text).toBe('b');
    state.isDown = false;
    await saver.flush();
    expect([state.source, saver.store.getState().word]).toEqual(['b', 'saved']);
    saver.stop();
  });
});
