import { type AppDependencies, FlowEngineUnavailable } from './dependencies.ts';
import { tryStart } from './accept-run.ts';

const BATCH = 50;

/**
 * Delivers what was recorded while the engine was away: starts accepted runs and repeats decisions and moves of
 * approvals until the run has acknowledged them. One pass; returns how much was delivered. Safe to run in several processes: both deliveries are idempotent.
 */
export async function relayOnce(deps: AppDependencies): Promise<{ started: number; decided: number }> {
  return { started: await startAccepted(deps), decided: await repeatDecisions(deps) };
}

/** Runs `relayOnce` every `everyMs` until `stop` is called; a failing pass is logged and tried again. */
export function startRelay(deps: AppDependencies, everyMs: number): { stop: () => Promise<void> } {
  let stopped = false;
  let pass: Promise<unknown> = Promise.resolve();
  const tick = (): void => {
    pass = relayOnce(deps)
      .catch((error: unknown) => deps.log.warn({ err: error }, 'relay pass failed'))
      .finally(() => {
        if (!stopped) timer = setTimeout(tick, everyMs);
      });
  };
  let timer = setTimeout(tick, everyMs);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await pass;
    },
  };
}

async function startAccepted(deps: AppDependencies): Promise<number> {
  let started = 0;
  for (const run of await deps.records.runs.unstarted(BATCH)) {
    const version = await deps.records.flows.byId(run.flowVersionId);
    if (version === undefined) continue;
    const restart = await deps.records.restarts.startOf(run.runId);
    if (!(await tryStart(deps, run, version, restart))) return started;
    started += 1;
  }
  return started;
}

async function repeatDecisions(deps: AppDependencies): Promise<number> {
  let told = 0;
  for (const pending of await deps.records.approvals.unacknowledged(BATCH)) {
    try {
      await deps.flowClient.tellApproval(pending);
    } catch (error) {
      if (error instanceof FlowEngineUnavailable) return told;
      throw error;
    }
    await deps.records.approvals.acknowledge(pending.event.eventId, new Date(deps.clock()));
    told += 1;
  }
  return told;
}
