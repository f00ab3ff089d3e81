import type { JsonObject } from '../../domain/json.ts';
import {
  type OutlineBlock,
  type OutlineLane,
  type OutlineLaneKind,
  outlineOf,
} from '../../engine/edit/index.ts';
import { parseCall, textMember } from '../../engine/tasks.ts';
import type { StepDefinition } from '../../steps/define-step.ts';
import { findDefinition } from '../../steps/index.ts';
import { keptName } from './model/kept.ts';
import type { LayoutBlock, LayoutLane } from './layout.ts';

/** A step as the canvas draws it. */
export interface BlockView {
  /** JSON pointer of the task: selection, problems and addresses use it. */
  readonly id: string;
  /** The person's words for it, else its name in the document. */
  readonly name: string;
  readonly hasTitle: boolean;
  readonly task: JsonObject;
  readonly kind: OutlineBlock['kind'];
  readonly frame: OutlineBlock['frame'];
  readonly definition: StepDefinition | undefined;
  readonly isRaw: boolean;
  readonly isOff: boolean;
  readonly note: string;
  readonly lanes: readonly LaneView[];
}

/** Steps below one another. */
export interface LaneView {
  /** JSON pointer of the task list. */
  readonly id: string;
  readonly kind: OutlineLaneKind;
  readonly name: string;
  /** Condition of a case, as written. */
  readonly when: string | undefined;
  /** Position of a case or way; undefined for lanes that cannot be named or removed. */
  readonly position: number | undefined;
  readonly blocks: readonly BlockView[];
}

function viewOfLane({ pointer, kind, name, when, position, blocks }: OutlineLane): LaneView {
  return { id: pointer, kind, name, when, position, blocks: blocks.map(viewOfBlock) };
}

function viewOfBlock(block: OutlineBlock): BlockView {
  return {
    id: block.pointer,
    name: block.title ?? block.name,
    hasTitle: block.title !== undefined,
    task: block.task,
    kind: block.frame === 'switch' ? 'switch' : block.kind,
    frame: block.frame,
    definition: definitionOf(block.task),
    isRaw: block.isRaw,
    isOff: block.isOff,
    note: block.note,
    lanes: block.lanes.map(viewOfLane),
  };
}

function definitionOf(task: JsonObject): StepDefinition | undefined {
  const call = textMember(task, 'call');
  if (call === undefined) return undefined;
  if (call === 'http') return findDefinition('http:1.0.0');
  const parsed = parseCall(call);
  return parsed === undefined || parsed.catalog !== 'default'
    ? undefined
    : findDefinition(`${parsed.name}:${parsed.version}`);
}

/** Structure for the layout: ids and what is folded. */
export function layoutOf(lane: LaneView, folded: ReadonlySet<string>): LayoutLane {
  return { id: lane.id, blocks: lane.blocks.map((block) => layoutBlock(block, folded)) };
}

function layoutBlock(block: BlockView, folded: ReadonlySet<string>): LayoutBlock {
  return {
    id: block.id,
    isFolded: folded.has(block.id),
    lanes: block.lanes.map((lane) => layoutOf(lane, folded)),
  };
}

/** A step and where it stands. */
export interface BlockEntry {
  readonly block: BlockView;
  readonly lane: LaneView;
  readonly index: number;
}

/** Every step in document order with the lane it stands in. */
export function everyBlock(lane: LaneView): BlockEntry[] {
  return lane.blocks.flatMap((block, index) => [{ block, lane, index }, ...block.lanes.flatMap(everyBlock)]);
}

/** A lookup over a whole flow. */
export interface FlowIndex {
  readonly root: LaneView;
  readonly blocks: ReadonlyMap<string, BlockEntry>;
  readonly lanes: ReadonlyMap<string, { readonly lane: LaneView; readonly owner: BlockView | undefined }>;
  /** Name of the step behind each kept result. */
  readonly keptBy: ReadonlyMap<string, string>;
}

/** The lookup of a document, made once per change. */
export function indexOfDocument(document: JsonObject): FlowIndex {
  const root = viewOfLane(outlineOf(document));
  const entries = everyBlock(root);
  const lanes = new Map<string, { lane: LaneView; owner: BlockView | undefined }>([
    [root.id, { lane: root, owner: undefined }],
  ]);
  for (const { block } of entries) for (const lane of block.lanes) lanes.set(lane.id, { lane, owner: block });
  const keptBy = new Map(
    entries.flatMap(({ block }) => {
      const name = keptName(block.task);
      return name === undefined ? [] : [[name, block.name] as const];
    }),
  );
  return { root, blocks: new Map(entries.map((entry) => [entry.block.id, entry])), lanes, keptBy };
}
