import type { PointerEvent as ReactPointerEvent } from 'react';
import type { Designer } from './designer-context.ts';
import type { PaletteItem } from './palette-items.ts';
import type { Place } from './ui-store.ts';

/** Pixels the pointer moves before a press is a drag. */
const THRESHOLD = 5;

/** What is dragged: steps of the flow, or an entry of the palette. */
export interface Dragged {
  readonly ids: readonly string[];
  readonly label: string;
  readonly item?: PaletteItem;
}

/** The place under the pointer, as the canvas knows its layout and viewport; undefined outside or far from any line. */
export type FindPlace = (clientX: number, clientY: number) => Place | undefined;

let findPlace: FindPlace = () => undefined;
let put: (dragged: Dragged, place: Place) => void = () => undefined;

/** The canvas that is shown tells how it finds places and what happens on a drop; returns how to take that back. */
export function registerCanvas(find: FindPlace, onDrop: typeof put): () => void {
  findPlace = find;
  put = onDrop;
  return () => {
    findPlace = () => undefined;
    put = () => undefined;
  };
}

/** Follows a press until it is let go: a drag past the threshold shows where the steps would go and puts them there. Escape ends it. */
export function startDrag(event: ReactPointerEvent, { ui }: Designer, dragged: Dragged): void {
  if (event.button !== 0) return;
  const { clientX: startX, clientY: startY, pointerId } = event;
  let ghost: HTMLElement | undefined;
  const move = (next: PointerEvent) => {
    if (next.pointerId !== pointerId) return;
    if (ghost === undefined && Math.hypot(next.clientX - startX, next.clientY - startY) < THRESHOLD) return;
    if (ghost === undefined) {
      ghost = makeGhost(dragged.label);
      ui.getState().set({ dragging: { ids: dragged.ids, label: dragged.label }, inserting: undefined });
    }
    ghost.style.transform = `translate(${next.clientX}px, ${next.clientY}px)`;
    const place = findPlace(next.clientX, next.clientY);
    const { drop } = ui.getState();
    if (place?.laneId !== drop?.laneId || place?.index !== drop?.index) ui.getState().set({ drop: place });
  };
  const end = () => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('keydown', key, true);
    ghost?.remove();
    ui.getState().set({ dragging: undefined, drop: undefined });
  };
  const up = (next: PointerEvent) => {
    if (next.pointerId !== pointerId) return;
    const place = ui.getState().drop;
    const wasDrag = ghost !== undefined;
    end();
    if (!wasDrag) return;
    // The click that follows a drag is none.
    window.addEventListener('click', swallow, true);
    setTimeout(() => window.removeEventListener('click', swallow, true));
    if (place !== undefined) put(dragged, place);
  };
  const key = (pressed: KeyboardEvent) => {
    if (pressed.key !== 'Escape') return;
    pressed.stopPropagation();
    end();
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', up);
  window.addEventListener('keydown', key, true);
}

function swallow(click: MouseEvent): void {
  click.stopPropagation();
}

function makeGhost(label: string): HTMLElement {
  const ghost = document.createElement('div');
  ghost.className = 'n-card d-ghost';
  ghost.style.left = '0';
  ghost.style.top = '0';
  const name = document.createElement('span');
  name.className = 'n-name';
  name.textContent = label;
  ghost.append(name);
  document.body.append(ghost);
  return ghost;
}
