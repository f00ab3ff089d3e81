/** One line of a comparison: `-` only before, `+` only after, a space in both. */
export interface DiffLine {
  mark: ' ' | '-' | '+';
  text: string;
}

/** Texts beyond this many lines (after the common start and end are cut off) are shown as replaced as a whole. */
const MOST_LINES = 3_000;

/**
 * Compares two texts line by line with the longest common subsequence; removed lines come before added ones.
 */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.replace(/\n$/, '').split('\n');
  const b = after.replace(/\n$/, '').split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const line = (mark: DiffLine['mark']) => (text: string) => ({ mark, text });
  return [
    ...a.slice(0, head).map(line(' ')),
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(line(' ')),
  ];
}

function diffMiddle(a: string[], b: string[]): DiffLine[] {
  const replaced: DiffLine[] = [
    ...a.map((text) => ({ mark: '-' as const, text })),
    ...b.map((text) => ({ mark: '+' as const, text })),
  ];
  if (a.length === 0 || b.length === 0 || a.length > MOST_LINES || b.length > MOST_LINES) return replaced;
  // common[i][j] = length of the longest common subsequence of a from i and b from j.
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      lines.push({ mark: ' ', text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: left });
      i += 1;
    } else {
      lines.push({ mark: '+', text: right ?? '' });
      j += 1;
    }
  }
  return lines;
}
