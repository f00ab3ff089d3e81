import { isJsonObject, type Json } from '../../domain/json.ts';
import { type FieldChange, valueChanges } from '../diff/index.ts';
import type { StepRecord } from '../types.ts';
import type { Deviation, AnsweredStep } from './types.ts';

/** More values than these are not told apart by a reader. */
const MOST_FIELDS = 5;
/** Blocks say nothing of their own: what ran inside them does. */
const BLOCKS: ReadonlySet<string> = new Set(['do', 'for', 'fork', 'try', 'switch']);
const INPUT_COUNTS: ReadonlySet<string> = new Set(['call', 'run', 'emit']);
const RAN: ReadonlySet<string> = new Set(['completed', 'failed', 'waiting', 'running']);

interface Seen {
  readonly pointer: string;
  readonly name: string;
  readonly visit: string;
  readonly task: string;
  readonly status: string;
  readonly input: Json;
}

/** First values that differ between two; none when they are the same. */
export function firstChanges(before: Json, after: Json): FieldChange[] {
  return valueChanges(before, after).slice(0, MOST_FIELDS);
}

/**
 * Where the draft went another way.
 *
 * @param pairs pointers of the version that ran, each with the pointer of the same step in the draft
 */
export function deviationsOf(
  recorded: readonly AnsweredStep[],
  rehearsed: readonly StepRecord[],
  pairs: ReadonlyMap<string, string>,
): Deviation[] {
  const then = lastOf(recorded);
  const before = new Map(
    [...then.values()].map((step) => [`${pairs.get(step.pointer)} ${step.visit}`, step]),
  );
  const after = lastOf(
    rehearsed.map(({ step, task, status, input }) => ({ ...step, task, status, input: input ?? null })),
  );
  const kept = new Set(pairs.values());
  const found = new Map<string, Deviation>();
  const note = (deviation: Omit<Deviation, 'visits'>) => {
    const key = `${deviation.kind} ${deviation.pointer}`;
    const known = found.get(key);
    found.set(
      key,
      known === undefined ? { ...deviation, visits: 1 } : { ...known, visits: known.visits + 1 },
    );
  };
  for (const [key, now] of after) {
    if (BLOCKS.has(now.task) || !RAN.has(now.status)) continue;
    const { pointer, name } = now;
    const old = before.get(key);
    if (!kept.has(pointer)) note({ kind: 'newStep', pointer, name });
    else if (old === undefined || !RAN.has(old.status)) note({ kind: 'newlyRun', pointer, name });
    else {
      if (old.status !== now.status)
        note({ kind: 'otherStatus', pointer, name, status: { before: old.status, after: now.status } });
      if (!INPUT_COUNTS.has(now.task)) continue;
      const fields = firstChanges(toldBy(old), toldBy(now));
      if (fields.length > 0) note({ kind: 'otherInput', pointer, name, fields });
    }
  }
  for (const step of then.values()) {
    if (BLOCKS.has(step.task) || !RAN.has(step.status)) continue;
    const pointer = pairs.get(step.pointer);
    const now = pointer === undefined ? undefined : after.get(`${pointer} ${step.visit}`);
    if (now === undefined || !RAN.has(now.status))
      note({ kind: 'notRun', pointer: pointer ?? step.pointer, name: step.name });
  }
  return [...found.values()];
}

/** What a step tells the world. Id and time of an event are the run's own. */
function toldBy({ task, input }: Seen): Json {
  if (task !== 'emit' || !isJsonObject(input)) return input;
  const { id: _id, time: _time, ...rest } = input;
  return rest;
}

/** The last record of each step and round: what attempts before it came to does not count. */
function lastOf<T extends Seen>(records: readonly T[]): ReadonlyMap<string, T> {
  const last = new Map<string, T>();
  for (const record of records) last.set(`${record.pointer} ${record.visit}`, record);
  return last;
}
