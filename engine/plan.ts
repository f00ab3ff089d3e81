import type { Json, JsonObject } from '../domain/json.ts';
import type { Plan } from './types.ts';

/** Bounds of a plan: nodes with functions and extensions laid out where they are called, and levels of nested tasks in a document. */
export const planLimits = { nodes: 10_000, depth: 64 } as const;

/** A value with expressions in it, sorted out at compile time so that a run never parses text to find them. */
export type Template =
  | { readonly lit: Json }
  | { readonly expr: string }
  | { readonly obj: Readonly<Record<string, Template>> }
  | { readonly arr: readonly Template[] };

/** A duration: milliseconds when literal, an expression otherwise. */
export type DurationPlan = number | { readonly expr: string };

/** What all tasks have. Expressions are sources without `${ }`; `goTo` (the `then` of the document) is absent for `continue`. */
export interface NodeBase {
  readonly pointer: string;
  readonly name: string;
  /** Where the definition stands when it is not at `pointer` (functions of `use`). */
  readonly definedAt?: string;
  readonly if?: string;
  readonly inputFrom?: Template;
  readonly inputSchema?: JsonObject;
  readonly outputAs?: Template;
  readonly outputSchema?: JsonObject;
  readonly exportAs?: Template;
  readonly exportSchema?: JsonObject;
  readonly timeout?: DurationPlan;
  readonly goTo?: string;
}

/** A retry policy with its reference resolved. */
export interface RetryPlan {
  readonly when?: string;
  readonly exceptWhen?: string;
  readonly delay: DurationPlan;
  readonly backoff: 'constant' | 'linear' | 'exponential';
  readonly jitter?: { readonly from: DurationPlan; readonly to: DurationPlan };
  /** Retries after the first try; absent = no bound. */
  readonly count?: number;
  readonly attemptDuration?: DurationPlan;
  readonly duration?: DurationPlan;
}

/** What a try catches and what it does then. `list` is an index into `lists`. */
export interface CatchPlan {
  readonly filter?: JsonObject;
  readonly as: string;
  readonly when?: string;
  readonly exceptWhen?: string;
  readonly retry?: RetryPlan;
  readonly list?: number;
  readonly goTo?: string;
}

/** The tasks by kind. `list`, `branches` are indexes into `lists` and `nodes`. */
export type PlanNode = NodeBase &
  (
    | { readonly kind: 'workflow' | 'do'; readonly list: number }
    | { readonly kind: 'inline'; readonly list: number; readonly with?: Template }
    /**
     * A task with the extension woven around it: `before` and `after` run when `when` holds, `list` holds the task alone. It has the
     * pointer and name of the task and no line of its own in the timeline.
     */
    | {
        readonly kind: 'extended';
        readonly when?: string;
        readonly before?: number;
        readonly list: number;
        readonly after?: number;
      }
    | { readonly kind: 'set'; readonly value: Template }
    | {
        readonly kind: 'switch';
        readonly cases: readonly { readonly name: string; readonly when?: string; readonly goTo: string }[];
      }
    | {
        readonly kind: 'for';
        readonly each: string;
        readonly at: string;
        readonly in: Template;
        readonly while?: string;
        readonly list: number;
      }
    | { readonly kind: 'fork'; readonly branches: readonly number[]; readonly compete: boolean }
    | { readonly kind: 'try'; readonly list: number; readonly catch: CatchPlan }
    | { readonly kind: 'raise'; readonly error: Template }
    | { readonly kind: 'wait'; readonly duration: DurationPlan }
    | {
        readonly kind: 'listen';
        readonly mode: 'one' | 'all' | 'any';
        readonly filters: readonly ListenFilter[];
        readonly read: 'data' | 'envelope' | 'raw';
        readonly until?: ListenEnd;
        readonly foreach?: ListenRounds;
      }
    | { readonly kind: 'emit'; readonly event: Template }
    | {
        readonly kind: 'call';
        readonly function: string;
        readonly with: Template;
        readonly http?: true;
        /** A `run: script` or `run: shell` of the document. */
        readonly process?: true;
        /** Not awaited: the input passes on. */
        readonly isDetached?: true;
      }
    | {
        readonly kind: 'run';
        readonly flow: { readonly namespace: string; readonly name: string; readonly version: string };
        readonly input?: Template;
        readonly await: boolean;
      }
  );

/** Which events a listen task takes. `with` keeps its `${ }` texts: they are asked of each event. */
export interface ListenFilter {
  readonly with: JsonObject;
  readonly correlate?: Readonly<Record<string, { readonly from: string; readonly expect?: Template }>>;
}

/**
 * When a task that listens to any stops: as soon as an expression over the array of taken events holds, or when other events have come,
 * which are not part of the output.
 */
export type ListenEnd =
  | { readonly expr: string }
  | { readonly mode: 'one' | 'all' | 'any'; readonly filters: readonly ListenFilter[] };

/** What is done with each event that a listen task takes, one after the other in the order they came. */
export interface ListenRounds {
  readonly item: string;
  readonly at: string;
  /** Absent: the rounds only apply `output` and `export`. */
  readonly list?: number;
  readonly outputAs?: Template;
  readonly exportAs?: Template;
}

/** One node of a given kind. */
export type NodeOf<Kind extends PlanNode['kind']> = Extract<PlanNode, { readonly kind: Kind }>;

/** A scope: tasks run in order. `loops` is set when a jump may go back, which then counts in the visit of its tasks. */
export interface PlanList {
  readonly items: readonly number[];
  readonly names: Readonly<Record<string, number>>;
  readonly loops: boolean;
}

/** Shape of `Plan.root`: flat tables; node 0 is the workflow itself. */
export interface PlanRoot {
  readonly nodes: readonly PlanNode[];
  readonly lists: readonly PlanList[];
  /** The document as written, for `$workflow.definition` and `$task.definition`. */
  readonly definition: JsonObject;
}

/** The typed view of a plan's root. A plan is made by compileFlow only, so its shape is known. */
export function planRoot(plan: Plan): PlanRoot {
  return plan.root as unknown as PlanRoot;
}
