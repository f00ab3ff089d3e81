import type { BodyResult, Frame, TaskResult } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Ends a task. What is still open inside is cancelled first; cancelled calls are given time to come to rest (a push rolls back), and
 * until then the task stays and this returns undefined.
 */
export function conclude(turn: Turn, frameId: string, result: BodyResult): TaskResult | undefined {
  const pending = closeInside(turn, frameId);
  const frame = turn.own(frameId);
  dropTimer(turn, frame, 'timer');
  if (pending > 0) {
    frame.draining = pending;
    frame.after = { kind: 'conclude', result };
    return undefined;
  }
  passAttempt(turn, frame);
  turn.removeFrame(frameId);
  return turn.interpreter.complete(turn, frame, result);
}

/** Cancels everything inside a task, its own command included. Returns how many calls have yet to come to rest. */
export function closeInside(turn: Turn, frameId: string): number {
  const frame = turn.own(frameId);
  let pending = frame.draining ?? 0;
  frame.draining = undefined;
  for (const child of frame.children ?? []) pending += abandon(turn, child, frameId);
  frame.children = undefined;
  dropTimer(turn, frame, 'tryTimer');
  if (frame.command !== undefined) {
    pending += closeCommand(turn, frame, frameId, false);
    frame.command = undefined;
  }
  return pending;
}

/** Takes a running task and all inside it away. Calls that must come to rest are handed to the owner. */
function abandon(turn: Turn, frameId: string, ownerId: string): number {
  const frame = turn.own(frameId);
  let pending = 0;
  for (const child of frame.children ?? []) pending += abandon(turn, child, ownerId);
  if (frame.draining !== undefined) pending += handOver(turn, frameId, ownerId);
  dropTimer(turn, frame, 'timer');
  dropTimer(turn, frame, 'tryTimer');
  const isChunk = frame.command !== undefined && turn.data.waits[frame.command]?.role === 'chunk';
  const resting = frame.command === undefined ? 0 : closeCommand(turn, frame, ownerId, !isChunk);
  if (resting === 0 || isChunk) turn.record(frame, 'cancelled', { input: frame.arguments ?? frame.input });
  passAttempt(turn, frame);
  delete turn.data.frames[frameId];
  return pending + resting;
}

function closeCommand(turn: Turn, frame: Frame, ownerId: string, recorded: boolean): number {
  const { command } = frame;
  const wait = command === undefined ? undefined : turn.data.waits[command];
  if (command === undefined || wait === undefined) return 0;
  const known = turn.withdraw(command);
  if (!known || (wait.role !== 'call' && wait.role !== 'chunk')) return 0;
  turn.data.waits[command] = {
    frame: ownerId,
    role: 'drain',
    ...(recorded
      ? {
          rest: {
            node: frame.node,
            visit: frame.visit,
            attempt: frame.attempt,
            startedAtMs: frame.startedAtMs,
            input: frame.arguments ?? frame.input,
          },
        }
      : {}),
  };
  return 1;
}

function handOver(turn: Turn, frameId: string, ownerId: string): number {
  let count = 0;
  for (const [commandId, wait] of Object.entries(turn.data.waits)) {
    if (wait.frame !== frameId || wait.role !== 'drain') continue;
    turn.data.waits[commandId] = { ...wait, frame: ownerId };
    count += 1;
  }
  return count;
}

/** Cancels a timer of a frame, if it has one. */
export function dropTimer(turn: Turn, frame: Frame, which: 'timer' | 'tryTimer'): void {
  const commandId = frame[which];
  if (commandId === undefined) return;
  turn.withdraw(commandId);
  frame[which] = undefined;
}

/** Tells the nearest enclosing try which attempt numbers are used up, so that (step, visit, attempt) never comes twice. */
function passAttempt(turn: Turn, frame: Frame): void {
  if (frame.highest === undefined) return;
  for (let at = frame.parent; at !== ''; at = turn.frame(at).parent) {
    if (turn.frame(at).tryAttempt === undefined) continue;
    const outer = turn.own(at);
    outer.highest = Math.max(outer.highest ?? 1, frame.highest);
    return;
  }
}
