import { canonicalJson, type Json } from '../../domain/json.ts';
import { expressionRevision } from '../expression/index.ts';
import { advanceMachine, startMachine } from '../machine/machine.ts';
import type {
  CallItemsCommand,
  Command,
  MachineEvent,
  MachineState,
  Plan,
  RunFacts,
  StepRecord,
  Transition,
} from '../types.ts';
import { planOf, startMs } from './catalogue.ts';
import { Random } from './random.ts';
import { randomFlow } from './random-flow.ts';

/** What one simulated run did. `violation` names the broken invariant. */
export interface Simulated {
  readonly status: MachineState['status'];
  readonly commands: number;
  readonly cancelledCalls: number;
  readonly duplicates: number;
  /** Times the run went on from what was written down: its state as JSON, or all events from the start. */
  readonly crashes: number;
  readonly timeouts: number;
  /** Events that came with a time before that of an earlier one. */
  readonly late: number;
  readonly chunks: number;
  readonly subFlows: number;
  readonly violation?: string;
}

const INPUT = { n: 5, items: [1, 2, 3] };

class Violation extends Error {}

/** The command that runs one schedule again. */
export function reproduceCommand(seed: number): string {
  return `AFTERBELL_SIMULATION_SEED=${seed} AFTERBELL_SIMULATIONS=1 npx vitest run --project unit engine/machine/simulator.test.ts`;
}

/**
 * Runs one random flow against one random schedule: answers, events and timers in any order and late, crashes, duplicates, timeouts, and
 * cancellation at any step. The same seed gives the same schedule everywhere.
 */
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
  private readonly facts: RunFacts;
  private readonly cancelAt: number;
  private readonly open = new Map<string, Open>();
  private readonly closing = new Set<string>();
  private readonly ids = new Set<string>();
  private readonly calls = new Set<string>();
  /** Everything that had an effect, in order, and what was commanded each time. */
  private readonly past: MachineEvent[] = [];
  private readonly said: string[] = [];
  private readonly records: StepRecord[] = [];
  /** Numbers of the timeline that chunks write. */
  private readonly reserved = new Set<number>();
  private state: MachineState;
  private nowMs = startMs;
  private finals = 0;
  private cancelAsked = false;
  private readonly counts = {
    cancelledCalls: 0,
    duplicates: 0,
    crashes: 0,
    timeouts: 0,
    late: 0,
    chunks: 0,
    subFlows: 0,
  };

  constructor(seed: number, plan: Plan) {
    this.random = new Random(seed + 7_777_777);
    this.plan = plan;
    this.facts = {
      runId: `run-${seed}`,
      startedAtMs: startMs,
      engineVersion: '1',
      expressions: expressionRevision,
      hasChunks: this.random.chance(0.7),
    };
    this.cancelAt = this.random.chance(0.25) ? this.random.below(12) : -1;
    const started = startMachine(plan, INPUT, this.facts, startMs);
    this.state = started.state;
    this.same(started, startMachine(plan, INPUT, this.facts, startMs), 'start is not deterministic');
    this.take(started);
  }

  outcome(): Simulated {
    return { status: this.state.status, commands: this.ids.size, ...this.counts };
  }

  run(): void {
    for (let step = 0; this.state.status === 'running'; step += 1) {
      if (step > 5_000) throw new Violation('does not end');
      this.apply(this.nextEvent(step));
      if (this.random.chance(0.15)) this.repeat();
      if (this.random.chance(0.1)) this.crash();
    }
    if (this.state.open.length > 0)
      throw new Violation(`over with open commands ${this.state.open.join(' ')}`);
    if (this.finals !== 1) throw new Violation(`${this.finals} final commands`);
    if (this.open.size > 0)
      throw new Violation(`commands never answered: ${[...this.open.keys()].join(' ')}`);
    this.repeat();
    this.replay();
    this.checkRecords();
  }

  private apply(event: MachineEvent): void {
    const copy = JSON.parse(JSON.stringify(this.state)) as MachineState;
    const before = canonicalJson(this.state);
    const turn = advanceMachine(this.plan, this.state, event);
    this.same(turn, advanceMachine(this.plan, copy, event), 'another result after JSON');
    if (canonicalJson(this.state) !== before) throw new Violation('the state given in was changed');
    if (turn.state === this.state) {
      if (event.kind !== 'eventReceived')
        throw new Violation(`an answer had no effect: ${JSON.stringify(event)}`);
      return;
    }
    this.past.push(event);
    // A round that fails makes the listen task withdraw the wait whose event began it.
    const isWithdrawn = turn.commands.some(
      (command) => command.kind === 'cancel' && 'commandId' in event && command.commandId === event.commandId,
    );
    if ('commandId' in event && !isWithdrawn && !turn.state.open.includes(event.commandId)) {
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
    // A listen task that goes on would take an event again: that each comes once is the driver's care.
    if (event.kind === 'eventReceived' && this.state.open.includes(event.commandId)) return;
    const turn = advanceMachine(this.plan, this.state, event);
    if (turn.state !== this.state || turn.commands.length > 0 || turn.records.length > 0) {
      throw new Violation(`a repeated or unknown event had an effect: ${JSON.stringify(event)}`);
    }
    this.counts.duplicates += 1;
  }

  /** The process dies: what goes on has only what was written down. */
  private crash(): void {
    this.counts.crashes += 1;
    if (this.random.chance(0.7)) this.state = JSON.parse(JSON.stringify(this.state)) as MachineState;
    else this.replay();
  }

  /** Everything that happened, told again from the start, leads to the same commands and the same state. */
  private replay(): void {
    let turn = startMachine(this.plan, INPUT, this.facts, startMs);
    const said = [canonicalJson(turn.commands)];
    for (const event of this.past) {
      turn = advanceMachine(this.plan, turn.state, event);
      said.push(canonicalJson(turn.commands));
    }
    if (said.join('\n') !== this.said.join('\n')) throw new Violation('a replay gives other commands');
    if (canonicalJson(turn.state) !== canonicalJson(this.state))
      throw new Violation('a replay ends in another state');
    this.state = turn.state;
  }

  private strange(): MachineEvent {
    const commandId = this.random.pick(['c999999', '__proto__', 'constructor', '']);
    return { kind: 'callCompleted', commandId, output: null, atMs: this.nowMs };
  }

  private nextEvent(step: number): MachineEvent {
    this.nowMs += this.random.below(3_000);
    if (!this.cancelAsked && (step === this.cancelAt || this.random.chance(0.01))) {
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
    if (command.kind === 'awaitEvent') {
      const type = this.random.pick(['tick', 'tick', 'tock', 'noise']);
      const event = { type, source: '/t', id: `e${step}`, data: { key: this.random.below(2) } };
      return { kind: 'eventReceived', commandId, event, atMs: this.at() };
    }
    return this.answer(command);
  }

  /** The time an answer carries: now, or now and then an earlier one, as of a worker whose clock is behind. */
  private at(): number {
    if (!this.random.chance(0.1)) return this.nowMs;
    this.counts.late += 1;
    return this.nowMs - this.random.below(10_000);
  }

  private answer(command: Open): MachineEvent {
    const { commandId } = command;
    const atMs = this.at();
    if (this.closing.has(commandId) && this.random.chance(0.7))
      return { kind: 'callCancelled', commandId, atMs };
    if (this.random.chance(0.2)) {
      const status = this.random.pick([400, 408, 500]);
      if (status === 408) this.counts.timeouts += 1;
      const error = { type: 'https://x.example/no', status, title: 'no' };
      return { kind: 'callFailed', commandId, error, atMs };
    }
    if (command.kind === 'callItems')
      return { kind: 'callCompleted', commandId, output: this.chunk(command), atMs };
    return { kind: 'callCompleted', commandId, output: { n: this.random.below(9), items: [1] }, atMs };
  }

  private chunk({ items }: CallItemsCommand): Json {
    const output = { n: this.random.below(9), items: [1] };
    if (this.random.chance(0.8)) return { done: items.length, output };
    const error = { type: 'https://x.example/item', status: this.random.pick([400, 500]), title: 'item' };
    return { done: this.random.below(items.length), output, error };
  }

  private take(turn: Transition): void {
    this.said.push(canonicalJson(turn.commands));
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
      this.counts.cancelledCalls += 1;
    }
  }

  private takeOpen(command: Open): void {
    if (this.ids.has(command.commandId)) throw new Violation(`command id ${command.commandId} comes twice`);
    this.ids.add(command.commandId);
    this.open.set(command.commandId, command);
    if (command.kind === 'startTimer') return;
    if (command.kind === 'runWorkflow') this.counts.subFlows += 1;
    const { pointer, visit, attempt } = command.step;
    if (command.kind !== 'callItems') {
      this.called(`${pointer} ${visit} ${attempt}`);
      return;
    }
    this.counts.chunks += 1;
    for (const [at, item] of command.items.entries()) {
      this.called(`${pointer} ${item.visit} ${attempt}`);
      this.reserved.add(command.sequence + at);
    }
  }

  private called(identity: string): void {
    if (this.calls.has(identity))
      throw new Violation(`the same visit and attempt is called twice: ${identity}`);
    this.calls.add(identity);
  }

  private checkRecords(): void {
    const begun = new Set<string>();
    let next = 1;
    for (const record of this.records) {
      // A chunk that is withdrawn before it went out leaves its numbers unused.
      const isFit = this.facts.hasChunks === true ? record.sequence >= next : record.sequence === next;
      if (!isFit || this.reserved.has(record.sequence))
        throw new Violation(`sequence ${record.sequence} where ${next} should be`);
      next = record.sequence + 1;
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
