import type { ReactNode } from 'react';

/** Drawings on a 16-unit square, strokes in the colour of the text. */
const DRAWINGS = {
  hand: (
    <path d="M5 8V3.5a1 1 0 0 1 2 0V7m0-.5v-4a1 1 0 0 1 2 0V7m0-3.5a1 1 0 0 1 2 0V8m0-2.5a1 1 0 0 1 2 0V10c0 2.5-1.8 4.5-4.5 4.5-2 0-3-.8-4-2.3L2.6 9.4c-.5-.9.7-1.7 1.4-1L5 9.5" />
  ),
  hourglass: (
    <path d="M4 2h8M4 14h8M5 2c0 4 6 4 6 6s-6 2-6 6M11 2c0 2.2-1.6 3.2-3 4M11 14c0-2.2-1.6-3.2-3-4" />
  ),
  dot: <circle cx="8" cy="8" r="4" fill="currentColor" stroke="none" />,
  check: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  undo: <path d="M6 3 3 6l3 3M3 6h6a4 4 0 0 1 0 8H6" />,
  cross: <path d="m4 4 8 8m0-8-8 8" />,
  question: <path d="M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9.2 8 10m0 2.6v.2" />,
  clockBar: <path d="M8 2.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM8 5v2.8l1.8 1.2M3 15h10" />,
  dash: <path d="M3.5 8h9" />,
  barredHand: (
    <path d="M5 8V3.5a1 1 0 0 1 2 0V7m0-.5v-4a1 1 0 0 1 2 0V7m0-3.5a1 1 0 0 1 2 0V8c0 4-1 6.5-3.5 6.5-2 0-3-.8-4-2.3M2 2l12 12" />
  ),
  square: <rect x="4" y="4" width="8" height="8" rx="1" />,
  bars: <path d="M5.5 3.5v9m5-9v9" />,
  mask: (
    <path d="M2.5 4.5c3.5-1.4 7.5-1.4 11 0 .4 4.5-1.7 7-3.7 7-1 0-1.2-1-1.8-1s-.8 1-1.8 1c-2 0-4.1-2.5-3.7-7ZM5 7.2h1.5m3 0H11" />
  ),
  back: <path d="M13 8H3m4-4-4 4 4 4" />,
  chevron: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
  plus: <path d="M8 3v10M3 8h10" />,
  more: <path d="M3.5 8h.1M8 8h.1m4.4 0h.1" strokeWidth="2.4" />,
  redo: <path d="m10 3 3 3-3 3M13 6H7a4 4 0 0 0 0 8h3" />,
  warning: <path d="M8 2.5 14 13H2L8 2.5Zm0 4v3m0 1.7v.1" />,
  copy: <path d="M5.5 5.5h7v8h-7v-8Zm-2 5v-8h7" />,
  trash: <path d="M3 4.5h10M6 4.5v-2h4v2m-5.5 0 .7 9h5.6l.7-9M6.8 7v4m2.4-4v4" />,
  fit: <path d="M2.5 6V2.5H6m4 0h3.5V6m0 4v3.5H10m-4 0H2.5V10" />,
  map: <path d="M2.5 3.5h11v9h-11v-9Zm5.5 4h4v3.5H8V7.5Z" />,
  code: <path d="m5.5 4.5-3.5 3.5 3.5 3.5m5-7 3.5 3.5-3.5 3.5" />,
  list: <path d="M5.5 4h8m-8 4h8m-8 4h8M2.5 4h.1m-.1 4h.1m-.1 4h.1" />,
  note: <path d="M3 3h10v7l-3 3H3V3Zm10 7h-3v3M5.5 6h5m-5 2.5h3" />,
  inbox: <path d="M2.5 9 4 3.5h8L13.5 9v3.5h-11V9Zm0 0H6c0 1.2.8 2 2 2s2-.8 2-2h3.5" />,
  flow: (
    <path d="M5.5 2.5h5v3h-5v-3Zm2.5 3v2m-4 3v-1.5c0-.8.7-1.5 1.5-1.5h5c.8 0 1.5.7 1.5 1.5v1.5m-10 0h4v3H2v-3Zm8 0h4v3h-4v-3Z" />
  ),
  runs: <path d="M2.5 4h6m-6 4h9m-9 4h5M12 10.5v3l2.5-1.5-2.5-1.5Z" />,
  network: <path d="M2 4.5h12v7H2v-7Zm2.5 4.5V7.5M7 9V7.5M9.5 9V7.5M12 9V7.5" />,
  settings: <path d="M2.5 4.5h5m3.5 0h2.5M2.5 11.5h2.5m3.5 0h5M9 3v3m-2.5 4v3" />,
  search: <path d="M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8 3.2 3.2" />,
  sun: (
    <path d="M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM8 1.5v1.5m0 10v1.5M1.5 8H3m10 0h1.5M3.4 3.4l1 1m7.2 7.2 1 1m0-9.2-1 1M4.4 11.6l-1 1" />
  ),
  moon: <path d="M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5Z" />,
  halfMoon: <path d="M8 2.5a5.5 5.5 0 1 0 0 11v-11Zm0 0a5.5 5.5 0 0 1 0 11" />,
  signOut: <path d="M6.5 3h-3v10h3M7 8h7m-2.5-2.5L14 8l-2.5 2.5" />,
  keyboard: <path d="M1.5 4.5h13v7h-13v-7Zm2.5 2.5h.1m2.4 0h.1m2.4 0h.1m2.4 0h.1M5 9.5h6" />,
  download: <path d="M8 2.5v7m-3-3 3 3 3-3M3 13h10" />,
  file: <path d="M4 2h5l3 3v9H4V2Zm5 0v3h3" />,
  bell: <path d="M4 11V7.5a4 4 0 0 1 8 0V11l1 1.5H3L4 11Zm2.8 3h2.4" />,
  scales: <path d="M8 2.5v11M4 13.5h8M3 4.5h10M3 4.5 1.5 9h3L3 4.5Zm10 0L11.5 9h3L13 4.5Z" />,
  phone: (
    <path d="M4 2.5h2.2l1 3-1.5 1.2a7 7 0 0 0 3.6 3.6l1.2-1.5 3 1V12c0 .9-.7 1.5-1.5 1.5C7 13.5 2.5 9 2.5 4c0-.8.7-1.5 1.5-1.5Z" />
  ),
  lock: <path d="M4 7.5h8v6H4v-6Zm1.5 0V5a2.5 2.5 0 0 1 5 0v2.5" />,
} satisfies Readonly<Record<string, ReactNode>>;

/** Name of a drawing. */
export type IconName = keyof typeof DRAWINGS;

/** An icon in the colour and beside the words it belongs to; it never stands for a word alone, so readers skip it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {DRAWINGS[name]}
    </svg>
  );
}

/** The bell of the product. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="10.5" />
      <circle className="logo-core" cx="12" cy="12" r="4.5" />
    </svg>
  );
}
