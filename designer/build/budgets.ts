import type { Budget } from './size-budget.ts';

const LANGUAGE = 'i18n/zh-CN.ts|i18n/en.ts';

/** Compressed script: what every page reads at first, and what the canvas reads in all; the YAML pane is read when it is opened. */
export const BUDGETS: readonly Budget[] = [
  { name: 'first page', modules: [LANGUAGE, 'today/today-page.tsx'], maximum: 250_000 },
  { name: 'canvas', modules: [LANGUAGE, 'canvas/canvas-page.tsx'], maximum: 420_000 },
  {
    name: 'canvas with the YAML pane',
    modules: [LANGUAGE, 'canvas/canvas-page.tsx', 'canvas/yaml/yaml-pane.tsx'],
    maximum: undefined,
  },
];
