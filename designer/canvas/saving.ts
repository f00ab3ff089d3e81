import { useCallback, useEffect, useState } from 'react';
import { useDesigner, useFlow } from './designer-context.ts';
import { writeJournal } from './drafts.ts';

/** What is true of the text on the screen. `offline`: this computer has it, the server does not. */
export type SavedState = 'saved' | 'saving' | 'unsaved' | 'conflict' | 'offline';

const JOURNAL_AFTER_MS = 200;

/** Keeps every change on this computer at once, and when the page goes away in the middle of one. */
export function useJournal(flowName: string): { readonly state: SavedState; readonly saveNow: () => void } {
  const { flow } = useDesigner();
  const revision = useFlow((state) => state.revision);
  const [kept, setKept] = useState(0);
  const [isFull, setFull] = useState(false);
  const saveNow = useCallback(() => {
    const { text, revision: current } = flow.getState();
    const isKept = writeJournal(flowName, text, Date.now());
    setFull(!isKept);
    if (isKept) setKept(current);
  }, [flow, flowName]);
  useEffect(() => {
    if (revision === 0) return undefined;
    const timer = setTimeout(saveNow, JOURNAL_AFTER_MS);
    return () => clearTimeout(timer);
  }, [revision, saveNow]);
  useEffect(() => {
    const onHide = () => {
      if (flow.getState().revision > 0) saveNow();
    };
    window.addEventListener('pagehide', onHide);
    return () => window.removeEventListener('pagehide', onHide);
  }, [flow, saveNow]);
  if (revision === 0) return { state: 'saved', saveNow };
  return { state: isFull || kept < revision ? 'unsaved' : 'offline', saveNow };
}
