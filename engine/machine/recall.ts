import type { Json } from '../../domain/json.ts';
import type { PlanNode, PlanRoot } from '../plan.ts';
import type { RecordedStep, RestartLevel, RestartStart, StepKey } from '../restart/types.ts';
import type { Frame, RecalledEnd } from './state.ts';
import type { Recollection, Turn } from './turn.ts';

/** Why the walk through an earlier run could not go on. */
export interface WalkEnd {
  readonly pointer: string;
  /**
   * `unended`: no result of this step is on record; `missing`: its output is not to be had; `withheld`: its output was masked; `order`:
   * tasks side by side wrote the context, and in which order is not on record.
   */
  readonly why: 'unended' | 'missing' | 'withheld' | 'order';
}

/** A place the walk came past: how a run begins there, and which lines of the timeline lie before it. */
export interface Reached {
  readonly start: RestartStart;
  readonly kept: readonly StepKey[];
}

/** Ends the walk; thrown through the interpreter. */
export class WalkEnded extends Error {
  readonly end: WalkEnd;

  constructor(end: WalkEnd) {
    super(`${end.pointer}: ${end.why}`);
    this.end = end;
  }
}

const LINEAR: ReadonlySet<PlanNode['kind']> = new Set(['workflow', 'do', 'inline', 'extended']);
const ALWAYS_ENTERED: ReadonlySet<PlanNode['kind']> = new Set(['do', 'inline', 'extended', 'switch']);
const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'skipped']);
/** What stands in place of a value that was not to be shown. */
const WITHHELD = '"[redacted]"';

const isWithheld = (value: Json): boolean => JSON.stringify(value).includes(WITHHELD);

const keyOf = ({ pointer, visit, attempt }: StepKey): string => `${pointer}\n${visit}\n${attempt}`;

/**
 * Goes through an earlier run with its recorded results in place of its calls, and notes what stood at every place a run can begin at.
 * What a task gave is taken from the record; only exports, jumps and rounds are worked out again.
 */
export class Walk implements Recollection {
  private readonly root: PlanRoot;
  private readonly steps: ReadonlyMap<string, RecordedStep>;
  private readonly inside = new Map<string, RecordedStep[]>();
  private readonly keptRows: RecordedStep[] = [];
  private readonly keptKeys = new Set<string>();
  private readonly exports = new Map<number, boolean>();
  private readonly noted = new Map<string, { readonly start: RestartStart; readonly kept: number }>();
  private lastSequence = 0;

  constructor(root: PlanRoot, steps: readonly RecordedStep[]) {
    this.root = root;
    this.steps = new Map(steps.map((step) => [keyOf(step), step]));
  }

  /** The places the walk came past, by pointer; of a step that was reached several times, the last. */
  places(): ReadonlyMap<string, Reached> {
    const keys = this.keptRows.map(({ pointer, visit, attempt }) => ({ pointer, visit, attempt }));
    return new Map(
      [...this.noted].map(([at, { start, kept }]) => [at, { start, kept: keys.slice(0, kept) }]),
    );
  }

  /**
   * Every task that began has a line once the run has ended. Without one the first run was never here: a list that ended the whole flow
   * looks, from outside, like one that ended.
   */
  reach(turn: Turn, node: PlanNode, frame: Frame): RecalledEnd | undefined {
    this.keepEnded(turn);
    const step = this.steps.get(keyOf({ ...frame, pointer: node.pointer }));
    if (step !== undefined) turn.data.nowMs = Math.max(turn.nowMs, step.startedAtMs);
    if (step !== undefined || (node.kind === 'extended' && this.hasRowsInside(node.pointer)))
      this.note(turn, node, frame);
    if (step?.status === 'skipped') return this.recall(turn, node, frame, step);
    return this.isEntered(node) ? undefined : this.recall(turn, node, frame, step);
  }

  /** What containers that were gone into have recorded since. */
  private keepEnded({ records }: Turn): void {
    for (const { step, status } of records.splice(0)) {
      const recorded = ENDED.has(status) ? this.steps.get(keyOf(step)) : undefined;
      if (recorded !== undefined) this.keep(recorded);
    }
  }

  private keep(step: RecordedStep): void {
    const key = keyOf(step);
    if (this.keptKeys.has(key)) return;
    this.keptKeys.add(key);
    this.lastSequence = Math.max(this.lastSequence, step.lastSequence);
    this.keptRows.push(step);
  }

  private recall(turn: Turn, node: PlanNode, frame: Frame, step: RecordedStep | undefined): RecalledEnd {
    const { pointer } = node;
    if (step === undefined || !ENDED.has(step.status)) throw new WalkEnded({ pointer, why: 'unended' });
    turn.data.nowMs = Math.max(turn.nowMs, step.endedAtMs ?? step.startedAtMs);
    this.keepInside(turn, frame, step);
    this.keep(step);
    if (step.status === 'failed') {
      if (step.error === null) throw new WalkEnded({ pointer, why: 'missing' });
      return { status: 'failed', error: step.error };
    }
    const output = step.status === 'skipped' ? (step.output ?? frame.raw) : step.output;
    if (output === undefined) throw new WalkEnded({ pointer, why: 'missing' });
    if (isWithheld(output)) throw new WalkEnded({ pointer, why: 'withheld' });
    return { status: step.status === 'skipped' ? 'skipped' : 'completed', output };
  }

  /** Lines inside a container that is recalled as a whole; attempts used up there count for the try around it. */
  private keepInside(turn: Turn, frame: Frame, step: RecordedStep): void {
    const rows = this.rowsInside(step.pointer);
    let highest = 0;
    while (rows[0] !== undefined && rows[0].sequence <= step.lastSequence) {
      const [row] = rows.splice(0, 1);
      if (row === undefined) break;
      highest = Math.max(highest, row.attempt);
      this.keep(row);
    }
    for (let at = frame.parent; at !== ''; at = turn.frame(at).parent) {
      if (turn.frame(at).tryAttempt === undefined) continue;
      const outer = turn.own(at);
      outer.highest = Math.max(outer.highest ?? 1, highest);
      return;
    }
  }

  /** Lines inside a task that have not been kept yet, in order. */
  private rowsInside(pointer: string): RecordedStep[] {
    const known = this.inside.get(pointer);
    if (known !== undefined) return known;
    const rows: RecordedStep[] = [];
    for (const row of this.steps.values()) if (row.pointer.startsWith(`${pointer}/`)) rows.push(row);
    rows.sort((left, right) => left.sequence - right.sequence);
    this.inside.set(pointer, rows);
    return rows;
  }

  /** Of an extension that failed before its task began, only its own steps have lines. */
  private hasRowsInside(pointer: string): boolean {
    return this.rowsInside(pointer).some((row) => !this.keptKeys.has(keyOf(row)));
  }

  /** Whether a task is gone into rather than taken from its own line. */
  private isEntered(node: PlanNode): boolean {
    if (ALWAYS_ENTERED.has(node.kind)) return true;
    switch (node.kind) {
      case 'try':
        // Whether a try was left by way of its catch is not in its line.
        return node.catch.goTo !== undefined || this.writesInside(node);
      case 'for':
        return this.writesInside(node);
      case 'fork': {
        const writing = node.branches.filter((branch) => this.writes(branch));
        if (writing.length > (node.compete ? 0 : 1))
          throw new WalkEnded({ pointer: node.pointer, why: 'order' });
        return writing.length > 0;
      }
      case 'listen':
        if (node.foreach?.exportAs !== undefined || this.writesInside(node))
          throw new WalkEnded({ pointer: node.pointer, why: 'missing' });
        return false;
      default:
        return false;
    }
  }

  private writesInside(node: PlanNode): boolean {
    return innerNodes(this.root, node).some((inner) => this.writes(inner));
  }

  /** True when a task or one inside it exports to the context. */
  private writes(index: number): boolean {
    const known = this.exports.get(index);
    if (known !== undefined) return known;
    const node = this.root.nodes[index];
    const writes = node !== undefined && (node.exportAs !== undefined || this.writesInside(node));
    this.exports.set(index, writes);
    return writes;
  }

  private note(turn: Turn, node: PlanNode, frame: Frame): void {
    const chain: Frame[] = [];
    for (let at = frame.parent; at !== ''; at = turn.frame(at).parent) chain.unshift(turn.frame(at));
    const around = chain.map((each) => turn.node(each.node));
    // An extension and the task it stands around have one pointer: the run begins with the extension.
    if (around.at(-1)?.pointer === node.pointer && around.at(-1)?.kind === 'extended') return;
    const isLinear = chain.every(
      (each, at) =>
        LINEAR.has(around[at]?.kind ?? 'fork') && (each.phase === undefined || each.phase === 'body'),
    );
    if (!isLinear) return;
    const { pointer } = node;
    const { visit, raw } = frame;
    const levels = chain.map((each, at) => levelOf(each, around[at]?.pointer ?? '', at === 0));
    this.noted.set(pointer, {
      start: { pointer, visit, context: turn.data.context, raw, levels, sequence: this.lastSequence },
      kept: this.keptRows.length,
    });
  }
}

function levelOf(frame: Frame, pointer: string, isFlow: boolean): RestartLevel {
  const { visit, raw, input, laps, phase, index } = frame;
  return {
    pointer,
    visit,
    ...(isFlow ? {} : { raw }),
    ...(input === raw ? {} : { input }),
    ...(laps === undefined || laps === 0 ? {} : { laps }),
    ...(phase === undefined ? {} : { applies: index === 1 }),
  };
}

/** The tasks directly inside a task, over all its lists. */
export function innerNodes(root: PlanRoot, node: PlanNode): readonly number[] {
  const listed = (list: number | undefined): readonly number[] =>
    list === undefined ? [] : (root.lists[list]?.items ?? []);
  switch (node.kind) {
    case 'workflow':
    case 'do':
    case 'inline':
    case 'for':
      return listed(node.list);
    case 'extended':
      return [...listed(node.before), ...listed(node.list), ...listed(node.after)];
    case 'try':
      return [...listed(node.list), ...listed(node.catch.list)];
    case 'fork':
      return node.branches;
    case 'listen':
      return listed(node.foreach?.list);
    default:
      return [];
  }
}
