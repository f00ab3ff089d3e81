import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Json } from '../domain/json.ts';
import type { CallItemsCommand, FunctionRun } from '../engine/types.ts';
import type { CallContext, ChunkCall, StepCall } from '../steps/define-step.ts';
import type { RunContext } from './messages.ts';

/** How a function that is an activity is run. */
export type ActivityRun = Extract<FunctionRun, { kind: 'activity' }>;
type StepActivity = (call: StepCall<Json>) => Promise<Json>;

const LOCAL_RETRY_THRESHOLD_MS = 10_000;

/** Carries out an activity step on the queue its definition names. */
export function callActivity(
  run: ActivityRun,
  netZone: string,
  context: CallContext,
  input: Json,
): Promise<Json> {
  const activities: Record<string, StepActivity> =
    run.local === true ? localActivities(run) : proxyActivities(optionsOf(run, netZone));
  const activity = activities[run.activity];
  if (activity === undefined) throw new Error(`no activity ${run.activity}`);
  return activity({ context, input });
}

const LONGEST_CHUNK_MS = 6 * 60 * 60 * 1000;
const BEAT_GRACE_MS = 10_000;

/** Carries out many calls of a loop in one activity, which says after each that it goes on. */
export function callInChunk(
  run: ActivityRun,
  { netZone, isTimelineOn }: RunContext,
  context: CallContext,
  { function: name, items, sequence, step }: CallItemsCommand,
): Promise<Json> {
  const { taskQueue, ...options } = optionsOf(run, netZone);
  const { callItems } = proxyActivities<{ callItems(call: ChunkCall): Promise<Json> }>({
    ...options,
    // Short local steps are carried by the worker of the run itself.
    ...(run.local === true || taskQueue === undefined ? {} : { taskQueue }),
    startToCloseTimeout: Math.min(run.startToCloseMs * items.length, LONGEST_CHUNK_MS),
    heartbeatTimeout: run.startToCloseMs + BEAT_GRACE_MS,
  });
  const { maximumAttempts } = run;
  const stepName = step.name;
  return callItems({
    context,
    activity: run.activity,
    function: name,
    stepName,
    items,
    sequence,
    maximumAttempts,
    isTimelineOn,
  });
}

function localActivities(run: ActivityRun): Record<string, StepActivity> {
  return proxyLocalActivities({
    startToCloseTimeout: run.startToCloseMs,
    localRetryThreshold: LOCAL_RETRY_THRESHOLD_MS,
    retry: retryOf(run),
  });
}

function optionsOf(run: ActivityRun, netZone: string): ActivityOptions {
  return {
    taskQueue: run.queue === 'net' ? `net-${netZone}` : run.queue,
    startToCloseTimeout: run.startToCloseMs,
    ...(run.heartbeatMs === undefined ? {} : { heartbeatTimeout: run.heartbeatMs }),
    // A push that is cancelled rolls back first; the run must not go on before it has come to rest.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { ...retryOf(run), initialInterval: 1_000, maximumInterval: 30_000 },
  };
}

/** 0 means without limit in a plan; the SDK says that by leaving the number out. */
function retryOf({ maximumAttempts }: ActivityRun): { maximumAttempts?: number } {
  return maximumAttempts === 0 ? {} : { maximumAttempts };
}
