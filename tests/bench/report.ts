import type { Spread } from './measure.ts';

/** Sides by letter; D is C against a server with its default settings. */
export type SideName = 'A' | 'A0' | 'B' | 'C' | 'D';

/** What the sides are, for people. */
export const SIDE_TITLES: Readonly<Record<SideName, string>> = {
  A: 'Afterbell as shipped',
  A0: 'Afterbell, timeline off',
  B: 'hand-written, tuned alike',
  C: 'hand-written, SDK defaults',
  D: 'hand-written, SDK and server defaults',
};

/** Figures of one side over one workload. */
export interface SideFigures {
  readonly workload: 'W1' | 'W2';
  readonly side: SideName;
  readonly flowsPerSecond: Spread;
  readonly cpuMsPerFlow: Spread;
  readonly cpuMsPerStep: Spread;
  readonly msPerStep: Spread;
  readonly historyEvents: number;
}

/** A ratio that was measured, with the bound it should keep. */
export interface Goal {
  readonly name: string;
  readonly ratio: Spread;
  readonly bound: number;
  readonly direction: 'at least' | 'at most';
  readonly isHeld: boolean;
}

/** Everything one measurement came to; the JSON result. */
export interface BenchResult {
  readonly measuredAt: string;
  readonly server: string;
  readonly machine: { readonly cores: number; readonly memoryGiB: number; readonly node: string };
  readonly rounds: number;
  readonly concurrency: Readonly<Record<'W1' | 'W2', number>>;
  readonly figures: readonly SideFigures[];
  readonly goals: readonly Goal[];
}

/** A goal with the verdict. */
export function goalOf(name: string, direction: Goal['direction'], bound: number, ratio: Spread): Goal {
  const isHeld = direction === 'at least' ? ratio.median >= bound : ratio.median <= bound;
  return { name, ratio, bound, direction, isHeld };
}

/** The result as Markdown: the same text on the terminal and in docs/benchmarks.md. */
export function renderReport(result: BenchResult): string {
  const { machine } = result;
  return [
    `Server: ${result.server}. Machine: ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}. ` +
      `${result.rounds} rounds, ${result.measuredAt.slice(0, 10)}. Median (least to most).`,
    '',
    ...renderFigures(result.figures),
    '',
    '| goal | measured | bound | |',
    '|---|---|---|---|',
    ...result.goals.map(
      ({ name, ratio, direction, bound, isHeld }) =>
        `| ${name} | ${spread(ratio, 2)} | ${direction} ${bound} | ${isHeld ? 'held' : '**not held**'} |`,
    ),
  ].join('\n');
}

function renderFigures(figures: readonly SideFigures[]): string[] {
  const head = '| | side | flows/s | Node CPU ms per flow | per step | ms per step p50 | history events |';
  const rows = figures.map((row) => {
    const cells = [
      row.workload,
      `${row.side}: ${SIDE_TITLES[row.side]}`,
      spread(row.flowsPerSecond, 1),
      spread(row.cpuMsPerFlow, 1),
      row.cpuMsPerStep.median.toFixed(2),
      spread(row.msPerStep, 1),
      String(row.historyEvents),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [head, '|---|---|---|---|---|---|---|', ...rows];
}

function spread({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}
