import type { JsonObject } from '../domain/json.ts';

/** An event a run has taken, and the listen task that took it. */
export interface TakenEvent {
  readonly event: string;
  readonly commandId: string;
}

/** Far above what one run hears before it ends; older ones were taken long before any listen task that is open now. */
const KEPT = 2_000;

/** Which events a run has taken. Events are offered at least once, so a repeat must find that it was here before. */
export class HeardEvents {
  private taken: TakenEvent[];

  constructor(taken: readonly TakenEvent[] = []) {
    this.taken = [...taken];
  }

  /** True when no listen task of the run has taken the event yet: several that wait at the same time may all take it. */
  isNew(event: JsonObject): boolean {
    const key = keyOf(event);
    return !this.taken.some((entry) => entry.event === key);
  }

  /** True when this listen task has taken the event. */
  has(event: JsonObject, commandId: string): boolean {
    const key = keyOf(event);
    return this.taken.some((entry) => entry.event === key && entry.commandId === commandId);
  }

  take(event: JsonObject, commandId: string): void {
    this.taken = [...this.taken, { event: keyOf(event), commandId }].slice(-KEPT);
  }

  /** For the next execution of the run. */
  list(): readonly TakenEvent[] {
    return this.taken;
  }
}

function keyOf(event: JsonObject): string {
  return JSON.stringify([event['source'] ?? '', event['id'] ?? '']);
}
