/** More wrong letters than these make another word. */
const MOST_WRONG = 2;

/** The word that was most likely meant: at most two letters wrong, swapped, missing or too many, and fewer than half of them; else undefined. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.min(MOST_WRONG, Math.ceil(word.length / 2) - 1) + 1;
  for (const each of words) {
    const wrong = distance(word.toLowerCase(), each.toLowerCase(), fewest);
    if (wrong >= fewest) continue;
    fewest = wrong;
    best = each;
  }
  return best;
}

/** Edit distance with swaps of neighbours; at least `limit` when it is no smaller. */
function distance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let [older, old]: number[][] = [[], Array.from({ length: right.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= left.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const isSame = left[i - 1] === right[j - 1];
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      now[j] = Math.min(
        (old?.[j] ?? limit) + 1,
        (now[j - 1] ?? limit) + 1,
        (old?.[j - 1] ?? limit) + (isSame ? 0 : 1),
        isSwap ? (older?.[j - 2] ?? limit) + 1 : limit,
      );
    }
    [older, old] = [old, now];
  }
  return old?.[right.length] ?? limit;
}
