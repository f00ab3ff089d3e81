/** Where an assertion was made: on the part the issue names, or on one that stands in for it. */
export type PartKind = 'real' | 'stand-in';

/** One line of the demo's table. */
export interface Check {
  readonly flow: string;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
  readonly part: PartKind;
  /** Milliseconds from the start of the flow to the assertion. */
  readonly afterMs: number;
}

/** Collects what was asserted of one flow; it holds only when everything held and something was asserted. */
export class Checks {
  readonly rows: Check[] = [];
  /** Part the next assertions are about. */
  part: PartKind = 'real';
  private readonly flow: string;
  private readonly startedAt = performance.now();

  constructor(flow: string) {
    this.flow = flow;
  }

  /** Records whether two values are the same text. */
  same(what: string, expected: unknown, found: unknown): boolean {
    const [wanted, seen] = [textOf(expected), textOf(found)];
    this.rows.push({
      flow: this.flow,
      what,
      expected: wanted,
      found: seen,
      holds: wanted === seen,
      part: this.part,
      afterMs: Math.round(performance.now() - this.startedAt),
    });
    return wanted === seen;
  }

  allHold(): boolean {
    return this.rows.length > 0 && this.rows.every((row) => row.holds);
  }
}

const HEAD = ['', 'flow', 'assertion', 'expected', 'found', 'part', 'after'] as const;
const LONGEST_CELL = 60;

/** The table, one row per assertion; a long value is cut, `--json` has it whole. */
export function renderChecks(rows: readonly Check[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)].map((line) => line.map(cut));
  const widths = HEAD.map((_head, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf(row: Check): string[] {
  const after = `${(row.afterMs / 1000).toFixed(1)} s`;
  return [row.holds ? 'held' : 'FAILED', row.flow, row.what, row.expected, row.found, row.part, after];
}

function cut(cell: string): string {
  return cell.length > LONGEST_CELL ? `${cell.slice(0, LONGEST_CELL - 1)}…` : cell;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
