import { isJsonObject, type Json } from '../../domain/json.ts';
import { dataLimits } from '../data-limits.ts';
import { expressionRevision } from '../expression/index.ts';
import type { Reached, WalkEnd } from '../machine/recall.ts';
import { type Walked, walkRun } from '../machine/walk-run.ts';
import { type PlanNode, type PlanRoot, planRoot } from '../plan.ts';
import type { Plan } from '../types.ts';
import { nodesBefore, type Place, placesOf } from './places.ts';
import * as say from './refusals.ts';
import type { RecordedStep, RestartPoint, RestartRefusal, RestartStart, StepKey } from './types.ts';
import { differsBefore } from './versions.ts';

/** Most characters of JSON text a run may begin with, beside its plan and input. */
export const startChars = dataLimits.valueChars;

/** An approval of the earlier run as it is on record. */
export interface RecordedApproval {
  readonly status: string;
  readonly contentHash: string;
  /** Hash of the plan of the run that asked. */
  readonly planHash: string;
  /** The content on record still gives the hash that was decided on. */
  readonly isIntact: boolean;
}

/** An ended run and the version it is to go on with. */
export interface RestartQuestion {
  readonly runId: string;
  readonly input: Json;
  /** The plan that ran. */
  readonly ran: Plan;
  /** The plan that is to run; the same one, or that of another version of the flow. */
  readonly next: Plan;
  /** The whole timeline, in order. */
  readonly steps: readonly RecordedStep[];
  readonly approvals: ReadonlyMap<string, RecordedApproval>;
}

/**
 * Every step of the version that is to run, in document order, as a place to restart from: with the state the run begins in and the
 * lines that are kept, or with the one reason why not. A restart never carries an approval or a change window over to a controlled step:
 * that is asked again. Behind other steps an approval stands only with its recorded decision on the same content in the same plan.
 */
export function restartPoints(question: RestartQuestion): RestartPoint[] {
  const { ran, next, steps } = question;
  const startedAtMs = steps.reduce(
    (least, step) => Math.min(least, step.startedAtMs),
    Number.MAX_SAFE_INTEGER,
  );
  const facts = {
    runId: question.runId,
    startedAtMs: steps.length === 0 ? 0 : startedAtMs,
    engineVersion: '',
    expressions: expressionRevision,
  };
  const walked = walkRun(ran, question.input, facts, steps);
  const finder = new Finder(question, walked, planRoot(ran), planRoot(next));
  return placesOf(planRoot(next)).map((place) => finder.point(place));
}

const INSIDE: Partial<Record<PlanNode['kind'], Parameters<typeof say.insideRefusal>[0]>> = {
  for: 'inside-loop',
  listen: 'inside-loop',
  fork: 'inside-fork',
  try: 'inside-try',
};

const BY_END = {
  unended: 'data-missing',
  missing: 'data-missing',
  withheld: 'data-withheld',
  order: 'context-unknown',
} as const satisfies Record<WalkEnd['why'], RestartRefusal['code']>;

class Finder {
  private readonly question: RestartQuestion;
  private readonly walked: Walked;
  private readonly ran: PlanRoot;
  private readonly next: PlanRoot;
  private readonly seen: ReadonlySet<string>;
  private readonly lengths = new WeakMap<object, number>();
  private readonly stepOf: ReadonlyMap<string, RecordedStep>;

  constructor(question: RestartQuestion, walked: Walked, ran: PlanRoot, next: PlanRoot) {
    this.question = question;
    this.walked = walked;
    this.ran = ran;
    this.next = next;
    this.seen = new Set(question.steps.flatMap(({ pointer }) => prefixesOf(pointer)));
    this.stepOf = new Map(question.steps.map((step) => [keyText(step), step]));
  }

  point(place: Place): RestartPoint {
    const { pointer, name } = place.node;
    const reached = this.walked.reached.get(pointer);
    const refusal = this.refusalOf(place, reached);
    return {
      pointer,
      name,
      task: taskOf(this.next, place.node),
      visit: reached?.start.visit ?? '0',
      kept: reached?.kept ?? [],
      ...(refusal === undefined ? {} : { refusal }),
      ...(reached === undefined ? {} : { start: reached.start }),
    };
  }

  private refusalOf(place: Place, reached: Reached | undefined): RestartRefusal | undefined {
    const inside = insideOf(place);
    if (inside !== undefined) return inside;
    if (reached === undefined) return this.unreached(place.node.pointer);
    if (this.question.next.hash !== this.question.ran.hash) {
      const step = differsBefore(this.ran, this.next, place, reached.kept);
      if (step !== undefined) return say.versionDiffers(step, this.question.next.document.version);
    }
    const chars = this.charsOf(reached.start);
    if (chars > startChars) return say.tooLarge(Math.ceil(chars / 1024), startChars / 1024);
    return this.approvalRefusal(place, reached.kept);
  }

  /** About the length of a start as JSON; the same results stand in many, so each is measured once. */
  private charsOf({ context, raw, levels }: RestartStart): number {
    const held = [context, raw, ...levels.flatMap((level) => [level.raw, level.input])];
    return held.reduce<number>((sum, value) => sum + (value === undefined ? 0 : this.lengthOf(value)), 0);
  }

  private lengthOf(value: Json): number {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value).length;
    const length = this.lengths.get(value) ?? JSON.stringify(value).length;
    this.lengths.set(value, length);
    return length;
  }

  private unreached(pointer: string): RestartRefusal {
    const { end } = this.walked;
    if (end === undefined || !this.seen.has(pointer)) return say.notReached();
    return say.dataRefusal(BY_END[end.why], stepNameAt(end.pointer));
  }

  private approvalRefusal(place: Place, kept: readonly StepKey[]): RestartRefusal | undefined {
    const asked = kept.flatMap((key) => {
      const step = this.stepOf.get(keyText(key));
      const primitive = step === undefined ? undefined : this.primitiveOf(step);
      return step === undefined || primitive === undefined || step.status === 'skipped'
        ? []
        : [{ step, primitive }];
    });
    const [first] = asked;
    if (first === undefined) return undefined;
    const controlled = this.controlledFrom(place);
    if (controlled !== undefined) return say.askedAgain(this.askingStep(first.step), controlled.name);
    const unlike = asked.find(({ step, primitive }) => primitive === 'approval' && !this.isSame(step));
    return unlike === undefined ? undefined : say.approvalNotSame(this.askingStep(unlike.step));
  }

  private primitiveOf({ function: called }: RecordedStep): 'approval' | 'change-window' | undefined {
    if (called === null) return undefined;
    const run = this.question.ran.functions[called]?.run;
    return run?.kind === 'primitive' ? run.primitive : undefined;
  }

  /** The step to restart from so that this approval is asked again: itself, or what it stands inside of. */
  private askingStep({ pointer, name }: RecordedStep): { name: string; pointer: string } {
    const place = placesOf(this.ran).find(({ node }) => node.pointer === pointer);
    const from = place === undefined ? undefined : insideOf(place)?.from;
    return from === undefined ? { name, pointer } : { name: stepNameAt(from), pointer: from };
  }

  /** A controlled step that may run from the place on. */
  private controlledFrom(place: Place): PlanNode | undefined {
    const before = new Set(nodesBefore(this.next, place));
    return this.next.nodes.find(
      (node) =>
        node.kind === 'call' &&
        !before.has(node) &&
        this.question.next.functions[node.function]?.controlled === true,
    );
  }

  private isSame({ output, status }: RecordedStep): boolean {
    if (status !== 'completed' || !isJsonObject(output)) return false;
    const { approvalId, contentHash, outcome = output.decision } = output;
    const approval = typeof approvalId === 'string' ? this.question.approvals.get(approvalId) : undefined;
    return (
      approval !== undefined &&
      approval.isIntact &&
      approval.status === outcome &&
      approval.contentHash === contentHash &&
      approval.planHash === this.question.next.hash
    );
  }
}

function insideOf({ around, isExtension }: Place): RestartRefusal | undefined {
  const outer = around.find(({ kind }) => INSIDE[kind] !== undefined);
  const code = outer === undefined ? undefined : INSIDE[outer.kind];
  if (outer !== undefined && code !== undefined) return say.insideRefusal(code, outer);
  const extended = isExtension ? around.find(({ kind }) => kind === 'extended') : undefined;
  return extended === undefined ? undefined : say.insideRefusal('inside-extension', extended);
}

function taskOf(root: PlanRoot, node: PlanNode): string {
  if (node.kind === 'inline') return 'call';
  if (node.kind !== 'extended') return node.kind;
  const inner = root.nodes[root.lists[node.list]?.items[0] ?? -1];
  return inner === undefined ? 'do' : taskOf(root, inner);
}

/** A pointer and the pointers of all tasks it may stand inside of. */
function prefixesOf(pointer: string): string[] {
  const parts = pointer.split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** Tells one line of a timeline from another. */
export function keyText({ pointer, visit, attempt }: StepKey): string {
  return `${pointer}\n${visit}\n${attempt}`;
}

/** The name of the step at a pointer. */
export function stepNameAt(pointer: string): string {
  return (pointer.split('/').at(-1) ?? pointer).replaceAll('~1', '/').replaceAll('~0', '~');
}
