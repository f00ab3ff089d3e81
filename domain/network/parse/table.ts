/** A column of a header row: its key and where it begins and ends (exclusive; the last one has no end). */
export interface Column {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Columns of a header row. `titles` are the titles in any case by key; a title that the header lacks gives no column, words of the
 * header that are not asked for still end the column before them.
 */
export function columnsOf(header: string, titles: Readonly<Record<string, string>>): Column[] {
  const lower = header.toLowerCase();
  const starts = Object.entries(titles)
    .map(([key, title]) => ({ key, start: find(lower, title.toLowerCase()) }))
    .filter(({ start }) => start >= 0)
    .sort((left, right) => left.start - right.start);
  return starts.map(({ key, start }, at) => ({
    key,
    start,
    end: starts[at + 1]?.start ?? Number.POSITIVE_INFINITY,
  }));
}

/** Where a title stands as whole words. */
function find(header: string, title: string): number {
  let at = header.indexOf(title);
  while (at >= 0) {
    const before = at === 0 ? ' ' : header[at - 1];
    const after = header[at + title.length] ?? ' ';
    if (before === ' ' && after === ' ') return at;
    at = header.indexOf(title, at + 1);
  }
  return -1;
}

/**
 * Cuts a row at the columns. A value that runs into the next column is kept whole: a cut never falls inside a word, it moves to the
 * nearest gap, so that rows with values wider than their column still come apart.
 */
export function cutRow(line: string, columns: readonly Column[]): Record<string, string> {
  const cells: Record<string, string> = {};
  let from = 0;
  for (const [at, column] of columns.entries()) {
    const isLast = at === columns.length - 1;
    const to = isLast ? line.length : gapNear(line, column.end, from);
    cells[column.key] = line.slice(from, to).trim();
    from = to;
  }
  return cells;
}

/** The end of the word that covers `at - 1` and `at`, or `at` itself when a gap is there. */
function gapNear(line: string, at: number, from: number): number {
  if (at >= line.length) return line.length;
  if (line[at - 1] === ' ' || line[at] === ' ') return Math.max(at, from);
  // The word crosses the border: it belongs to the column in which it begins.
  let start = at;
  while (start > from && line[start - 1] !== ' ') start -= 1;
  let end = at;
  while (end < line.length && line[end] !== ' ') end += 1;
  return start > from && at - start <= 1 && line.slice(from, start).trim() !== '' ? start : end;
}

/** A whole number written in the text, with or without thousands commas; null when there is none. */
export function wholeOrNull(text: string | undefined): number | null {
  const match = /^\s*(-?\d[\d,]*)\s*$/.exec(text ?? '');
  if (!match) return null;
  const value = Number((match[1] ?? '').replace(/,/g, ''));
  return Number.isSafeInteger(value) ? value : null;
}

/** The first group of a pattern as a number, or null. */
export function numberIn(text: string, pattern: RegExp): number | null {
  return wholeOrNull(pattern.exec(text)?.[1]);
}

/** The first group of a pattern as trimmed text, or null. */
export function textIn(text: string, pattern: RegExp): string | null {
  const found = pattern.exec(text)?.[1]?.trim();
  return found === undefined || found === '' ? null : found;
}

/** A rule of hyphens, equals signs or plus signs between header and rows. */
export function isRule(line: string): boolean {
  return /^[\s+=-]*[-=]{3,}[\s+=-]*$/.test(line);
}

/** Blocks that begin at a line matching `start`. */
export function blocks(lines: readonly string[], start: RegExp): string[][] {
  const found: string[][] = [];
  for (const line of lines) {
    if (start.test(line)) found.push([line]);
    else found.at(-1)?.push(line);
  }
  return found;
}

/** `Info: ...` in place of a table says that there is nothing. */
export const saysNothing = (lines: readonly string[]): boolean =>
  lines.some((line) => /^\s*info ?:|^\s*total(?: items| matching)?.*[=:] ?0\b/i.test(line));
