/**
 * Where everything of a flow stands: computed from its structure alone, never stored. All numbers are canvas units (pixels at zoom 1);
 * `sizes` come from the caller, so that this file knows no look.
 */

/** Sizes the layout is built from. */
export interface LayoutSizes {
  readonly cardWidth: number;
  readonly cardHeight: number;
  /** Height of the line between two steps, on which “+” stands. */
  readonly gap: number;
  /** Start and end marks. */
  readonly markHeight: number;
  /** Between the card of a container and its frame. */
  readonly lead: number;
  readonly framePad: number;
  readonly laneHead: number;
  readonly lanePad: number;
  readonly laneGap: number;
}

/** A step, and what it contains. A step without lanes is a card. */
export interface LayoutBlock {
  readonly id: string;
  readonly lanes: readonly LayoutLane[];
  /** Its lanes are folded away: it stands as a card. */
  readonly isFolded: boolean;
}

/** Steps below one another inside a container, or the flow itself. */
export interface LayoutLane {
  readonly id: string;
  readonly blocks: readonly LayoutBlock[];
}

/** A rectangle; x and y are its upper left corner. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a step stands. */
export interface PlacedBlock {
  readonly id: string;
  readonly laneId: string;
  /** Position in its lane. */
  readonly index: number;
  /** Card, frame and everything inside. */
  readonly box: Rect;
  readonly card: Rect;
  /** Around the lanes; undefined for a step without lanes and for a folded one. */
  readonly frame: Rect | undefined;
  readonly lanes: readonly PlacedLane[];
}

/** Where a lane stands: heading at its top, then its first gap. */
export interface PlacedLane extends Rect {
  readonly id: string;
  readonly count: number;
}

/** A place where a step can be put: before step `index` of the lane, or at its end. x and y are its centre. */
export interface Slot {
  readonly laneId: string;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** A whole flow laid out; the axis of the flow is x = 0, its start is y = 0. */
export interface Layout {
  readonly blocks: readonly PlacedBlock[];
  readonly slots: readonly Slot[];
  readonly start: Rect;
  readonly end: Rect;
  readonly bounds: Rect;
}

interface Measured {
  readonly block: LayoutBlock;
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly MeasuredLane[];
}

interface MeasuredLane {
  readonly lane: LayoutLane;
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Measured[];
}

/** Lays a flow out from its outermost lane: each step measured once, then placed once. */
export function layOut(root: LayoutLane, sizes: LayoutSizes): Layout {
  const blocks: PlacedBlock[] = [];
  const slots: Slot[] = [];
  const measured = measureLane(root, sizes);
  const start = centred(0, 0, sizes.cardWidth, sizes.markHeight);
  const bottom = placeLane(measured, 0, sizes.markHeight, sizes, blocks, slots);
  const end = centred(0, bottom, sizes.cardWidth, sizes.markHeight);
  const width = Math.max(sizes.cardWidth, measured.width);
  return {
    blocks,
    slots,
    start,
    end,
    bounds: { x: -width / 2, y: 0, width, height: bottom + sizes.markHeight },
  };
}

function centred(axis: number, y: number, width: number, height: number): Rect {
  return { x: axis - width / 2, y, width, height };
}

function measureLane(lane: LayoutLane, sizes: LayoutSizes): MeasuredLane {
  const blocks = lane.blocks.map((block) => measure(block, sizes));
  return {
    lane,
    blocks,
    width: Math.max(sizes.cardWidth, ...blocks.map((block) => block.width)),
    height: blocks.reduce((sum, block) => sum + block.height + sizes.gap, sizes.gap),
  };
}

function measure(block: LayoutBlock, sizes: LayoutSizes): Measured {
  if (block.isFolded || block.lanes.length === 0)
    return { block, width: sizes.cardWidth, height: sizes.cardHeight, lanes: [] };
  const lanes = block.lanes.map((lane) => measureLane(lane, sizes));
  const inside = lanes.reduce((sum, lane) => sum + lane.width + 2 * sizes.lanePad, 0);
  const tallest = Math.max(...lanes.map((lane) => lane.height));
  return {
    block,
    lanes,
    width: inside + (lanes.length - 1) * sizes.laneGap + 2 * sizes.framePad,
    height: sizes.cardHeight + sizes.lead + 2 * sizes.framePad + sizes.laneHead + tallest,
  };
}

/** Places a lane's steps below one another around an axis; returns where the next thing begins. */
function placeLane(
  measured: MeasuredLane,
  axis: number,
  top: number,
  sizes: LayoutSizes,
  blocks: PlacedBlock[],
  slots: Slot[],
): number {
  const laneId = measured.lane.id;
  let y = top;
  slots.push({ laneId, index: 0, x: axis, y: y + sizes.gap / 2 });
  y += sizes.gap;
  for (const [index, block] of measured.blocks.entries()) {
    placeBlock(block, { laneId, index, axis, y }, sizes, blocks, slots);
    y += block.height;
    slots.push({ laneId, index: index + 1, x: axis, y: y + sizes.gap / 2 });
    y += sizes.gap;
  }
  return y;
}

function placeBlock(
  measured: Measured,
  at: { readonly laneId: string; readonly index: number; readonly axis: number; readonly y: number },
  sizes: LayoutSizes,
  blocks: PlacedBlock[],
  slots: Slot[],
): void {
  const { laneId, index, axis, y } = at;
  const card = centred(axis, y, sizes.cardWidth, sizes.cardHeight);
  const lanes: PlacedLane[] = [];
  const frame =
    measured.lanes.length === 0
      ? undefined
      : centred(
          axis,
          y + sizes.cardHeight + sizes.lead,
          measured.width,
          measured.height - sizes.cardHeight - sizes.lead,
        );
  blocks.push({
    id: measured.block.id,
    laneId,
    index,
    box: centred(axis, y, measured.width, measured.height),
    card,
    frame,
    lanes,
  });
  if (frame === undefined) return;
  let x = frame.x + sizes.framePad;
  const top = frame.y + sizes.framePad;
  for (const lane of measured.lanes) {
    const width = lane.width + 2 * sizes.lanePad;
    lanes.push({
      id: lane.lane.id,
      count: lane.blocks.length,
      x,
      y: top,
      width,
      height: frame.height - 2 * sizes.framePad,
    });
    placeLane(lane, x + width / 2, top + sizes.laneHead, sizes, blocks, slots);
    x += width + sizes.laneGap;
  }
}

/** The slot nearest to a point, undefined when none is within `reach` units of it (sideways and up or down alike). */
export function nearestSlot(
  slots: readonly Slot[],
  point: { readonly x: number; readonly y: number },
  reach: number,
): Slot | undefined {
  let best: Slot | undefined;
  let least = reach;
  for (const slot of slots) {
    // A step is wide and low: being beside a slot counts less than being above or below it.
    const distance = Math.max(Math.abs(slot.x - point.x) / 2, Math.abs(slot.y - point.y));
    if (distance >= least) continue;
    least = distance;
    best = slot;
  }
  return best;
}
