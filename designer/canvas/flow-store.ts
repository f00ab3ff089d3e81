import { createStore, type StoreApi } from 'zustand/vanilla';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import {
  applyEdit,
  copyText,
  type Edit,
  type History,
  present,
  record,
  redo,
  startHistory,
  undo,
} from '../../engine/edit/index.ts';
import type { FlowRules, Problem } from '../../engine/types.ts';
import { validateFlow } from '../../engine/validate.ts';
import { catalogue } from '../../steps/index.ts';
import { type FlowIndex, indexOfDocument } from './view-model.ts';

/** Pause after an edit before the checks run. */
const CHECK_AFTER_MS = 150;

/** The document of one designer page. */
export interface FlowState {
  /** What the YAML pane shows and what is saved. */
  readonly text: string;
  /** The text is one valid map; while it is not, the canvas keeps the last valid form. */
  readonly isTextValid: boolean;
  readonly document: JsonObject;
  readonly index: FlowIndex;
  readonly problems: readonly Problem[];
  /** Problems by the step they stand in. */
  readonly problemsOf: ReadonlyMap<string, readonly Problem[]>;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Why the last edit was refused; empty when it was made. */
  readonly refused: string;
  /** Counts every change, so that saving knows what it has saved. */
  readonly revision: number;
}

/** What can be done to it: every call is one entry of the history. */
export interface FlowActions {
  /** Makes an edit; gives the steps to select, undefined when it was refused and nothing changed. Edits of one `group` soon after one another are one entry. */
  edit(edit: Edit, group?: string): readonly string[] | undefined;
  /** Replaces the whole text: typed into the YAML pane, imported, or begun from a template. Bursts of typing are one entry. */
  replaceText(text: string, options?: { readonly isTyping?: boolean }): void;
  undo(): readonly string[];
  redo(): readonly string[];
  /** What the installation allows, once it is known: the checks follow it. */
  allow(rules: FlowRules): void;
  /** Steps as text for the clipboard. */
  copy(ids: readonly string[]): string;
}

/** The store of a document. */
export type FlowStore = StoreApi<FlowState & FlowActions>;

/**
 * A document under edit: its text with the history of its texts, and what the canvas draws of it. Undo gives back exactly what was there.
 *
 * @throws Error when the first text is no flow document
 */
export function createFlowStore(text: string): FlowStore {
  const first = parseFlowDocument(text).document;
  if (first === undefined) throw new Error('the text is no flow document');
  return createStore<FlowState & FlowActions>((set, get) => {
    let history: History = startHistory(text, Date.now());
    let timer: ReturnType<typeof setTimeout> | undefined;
    let rules: FlowRules = {};

    const check = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const { text: current, index, isTextValid, document } = get();
        const { problems } = validateFlow(isTextValid ? document : current, catalogue, rules);
        set({ problems, problemsOf: problemsByStep(problems, index) });
      }, CHECK_AFTER_MS);
    };
    const goTo = (next: History) => {
      if (next === history) return;
      history = next;
      const { source } = present(history);
      const { document } = parseFlowDocument(source);
      set((state) => ({
        text: source,
        isTextValid: document !== undefined,
        ...(document === undefined ? {} : { document, index: indexOfDocument(document) }),
        canUndo: history.at > 0,
        canRedo: history.at < history.entries.length - 1,
        refused: '',
        revision: state.revision + 1,
      }));
      check();
    };
    const keep = (source: string, label: string, group: string | undefined, select: readonly string[]) =>
      goTo(record(history, { source, label, group, atMs: Date.now(), select }));
    check();
    return {
      text,
      isTextValid: true,
      document: first,
      index: indexOfDocument(first),
      problems: [],
      problemsOf: new Map(),
      canUndo: false,
      canRedo: false,
      refused: '',
      revision: 0,
      allow: (allowed) => {
        rules = allowed;
        check();
      },
      edit: (edit, group) => {
        const result = applyEdit(get().text, edit);
        if ('refused' in result) {
          set({ refused: result.refused.message });
          return undefined;
        }
        keep(result.source, edit.kind, group, result.select);
        return result.select;
      },
      replaceText: (next, { isTyping = false } = {}) =>
        keep(next, 'replace-source', isTyping ? 'yaml' : undefined, []),
      undo: () => {
        goTo(undo(history));
        return present(history).select;
      },
      redo: () => {
        goTo(redo(history));
        return present(history).select;
      },
      copy: (ids) => copyText(get().text, ids) ?? '',
    };
  });
}

/** The step a problem stands in: the innermost one whose pointer begins the problem's. */
export function stepOfProblem(problem: Problem, index: FlowIndex): string | undefined {
  const parts = problem.pointer.split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const pointer = parts.slice(0, length).join('/');
    if (index.blocks.has(pointer)) return pointer;
  }
  return undefined;
}

function problemsByStep(problems: readonly Problem[], index: FlowIndex): Map<string, Problem[]> {
  const found = new Map<string, Problem[]>();
  for (const problem of problems) {
    const step = stepOfProblem(problem, index);
    if (step !== undefined) found.set(step, [...(found.get(step) ?? []), problem]);
  }
  return found;
}

/** A member of the document, undefined when it is not there. */
export function documentValue(document: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const key of path) value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
