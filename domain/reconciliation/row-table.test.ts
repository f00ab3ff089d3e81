import { describe, expect, it } from 'vitest';
import { RowTable } from './row-table.ts';

describe.each([
  ['a place per key', 4_096],
  ['open addressing', 2 ** 52],
])('rows by key, %s', (_name, keySpace) => {
  it('are found again, the first of a key stays', () => {
    const size = 1_000;
    const table = new RowTable(size, keySpace);
    const keyOf = (row: number): number => (row * 7_919 * Math.floor(keySpace / 4_096)) % keySpace;
    const known = new Map<number, number>();
    for (let row = 0; row < size; row += 1) {
      const key = keyOf(row);
      expect(table.add(key, row)).toBe(known.get(key) ?? -1);
      if (!known.has(key)) known.set(key, row);
    }
    for (const [key, row] of known) expect(table.find(key)).toBe(row);
    for (let key = 0; key < keySpace; key += Math.floor(keySpace / 997))
      expect(table.find(key)).toBe(known.get(key) ?? -1);
  });

  it('collide without being mixed up', () => {
    const table = new RowTable(8, keySpace);
    const keys = [0, 1, 2, 3, keySpace - 1, keySpace - 2, keySpace / 2, keySpace / 4];
    for (const [row, key] of keys.entries()) expect(table.add(key, row)).toBe(-1);
    for (const [row, key] of keys.entries()) expect(table.find(key)).toBe(row);
  });
});
