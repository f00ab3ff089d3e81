import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { canonicalErrorType } from '../errors.ts';
import { longestDurationMs } from '../durations.ts';
import type { NodeOf, RetryPlan } from '../plan.ts';
import type { FlowError } from '../types.ts';
import { dropTimer } from './close.ts';
import { durationMs, failed, holds, type Scope } from './evaluate.ts';
import { drive } from './lists.ts';
import { type Next, setList } from './next.ts';
import type { BodyResult, Frame } from './state.ts';
import type { Turn } from './turn.ts';

/** Begins the first try. Nested tries count attempts on from the enclosing one, so that no attempt comes twice. */
export function startTry(turn: Turn, node: NodeOf<'try'>, frameId: string): BodyResult | undefined {
  const frame = turn.own(frameId);
  frame.retries = 0;
  frame.tryAttempt = frame.attempt;
  frame.highest = frame.attempt;
  beginTry(turn, node, frameId);
  return drive(turn, frameId);
}

function beginTry(turn: Turn, node: NodeOf<'try'>, frameId: string): void {
  const frame = turn.own(frameId);
  frame.phase = 'try';
  frame.vars = undefined;
  setList(turn, frameId, node.list, frame.input);
  const bound = node.catch.retry?.attemptDuration;
  if (bound === undefined) return;
  const dueAtMs = turn.nowMs + durationMs(turn, bound, frame.input, { frame });
  frame.tryTimer = turn.issue(
    { kind: 'startTimer', step: turn.visitOf(frame), dueAtMs },
    { frame: frameId, role: 'attempt' },
  );
}

/** The delay before a retry is over. */
export function retryDue(turn: Turn, node: NodeOf<'try'>, frameId: string): BodyResult | undefined {
  turn.own(frameId).tryTimer = undefined;
  try {
    beginTry(turn, node, frameId);
  } catch (error) {
    return failed(error);
  }
  return drive(turn, frameId);
}

/**
 * An error has come out of the tried tasks. Not caught (filter, `when`, `exceptWhen`): it goes on outwards. Caught: retried as long as the
 * policy allows; after that `catch.do` runs, or, where there is none, the error goes on outwards. Caught with neither retry nor `do`: the
 * try ends with its input as output.
 */
export function handleError(turn: Turn, frameId: string, error: FlowError): Next {
  const frame = turn.own(frameId);
  const node = turn.node(frame.node);
  if (node.kind !== 'try') return { kind: 'error', error };
  dropTimer(turn, frame, 'tryTimer');
  const rule = node.catch;
  const value = errorValue(error);
  const scope: Scope = { frame, extra: { [rule.as]: value } };
  try {
    if (!matches(rule.filter, error)) return { kind: 'error', error };
    if (rule.when !== undefined && !holds(turn, rule.when, frame.input, scope))
      return { kind: 'error', error };
    if (rule.exceptWhen !== undefined && holds(turn, rule.exceptWhen, frame.input, scope))
      return { kind: 'error', error };
    if (rule.retry !== undefined) {
      const next = retry(turn, node, rule.retry, frameId, scope);
      if (next !== 'exhausted') return next;
      if (rule.list === undefined) return { kind: 'error', error };
    }
  } catch (raised) {
    return failed(raised);
  }
  frame.phase = 'catch';
  if (rule.list === undefined) return { kind: 'done', output: frame.input, goTo: rule.goTo };
  frame.vars = { [rule.as]: value };
  setList(turn, frameId, rule.list, frame.input);
  return 'again';
}

function retry(
  turn: Turn,
  node: NodeOf<'try'>,
  policy: RetryPlan,
  frameId: string,
  scope: Scope,
): 'again' | 'exhausted' | undefined {
  const frame = turn.own(frameId);
  if (policy.when !== undefined && !holds(turn, policy.when, frame.input, scope)) return 'exhausted';
  if (policy.exceptWhen !== undefined && holds(turn, policy.exceptWhen, frame.input, scope))
    return 'exhausted';
  const retries = frame.retries ?? 0;
  if (policy.count !== undefined && retries >= policy.count) return 'exhausted';
  const delayMs = retryDelayMs(turn, policy, retries + 1, frame, scope);
  const dueAtMs = turn.nowMs + delayMs;
  if (policy.duration !== undefined) {
    const bound = durationMs(turn, policy.duration, frame.input, scope);
    if (dueAtMs - frame.startedAtMs > bound) return 'exhausted';
  }
  frame.retries = retries + 1;
  frame.tryAttempt = (frame.highest ?? 1) + 1;
  frame.highest = frame.tryAttempt;
  turn.tick(node.pointer);
  // What lies in the past has been waited for.
  if (delayMs <= 0 || turn.recall !== undefined) {
    beginTry(turn, node, frameId);
    return 'again';
  }
  frame.phase = 'delay';
  frame.tryTimer = turn.issue(
    { kind: 'startTimer', step: turn.visitOf(frame), dueAtMs },
    { frame: frameId, role: 'retry' },
  );
  return undefined;
}

function retryDelayMs(turn: Turn, policy: RetryPlan, count: number, frame: Frame, scope: Scope): number {
  const base = durationMs(turn, policy.delay, frame.input, scope);
  const factor =
    policy.backoff === 'linear' ? count : policy.backoff === 'exponential' ? 2 ** (count - 1) : 1;
  let delayMs = base * factor;
  if (policy.jitter !== undefined) {
    const from = durationMs(turn, policy.jitter.from, frame.input, scope);
    const to = durationMs(turn, policy.jitter.to, frame.input, scope);
    const seed = `${turn.data.facts.runId}|${turn.node(frame.node).pointer}|${frame.visit}|${frame.attempt}|${count}`;
    delayMs += from + Math.floor(fraction(seed) * (Math.max(to, from) - from + 1));
  }
  return Math.min(Math.max(0, delayMs), longestDurationMs);
}

/** A number in [0, 1) that depends on the text alone (FNV-1a with a final mix): the jitter is the same in every replay. */
export function fraction(seed: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < seed.length; at += 1) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** Static filter of a catch: every named member must be equal; the two domains of the standard error types count as one. */
function matches(filter: JsonObject | undefined, error: FlowError): boolean {
  if (filter === undefined) return true;
  const value = errorValue(error);
  return Object.entries(filter).every(([key, wanted]) => {
    const actual = Object.hasOwn(value, key) ? value[key] : undefined;
    if (key === 'type' && typeof wanted === 'string' && typeof actual === 'string') {
      return canonicalErrorType(wanted) === canonicalErrorType(actual);
    }
    return actual === wanted;
  });
}

function errorValue(error: FlowError): JsonObject {
  const value: Json = { ...error };
  return isJsonObject(value) ? value : {};
}
