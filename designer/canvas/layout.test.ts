import { describe, expect, it } from 'vitest';
import { type LayoutBlock, type LayoutLane, layOut, nearestSlot, type PlacedBlock } from './layout.ts';

const SIZES = {
  cardWidth: 280,
  cardHeight: 60,
  gap: 40,
  markHeight: 30,
  lead: 10,
  framePad: 8,
  laneHead: 32,
  lanePad: 12,
  laneGap: 6,
};

const card = (id: string): LayoutBlock => ({ id, lanes: [], isFolded: false });
const lane = (id: string, ...blocks: LayoutBlock[]): LayoutLane => ({ id, blocks });
const box = (id: string, ...lanes: LayoutLane[]): LayoutBlock => ({ id, lanes, isFolded: false });
const find = (blocks: readonly PlacedBlock[], id: string): PlacedBlock => {
  const found = blocks.find((block) => block.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

describe('the layout of a flow', () => {
  it('is a column around one axis with a gap before, between and after the steps', () => {
    const { blocks, slots, start, end, bounds } = layOut(lane('', card('a'), card('b')), SIZES);
    expect(blocks.map(({ card: { x, y } }) => [x, y])).toEqual([
      [-140, 70],
      [-140, 170],
    ]);
    expect(slots).toEqual([
      { laneId: '', index: 0, x: 0, y: 50 },
      { laneId: '', index: 1, x: 0, y: 150 },
      { laneId: '', index: 2, x: 0, y: 250 },
    ]);
    expect([start.y, end.y, bounds.height]).toEqual([0, 270, 300]);
  });

  it('has room for a first step in an empty flow', () => {
    const { slots, blocks } = layOut(lane(''), SIZES);
    expect(blocks).toEqual([]);
    expect(slots).toHaveLength(1);
  });

  it('puts branches side by side under the card of their container, all of one height', () => {
    const { blocks } = layOut(
      lane('', box('s', lane('s/0', card('x')), lane('s/1', card('y'), card('z')))),
      SIZES,
    );
    const placed = find(blocks, 's');
    const [left, right] = placed.lanes;
    expect(placed.box.width).toBe(2 * 304 + 6 + 16);
    expect(left?.height).toBe(right?.height);
    expect((left?.x ?? 0) + (left?.width ?? 0) + SIZES.laneGap).toBe(right?.x);
    expect(find(blocks, 'x').card.y).toBe(find(blocks, 'y').card.y);
    expect(find(blocks, 'x').card.x + 140).toBe((left?.x ?? 0) + (left?.width ?? 0) / 2);
  });

  it('folds a container to its card', () => {
    const { blocks, slots } = layOut(
      lane('', { ...box('s', lane('s/0', card('x'))), isFolded: true }, card('b')),
      SIZES,
    );
    expect(blocks.map(({ id }) => id)).toEqual(['s', 'b']);
    expect(find(blocks, 's').frame).toBeUndefined();
    expect(slots).toHaveLength(3);
  });

  it('never lets two cards touch, however deep the flow nests', () => {
    const deep = (depth: number): LayoutLane =>
      depth === 0
        ? lane('leaf', card('leaf'))
        : lane(
            `d${depth}`,
            card(`c${depth}`),
            box(`b${depth}`, deep(depth - 1), lane(`e${depth}`, card(`f${depth}`)), lane(`g${depth}`)),
          );
    const { blocks, bounds } = layOut(deep(6), SIZES);
    for (const one of blocks)
      for (const other of blocks)
        if (one !== other) {
          const apart =
            one.card.x + one.card.width <= other.card.x ||
            other.card.x + other.card.width <= one.card.x ||
            one.card.y + one.card.height <= other.card.y ||
            other.card.y + other.card.height <= one.card.y;
          expect(apart, `${one.id} ${other.id}`).toBe(true);
        }
    for (const { box: rect } of blocks) {
      expect(rect.x).toBeGreaterThanOrEqual(bounds.x);
      expect(rect.x + rect.width).toBeLessThanOrEqual(bounds.x + bounds.width);
    }
  });

  it('lays 5,000 steps out in one go, each with a slot of its own', () => {
    const steps = Array.from({ length: 5_000 }, (_unused, index) => card(`s${index}`));
    const { blocks, slots } = layOut(lane('', ...steps), SIZES);
    expect(blocks).toHaveLength(5_000);
    expect(new Set(slots.map(({ y }) => y)).size).toBe(5_001);
  });

  it('finds the slot under a dragged step, and none far away', () => {
    const { slots } = layOut(lane('', card('a'), card('b')), SIZES);
    expect(nearestSlot(slots, { x: 30, y: 158 }, 60)?.index).toBe(1);
    expect(nearestSlot(slots, { x: 500, y: 158 }, 60)).toBeUndefined();
  });
});
