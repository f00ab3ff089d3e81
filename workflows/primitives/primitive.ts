import type { Json } from '../../domain/json.ts';
import type { CallContext } from '../../steps/define-step.ts';
import type { PrimitiveState } from '../messages.ts';

/** What a primitive is given: its input, a place for its state, and a way to mark activities that must drain. */
export interface PrimitiveCall {
  readonly context: CallContext;
  readonly input: Json;
  state(): PrimitiveState | undefined;
  save(state: PrimitiveState): void;
  /** Says that only time or a person moves it now: the run shows as waiting. */
  waiting(): void;
  /** Runs an activity; the run does not continue as new while one is in flight. */
  inFlight<T>(work: () => Promise<T>): Promise<T>;
}
