import { Context } from '@temporalio/activity';
import { createProcessActivity } from '../activities/scripts/process-activity.ts';
import type { WorkerParts } from './create-worker.ts';

/** `run: script` and `run: shell` of a worker: the switch of the installation is asked each time. */
export function createProcesses({ records }: Pick<WorkerParts, 'records'>) {
  return {
    runProcess: createProcessActivity({
      areScriptsOn: async () => (await records.switches.read('scripts')).isOn,
      currentTask: () => {
        const context = Context.current();
        return { heartbeat: () => context.heartbeat(), signal: context.cancellationSignal };
      },
    }),
  };
}
