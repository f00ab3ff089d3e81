import { defaultSinks, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { CallContext } from '../../steps/define-step.ts';
import type { ToldTurn } from './trace.ts';
import type { Turned } from './traced-engine.ts';
import { soakActivities } from './world.ts';

/** What a worker of the soak reports. */
export interface SoakEars {
  turned(told: ToldTurn): void;
  called(context: CallContext): void;
}

const silent = (): void => undefined;
const SILENT = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
let isQuiet = false;

/** One runtime per process, without lines of its own. */
export function quietRuntime(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    logger: SILENT,
  });
}

/** The interpreter on a queue of its own, keeping `cached` runs in memory: 0 replays every run from its start at every task. */
export function createSoakFlows(
  connection: NativeConnection,
  options: { readonly bundlePath: string; readonly taskQueue: string; readonly cached: 0 | 1 },
  ears: SoakEars,
): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue: options.taskQueue,
    workflowBundle: { codePath: options.bundlePath },
    maxCachedWorkflows: options.cached,
    // With its only place taken a worker does not ask for further tasks of its own: they must soon be anybody's.
    stickyQueueScheduleToStartTimeout: '100 milliseconds',
    sinks: {
      ...defaultSinks(),
      timeline: { write: { fn: silent } },
      trace: {
        turned: {
          fn: (
            { workflowId, runId }: { workflowId: string; runId: string },
            turn: Turned,
            isReplaying: boolean,
          ) => ears.turned({ workflowId, executionId: runId, turn, isReplaying }),
          callDuringReplay: true,
        },
      },
    },
  });
}

/** The steps and the driver's own activities. */
export function createSoakSteps(connection: NativeConnection, ears: SoakEars): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue: 'ops',
    activities: soakActivities((context) => ears.called(context)),
  });
}
