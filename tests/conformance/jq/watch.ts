import { readFileSync } from 'node:fs';
import type { Json } from '../../../domain/json.ts';
import { compileExpression, ExpressionError } from '../../../engine/expression/index.ts';
import { ExpressionMaker, type Generated } from './generate.ts';

/** Longest an expression may take, of the time of its own thread. */
export const LONGEST_MS = 50;

/** What evaluating generated expressions came to. `broken` holds the first few that broke a rule, ready to print. */
export interface WatchReport {
  readonly evaluated: number;
  /** How they ended: `ok` or the code of an ExpressionError. */
  readonly ends: Readonly<Record<string, number>>;
  readonly longestMs: number;
  readonly longestExpression: string;
  readonly broken: readonly string[];
}

// What an expression could reach the machine or the clock through. Math and JSON are pure; Date is asked for by the calendar functions.
const HOST_NAMES = [
  'process',
  'require',
  'module',
  'global',
  'window',
  'fetch',
  'WebSocket',
  'XMLHttpRequest',
  'performance',
  'crypto',
  'navigator',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'structuredClone',
  'Buffer',
  'WebAssembly',
  'SharedArrayBuffer',
  'Atomics',
  'eval',
  'console',
  'localStorage',
] as const;
const PROTOTYPES = [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Number.prototype,
  Function.prototype,
];

/** Notes every reach for the host while an evaluation runs; evaluation is synchronous, so nothing else runs then. */
class HostGuard {
  private readonly reached: string[] = [];
  private readonly shapes = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length);
  private isArmed = false;
  private readonly undo: (() => void)[] = [];

  constructor() {
    for (const name of HOST_NAMES) this.trap(globalThis, name);
    this.trap(Function.prototype, 'constructor');
    this.trap(Date, 'now');
    this.trap(Math, 'random');
  }

  /** Runs `work`; returns what it reached for. */
  watch(work: () => void): readonly string[] {
    this.reached.length = 0;
    this.isArmed = true;
    try {
      work();
    } finally {
      this.isArmed = false;
    }
    const grown = PROTOTYPES.some((prototype, at) => Reflect.ownKeys(prototype).length !== this.shapes[at]);
    return grown ? [...this.reached, 'a prototype'] : [...this.reached];
  }

  release(): void {
    for (const each of this.undo.splice(0).reverse()) each();
  }

  private trap(owner: object, name: string): void {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before !== undefined && before.configurable !== true) return;
    let value: unknown = Reflect.get(owner, name);
    Object.defineProperty(owner, name, {
      configurable: true,
      get: () => {
        if (this.isArmed) this.reached.push(name);
        return value;
      },
      set: (next: unknown) => {
        if (this.isArmed) this.reached.push(name);
        value = next;
      },
    });
    this.undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    });
  }
}

const SOME_BROKEN = 20;
const TRIES = 8;

/** Evaluates `count` generated expressions one after the other and holds each to the rules: no host, only typed errors, in time. */
export function watchExpressions(seed: number, count: number): WatchReport {
  const maker = new ExpressionMaker(seed, 'wild');
  const ends: Record<string, number> = {};
  const broken: string[] = [];
  let longestMs = 0;
  let longestExpression = '';
  const say = (what: string, { expression, input }: Generated): void => {
    if (broken.length < SOME_BROKEN) broken.push(`${what}: ${expression}\t${input}`);
  };
  const guard = new HostGuard();
  try {
    for (let at = 0; at < count; at += 1) {
      const made = maker.next();
      const outcome = evaluateOnce(guard, made);
      ends[outcome.end] = (ends[outcome.end] ?? 0) + 1;
      if (outcome.fault !== undefined) say(outcome.fault, made);
      if (outcome.reached.length > 0) say(`reached ${outcome.reached.join(', ')}`, made);
      // Another process may have had the core, or the collector the thread: only an expression that is slow every time is slow.
      let ms = outcome.ms;
      for (let again = 1; ms > LONGEST_MS && again < TRIES; again += 1)
        ms = Math.min(ms, evaluateOnce(guard, made).ms);
      if (ms > LONGEST_MS) say(`${ms.toFixed(0)} ms`, made);
      if (ms > longestMs) {
        longestMs = ms;
        longestExpression = made.expression;
      }
    }
  } finally {
    guard.release();
  }
  return { evaluated: count, ends, longestMs, longestExpression, broken };
}

/** What evaluating one expression reaches for; for a test that the guard sees anything at all. */
export function reachedBy(work: () => void): readonly string[] {
  const guard = new HostGuard();
  try {
    return guard.watch(work);
  } finally {
    guard.release();
  }
}

interface Evaluated {
  readonly end: string;
  readonly ms: number;
  readonly reached: readonly string[];
  readonly fault?: string;
}

/** Starts to measure; the answer gives the milliseconds since then that this thread has had a core, where Linux tells, or else all of them. */
function startClock(): () => number {
  const [startedAt, hadCoreMs] = [performance.now(), coreMs()];
  return () => {
    const ms = performance.now() - startedAt;
    return hadCoreMs === undefined ? ms : Math.min(ms, (coreMs() ?? ms) - hadCoreMs);
  };
}

function coreMs(): number | undefined {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}

function evaluateOnce(guard: HostGuard, { expression, input }: Generated): Evaluated {
  const value = JSON.parse(input) as Json;
  let thrown: unknown;
  const spentMs = startClock();
  const reached = guard.watch(() => {
    try {
      compileExpression(expression).evaluate(value, { nowMs: 0 });
    } catch (error) {
      thrown = error;
    }
  });
  const ms = spentMs();
  if (thrown === undefined) return { end: 'ok', ms, reached };
  if (thrown instanceof ExpressionError) return { end: thrown.code, ms, reached };
  return {
    end: 'uncaught',
    ms,
    reached,
    fault: `uncaught ${thrown instanceof Error ? thrown.message : typeof thrown}`,
  };
}
