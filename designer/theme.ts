import type { ThemeConfig } from 'antd';

/** Light or dark, as shown. */
export type Mode = 'light' | 'dark';

/** What a person chose; `system` follows the operating system. */
export type Appearance = 'system' | Mode;

/** States of runs, steps, approvals and ports: each is icon, word and colour in `shared/state.tsx`. */
export type StateName =
  | 'needsPerson'
  | 'waiting'
  | 'running'
  | 'done'
  | 'rolledBack'
  | 'failed'
  | 'unknown'
  | 'late'
  | 'skipped'
  | 'refused'
  | 'cancelled'
  | 'paused'
  | 'rehearsal';

interface Palette {
  readonly page: string;
  readonly surface: string;
  readonly line: string;
  readonly ink: string;
  readonly ink2: string;
  /** Hovered and chosen rows, code grounds. */
  readonly soft: string;
  readonly brand: string;
  readonly onBrand: string;
  readonly onFilled: string;
  readonly added: string;
  readonly removed: string;
  /** Lines between steps, and the ground inside a container. */
  readonly wire: string;
  readonly frame: string;
  readonly float: string;
  readonly veil: string;
  readonly state: Readonly<Record<StateName, string>>;
}

const LIGHT: Palette = {
  page: '#F6F7F5',
  surface: '#FFFFFF',
  line: '#E3E6E1',
  ink: '#1B211E',
  ink2: '#5B655F',
  soft: '#EFF1ED',
  brand: '#8F5B10',
  onBrand: '#FFFFFF',
  onFilled: '#FFFFFF',
  added: '#E6F2EA',
  removed: '#F9E9E7',
  wire: '#AEB7B0',
  frame: '#EDF0EB',
  float: '0 6px 24px rgba(27, 33, 30, 0.16)',
  veil: 'rgba(27, 33, 30, 0.32)',
  state: {
    needsPerson: '#9A5B00',
    waiting: '#5B655F',
    running: '#1F5FBF',
    done: '#1E7A46',
    rolledBack: '#B3372B',
    failed: '#B3372B',
    unknown: '#7A3FA0',
    late: '#C2410C',
    skipped: '#5B655F',
    refused: '#B3372B',
    cancelled: '#5B655F',
    paused: '#5B655F',
    rehearsal: '#8F5B10',
  },
};

const DARK: Palette = {
  page: '#101412',
  surface: '#181D1A',
  line: '#2A312D',
  ink: '#E8ECE9',
  ink2: '#98A39C',
  soft: '#202622',
  brand: '#E0A845',
  onBrand: '#101412',
  onFilled: '#101412',
  added: '#16291E',
  removed: '#331D1A',
  wire: '#4A554E',
  frame: '#141916',
  float: '0 6px 24px rgba(0, 0, 0, 0.48)',
  veil: 'rgba(0, 0, 0, 0.56)',
  state: {
    needsPerson: '#F0B44C',
    waiting: '#98A39C',
    running: '#79AEFF',
    done: '#62C48D',
    rolledBack: '#FF8A7D',
    failed: '#FF8A7D',
    unknown: '#C79BEA',
    late: '#FF9D66',
    skipped: '#98A39C',
    refused: '#FF8A7D',
    cancelled: '#98A39C',
    paused: '#98A39C',
    rehearsal: '#E0A845',
  },
};

/** The two palettes; tests measure their contrast. */
export const PALETTES: Readonly<Record<Mode, Palette>> = { light: LIGHT, dark: DARK };

/** Logo and “now” line only. */
const BELL = '#B7791F';

const SANS =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
const MONO =
  '"JetBrains Mono", ui-monospace, "SFMono-Regular", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace';

/** Sizes in pixels: a 4-px grid, one radius, four text sizes. */
export const SIZES = {
  body: 13,
  meta: 12,
  section: 16,
  page: 20,
  radius: 6,
  row: 32,
  rail: 200,
  railSmall: 52,
  top: 44,
  touch: 44,
  icon: 16,
  /** Below it the rail shows icons only. */
  narrow: 1200,
  /** Below it the rail moves to the bottom: inbox and approvals on a telephone. */
  phone: 720,
} as const;

/** Sizes of the canvas, in pixels at zoom 1; the layout of a flow is computed from them. */
export const CANVAS = {
  cardWidth: 280,
  cardHeight: 64,
  gap: 44,
  markHeight: 28,
  lead: 16,
  framePad: 20,
  laneHead: 40,
  lanePad: 16,
  laneGap: 12,
} as const;

const SPACE = [4, 8, 12, 16, 24, 32];
const WIDTHS = {
  form: 420,
  drawer: 420,
  picker: 320,
  outline: 300,
  palette: 560,
  prose: 720,
  tree: 400,
  label: 132,
};
const HEIGHTS = {
  plus: 22,
  dot: 6,
  badge: 18,
  problems: 180,
  code: 420,
  compare: 520,
  paletteList: 360,
  bar: 6,
  field: 96,
};

/** Every colour and size as a CSS custom property: what `base.css` is written with. */
export function cssVariables(mode: Mode): Readonly<Record<string, string>> {
  const palette = PALETTES[mode];
  const px = (value: number) => `${value}px`;
  const entries: Array<[string, string]> = [
    ['page', palette.page],
    ['surface', palette.surface],
    ['line', palette.line],
    ['ink', palette.ink],
    ['ink-2', palette.ink2],
    ['soft', palette.soft],
    ['brand', palette.brand],
    ['on-brand', palette.onBrand],
    ['on-filled', palette.onFilled],
    ['added', palette.added],
    ['removed', palette.removed],
    ['wire', palette.wire],
    ['frame', palette.frame],
    ['bell', BELL],
    ['float', palette.float],
    ['veil', palette.veil],
    ['sans', SANS],
    ['mono', MONO],
    ['hairline', px(1)],
    ['focus', px(2)],
    ['ease', '120ms ease-out'],
    ...Object.entries(palette.state).map(([name, colour]): [string, string] => [`state-${name}`, colour]),
    ...SPACE.map((value, index): [string, string] => [`space-${index + 1}`, px(value)]),
    ...Object.entries(SIZES).map(([name, value]): [string, string] => [`size-${name}`, px(value)]),
    ...Object.entries(CANVAS).map(([name, value]): [string, string] => [`canvas-${name}`, px(value)]),
    ...Object.entries(WIDTHS).map(([name, value]): [string, string] => [`width-${name}`, px(value)]),
    ...Object.entries(HEIGHTS).map(([name, value]): [string, string] => [`height-${name}`, px(value)]),
  ];
  return Object.fromEntries(entries.map(([name, value]) => [`--${name}`, value]));
}

/** The same tokens for the component library. Lines before boxes, no shadow but on what floats, no motion but 120 ms. */
export function antdTheme(mode: Mode): ThemeConfig {
  const palette = PALETTES[mode];
  return {
    token: {
      colorPrimary: palette.brand,
      colorInfo: palette.state.running,
      colorSuccess: palette.state.done,
      colorWarning: palette.state.needsPerson,
      colorError: palette.state.failed,
      colorBgBase: palette.surface,
      colorTextBase: palette.ink,
      colorText: palette.ink,
      colorTextSecondary: palette.ink2,
      colorTextPlaceholder: palette.ink2,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.surface,
      colorBgLayout: palette.page,
      colorBorder: palette.line,
      colorBorderSecondary: palette.line,
      colorTextLightSolid: palette.onBrand,
      colorLink: palette.ink,
      colorLinkHover: palette.brand,
      colorLinkActive: palette.brand,
      fontFamily: SANS,
      fontFamilyCode: MONO,
      fontSize: SIZES.body,
      lineHeight: 1.5,
      borderRadius: SIZES.radius,
      controlHeight: SIZES.row,
      boxShadow: palette.float,
      boxShadowSecondary: palette.float,
      motionDurationSlow: '0.12s',
      motionDurationMid: '0.12s',
      motionDurationFast: '0.12s',
      fontWeightStrong: 600,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 600 },
    },
  };
}
