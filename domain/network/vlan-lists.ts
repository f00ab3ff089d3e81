const MAX_VLAN = 4094;
/** Longest list in one Cisco command; devices cut lines at about 254 characters. */
const CISCO_LIST_LENGTH = 120;
/** Ranges that VRP takes in one command. */
const HUAWEI_RANGES = 10;

/** Every VLAN a port can carry. */
export const ALL_VLANS: readonly number[] = Array.from({ length: MAX_VLAN }, (_unused, index) => index + 1);

/**
 * `10,20-22` or `10 20 to 22` as sorted ids; `all` is every id, `none` and an empty text are none. Throws RangeError for anything
 * else: a list that is read wrongly must never become a command.
 */
export function parseVlanList(text: string): number[] {
  const trimmed = text.trim();
  if (trimmed === 'all') return [...ALL_VLANS];
  if (trimmed === '' || trimmed === 'none') return [];
  const ids = new Set<number>();
  for (const part of trimmed.replaceAll(/\s+to\s+/g, '-').split(/\s*,\s*|\s+/)) {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!(from >= 1 && to >= from && to <= MAX_VLAN)) throw new RangeError(`“${text}” is not a VLAN list`);
    for (let id = from; id <= to; id += 1) ids.add(id);
  }
  return sortedVlans(ids);
}

/** Ids in order, each once. */
export function sortedVlans(ids: Iterable<number>): number[] {
  return [...new Set(ids)].sort((left, right) => left - right);
}

/** Ids as ranges, such as [[10, 10], [20, 22]]. */
export function rangesOf(ids: readonly number[]): Array<readonly [number, number]> {
  const ranges: Array<[number, number]> = [];
  for (const id of sortedVlans(ids)) {
    const last = ranges.at(-1);
    if (last !== undefined && id === last[1] + 1) last[1] = id;
    else ranges.push([id, id]);
  }
  return ranges;
}

/** Cisco form, `10,20-22`, in lists short enough for one command each. */
export function ciscoVlanLists(ids: readonly number[]): string[] {
  const lists: string[] = [];
  for (const [from, to] of rangesOf(ids)) {
    const part = from === to ? `${from}` : `${from}-${to}`;
    const last = lists.at(-1);
    if (last !== undefined && last.length + part.length < CISCO_LIST_LENGTH)
      lists.splice(-1, 1, `${last},${part}`);
    else lists.push(part);
  }
  return lists;
}

/** Huawei form, `10 20 to 22`, ten ranges at most in each list. */
export function huaweiVlanLists(ids: readonly number[]): string[] {
  const parts = rangesOf(ids).map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  const lists: string[] = [];
  for (let at = 0; at < parts.length; at += HUAWEI_RANGES)
    lists.push(parts.slice(at, at + HUAWEI_RANGES).join(' '));
  return lists;
}

/** Ids of the first list that the second does not have. */
export function without(ids: readonly number[], others: readonly number[]): number[] {
  const gone = new Set(others);
  return ids.filter((id) => !gone.has(id));
}
