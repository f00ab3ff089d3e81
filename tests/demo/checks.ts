/** One line of the demo's table. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
}

/** Collects what was asserted; the demo succeeds only when everything held and something was asserted. */
export class Checks {
  readonly rows: Check[] = [];

  /** Records whether two values are the same text. */
  same(what: string, expected: unknown, found: unknown): boolean {
    const row = {
      what,
      expected: textOf(expected),
      found: textOf(found),
      holds: textOf(expected) === textOf(found),
    };
    this.rows.push(row);
    return row.holds;
  }

  allHold(): boolean {
    return this.rows.length > 0 && this.rows.every((row) => row.holds);
  }

  /** The table, one row per assertion. */
  render(): string {
    const head: Check = { what: 'what', expected: 'expected', found: 'found', holds: true };
    const width = (pick: (row: Check) => string) =>
      Math.max(...[head, ...this.rows].map((row) => pick(row).length));
    const widths = [
      width((row) => row.what),
      width((row) => row.expected),
      width((row) => row.found),
    ] as const;
    const line = (row: Check, mark: string) =>
      `${mark.padEnd(5)} ${row.what.padEnd(widths[0])}  ${row.expected.padEnd(widths[1])}  ${row.found.padEnd(widths[2])}`.trimEnd();
    return [line(head, ''), ...this.rows.map((row) => line(row, row.holds ? 'ok' : 'FAIL'))].join('\n');
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
