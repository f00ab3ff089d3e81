import { canonicalJson } from '../../domain/json.ts';
import { expressionRevision } from '../expression/index.ts';
import { advanceMachine, startMachine } from '../machine/machine.ts';
import type { Command, MachineEvent, MachineState, Plan, StepRecord, Transition } from '../types.ts';
import { planOf, startMs } from './catalogue.ts';
import { Random } from './random.ts';
import { randomFlow } from './random-flow.ts';

/** What one simulated run did. `violation` names the broken invariant. */
export interface Simulated {
  readonly status: MachineState['status'];
  readonly commands: number;
  readonly cancelledCalls: number;
  readonly duplicates: number;
  readonly violation?: string;
}

class Violation extends Error {}

/** Runs one random flow against one random schedule of answers, timers, duplicates and cancellation. */
export function simulate(seed: number): Simulated {
  const world = new World(seed, planOf(randomFlow(seed)));
  try {
    world.run();
    return world.outcome();
  } catch (error) {
    if (error instanceof Violation) return { ...world.outcome(), violation: error.message };
    throw error;
  }
}

type Open = Exclude<Command, { kind: 'cancel' | 'complete' | 'fail' | 'cancelled' }>;

class World {
  private readonly random: Random;
  private readonly plan: Plan;
  private readonly open = new Map<string, Open>();
  private readonly closing = new Set<string>();
  private readonly ids = new Set<string>();
  private readonly calls = new Set<string>();
  private readonly past: MachineEvent[] = [];
  private readonly records: StepRecord[] = [];
  private state: MachineState;
  private nowMs = startMs;
  private finals = 0;
  private cancelledCalls = 0;
  private duplicates = 0;
  private cancelAsked = false;

  constructor(seed: number, plan: Plan) {
    this.random = new Random(seed + 7_777_777);
    this.plan = plan;
    const facts = {
      runId: `run-${seed}`,
      startedAtMs: startMs,
      engineVersion: '1',
      expressions: expressionRevision,
    };
    const input = { n: 5, items: [1, 2, 3] };
    const started = startMachine(plan, input, facts, startMs);
    this.state = started.state;
    this.same(started, startMachine(plan, input, facts, startMs), 'start is not deterministic');
    this.take(started);
  }

  outcome(): Simulated {
    return {
      status: this.state.status,
      commands: this.ids.size,
      cancelledCalls: this.cancelledCalls,
      duplicates: this.duplicates,
    };
  }

  run(): void {
    for (let step = 0; this.state.status === 'running'; step += 1) {
      if (step > 5_000) throw new Violation('does not end');
      const event = this.nextEvent();
      this.apply(event);
      this.past.push(event);
      if (this.random.chance(0.15)) this.repeat();
    }
    if (this.state.open.length > 0)
      throw new Violation(`over with open commands ${this.state.open.join(' ')}`);
    if (this.finals !== 1) throw new Violation(`${this.finals} final commands`);
    if (this.open.size > 0)
      throw new Violation(`commands never answered: ${[...this.open.keys()].join(' ')}`);
    this.repeat();
    this.checkRecords();
  }

  private apply(event: MachineEvent): void {
    const copy = JSON.parse(JSON.stringify(this.state)) as MachineState;
    const before = canonicalJson(this.state);
    const turn = advanceMachine(this.plan, this.state, event);
    this.same(turn, advanceMachine(this.plan, copy, event), 'another result after JSON');
    if (canonicalJson(this.state) !== before) throw new Violation('the state given in was changed');
    if ('commandId' in event) {
      this.open.delete(event.commandId);
      this.closing.delete(event.commandId);
    }
    this.state = turn.state;
    this.take(turn);
  }

  /** Duplicates and events for unknown commands change nothing. */
  private repeat(): void {
    const event =
      this.random.chance(0.5) && this.past.length > 0 ? this.random.pick(this.past) : this.strange();
    const turn = advanceMachine(this.plan, this.state, event);
    if (turn.state !== this.state || turn.commands.length > 0 || turn.records.length > 0) {
      throw new Violation(`a repeated or unknown event had an effect: ${JSON.stringify(event)}`);
    }
    this.duplicates += 1;
  }

  private strange(): MachineEvent {
    const commandId = this.random.pick(['c999999', '__proto__', 'constructor', '']);
    return { kind: 'callCompleted', commandId, output: null, atMs: this.nowMs };
  }

  private nextEvent(): MachineEvent {
    this.nowMs += this.random.below(3_000);
    if (!this.cancelAsked && this.random.chance(0.02)) {
      this.cancelAsked = true;
      return { kind: 'cancelRequested', by: 'tester', reason: 'enough', atMs: this.nowMs };
    }
    const choices = [...this.open.values()];
    if (choices.length === 0) throw new Violation('running with nothing open');
    const command = this.random.pick(choices);
    const { commandId } = command;
    if (command.kind === 'startTimer') {
      this.nowMs = Math.max(this.nowMs, command.dueAtMs);
      return { kind: 'timerFired', commandId, atMs: this.nowMs };
    }
    if (command.kind === 'awaitEvent')
      return { kind: 'eventReceived', commandId, event: { type: 'tick', data: 1 }, atMs: this.nowMs };
    return this.answer(commandId);
  }

  private answer(commandId: string): MachineEvent {
    const atMs = this.nowMs;
    if (this.closing.has(commandId) && this.random.chance(0.7))
      return { kind: 'callCancelled', commandId, atMs };
    if (this.random.chance(0.2)) {
      const status = this.random.pick([400, 408, 500]);
      return {
        kind: 'callFailed',
        commandId,
        error: { type: 'https://x.example/no', status, title: 'no' },
        atMs,
      };
    }
    return { kind: 'callCompleted', commandId, output: { n: this.random.below(9), items: [1] }, atMs };
  }

  private take(turn: Transition): void {
    for (const command of turn.commands) {
      if (command.kind === 'cancel') this.takeCancel(command.commandId);
      else if (command.kind === 'complete' || command.kind === 'fail' || command.kind === 'cancelled')
        this.finals += 1;
      else this.takeOpen(command);
    }
    for (const record of turn.records) this.records.push(record);
    const mine = [...this.open.keys()].sort().join(' ');
    const theirs = [...this.state.open].sort().join(' ');
    if (mine !== theirs) throw new Violation(`open commands differ: driver has ${mine}, state has ${theirs}`);
  }

  private takeCancel(commandId: string): void {
    const command = this.open.get(commandId);
    if (command === undefined) throw new Violation(`cancel of ${commandId}, which is not open`);
    if (this.closing.has(commandId)) throw new Violation(`${commandId} is cancelled twice`);
    if (command.kind === 'startTimer' || command.kind === 'awaitEvent') this.open.delete(commandId);
    else {
      this.closing.add(commandId);
      this.cancelledCalls += 1;
    }
  }

  private takeOpen(command: Open): void {
    if (this.ids.has(command.commandId)) throw new Violation(`command id ${command.commandId} comes twice`);
    this.ids.add(command.commandId);
    this.open.set(command.commandId, command);
    if (command.kind === 'startTimer') return;
    const { pointer, visit, attempt } = command.step;
    const identity = `${pointer} ${visit} ${attempt}`;
    if (this.calls.has(identity))
      throw new Violation(`the same visit and attempt is called twice: ${identity}`);
    this.calls.add(identity);
  }

  private checkRecords(): void {
    const begun = new Set<string>();
    for (const [at, record] of this.records.entries()) {
      if (record.sequence !== at + 1) throw new Violation(`sequence ${record.sequence} at place ${at + 1}`);
      const identity = `${record.step.pointer} ${record.step.visit} ${record.step.attempt}`;
      if (record.status === 'running' || record.status === 'waiting') begun.add(identity);
      else begun.delete(identity);
    }
    if (begun.size > 0) throw new Violation(`steps begun and never ended: ${[...begun].join(', ')}`);
  }

  private same(left: Transition, right: Transition, what: string): void {
    if (canonicalJson(left) !== canonicalJson(right)) throw new Violation(what);
  }
}
