import { useEffect } from 'react';
import {
  copy,
  cut,
  duplicate,
  paste,
  placeAfterSelection,
  remove,
  shift,
  toggleOff,
  wrap,
} from './commands.ts';
import { type Designer, useDesigner } from './designer-context.ts';
import { stepOfProblem } from './flow-store.ts';
import { cardId } from './step-node.tsx';
import { zoomCanvas } from './zoom-tools.tsx';

/** Keys of the designer, for the sheet: what they are called in `sheets.keys`. */
export const KEY_SHEET = [
  ['↑ ↓', 'move'],
  ['← →', 'side'],
  ['Enter', 'open'],
  ['A', 'insert'],
  ['F2', 'rename'],
  ['Delete', 'remove'],
  ['Alt ↑ ↓', 'shift'],
  ['Shift ↑ ↓', 'select'],
  ['Ctrl A', 'all'],
  ['Ctrl X C V', 'clip'],
  ['Ctrl D', 'duplicate'],
  ['Ctrl Z / Ctrl Shift Z', 'history'],
  ['Ctrl E', 'disable'],
  ['Ctrl G', 'group'],
  ['Space', 'fold'],
  ['Ctrl F', 'find'],
  ['F8', 'problem'],
  ['+ − 0', 'zoom'],
  ['S', 'settings'],
  ['O', 'outline'],
  ['Y', 'yaml'],
  ['Ctrl S', 'save'],
  ['Ctrl Enter', 'submit'],
  ['?', 'help'],
  ['Esc', 'back'],
] as const;

/** True while a person types into a field: then keys belong to it. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** Moves the focus along the flow: down and up inside a lane, right into the first lane, left out to the container. */
export function step(
  { flow, ui }: Designer,
  direction: 'up' | 'down' | 'in' | 'out',
  isAdding: boolean,
): void {
  const { index } = flow.getState();
  const { selected, folded } = ui.getState();
  const entry = index.blocks.get(selected.at(-1) ?? '');
  const first = index.root.blocks[0];
  if (entry === undefined) {
    if (first !== undefined) ui.getState().select([first.id], { show: true });
    return;
  }
  const { block, lane } = entry;
  const owner = index.lanes.get(lane.id)?.owner;
  const lanes = owner?.lanes ?? [];
  const at = lanes.indexOf(lane);
  const sideways = (by: number) => lanes[at + by]?.blocks[0]?.id;
  const target = {
    up: () => lane.blocks[entry.index - 1]?.id ?? owner?.id,
    down: () => lane.blocks[entry.index + 1]?.id ?? nextAfter(index, owner),
    in: () =>
      (folded.has(block.id)
        ? undefined
        : block.lanes.find(({ blocks }) => blocks.length > 0)?.blocks[0]?.id) ?? sideways(1),
    out: () => sideways(-1) ?? owner?.id,
  }[direction]();
  if (target === undefined) return;
  const isSameLane = index.blocks.get(target)?.lane === lane;
  ui.getState().select(
    isAdding && isSameLane ? [...selected.filter((id) => id !== target), target] : [target],
    { show: true },
  );
}

function nextAfter(
  index: ReturnType<Designer['flow']['getState']>['index'],
  owner: { readonly id: string } | undefined,
): string | undefined {
  const entry = index.blocks.get(owner?.id ?? '');
  return entry?.lane.blocks[entry.index + 1]?.id;
}

/** Selects the step of the next problem and opens its form. */
export function nextProblem({ flow, ui }: Designer): void {
  const { problems, index } = flow.getState();
  const steps = [...new Set(problems.flatMap((problem) => stepOfProblem(problem, index) ?? []))];
  if (steps.length === 0) {
    ui.getState().set({ isProblems: problems.length > 0 });
    return;
  }
  const at = steps.indexOf(ui.getState().selected.at(-1) ?? '');
  ui.getState().select([steps[(at + 1) % steps.length] ?? ''], { open: true, show: true });
}

type Command = (designer: Designer, event: KeyboardEvent) => void;

const CTRL: Readonly<Record<string, Command>> = {
  z: ({ flow }, event) => (event.shiftKey ? flow.getState().redo() : flow.getState().undo()),
  y: ({ flow }) => flow.getState().redo(),
  x: (designer) => void cut(designer),
  c: (designer) => void copy(designer),
  v: (designer) => void paste(designer),
  d: duplicate,
  e: toggleOff,
  g: (designer) => wrap(designer, 'do'),
  f: ({ ui }) => ui.getState().set({ overlay: 'search' }),
  a: selectAll,
  enter: ({ ui }) => ui.getState().set({ overlay: 'submit' }),
};

const PLAIN: Readonly<Record<string, Command>> = {
  ArrowUp: (designer, event) => (event.altKey ? shift(designer, -1) : step(designer, 'up', event.shiftKey)),
  ArrowDown: (designer, event) =>
    event.altKey ? shift(designer, 1) : step(designer, 'down', event.shiftKey),
  ArrowLeft: (designer) => step(designer, 'out', false),
  ArrowRight: (designer) => step(designer, 'in', false),
  Enter: ({ ui }) => {
    const { selected } = ui.getState();
    if (selected.length > 0) ui.getState().select(selected, { open: true, show: true });
    focusSoon('.w-body input, .w-body textarea, .w-body select, .w-body button');
  },
  a: (designer) => designer.ui.getState().insertAt(placeAfterSelection(designer)),
  F2: ({ ui }) => {
    ui.getState().select(ui.getState().selected, { open: true });
    focusSoon('.w-name');
  },
  Delete: remove,
  Backspace: remove,
  ' ': ({ ui }) => {
    const id = ui.getState().selected.at(-1) ?? '';
    ui.getState().fold([id], !ui.getState().folded.has(id));
  },
  F8: nextProblem,
  '+': () => zoomCanvas('in'),
  '=': () => zoomCanvas('in'),
  '-': () => zoomCanvas('out'),
  '0': () => zoomCanvas('fit'),
  s: ({ ui }) => {
    ui.getState().set({ drawer: 'flow', selected: [], lane: undefined });
    focusSoon('.w-body input');
  },
  o: ({ ui }) => ui.getState().set({ side: ui.getState().side === 'outline' ? undefined : 'outline' }),
  y: ({ ui }) => ui.getState().set({ isYaml: !ui.getState().isYaml }),
  '?': ({ ui }) => ui.getState().set({ overlay: 'keys' }),
};

function selectAll({ flow, ui }: Designer): void {
  const { index } = flow.getState();
  const lane = index.blocks.get(ui.getState().selected.at(-1) ?? '')?.lane ?? index.root;
  ui.getState().select(lane.blocks.map(({ id }) => id));
}

/** Closes what is open, innermost first. */
function back({ ui }: Designer): void {
  const state = ui.getState();
  if (state.overlay !== undefined) state.set({ overlay: undefined });
  else if (state.inserting !== undefined) state.insertAt(undefined);
  else if (state.drawer !== undefined) {
    state.set({ drawer: undefined });
    focusCard(state.selected.at(-1));
  } else state.clear();
}

/** Puts the focus of the keyboard on a step's card. */
export function focusCard(id: string | undefined): void {
  if (id !== undefined) document.getElementById(cardId(id))?.focus({ preventScroll: true });
}

function focusSoon(selector: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}

/** Everything by keyboard: keys work on the whole page except in fields, where only undo of the field itself and Escape do. */
export function useKeys(onSave: () => void): void {
  const designer = useDesigner();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const isCtrl = event.ctrlKey || event.metaKey;
      if (isCtrl && event.key.toLowerCase() === 's') {
        event.preventDefault();
        onSave();
        return;
      }
      if (event.key === 'Escape') {
        back(designer);
        return;
      }
      // A dialog has keys of its own.
      if (isTyping(event) || document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return;
      // In panels and menus plain keys belong to what has the focus; a button keeps Enter and Space everywhere.
      const { target } = event;
      const isInPanel = target instanceof Element && target.closest('.d-drawer, .m-pop, .p-list') !== null;
      const isPress = event.key === 'Enter' || event.key === ' ';
      const isButton =
        !isCtrl &&
        ((target instanceof HTMLButtonElement && isPress) ||
          (isInPanel && event.key !== 'F8' && event.key !== '?'));
      const command = isButton
        ? undefined
        : isCtrl
          ? CTRL[event.key.toLowerCase()]
          : PLAIN[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (command === undefined || (isCtrl && window.getSelection()?.toString() !== '')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      command(designer, event);
    };
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [designer, onSave]);
}
