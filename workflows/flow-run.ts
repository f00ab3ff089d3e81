import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Json, JsonObject } from '../domain/json.ts';
import { advanceMachine, restartMachine, startMachine } from '../engine/index.ts';
import type { Command, MachineEvent, MachineState, StepVisit, Transition } from '../engine/types.ts';
import type { CallContext } from '../steps/define-step.ts';
import { type ActivityRun, callActivity, callInChunk } from './calls.ts';
import { isChanged } from './changes.ts';
import { childOptions } from './child-runs.ts';
import { flowErrorOf, isCancelledRun, restOf, runFailure } from './failures.ts';
import type { ApprovalMessage, OpenCommand, PrimitiveState, RunFlowInput, RunProbe } from './messages.ts';
import { HeardEvents } from './heard-events.ts';
import { driverActivities } from './primitives/activities.ts';
import { runApproval } from './primitives/approval.ts';
import { checkApprovalEvent, isSettledApproval, takeApprovalEvent } from './primitives/approval-events.ts';
import { runChangeWindow } from './primitives/change-window.ts';
import type { PrimitiveCall } from './primitives/primitive.ts';
import { endErrorOf, type RunOutcome, RunReport } from './run-report.ts';
import { outcomeThatFits, requireInputFits, runTooLarge } from './sizes.ts';

/** Version of the interpreter; runs remember the one they were started with. */
export const ENGINE_VERSION = '1.0.0';

interface OpenEntry {
  readonly command: Command;
  /** How the command is cancelled; a short local step has none and is left to end by itself. */
  readonly scope?: CancellationScope;
  primitive?: PrimitiveState;
}

type OpenKind = Extract<Command, { commandId: string; step: StepVisit }>;

/** One execution of a run: carries the machine's commands out and tells it what happened. */
export class FlowRun {
  private readonly input: RunFlowInput;
  private readonly startedAtMs: number;
  /** Scope of the workflow, torn down when it is cancelled from outside. Only short local steps run in it. */
  private readonly root = CancellationScope.current();
  private shield: CancellationScope | undefined;
  private machine: MachineState;
  private readonly open = new Map<string, OpenEntry>();
  private readonly inbox: MachineEvent[] = [];
  /** Commands held back while the run drains before it continues as new. */
  private held: OpenCommand[] = [];
  private readonly heard: HeardEvents;
  /** Events that came while a listen task looks back for earlier ones, by its command. */
  private readonly opening = new Map<string, JsonObject[]>();
  private inFlight = 0;
  private turns = 0;
  /** Turns that changed anything. */
  private steps = 0;
  private readonly said: RunReport;
  private ended: { resolve(output: Json): void; reject(error: unknown): void } | undefined;
  private isWatching = false;
  private isTurning = false;
  private outcome: RunOutcome | undefined;

  constructor(input: RunFlowInput) {
    this.input = input;
    this.startedAtMs = input.resume?.startedAtMs ?? Date.now();
    this.heard = new HeardEvents(input.resume?.heard);
    const { shownStatus = 'running', hasWaited = false } = input.resume ?? {};
    this.said = new RunReport(input.context, shownStatus, hasWaited);
    if (input.resume === undefined) {
      const facts = {
        runId: input.context.runId,
        startedAtMs: this.startedAtMs,
        engineVersion: ENGINE_VERSION,
        expressions: input.context.expressions ?? 1,
        hasChunks: input.context.hasChunks === true,
      };
      const first =
        input.restart === undefined
          ? startMachine(input.plan, input.input, facts, this.startedAtMs)
          : restartMachine(input.plan, input.input, input.restart, facts, this.startedAtMs);
      this.machine = first.state;
      this.apply(first);
    } else {
      this.machine = input.resume.state;
      for (const { command, primitive } of input.resume.open) this.dispatch(command, primitive);
    }
  }

  /**
   * Resolves with the output, rejects with the run's error or with the way into its next execution. There is no loop: every event is
   * answered where it is heard, since each promise on the way costs the sandbox a stack trace.
   */
  drive(): Promise<Json> {
    return new Promise((resolve, reject) => {
      this.ended = { resolve, reject };
      this.settle();
    });
  }

  /** Puts an event before the machine. An error of the machine fails the workflow task, which is tried again. */
  tell(event: MachineEvent): void {
    this.inbox.push(event);
    if (this.isTurning) return;
    try {
      this.turn();
      this.settle();
    } catch (error) {
      this.ended?.reject(error);
    }
  }

  /** Throws the reason when the approval is not open here; runs before the update enters history. */
  checkApprovalEvent({ commandId, event }: ApprovalMessage): void {
    checkApprovalEvent(this.open.get(commandId)?.primitive, event);
  }

  /** Takes a line of an approval's log up once, however often it is delivered. */
  takeApprovalEvent({ commandId, event }: ApprovalMessage): { counted: boolean } {
    const entry = this.open.get(commandId);
    if (entry?.primitive?.kind !== 'approval') return { counted: false };
    const taken = takeApprovalEvent(entry.primitive, event);
    entry.primitive = taken.primitive;
    return { counted: taken.isCounted };
  }

  /** Offers an event to every listen task that is open now, unless the run has taken it before. */
  offerEvent(event: JsonObject): void {
    if (!this.heard.isNew(event)) return;
    for (const { command } of this.open.values()) {
      if (command.kind !== 'awaitEvent') continue;
      const { commandId } = command;
      const early = this.opening.get(commandId);
      if (early === undefined) this.tell({ kind: 'eventReceived', commandId, event, atMs: Date.now() });
      else early.push(event);
    }
  }

  probe(): RunProbe {
    return { status: this.machine.status, open: this.machine.open, planHash: this.input.plan.hash };
  }

  /** Ends the run when the machine has ended, and watches for the boundary where it may continue as new. */
  private settle(): void {
    const { outcome } = this;
    if (outcome === undefined) return this.watchBoundary();
    // A decision that arrives with the last turn still gets its answer.
    if (!allHandlersFinished()) {
      void this.shielded(() => condition(allHandlersFinished)).then(() => this.settle());
      return;
    }
    if (outcome.kind === 'complete') this.ended?.resolve(outcome.output);
    else this.ended?.reject(runFailure(endErrorOf(outcome)));
  }

  /** A condition costs a run that only passes through as much as a step: it is set up once nothing is in flight. */
  private watchBoundary(): void {
    if (this.isWatching || this.inFlight > 0 || this.outcome !== undefined) return;
    this.isWatching = true;
    void this.shielded(() => condition(() => this.mayContinueAsNew())).then(() => {
      this.isWatching = false;
      if (this.mayContinueAsNew()) this.continueAsNew().catch((error: unknown) => this.ended?.reject(error));
      else this.settle();
    });
  }

  /**
   * Runs something that a cancellation from outside must not tear down: the machine hears of it and brings every call to rest. A step
   * that is cancelled must not take it along either, so it never runs in the scope of one.
   */
  private shielded<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.shieldScope().run(work);
  }

  private shieldScope(): CancellationScope {
    this.shield ??= new CancellationScope({ cancellable: false, parent: this.root });
    return this.shield;
  }

  private turn(): void {
    this.isTurning = true;
    for (;;) {
      const event = this.inbox.shift();
      if (event === undefined) break;
      if (event.kind === 'eventReceived' && this.heard.has(event.event, event.commandId)) continue;
      const next = advanceMachine(this.input.plan, this.machine, event);
      if (event.kind === 'eventReceived' && next.state !== this.machine)
        this.heard.take(event.event, event.commandId);
      if (next.state !== this.machine) this.steps += 1;
      this.machine = next.state;
      if ('commandId' in event && !next.state.open.includes(event.commandId))
        this.open.delete(event.commandId);
      this.turns += 1;
      this.apply(next);
    }
    this.isTurning = false;
  }

  private apply({ commands, records }: Transition): void {
    const isDraining = this.wantsContinueAsNew();
    for (const command of commands) {
      if (command.kind === 'complete') this.outcome = outcomeThatFits(command);
      else if (command.kind === 'fail' || command.kind === 'cancelled') this.outcome = command;
      else if (command.kind === 'cancel') this.cancelCommand(command.commandId);
      else if (isDraining) this.held.push({ command });
      else this.dispatch(command);
    }
    this.report(records);
  }

  private cancelCommand(commandId: string): void {
    const held = this.held.findIndex(
      (entry) => 'commandId' in entry.command && entry.command.commandId === commandId,
    );
    if (held >= 0) {
      this.held.splice(held, 1);
      this.tell({ kind: 'callCancelled', commandId, atMs: Date.now() });
      return;
    }
    const entry = this.open.get(commandId);
    entry?.scope?.cancel();
    if (entry?.command.kind === 'awaitEvent')
      this.tell({ kind: 'callCancelled', commandId, atMs: Date.now() });
  }

  private dispatch(command: Command, primitive?: PrimitiveState): void {
    if (!('step' in command)) return;
    const run = this.activityOf(command);
    const entry: OpenEntry = {
      command,
      // A scope costs a local step as much as the step itself, and there is little left to cut short.
      ...(run?.local === true
        ? {}
        : { scope: new CancellationScope({ cancellable: true, parent: this.shieldScope() }) }),
      ...(primitive === undefined ? {} : { primitive }),
    };
    this.open.set(command.commandId, entry);
    if (command.kind === 'awaitEvent') {
      void this.shielded(() => this.tracked(() => this.startListening(command)));
      return;
    }
    if (run !== undefined) this.inFlight += 1;
    const rest = (event: MachineEvent): void => {
      if (run !== undefined) this.inFlight -= 1;
      this.tell(event);
    };
    // Two callbacks on one promise instead of a chain: each promise costs the sandbox a stack trace.
    void this.begin(command, entry).then(
      (output) => rest(this.successEvent(command, output)),
      (thrown: unknown) => rest(this.failureEvent(command, thrown)),
    );
  }

  /** What came before the task began to listen is offered to it first, then what came while it looked. */
  private async startListening({
    commandId,
    routes,
  }: Extract<Command, { kind: 'awaitEvent' }>): Promise<void> {
    const since: JsonObject[] = [];
    if (isChanged('events-in-order')) this.opening.set(commandId, since);
    const { events } = await driverActivities.openEventWait({
      runId: this.input.context.runId,
      workflowId: workflowInfo().workflowId,
      commandId,
      routes,
      openCommands: this.machine.open,
    });
    this.opening.delete(commandId);
    for (const event of [...events, ...since]) {
      if (this.heard.isNew(event)) this.tell({ kind: 'eventReceived', commandId, event, atMs: Date.now() });
    }
  }

  private begin(command: OpenKind, entry: OpenEntry): Promise<Json> {
    if (entry.scope !== undefined) return entry.scope.run(() => this.carryOut(command, entry));
    try {
      if (this.root.consideredCancelled) return this.shielded(() => this.carryOut(command, entry));
      return this.carryOut(command, entry);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  private carryOut(command: OpenKind, entry: OpenEntry): Promise<Json> {
    requireInputFits(command);
    switch (command.kind) {
      case 'startTimer':
        return sleep(Math.max(1, command.dueAtMs - Date.now())).then(() => null);
      case 'callFunction':
        return this.callFunction(command, entry);
      case 'callItems':
        return this.callItems(command);
      case 'runWorkflow':
        return this.tracked(() => this.runSubFlow(command));
      case 'emitEvent':
        return this.tracked(async () => {
          await driverActivities.emitEvent({ context: this.callContext(command), event: command.event });
          return command.event;
        });
      default:
        throw runFailure({
          type: 'https://afterbell.example/errors/task-not-yet-supported',
          status: 501,
          title: `${command.kind} is not supported yet`,
        });
    }
  }

  private activityOf(command: OpenKind): ActivityRun | undefined {
    if (command.kind !== 'callFunction' && command.kind !== 'callItems') return undefined;
    const run = this.input.plan.functions[command.function]?.run;
    if (run?.kind !== 'activity') return undefined;
    return command.kind === 'callItems' ? { ...run, local: false } : run;
  }

  private successEvent({ kind, commandId }: OpenKind, output: Json): MachineEvent {
    const atMs = Date.now();
    return kind === 'startTimer'
      ? { kind: 'timerFired', commandId, atMs }
      : { kind: 'callCompleted', commandId, output, atMs };
  }

  private callFunction(command: Extract<Command, { kind: 'callFunction' }>, entry: OpenEntry): Promise<Json> {
    const entryFunction = this.input.plan.functions[command.function];
    if (entryFunction === undefined) throw new Error(`the plan has no function ${command.function}`);
    const context = this.callContext(command);
    const { run } = entryFunction;
    if (command.isDetached === true && run.kind === 'activity')
      return this.callDetached(run, command, context);
    if (run.kind === 'activity') return callActivity(run, this.input.context.netZone, context, command.input);
    const call: PrimitiveCall = {
      context,
      input: command.input,
      state: () => entry.primitive,
      save: (state) => {
        entry.primitive = state;
      },
      waiting: () => this.report([]),
      inFlight: (work) => this.tracked(work),
    };
    const saved = entry.primitive;
    if (run.primitive === 'approval')
      return runApproval(call, saved?.kind === 'approval' ? saved : undefined);
    return runChangeWindow(call, saved?.kind === 'change-window' ? saved : undefined);
  }

  /** The call gets a workflow of its own, which outlives the run; the run goes on once that is started. */
  private callDetached(
    run: ActivityRun,
    { commandId, input }: Extract<Command, { kind: 'callFunction' }>,
    context: CallContext,
  ): Promise<Json> {
    const { netZone } = this.input.context;
    return this.tracked(async () => {
      await startChild('callDetached', {
        workflowId: `${workflowInfo().workflowId}-${commandId}`,
        args: [{ run, netZone, context, input }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        parentClosePolicy: ParentClosePolicy.ABANDON,
      });
      return null;
    });
  }

  private callItems(command: Extract<Command, { kind: 'callItems' }>): Promise<Json> {
    const run = this.input.plan.functions[command.function]?.run;
    if (run?.kind !== 'activity') throw new Error(`the plan has no activity ${command.function}`);
    return callInChunk(run, this.input.context, this.callContext(command), command);
  }

  private async runSubFlow(command: Extract<Command, { kind: 'runWorkflow' }>): Promise<Json> {
    const { netZone, isTimelineOn } = this.input.context;
    const prepared = await driverActivities.prepareSubFlow({
      context: this.callContext(command),
      netZone,
      isTimelineOn,
      flow: command.flow,
      input: command.input,
    });
    const options = childOptions(prepared);
    if (command.awaitResult) return (await executeChild('runFlow', options)) as Json;
    await startChild('runFlow', { ...options, parentClosePolicy: ParentClosePolicy.ABANDON });
    return { runId: prepared.input.context.runId };
  }

  private failureEvent(command: OpenKind, thrown: unknown): MachineEvent {
    const { commandId, step } = command;
    if (isCancellation(thrown) || isCancelledRun(thrown)) {
      const output = restOf(thrown);
      return {
        kind: 'callCancelled',
        commandId,
        atMs: Date.now(),
        ...(output === undefined ? {} : { output }),
      };
    }
    return { kind: 'callFailed', commandId, error: flowErrorOf(thrown, step.pointer), atMs: Date.now() };
  }

  private async tracked<T>(work: () => Promise<T>): Promise<T> {
    this.inFlight += 1;
    try {
      return await work();
    } finally {
      this.inFlight -= 1;
      this.watchBoundary();
    }
  }

  private callContext({ step, commandId }: OpenKind): CallContext {
    const { runId, flowName, businessKey, requestedBy, authoredBy } = this.input.context;
    const { pointer, visit, attempt } = step;
    return {
      runId,
      flowName,
      planHash: this.input.plan.hash,
      businessKey,
      requestedBy,
      authoredBy,
      pointer,
      visit,
      attempt,
      commandId,
    };
  }

  private wantsContinueAsNew(): boolean {
    if (this.turns === 0) return false;
    // An event nobody takes is no step: a test that continues after each would hear it again in the next execution, and for ever.
    const isForced = this.input.continueAtEveryBoundary === true && this.steps > 0;
    return isForced || workflowInfo().continueAsNewSuggested;
  }

  private mayContinueAsNew(): boolean {
    return (
      this.inFlight === 0 &&
      this.outcome === undefined &&
      allHandlersFinished() &&
      // A decided approval closes itself first: its closing must not fall between two executions.
      ![...this.open.values()].some(({ primitive }) => isSettledApproval(primitive)) &&
      this.wantsContinueAsNew()
    );
  }

  private async continueAsNew(): Promise<void> {
    const waiting = [...this.open.values()].map(({ command, primitive }) => ({
      command,
      ...(primitive === undefined ? {} : { primitive }),
    }));
    const resume = {
      state: this.machine,
      open: [...waiting, ...this.held],
      startedAtMs: this.startedAtMs,
      shownStatus: this.said.shownStatus,
      hasWaited: this.said.hasWaited,
      heard: this.heard.list(),
    };
    this.outcome = runTooLarge(resume);
    // Where the run began is in its state by now.
    const { restart: _restart, ...input } = this.input;
    if (this.outcome === undefined)
      return continueAsNew<(input: RunFlowInput) => Promise<Json>>({ ...input, resume });
    this.report([]);
    this.settle();
  }

  private report(records: Transition['records']): void {
    const isWaiting = this.outcome === undefined && this.inFlight === 0 && this.open.size > 0;
    this.said.write(records, isWaiting ? 'waiting' : 'running', this.outcome);
  }
}
