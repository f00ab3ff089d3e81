import type { Json, JsonObject } from '../domain/json.ts';

/** An error as the flow language knows it (RFC 7807 / RFC 9457). `instance` is the JSON pointer of the step that raised it. */
export interface FlowError {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly instance?: string;
}

/** One finding about a flow document. `pointer` is a JSON pointer into the document ("" is the whole document). */
export interface Problem {
  /** Stable kebab-case code, documented in docs/errors; never reworded. */
  readonly code: string;
  readonly pointer: string;
  /** English sentence naming field, value and rule. */
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** What the compiler needs to know of a step type. `steps/` provides it; the engine never imports the catalogue. */
export interface CatalogueFunction {
  readonly name: string;
  readonly version: string;
  /** JSON Schema of `with`; literal members are checked at publish, evaluated ones at run time. */
  readonly input: JsonObject;
  readonly output: JsonObject;
  /** Where the call is carried out; the machine itself never looks at it. */
  readonly run: FunctionRun;
  /** A controlled step changes production: it may not be skipped, force-passed or run beside scripts. */
  readonly controlled: boolean;
}

/** How the driver carries out a call of a catalogue function. Times in milliseconds. */
export type FunctionRun =
  | {
      readonly kind: 'activity';
      /** Name of the activity function, imperative verb + noun. */
      readonly activity: string;
      /** `ops` for I/O on the general worker, `net` for SSH (queue net-<zone>), `browser` for bots. */
      readonly queue: 'ops' | 'net' | 'browser';
      readonly startToCloseMs: number;
      readonly heartbeatMs?: number;
      /** Attempts after infrastructure faults (worker death, timeout). 1 for class N effects. 0 = unlimited. */
      readonly maximumAttempts: number;
      /** Short, idempotent, keyed: may run as a local activity (no history events of its own but one marker). */
      readonly local?: boolean;
      /**
       * Calls of a loop that may go out in one activity, one after the other: repeating one must change nothing. Absent: each call is an
       * activity of its own.
       */
      readonly items?: number;
    }
  | { readonly kind: 'primitive'; readonly primitive: 'approval' | 'change-window' };

/** Looks up `name:version@default`; undefined when the catalogue has no such function. */
export interface StepCatalogue {
  find(name: string, version: string): CatalogueFunction | undefined;
  names(): readonly string[];
}

/** What an installation lets be published beyond what is always allowed. */
export interface FlowRules {
  /** `run: script` and `run: shell`: an administrator has switched them on. Absent: off. */
  readonly scripts?: boolean;
  /** What is wrong with a cron expression of five fields; undefined for a good one. Absent: cron expressions are not looked into. */
  readonly cronFault?: (cron: string) => string | undefined;
}

/** The compiled, frozen, hashed form of a flow version: the only thing a run reads. JSON all through. */
export interface Plan {
  readonly profile: 1;
  /** SHA-256 over the canonical JSON of the plan without this member. */
  readonly hash: string;
  readonly document: {
    readonly dsl: string;
    readonly namespace: string;
    readonly name: string;
    readonly version: string;
    readonly title?: string;
  };
  readonly functions: Readonly<Record<string, CatalogueFunction>>;
  /** Compiled tasks; shape owned by engine/plan.ts. */
  readonly root: JsonObject;
}

/** Facts of a run that expressions see as `$workflow` and `$runtime`, given by the driver. Times in epoch milliseconds. */
export interface RunFacts {
  readonly runId: string;
  readonly startedAtMs: number;
  /** Version of the interpreter that the run was started with. */
  readonly engineVersion: string;
  /** Revision of what expressions mean (engine/expression); 1 when absent, as for runs that began before there were several. */
  readonly expressions?: number;
  /** The driver can carry out many calls of a loop in one activity. Runs that began before that have none. */
  readonly hasChunks?: boolean;
}

/** Identity of one visit of a step: `pointer` plus the counters of all enclosing loops and jumps, and the retry attempt. */
export interface StepVisit {
  /** JSON pointer of the task in the document, such as /do/0/collect or /do/2/push/try/0/apply. */
  readonly pointer: string;
  readonly name: string;
  /** Counters of enclosing loops and jump targets, outermost first, joined with dots; "0" when there is none. */
  readonly visit: string;
  /** 1 for the first try inside an enclosing try/retry. */
  readonly attempt: number;
}

/** Events that may matter to a listen task, for whoever hands them out: the machine itself judges each. */
export interface EventRoute {
  /** Exact CloudEvents type; null when it is not known before the event. */
  readonly type: string | null;
  /** Expressions over the event and the canonical JSON each must give. */
  readonly keys: ReadonlyArray<{ readonly from: string; readonly value: string }>;
}

/** One call of a loop that goes out with others. */
export interface ItemCall {
  readonly visit: string;
  readonly input: Json;
}

/**
 * Calls of a loop whose rounds do not depend on each other, to be carried out one after the other up to the first that fails. Answered as
 * one call, with a ChunkResult as output. `step` is the first of them; whoever carries them out writes their lines of the timeline,
 * numbered from `sequence` on.
 */
export interface CallItemsCommand {
  readonly kind: 'callItems';
  readonly commandId: string;
  readonly step: StepVisit;
  readonly function: string;
  readonly items: readonly ItemCall[];
  readonly sequence: number;
  readonly deadlineAtMs?: number;
}

/** What came of a chunk: calls that completed, the output of the last of them, and the error of the one after. */
export interface ChunkResult {
  readonly done: number;
  readonly output: Json;
  readonly error?: FlowError;
}

/** What the machine asks the driver to do. `commandId` is unique in the run and stable under replay. */
export type Command =
  | {
      readonly kind: 'callFunction';
      readonly commandId: string;
      readonly step: StepVisit;
      /** Key into plan.functions, `name:version`. */
      readonly function: string;
      readonly input: Json;
      /** Absolute instant after which the machine itself gives up (it also starts a timer); a hint for the activity. */
      readonly deadlineAtMs?: number;
      /** The run does not wait for the end: answered as soon as the call is under way, which then outlives the run. */
      readonly isDetached?: true;
    }
  | CallItemsCommand
  | {
      readonly kind: 'startTimer';
      readonly commandId: string;
      readonly step: StepVisit;
      readonly dueAtMs: number;
    }
  | {
      readonly kind: 'awaitEvent';
      readonly commandId: string;
      readonly step: StepVisit;
      readonly routes: readonly EventRoute[];
    }
  | {
      readonly kind: 'emitEvent';
      readonly commandId: string;
      readonly step: StepVisit;
      readonly event: JsonObject;
    }
  | {
      readonly kind: 'runWorkflow';
      readonly commandId: string;
      readonly step: StepVisit;
      readonly flow: { readonly namespace: string; readonly name: string; readonly version: string };
      readonly input: Json;
      readonly awaitResult: boolean;
    }
  /** Cancels an open command (call, timer, wait, sub-flow) by its id. */
  | { readonly kind: 'cancel'; readonly commandId: string }
  | { readonly kind: 'complete'; readonly output: Json }
  | { readonly kind: 'fail'; readonly error: FlowError }
  | { readonly kind: 'cancelled'; readonly by: string; readonly reason: string };

/** What the driver tells the machine. `atMs` is run time in epoch milliseconds and never goes backwards. */
export type MachineEvent =
  | {
      readonly kind: 'callCompleted';
      readonly commandId: string;
      readonly output: Json;
      readonly atMs: number;
    }
  | {
      readonly kind: 'callFailed';
      readonly commandId: string;
      readonly error: FlowError;
      readonly atMs: number;
    }
  /** A cancelled call has come to rest (a push has rolled back, a prompt is closed). */
  | {
      readonly kind: 'callCancelled';
      readonly commandId: string;
      readonly output?: Json;
      readonly atMs: number;
    }
  | { readonly kind: 'timerFired'; readonly commandId: string; readonly atMs: number }
  | {
      readonly kind: 'eventReceived';
      readonly commandId: string;
      readonly event: JsonObject;
      readonly atMs: number;
    }
  | { readonly kind: 'cancelRequested'; readonly by: string; readonly reason: string; readonly atMs: number };

/** Status words shared by rehearsal, timeline and pages. */
export type StepStatus = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'skipped';

/** One line of the run timeline. Emitted by the machine for every step, also for pure ones, which cost no history. */
export interface StepRecord {
  /** Position in the run, from 1: the order the timeline is shown in. No gaps, except for the calls of chunks, which others write. */
  readonly sequence: number;
  readonly step: StepVisit;
  /** Task kind: do, set, switch, for, fork, try, raise, wait, listen, emit, call, run. */
  readonly task: string;
  /** `name:version` for a call. */
  readonly function?: string;
  readonly status: StepStatus;
  readonly atMs: number;
  readonly startedAtMs: number;
  readonly input?: Json;
  readonly output?: Json;
  /**
   * What the world answered, where `output` does not say it: the result of a call before `output.as`, the events a listen task took
   * whole. With it the step can be answered again as it was then.
   */
  readonly answer?: Json;
  readonly error?: FlowError;
}

/** Serialisable at every boundary; carried over continue-as-new. Shape owned by engine/machine. */
export interface MachineState {
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled';
  /** Ids of commands the machine waits for. Empty only when the run is over. */
  readonly open: readonly string[];
  readonly data: JsonObject;
}

/** Result of one turn of the machine. */
export interface Transition {
  readonly state: MachineState;
  readonly commands: readonly Command[];
  readonly records: readonly StepRecord[];
}
