import type { Static, TSchema } from 'typebox';
import type { Json } from '../domain/json.ts';
import type { FunctionRun, ItemCall } from '../engine/types.ts';

/** A text in both languages of the product. Chinese is written first, by meaning. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** Metadata every input field carries in its schema under `x-field`: the form is generated from it. */
export interface FieldMetadata {
  readonly label: Words;
  readonly help: Words;
  /** Required where the value is a number. */
  readonly unit?: Words;
  readonly placeholder?: string;
  readonly secret?: boolean;
  readonly widget?:
    | 'text'
    | 'textarea'
    | 'json'
    | 'people'
    | 'device'
    | 'window'
    | 'duration'
    | 'select'
    | 'switch'
    | 'number';
}

/** Step groups: one per domain of the product plus `general`. */
export type StepGroup =
  | 'approval'
  | 'calendar'
  | 'network'
  | 'reconciliation'
  | 'healing'
  | 'outreach'
  | 'access'
  | 'watch'
  | 'general';

/** What a simulator may know in a rehearsal: virtual time, no I/O. */
export interface SimulationContext {
  readonly nowMs: number;
  readonly pointer: string;
}

/**
 * A step type: everything the product knows of it, in one file. Palette, form, publish-time validation, OpenAPI, docs page
 * and the activity signature are derived from it.
 */
export interface StepDefinition<Input extends TSchema = TSchema, Output extends TSchema = TSchema> {
  /** Kebab-case; equals the file name. */
  readonly type: string;
  readonly version: string;
  readonly title: Words;
  /** What it does, in the operator's words; one or two sentences. */
  readonly help: Words;
  readonly icon: string;
  readonly group: StepGroup;
  readonly input: Input;
  readonly output: Output;
  /** Effect class (K keyed, R readable, N neither); `none` for a step that changes nothing outside. */
  readonly effect: 'K' | 'R' | 'N' | 'none';
  readonly run: FunctionRun;
  /** Permission a publisher needs to use this step in a flow; null when none. */
  readonly permission: string | null;
  readonly controlled: boolean;
  /** Answer in a rehearsal: deterministic, from the input alone. */
  readonly simulate: (input: Static<Input>, context: SimulationContext) => Static<Output>;
  readonly examples: ReadonlyArray<{ readonly title: Words; readonly input: Static<Input> }>;
  /** Pure migrations of `with` from older versions, newest last. */
  readonly migrations: ReadonlyArray<{ readonly from: string; readonly migrate: (input: Json) => Json }>;
}

/** Keeps the literal types of a definition; checks it against the contract at compile time. */
export function defineStep<
  const Input extends TSchema,
  const Output extends TSchema,
  const Run extends FunctionRun,
>(
  definition: StepDefinition<Input, Output> & { readonly run: Run },
): StepDefinition<Input, Output> & { readonly run: Run } {
  return definition;
}

/** Schema options with the field metadata: `Type.String(field({ label, help }))`. */
export function field(metadata: FieldMetadata): { 'x-field': FieldMetadata } {
  return { 'x-field': metadata };
}

/** Who and where a call comes from; every activity of a step receives it beside its input. */
export interface CallContext {
  readonly runId: string;
  readonly flowName: string;
  readonly planHash: string;
  /** Clear business key of the run. */
  readonly businessKey: string;
  /** Person or token that asked for the run; approvals exclude it. */
  readonly requestedBy: string;
  /** Person who published the flow version; approvals exclude it too. */
  readonly authoredBy: string;
  readonly pointer: string;
  readonly visit: string;
  readonly attempt: number;
  readonly commandId: string;
}

/** Argument of every step activity. */
export interface StepCall<Input> {
  readonly context: CallContext;
  readonly input: Input;
}

/** Argument of the activity that carries out many calls of a loop, one after the other. `context` is that of the first. */
export interface ChunkCall {
  readonly context: CallContext;
  /** Name of the step's activity. */
  readonly activity: string;
  /** `name:version` of the step, for the timeline. */
  readonly function: string;
  readonly stepName: string;
  readonly items: readonly ItemCall[];
  /** Position in the run of the first line of the timeline. */
  readonly sequence: number;
  readonly maximumAttempts: number;
  readonly isTimelineOn: boolean;
}
