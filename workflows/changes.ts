import { patched } from '@temporalio/workflow';

/** One change of what the interpreter does. */
export interface InterpreterChange {
  /** Counts up from 1; never used twice. */
  readonly number: number;
  /** Day it came, ISO 8601. */
  readonly date: string;
  readonly what: string;
  /** Why, and why runs that began before it still replay. */
  readonly why: string;
  /** Id of the mark that runs carry in their history. Absent: no run that began before can reach the change. */
  readonly patch?: string;
}

/**
 * Every change of the interpreter since the first release, oldest first. Whoever changes what a run does at a point an older history
 * reaches adds one with a `patch` and asks `isChanged` there; `tests/replay` holds the code to the histories of earlier releases.
 */
export const changes = [
  {
    number: 1,
    date: '2026-11-27',
    what: 'listen with foreach, and extensions around tasks, are carried out',
    why: 'Documents with either were refused at publish before, so no plan of an older run holds them.',
  },
  {
    number: 2,
    date: '2026-11-27',
    what: 'events that arrive while a listen task opens wait for those that came before it',
    why: 'A signal could overtake the look back into the store, so a task took the second event first. Older histories delivered at once.',
    patch: 'events-in-order',
  },
  {
    number: 3,
    date: '2026-11-28',
    what: 'expressions mean what jq means in seven more places: has of null, join and transpose of objects, index in objects, contains of unlike members and of true and false, paths to delete inside one another',
    why: 'They failed where jq gives a value. The revision is an argument of the run, so a run that began before keeps the first one.',
  },
  {
    number: 4,
    date: '2026-11-28',
    what: 'calls of a loop that do not depend on each other go out many in one activity',
    why: 'Ten thousand items cost sixty thousand history events. Whether a run does it is an argument of the run; one that began before has none.',
  },
  {
    number: 5,
    date: '2026-11-30',
    what: 'run script and run shell are carried out, those that are not awaited in a workflow of their own',
    why: 'Documents with either were refused at publish before, so no plan of an older run holds them.',
  },
  {
    number: 6,
    date: '2026-11-30',
    what: 'a run can begin at a step of its plan, with what an earlier run left there',
    why: 'Where it begins is an argument of the run; one that began before has none and begins at the beginning.',
  },
  {
    number: 7,
    date: '2026-11-30',
    what: 'steps, outputs and runs with more data than may be carried end with an error that says so',
    why: 'Temporal took no payload of that size before, so no older run got past one.',
  },
  {
    number: 8,
    date: '2026-11-30',
    what: 'texts in the filters of listen may be regular expressions',
    why: 'They become expressions when a flow is compiled. A run keeps its plan, and those compiled before have none.',
  },
] as const satisfies readonly InterpreterChange[];

type Patch = Extract<(typeof changes)[number], { readonly patch: string }>['patch'];

/** True for runs that reach this point with the change: all new ones. Leaves a mark in the history, so a replay decides the same. */
export function isChanged(patch: Patch): boolean {
  return patched(patch);
}
