import type { Json } from '../../domain/json.ts';
import { planRoot } from '../plan.ts';
import type { RestartStart } from '../restart/types.ts';
import type { Plan, RunFacts, Transition } from '../types.ts';
import { failed } from './evaluate.ts';
import { drive } from './lists.ts';
import { deliver, guarded, interpreter } from './machine.ts';
import type { Frame, MachineData } from './state.ts';
import { startTimeout } from './tasks.ts';
import { Turn } from './turn.ts';

/**
 * Begins a run at a step of its plan, with everything before it counting as done. Timeouts of the flow and of the tasks around the step
 * begin anew. Throws when the plan has no such place: whoever starts the run has checked that it does.
 */
export function restartMachine(
  plan: Plan,
  input: Json,
  start: RestartStart,
  facts: RunFacts,
  nowMs: number,
): Transition {
  const frames = framesOf(plan, input, start, nowMs);
  const data: MachineData = {
    facts,
    input,
    context: start.context,
    nowMs,
    sequence: start.sequence,
    nextCommand: 1,
    nextFrame: frames.length,
    frames: Object.fromEntries(frames.map((frame, at) => [`f${at}`, frame])),
    waits: {},
  };
  const turn = new Turn(interpreter, plan, data, nowMs);
  guarded(turn, () => {
    for (const at of frames.keys()) {
      const frameId = `f${at}`;
      const frame = turn.own(frameId);
      frame.deadlineAtMs = at === 0 ? undefined : turn.frame(`f${at - 1}`).deadlineAtMs;
      try {
        startTimeout(turn, turn.node(frame.node), frameId);
      } catch (error) {
        return deliver(turn, frameId, failed(error));
      }
    }
    const innermost = `f${frames.length - 1}`;
    deliver(turn, innermost, drive(turn, innermost));
  });
  return turn.transition();
}

function framesOf(plan: Plan, input: Json, start: RestartStart, nowMs: number): Frame[] {
  const root = planRoot(plan);
  const frames: Frame[] = [];
  let index = 0;
  for (const [depth, level] of start.levels.entries()) {
    const node = root.nodes[index];
    const next = start.levels[depth + 1];
    const within = node !== undefined && 'list' in node ? node.list : undefined;
    const items = within === undefined ? [] : (root.lists[within]?.items ?? []);
    const inner = next?.pointer ?? start.pointer;
    const at = items.findIndex((item) => root.nodes[item]?.pointer === inner);
    if (within === undefined || at < 0) throw new Error(`plan ${plan.hash} has no task ${inner} to begin at`);
    const raw = level.raw === undefined ? input : level.raw;
    frames.push({
      node: index,
      parent: depth === 0 ? '' : `f${depth - 1}`,
      visit: level.visit,
      attempt: 1,
      raw,
      input: level.input === undefined ? raw : level.input,
      startedAtMs: nowMs,
      list: within,
      at,
      laps: level.laps ?? 0,
      data: next === undefined ? start.raw : (next.raw ?? null),
      ...(next === undefined ? {} : { children: [`f${depth + 1}`] }),
      ...(level.applies === undefined ? {} : { phase: 'body' as const, index: level.applies ? 1 : 0 }),
    });
    index = items[at] ?? 0;
  }
  return frames;
}
