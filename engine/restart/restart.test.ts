import { describe, expect, it } from 'vitest';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { advanceMachine, startMachine } from '../machine/machine.ts';
import { machineData } from '../machine/state.ts';
import { fraction } from '../machine/try.ts';
import { planRoot } from '../plan.ts';
import { planOf, startMs } from '../testing/catalogue.ts';
import { randomFlow } from '../testing/random-flow.ts';
import { recordedSteps } from '../testing/recorded.ts';
import type { Command, MachineEvent, MachineState, Plan, StepRecord, Transition } from '../types.ts';
import { restartMachine, restartPoints } from './index.ts';

const INPUT = { n: 5, items: [1, 2, 3] };
const FACTS = { runId: 'run-1', startedAtMs: startMs, engineVersion: '1', expressions: 2, hasChunks: false };
const NONE = new Map<string, never>();

type Open = Extract<Command, { step: unknown }>;

interface Driven {
  readonly records: readonly StepRecord[];
  readonly last: Command | undefined;
  /** The state after the turn in which a call was first commanded, by pointer and visit. */
  readonly stateAt: ReadonlyMap<string, { state: MachineState; atMs: number }>;
}

/** Answers every command by its place alone, in an order that the places alone decide: two runs that stand alike go on alike. */
function drive(plan: Plan, first: Transition, startAtMs: number): Driven {
  const records: StepRecord[] = [];
  const open = new Map<string, Open>();
  const closing = new Set<string>();
  const stateAt = new Map<string, { state: MachineState; atMs: number }>();
  let last: Command | undefined;
  let turn = first;
  let nowMs = startAtMs;
  for (let step = 0; step < 400; step += 1) {
    records.push(...turn.records);
    for (const command of turn.commands) {
      if (command.kind === 'cancel') {
        if (open.get(command.commandId)?.kind === 'startTimer') open.delete(command.commandId);
        else closing.add(command.commandId);
      } else if ('step' in command) {
        open.set(command.commandId, command);
        const key = `${command.step.pointer} ${command.step.visit}`;
        if (command.kind === 'callFunction' && !stateAt.has(key))
          stateAt.set(key, { state: turn.state, atMs: nowMs });
      } else last = command;
    }
    const [next] = [...open.values()].sort((left, right) => chance(left) - chance(right));
    if (next === undefined || last !== undefined) break;
    nowMs = next.kind === 'startTimer' ? Math.max(nowMs + 1, next.dueAtMs) : nowMs + 1;
    turn = advanceMachine(plan, turn.state, answer(next, closing.has(next.commandId), nowMs));
    if (!turn.state.open.includes(next.commandId)) open.delete(next.commandId);
  }
  return { records, last, stateAt };
}

const chance = (command: Open): number =>
  fraction(`${command.step.pointer}|${command.step.visit}|${command.step.attempt}|${command.kind}`);

function answer(command: Open, isClosing: boolean, atMs: number): MachineEvent {
  const { commandId } = command;
  if (command.kind === 'startTimer') return { kind: 'timerFired', commandId, atMs };
  if (isClosing) return { kind: 'callCancelled', commandId, atMs };
  if (command.kind === 'awaitEvent') {
    const type = atMs % 2 === 0 ? 'tick' : 'tock';
    return {
      kind: 'eventReceived',
      commandId,
      event: { type, id: `e${atMs}`, source: '/t', data: { key: 1 } },
      atMs,
    };
  }
  const part = chance(command);
  if (part < 0.12)
    return {
      kind: 'callFailed',
      commandId,
      error: { type: 'https://x.example/no', status: part < 0.06 ? 400 : 500, title: 'no' },
      atMs,
    };
  return { kind: 'callCompleted', commandId, output: { n: Math.floor(part * 9), items: [1] }, atMs };
}

/** Timeouts are measured from the start of what they bound, which a restart makes anew. */
function withoutTimeouts(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutTimeouts);
  if (!isJsonObject(value)) return value;
  const rest: JsonObject = {};
  for (const [key, member] of Object.entries(value))
    if (key !== 'timeout') rest[key] = withoutTimeouts(member);
  return rest;
}

/** A state without what names and times it: the tasks under way with what they hold, and the context. */
function standing(plan: Plan, state: MachineState): Json {
  const { frames, context } = machineData(state);
  const { nodes } = planRoot(plan);
  const tasks = Object.values(frames).map(
    ({ node, visit, attempt, raw, input, list, at, laps, data, phase, index }) => ({
      pointer: nodes[node]?.pointer ?? '',
      kind: nodes[node]?.kind ?? '',
      visit,
      attempt,
      raw,
      input,
      ...(list === undefined ? {} : { list, at: at ?? 0, laps: laps ?? 0, data: data ?? null }),
      ...(phase === undefined ? {} : { phase, index: index ?? 0 }),
    }),
  );
  return { context, tasks };
}

const line = ({ step, status, output, error }: StepRecord) =>
  canonicalJson({
    ...step,
    status,
    output: output ?? null,
    error: error === undefined ? null : { ...error },
  });

/** AFTERBELL_RESTARTS runs more flows. */
const COUNT = Number(process.env['AFTERBELL_RESTARTS'] ?? 500);

describe('a run restarted from any step', () => {
  it(`stands as the first run stood there, and goes on as it did, in ${COUNT} random flows`, () => {
    let compared = 0;
    let alike = 0;
    const refused = new Map<string, number>();
    for (let seed = 1; seed <= COUNT; seed += 1) {
      const document = withoutTimeouts(randomFlow(seed));
      if (!isJsonObject(document)) throw new Error('no document');
      const plan = planOf(document);
      const first = drive(plan, startMachine(plan, INPUT, FACTS, startMs), startMs);
      // A flow that jumps back for ever never ends, and only what has ended is restarted.
      if (first.last === undefined) continue;
      const steps = recordedSteps(first.records);
      const points = restartPoints({
        runId: 'run-1',
        input: INPUT,
        ran: plan,
        next: plan,
        steps,
        approvals: NONE,
      });
      for (const { pointer, start, kept, refusal } of points) {
        if (refusal !== undefined) {
          refused.set(refusal.code, (refused.get(refusal.code) ?? 0) + 1);
          continue;
        }
        if (start === undefined) throw new Error('a point without a start');
        const isKept = new Set(kept.map((key) => `${key.pointer} ${key.visit} ${key.attempt}`));
        const rest = first.records.filter(
          ({ step }) => !isKept.has(`${step.pointer} ${step.visit} ${step.attempt}`),
        );
        const beganAt = first.stateAt.get(`${pointer} ${start.visit}`);
        const atMs = rest[0]?.atMs ?? startMs;
        const begun = restartMachine(plan, INPUT, JSON.parse(JSON.stringify(start)), FACTS, atMs);
        if (beganAt !== undefined) {
          expect(standing(plan, begun.state), `seed ${seed} ${pointer}`).toEqual(
            standing(plan, beganAt.state),
          );
          alike += 1;
        }
        const again = drive(plan, begun, atMs);
        expect(again.records.map(line), `seed ${seed} ${pointer}`).toEqual(rest.map(line));
        expect(again.last, `seed ${seed} ${pointer}`).toEqual(first.last);
        expect(Math.min(...again.records.map(({ sequence }) => sequence))).toBeGreaterThan(start.sequence);
        compared += 1;
      }
    }
    // Flows that refuse everything, or never wrote a context, would prove nothing.
    expect(compared).toBeGreaterThan(COUNT);
    expect(alike).toBeGreaterThan(COUNT / 8);
    for (const code of ['inside-loop', 'inside-fork', 'inside-try', 'not-reached'])
      expect(refused.get(code) ?? 0, code).toBeGreaterThan(0);
  });
});
