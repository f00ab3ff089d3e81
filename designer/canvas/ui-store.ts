import { createStore, type StoreApi } from 'zustand/vanilla';
import type { StateName } from '../theme.ts';

/** A place in a flow: before step `index` of a lane. */
export interface Place {
  readonly laneId: string;
  readonly index: number;
}

/** What stands on a card instead of its problems: how a rehearsal or a run went, or what two versions have different. */
export interface CardMark {
  readonly state?: StateName;
  /** Says it more exactly than the state's own word. */
  readonly word?: string;
  /** Small print, such as a length of time. */
  readonly meta?: string;
  readonly change?: 'added' | 'removed' | 'changed' | 'moved';
  /** Rounds of a loop to pick from. */
  readonly rounds?: { readonly count: number; readonly at: number };
}

/** What floats over the canvas. */
export type Overlay = 'keys' | 'submit' | 'import' | 'templates' | 'search' | 'conflict' | 'history';

/** How the designer is looked at: never part of the document, never undone. */
export interface UiState {
  /** Ids of the selected steps, in the order of selection; the last one is the focus. */
  readonly selected: readonly string[];
  /** Selected lane: a case, a branch, a catch. */
  readonly lane: string | undefined;
  readonly drawer: 'step' | 'flow' | undefined;
  readonly inserting: Place | undefined;
  readonly side: 'outline' | 'palette' | undefined;
  readonly isYaml: boolean;
  readonly isProblems: boolean;
  readonly isRehearsal: boolean;
  /** Marks by step, while a rehearsal, a run or a comparison is shown. */
  readonly marks: ReadonlyMap<string, CardMark>;
  /** Round that is picked, by step. */
  readonly picked: ReadonlyMap<string, number>;
  /** Nothing can be edited: a run or a version is looked at. */
  readonly isReadOnly: boolean;
  readonly isMap: boolean;
  readonly folded: ReadonlySet<string>;
  readonly overlay: Overlay | undefined;
  readonly found: ReadonlySet<string>;
  /** What is dragged, and where it would be put. */
  readonly dragging: { readonly ids: readonly string[]; readonly label: string } | undefined;
  readonly drop: Place | undefined;
  /** One calm sentence about what just happened. */
  readonly said: string;
  /** Step that the canvas is to bring into view; a new object asks again. */
  readonly show: { readonly id: string } | undefined;
}

/** What can be done with the view. */
export interface UiActions {
  select(ids: readonly string[], options?: { readonly open?: boolean; readonly show?: boolean }): void;
  toggle(id: string): void;
  selectLane(laneId: string): void;
  clear(): void;
  insertAt(place: Place | undefined): void;
  fold(ids: readonly string[], isFolded: boolean): void;
  set(part: Partial<UiState>): void;
}

/** The store of one designer page. */
export type UiStore = StoreApi<UiState & UiActions>;

const INITIAL: UiState = {
  selected: [],
  lane: undefined,
  drawer: undefined,
  inserting: undefined,
  side: undefined,
  isYaml: false,
  isProblems: false,
  isRehearsal: false,
  marks: new Map(),
  picked: new Map(),
  isReadOnly: false,
  isMap: true,
  folded: new Set(),
  overlay: undefined,
  found: new Set(),
  dragging: undefined,
  drop: undefined,
  said: '',
  show: undefined,
};

/** A fresh view: nothing selected, nothing open. */
export function createUiStore(initial: Partial<UiState> = {}): UiStore {
  return createStore<UiState & UiActions>((set) => ({
    ...INITIAL,
    ...initial,
    select: (ids, { open, show } = {}) =>
      set((state) => ({
        selected: ids,
        lane: undefined,
        inserting: undefined,
        drawer:
          ids.length === 0 ? undefined : open === true || state.drawer !== undefined ? 'step' : undefined,
        ...(show === true && ids.length > 0 ? { show: { id: ids.at(-1) ?? '' } } : {}),
      })),
    toggle: (id) =>
      set(({ selected }) => ({
        lane: undefined,
        selected: selected.includes(id) ? selected.filter((each) => each !== id) : [...selected, id],
      })),
    selectLane: (lane) => set({ lane, selected: [], inserting: undefined, drawer: 'step' }),
    clear: () => set({ selected: [], lane: undefined, drawer: undefined, inserting: undefined }),
    insertAt: (inserting) => set({ inserting }),
    fold: (ids, isFolded) =>
      set((state) => {
        const folded = new Set(state.folded);
        for (const id of ids) {
          if (isFolded) folded.add(id);
          else folded.delete(id);
        }
        return { folded };
      }),
    set,
  }));
}
