const MAX_VLAN = 4094;

/** Every VLAN a port can carry. */
export const ALL_VLANS: readonly number[] = Array.from({ length: MAX_VLAN }, (_unused, index) => index + 1);

/** `10,20-22` or `10 20 to 22` as sorted ids; `all` is every id, `none` is none. */
export function parseVlanList(text: string): number[] {
  const trimmed = text.trim();
  if (trimmed === 'all') return [...ALL_VLANS];
  if (trimmed === '' || trimmed === 'none') return [];
  const ids = new Set<number>();
  for (const part of trimmed.replaceAll(/\s+to\s+/g, '-').split(/[\s,]+/)) {
    const [from = Number.NaN, to = from] = part.split('-').map(Number);
    for (let id = from; id <= Math.min(to, MAX_VLAN); id += 1) ids.add(id);
  }
  return [...ids].sort((left, right) => left - right);
}

/** Ids as ranges, such as [[10, 10], [20, 22]]. */
export function rangesOf(ids: readonly number[]): Array<readonly [number, number]> {
  const ranges: Array<[number, number]> = [];
  for (const id of [...ids].sort((left, right) => left - right)) {
    const last = ranges.at(-1);
    if (last !== undefined && id === last[1] + 1) last[1] = id;
    else if (last === undefined || id > last[1]) ranges.push([id, id]);
  }
  return ranges;
}

/** Cisco form: `10,20-22`. */
export function ciscoVlans(ids: readonly number[]): string {
  return rangesOf(ids)
    .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
    .join(',');
}

/** Huawei form: `10 20 to 22`. */
export function huaweiVlans(ids: readonly number[]): string {
  return rangesOf(ids)
    .map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
    .join(' ');
}

/** Ids of the first list that the second does not have. */
export function without(ids: readonly number[], others: readonly number[]): number[] {
  const gone = new Set(others);
  return ids.filter((id) => !gone.has(id));
}
