import i18next from 'i18next';
import type { Designer } from './designer-context.ts';
import type { Dragged } from './drag.ts';
import { newTask, keptNames } from './model/skeleton.ts';
import type { PaletteItem } from './palette-items.ts';
import type { Place } from './ui-store.ts';
import { wordOf } from './words.ts';

/** What a person can do with the flow and its steps: each is one edit, and leaves the right steps selected. */

const say = ({ ui }: Designer, said: string): void => ui.getState().set({ said });

/** Puts a step of the palette into a place and opens its form. */
export function insertItem(designer: Designer, item: PaletteItem, place: Place): void {
  const { flow, ui } = designer;
  const title = wordOf(item.title, i18next.language);
  const at = { list: place.laneId, index: place.index, name: title };
  const taken = keptNames(flow.getState().text);
  const ids = flow
    .getState()
    .edit(
      item.kind === 'switch'
        ? { kind: 'insert-switch', ...at, cases: [i18next.t('canvas.step.newCase')] }
        : { kind: 'insert', ...at, task: newTask(item, i18next.t('canvas.drawer.lane'), taken) },
    );
  if (ids !== undefined) ui.getState().select(ids, { open: true, show: true });
}

/** Carries out a drop: moves steps, or inserts an entry of the palette. */
export function putDragged(designer: Designer, dragged: Dragged, place: Place): void {
  if (dragged.item !== undefined) {
    insertItem(designer, dragged.item, place);
    return;
  }
  moveTo(designer, dragged.ids, place);
}

/** Moves steps to a place; into themselves they do not go. */
export function moveTo({ flow, ui }: Designer, ids: readonly string[], place: Place): void {
  const moved = flow.getState().edit({ kind: 'move', tasks: ids, list: place.laneId, index: place.index });
  if (moved !== undefined) ui.getState().select(moved, { show: true });
}

/** Moves the selection one place up (-1) or down (1) in its lane. */
export function shift(designer: Designer, by: -1 | 1): void {
  const { flow, ui } = designer;
  const { index } = flow.getState();
  const entries = ui
    .getState()
    .selected.flatMap((id) => index.blocks.get(id) ?? [])
    .toSorted((left, right) => left.index - right.index);
  const first = entries[0];
  const last = entries.at(-1);
  if (first === undefined || last === undefined || first.lane !== last.lane) return;
  const at = by === -1 ? first.index - 1 : last.index + 2;
  if (at < 0 || at > first.lane.blocks.length) return;
  moveTo(
    designer,
    entries.map(({ block }) => block.id),
    { laneId: first.lane.id, index: at },
  );
}

/** Deletes the selection and selects what stood after or before it. */
export function remove({ flow, ui }: Designer): void {
  const { selected } = ui.getState();
  const { index } = flow.getState();
  const entry = index.blocks.get(selected[0] ?? '');
  if (entry === undefined) return;
  const rest = entry.lane.blocks.filter((block) => !selected.includes(block.id));
  const at = entry.lane.blocks.slice(0, entry.index).filter((block) => !selected.includes(block.id)).length;
  const isGone = flow.getState().edit({ kind: 'delete', tasks: selected });
  if (isGone === undefined) return;
  const next = flow.getState().index.lanes.get(entry.lane.id)?.lane.blocks[Math.min(at, rest.length - 1)];
  ui.getState().select(next === undefined ? [] : [next.id]);
  ui.getState().set({ drawer: undefined });
}

/** Makes a second one of each selected step. */
export function duplicate({ flow, ui }: Designer): void {
  const ids = flow.getState().edit({ kind: 'duplicate', tasks: ui.getState().selected });
  if (ids !== undefined && ids.length > 0) ui.getState().select(ids, { show: true });
}

/** Switches the selection off, or on when all of it is off. */
export function toggleOff({ flow, ui }: Designer): void {
  const { selected } = ui.getState();
  const { blocks } = flow.getState().index;
  const isOff = selected.every((id) => blocks.get(id)?.block.isOff === true);
  flow.getState().edit({ kind: isOff ? 'enable' : 'disable', tasks: selected });
}

/** Puts the selection into a group or a block that handles failures. */
export function wrap({ flow, ui }: Designer, as: 'do' | 'try'): void {
  const name = i18next.t(`canvas.step.frame.${as}`);
  const ids = flow.getState().edit({ kind: 'wrap', tasks: ui.getState().selected, in: as, name });
  if (ids !== undefined) ui.getState().select(ids, { show: true });
}

/** The steps on the clipboard as text: other tabs, other flows and people can use it. */
export async function copy(designer: Designer): Promise<void> {
  const { flow, ui } = designer;
  const { selected } = ui.getState();
  if (selected.length === 0) return;
  await putClipboard(flow.getState().copy(selected));
  say(designer, i18next.t('canvas.act.copied', { count: selected.length }));
}

/** Copies, then deletes. */
export async function cut(designer: Designer): Promise<void> {
  await copy(designer);
  remove(designer);
}

/** Puts what is on the clipboard after the selection, or at the end of the flow. */
export async function paste(designer: Designer): Promise<void> {
  pasteText(designer, await readClipboard());
}

/** Puts steps from a text after the selection. */
export function pasteText(designer: Designer, text: string): void {
  const { flow, ui } = designer;
  const { laneId, index } = placeAfterSelection(designer);
  const ids = flow.getState().edit({ kind: 'paste', list: laneId, index, text });
  if (ids === undefined) say(designer, i18next.t('canvas.act.nothingToPaste'));
  else ui.getState().select(ids, { show: true });
}

/** Where a new step goes: after the focus, at the end of a selected lane, or at the end of the flow. */
export function placeAfterSelection({ flow, ui }: Designer): Place {
  const { index } = flow.getState();
  const { selected, lane } = ui.getState();
  const entry = index.blocks.get(selected.at(-1) ?? '');
  if (entry !== undefined) return { laneId: entry.lane.id, index: entry.index + 1 };
  const chosen = lane === undefined ? undefined : index.lanes.get(lane)?.lane;
  const target = chosen ?? index.root;
  return { laneId: target.id, index: target.blocks.length };
}

/** What was copied last; where the browser gives no clipboard, as on plain HTTP, it serves within the page. */
let lastCopied = '';

async function putClipboard(text: string): Promise<void> {
  lastCopied = text;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Refused or absent: pasting in this page still works.
  }
}

async function readClipboard(): Promise<string> {
  try {
    const text = await navigator.clipboard.readText();
    return text === '' ? lastCopied : text;
  } catch {
    return lastCopied;
  }
}
