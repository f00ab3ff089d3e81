import type { Json } from '../domain/json.ts';
import type { CallContext } from '../steps/define-step.ts';
import { type ActivityRun, callActivity } from './calls.ts';

/** A call that its run does not wait for. */
export interface DetachedCall {
  readonly run: ActivityRun;
  readonly netZone: string;
  readonly context: CallContext;
  readonly input: Json;
}

/** Carries out one call on its own. How it ends is kept here and in the attempts of the step; the run has gone on. */
export function callDetached({ run, netZone, context, input }: DetachedCall): Promise<Json> {
  return callActivity(run, netZone, context, input);
}
