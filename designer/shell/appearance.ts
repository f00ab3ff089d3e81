import { useEffect, useSyncExternalStore } from 'react';
import { type Appearance, cssVariables, type Mode, SIZES } from '../theme.ts';

const KEY = 'afterbell.appearance';
const listeners = new Set<() => void>();

function stored(): Appearance {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** Remembers what a person chose; all pages follow at once. */
export function chooseAppearance(appearance: Appearance): void {
  localStorage.setItem(KEY, appearance);
  for (const listener of listeners) listener();
}

/** What a person chose. */
export function useAppearance(): Appearance {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, stored);
}

/** True while a media query holds. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Light or dark as it is to be shown. */
export function useMode(): Mode {
  const appearance = useAppearance();
  const isSystemDark = useMedia('(prefers-color-scheme: dark)');
  if (appearance !== 'system') return appearance;
  return isSystemDark ? 'dark' : 'light';
}

/** How much room there is: the sizes stand in `theme.ts`. */
export type Room = 'wide' | 'narrow' | 'phone';

/** Width class of the window. */
export function useRoom(): Room {
  const isPhone = useMedia(`(max-width: ${SIZES.phone - 1}px)`);
  const isNarrow = useMedia(`(max-width: ${SIZES.narrow - 1}px)`);
  return isPhone ? 'phone' : isNarrow ? 'narrow' : 'wide';
}

/** Puts tokens, mode and width class on the document, where `base.css` reads them. */
export function paint(mode: Mode, room: Room): void {
  const root = document.documentElement;
  for (const [name, value] of Object.entries(cssVariables(mode))) root.style.setProperty(name, value);
  root.style.colorScheme = mode;
  root.dataset.mode = mode;
  root.dataset.room = room;
}

/** Keeps the document painted. */
export function usePaint(mode: Mode, room: Room): void {
  useEffect(() => paint(mode, room), [mode, room]);
}
