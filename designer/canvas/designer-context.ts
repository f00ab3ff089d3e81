import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { FlowActions, FlowState, FlowStore } from './flow-store.ts';
import type { UiActions, UiState, UiStore } from './ui-store.ts';

/** The two stores of one designer page: the document, and how it is looked at. */
export interface Designer {
  readonly flow: FlowStore;
  readonly ui: UiStore;
}

/** Set by the page. */
export const DesignerContext = createContext<Designer | undefined>(undefined);

/** The stores themselves, for what happens on an event. */
export function useDesigner(): Designer {
  const designer = useContext(DesignerContext);
  if (designer === undefined) throw new Error('a part of the designer stands outside its page');
  return designer;
}

/** A part of the document; the component is drawn again only when that part changes. */
export function useFlow<Part>(select: (state: FlowState & FlowActions) => Part): Part {
  return useStore(useDesigner().flow, select);
}

/** A part of the view. */
export function useUi<Part>(select: (state: UiState & UiActions) => Part): Part {
  return useStore(useDesigner().ui, select);
}
