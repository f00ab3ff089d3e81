import type { Json } from '../../domain/json.ts';
import { standardError } from '../errors.ts';
import { type PlanNode, type PlanRoot, planRoot } from '../plan.ts';
import type {
  Command,
  FlowError,
  MachineState,
  Plan,
  StepRecord,
  StepStatus,
  StepVisit,
  Transition,
} from '../types.ts';
import type { BodyResult, Frame, MachineData, RecalledEnd, TaskResult, Wait } from './state.ts';
import { machineState } from './state.ts';

/** Steps one turn may take before the run fails: a loop without commands would otherwise never yield. */
export const maxStepsPerTurn = 100_000;
/** Deepest nesting of running tasks (functions of `use` that call each other included). */
const maxDepth = 200;

/** A command as the machine issues it, without its id. */
export type NewCommand = Command extends infer Each
  ? Each extends { readonly commandId: string }
    ? Omit<Each, 'commandId'>
    : never
  : never;

/** Ends the turn: the run as a whole has failed. */
export class RunFailure extends Error {
  readonly error: FlowError;

  constructor(error: FlowError) {
    super(error.detail ?? error.title);
    this.error = error;
  }
}

/** The parts of the interpreter that its modules need of each other; handed over here so that no module imports in a circle. */
export interface Interpreter {
  /** Begins a task; undefined when it waits. */
  enter(turn: Turn, index: number, raw: Json, parentId: string, slot?: number): TaskResult | undefined;
  /** Applies output and export of a task that has ended, and records it. */
  complete(turn: Turn, frame: Frame, result: BodyResult): TaskResult;
  /** Decides what follows an error inside a try. */
  handleError(turn: Turn, frameId: string, error: FlowError): BodyResult | 'again' | undefined;
}

/** Answers for tasks of an earlier run, whose recorded results stand. */
export interface Recollection {
  /** Asked as each task begins. Undefined: the task is entered as always. Throws to end the walk. */
  reach(turn: Turn, node: PlanNode, frame: Frame): RecalledEnd | undefined;
}

/** Everything that changes during one turn. The state given in is never touched: tables are copied, frames on first write. */
export class Turn {
  readonly plan: Plan;
  readonly interpreter: Interpreter;
  readonly root: PlanRoot;
  readonly data: MachineData;
  /** Present when an earlier run is gone through again; no run that goes on has one. */
  readonly recall: Recollection | undefined;
  readonly records: StepRecord[] = [];
  status: MachineState['status'] = 'running';
  private commands: Command[] = [];
  private readonly issued = new Set<string>();
  private readonly owned = new Set<string>();
  private steps = 0;

  constructor(interpreter: Interpreter, plan: Plan, data: MachineData, atMs: number, recall?: Recollection) {
    this.recall = recall;
    this.interpreter = interpreter;
    this.plan = plan;
    this.root = planRoot(plan);
    this.data = {
      ...data,
      frames: { ...data.frames },
      waits: { ...data.waits },
      nowMs: Math.max(data.nowMs, atMs),
    };
  }

  get nowMs(): number {
    return this.data.nowMs;
  }

  node(index: number): PlanNode {
    const node = this.root.nodes[index];
    if (node === undefined) throw new Error(`plan ${this.plan.hash} has no node ${index}`);
    return node;
  }

  /** A frame to read. */
  frame(frameId: string): Frame {
    const frame = this.data.frames[frameId];
    if (frame === undefined) throw new Error(`no frame ${frameId}`);
    return frame;
  }

  /** A frame to write: a copy made on first use in this turn. */
  own(frameId: string): Frame {
    const frame = this.frame(frameId);
    if (this.owned.has(frameId)) return frame;
    const copy: Frame = { ...frame };
    if (frame.children !== undefined) copy.children = [...frame.children];
    if (frame.results !== undefined) copy.results = [...frame.results];
    this.owned.add(frameId);
    this.data.frames[frameId] = copy;
    return copy;
  }

  /** Puts a task among the running ones. */
  addFrame(frame: Frame): string {
    const frameId = `f${this.data.nextFrame}`;
    this.data.nextFrame += 1;
    this.data.frames[frameId] = frame;
    this.owned.add(frameId);
    if (frame.parent !== '') {
      const parent = this.own(frame.parent);
      parent.children = [...(parent.children ?? []), frameId];
    }
    return frameId;
  }

  removeFrame(frameId: string): void {
    const { parent } = this.frame(frameId);
    delete this.data.frames[frameId];
    if (parent === '' || this.data.frames[parent] === undefined) return;
    const owner = this.own(parent);
    const left = owner.children?.filter((child) => child !== frameId) ?? [];
    owner.children = left.length === 0 ? undefined : left;
  }

  /** Counts a step against the budget of the turn. */
  tick(pointer: string): void {
    this.steps += 1;
    if (this.steps <= maxStepsPerTurn) return;
    throw new RunFailure(
      standardError(
        'runtime',
        pointer,
        `more than ${maxStepsPerTurn} steps without a call or a wait: the flow loops`,
      ),
    );
  }

  /** Fails the run when tasks nest too deeply. */
  checkDepth(parentId: string, pointer: string): void {
    let depth = 0;
    for (let at = parentId; at !== ''; at = this.frame(at).parent) depth += 1;
    if (depth > maxDepth) {
      throw new RunFailure(standardError('runtime', pointer, `tasks are nested more than ${maxDepth} deep`));
    }
  }

  /** Issues a command that stays open until an event names its id. */
  issue(command: NewCommand, wait: Wait): string {
    const commandId = `c${this.data.nextCommand}`;
    this.data.nextCommand += 1;
    this.commands.push({ ...command, commandId } as Command);
    this.issued.add(commandId);
    this.data.waits[commandId] = wait;
    return commandId;
  }

  /** The last word of a run. */
  finish(status: MachineState['status'], command: Command): void {
    this.status = status;
    this.commands.push(command);
  }

  closeWait(commandId: string): void {
    delete this.data.waits[commandId];
  }

  /**
   * Withdraws an open command and forgets it. True when the driver knows of it; one issued in this same turn simply never goes out.
   */
  withdraw(commandId: string): boolean {
    if (this.data.waits[commandId] === undefined) return false;
    this.closeWait(commandId);
    if (this.issued.has(commandId)) {
      this.commands = this.commands.filter(
        (command) => !('commandId' in command) || command.commandId !== commandId,
      );
      return false;
    }
    this.commands.push({ kind: 'cancel', commandId });
    return true;
  }

  visitOf(frame: Pick<Frame, 'node' | 'visit' | 'attempt'>): StepVisit {
    const node = this.node(frame.node);
    return { pointer: node.pointer, name: node.name, visit: frame.visit, attempt: frame.attempt };
  }

  /** The task an extension stands around, for any other node the node itself. */
  taskOf(node: PlanNode): PlanNode {
    if (node.kind !== 'extended') return node;
    const inner = this.root.lists[node.list]?.items[0];
    return inner === undefined ? node : this.taskOf(this.node(inner));
  }

  /** One line of the timeline. The workflow itself has none. */
  record(
    frame: Pick<Frame, 'node' | 'visit' | 'attempt' | 'startedAtMs'>,
    status: StepStatus,
    facts: {
      readonly input?: Json | undefined;
      readonly output?: Json | undefined;
      readonly answer?: Json | undefined;
      readonly error?: FlowError | undefined;
    },
  ): void {
    const node = this.node(frame.node);
    if (node.kind === 'workflow') return;
    // A task with an extension around it has its own line; only when it is skipped does nobody else write one.
    if (node.kind === 'extended' && status !== 'skipped') return;
    this.addRecord(frame, status, facts);
  }

  /** The line of a task that an extension answered instead. */
  recordReplaced(frame: Frame, output: Json): void {
    this.addRecord(frame, 'completed', { input: frame.input, output });
  }

  private addRecord(
    frame: Pick<Frame, 'node' | 'visit' | 'attempt' | 'startedAtMs'>,
    status: StepStatus,
    facts: {
      readonly input?: Json | undefined;
      readonly output?: Json | undefined;
      readonly answer?: Json | undefined;
      readonly error?: FlowError | undefined;
    },
  ): void {
    const node = this.taskOf(this.node(frame.node));
    this.data.sequence += 1;
    this.records.push({
      sequence: this.data.sequence,
      step: this.visitOf(frame),
      task: taskName(node),
      ...(node.kind === 'call' ? { function: node.function } : {}),
      status,
      atMs: this.nowMs,
      startedAtMs: frame.startedAtMs,
      ...(facts.input === undefined ? {} : { input: facts.input }),
      ...(facts.output === undefined ? {} : { output: facts.output }),
      ...(facts.answer === undefined ? {} : { answer: facts.answer }),
      ...(facts.error === undefined ? {} : { error: facts.error }),
    });
  }

  transition(): Transition {
    return { state: machineState(this.status, this.data), commands: this.commands, records: this.records };
  }
}

function taskName(node: PlanNode): string {
  if (node.kind === 'call' && node.process === true) return 'run';
  return node.kind === 'inline' ? 'call' : node.kind;
}
