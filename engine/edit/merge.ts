/** A part of `before` (from, to) that became lines of `after` (from, to); positions count lines from 0, `to` is exclusive. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly afterFrom: number;
  readonly afterTo: number;
}

/** Differences beyond this are one hunk: the answer stays right, only less fine. */
const MOST_EDITS = 400;

/**
 * Carries the difference between `base` and `edited` over to `written`, which differs from `base` in its writing only: what the edit does not
 * touch keeps the writing of the person. Where both differ, the edit wins.
 */
export function carryOver(base: string, written: string, edited: string): string {
  if (base === edited) return written;
  if (base === written) return edited;
  const [baseLines, writtenLines, editedLines] = [base, written, edited].map((text) => text.split('\n')) as [
    string[],
    string[],
    string[],
  ];
  const writing = hunksOf(baseLines, writtenLines).flatMap(lineByLine);
  const editing = hunksOf(baseLines, editedLines);
  const result: string[] = [];
  let at = 0;
  let next = 0;
  for (const hunk of [...editing, undefined]) {
    const until = hunk?.from ?? baseLines.length;
    // Writing that ends before the edit begins is kept as it is.
    for (
      let kept = writing[next];
      kept !== undefined && kept.to <= until && kept.from < until + 1;
      kept = writing[next]
    ) {
      if (hunk !== undefined && touches(kept, hunk)) break;
      if (kept.from >= at) {
        result.push(...baseLines.slice(at, kept.from), ...writtenLines.slice(kept.afterFrom, kept.afterTo));
        at = kept.to;
      }
      next += 1;
    }
    result.push(...baseLines.slice(at, until));
    if (hunk === undefined) break;
    result.push(...editedLines.slice(hunk.afterFrom, hunk.afterTo));
    at = Math.max(at, hunk.to);
    while ((writing[next]?.from ?? Number.POSITIVE_INFINITY) < at) next += 1;
  }
  return result.join('\n');
}

/** Writing mostly differs line for line; then a line that the edit touches does not take its neighbours along. */
function lineByLine(hunk: Hunk): Hunk[] {
  const count = hunk.to - hunk.from;
  if (count !== hunk.afterTo - hunk.afterFrom) return [hunk];
  return Array.from({ length: count }, (_, n) => ({
    from: hunk.from + n,
    to: hunk.from + n + 1,
    afterFrom: hunk.afterFrom + n,
    afterTo: hunk.afterFrom + n + 1,
  }));
}

function touches(left: Hunk, right: Hunk): boolean {
  return left.from < right.to && right.from < left.to;
}

/** Myers' difference of two lists of lines as hunks in order. */
function hunksOf(before: readonly string[], after: readonly string[]): Hunk[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const left = before.slice(head, before.length - tail);
  const right = after.slice(head, after.length - tail);
  if (left.length === 0 && right.length === 0) return [];
  const whole = { from: head, to: head + left.length, afterFrom: head, afterTo: head + right.length };
  const pairs = left.length === 0 || right.length === 0 ? undefined : matches(left, right);
  if (pairs === undefined) return [whole];
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...pairs, [left.length, right.length] as const]) {
    if (x > i || y > j) hunks.push({ from: head + i, to: head + x, afterFrom: head + j, afterTo: head + y });
    [i, j] = [x + 1, y + 1];
  }
  return hunks;
}

/** Pairs of equal lines along a shortest edit path; undefined beyond the bound. */
function matches(
  left: readonly string[],
  right: readonly string[],
): Array<readonly [number, number]> | undefined {
  const traces: Array<Map<number, number>> = [];
  let reached = new Map<number, number>([[1, 0]]);
  for (let depth = 0; depth <= MOST_EDITS; depth += 1) {
    const next = new Map(reached);
    for (let k = -depth; k <= depth; k += 2) {
      const down = k === -depth || (k !== depth && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));
      let x = down ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < left.length && y < right.length && left[x] === right[y]) {
        x += 1;
        y += 1;
      }
      next.set(k, x);
      if (x >= left.length && y >= right.length)
        return walkBack([...traces, reached], left.length, right.length);
    }
    traces.push(reached);
    reached = next;
  }
  return undefined;
}

function walkBack(
  traces: ReadonlyArray<Map<number, number>>,
  endX: number,
  endY: number,
): Array<readonly [number, number]> {
  const pairs: Array<readonly [number, number]> = [];
  let [x, y] = [endX, endY];
  for (let depth = traces.length - 1; depth >= 0; depth -= 1) {
    const reached = traces[depth] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -depth || (k !== depth && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = reached.get(fromK) ?? 0;
    const fromY = fromX - fromK;
    while (
      x > Math.max(fromX, 0) &&
      y > Math.max(fromY, 0) &&
      x > (down ? fromX : fromX + 1) - 0 &&
      y > (down ? fromY + 1 : fromY)
    ) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    if (depth > 0) [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}
