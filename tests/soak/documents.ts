import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, WorkflowFailedError } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { Random } from '../../engine/testing/random.ts';
import type { Command, Plan } from '../../engine/types.ts';
import { createSoakFlows, createSoakSteps, quietRuntime } from './soak-workers.ts';
import { commandsOf, differencesFromPure, Trace } from './trace.ts';
import { bundleTraced } from './traced-bundle.ts';
import { innerPlan, soakInput, soakPlan, stepsOf } from './world.ts';

/** What running random flows on Temporal came to. */
export interface SoakReport {
  readonly documents: number;
  readonly turns: number;
  /** Turns computed again by replays; every one was the same. */
  readonly repeats: number;
  readonly executions: number;
  readonly subFlows: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

/** A random flow that is run on Temporal. */
export interface SoakRun {
  readonly seed: number;
  readonly workflowId: string;
  readonly plan: Plan;
}

const AT_ONCE = 8;

/** Which random flows are run. */
export interface SoakChoice {
  readonly first: number;
  readonly count: number;
  /** Most tasks of a flow. */
  readonly tasks: number;
  /** Commands the pure machine gives at least, and at most, when no event comes: shorter flows prove little. */
  readonly steps: readonly [number, number];
}

/** The runs of the next seeds that are as long as asked for. */
export async function soakRuns({
  first,
  count,
  tasks,
  steps: [least, most],
}: SoakChoice): Promise<SoakRun[]> {
  const tag = randomUUID().slice(0, 8);
  const runs: SoakRun[] = [];
  for (let seed = first; runs.length < count; seed += 1) {
    const plan = soakPlan(seed, tasks);
    const workflowId = `soak-${tag}-${seed}`;
    const steps = await stepsOf(plan, workflowId);
    if (steps >= least && steps <= most) runs.push({ seed, workflowId, plan });
  }
  return runs;
}

/** How slowly a run may go on. Milliseconds. */
export interface SoakPace {
  readonly longestMs: number;
  /** A run that is cancelled is cancelled within this time of its start. */
  readonly cancelWithinMs: number;
  /** When the server hands a task of a lost worker out again. */
  readonly taskTimeoutMs: number;
}

const PACE: SoakPace = { longestMs: 120_000, cancelWithinMs: 300, taskTimeoutMs: 10_000 };

/** Starts a run and waits for its end; some are cancelled on the way. Returns how it ended, or rejects when it does not in time. */
export async function driveRun(
  client: Client,
  taskQueue: string,
  run: SoakRun,
  { longestMs, cancelWithinMs, taskTimeoutMs }: SoakPace = PACE,
): Promise<'ok' | 'failed'> {
  const handle = await client.workflow.start('runFlow', {
    taskQueue,
    workflowId: run.workflowId,
    workflowTaskTimeout: taskTimeoutMs,
    args: [soakInput(run.workflowId, run.plan)],
  });
  const random = new Random(run.seed + 99);
  const timers: NodeJS.Timeout[] = [];
  if (random.chance(0.15)) {
    const cancel = (): void =>
      void handle.signal('cancelRun', { by: 'soak', reason: 'enough' }).catch(() => undefined);
    timers.push(setTimeout(cancel, random.below(cancelWithinMs)));
  }
  const late = new Promise<never>((_, reject) => {
    timers.push(
      setTimeout(() => reject(new Error(`${run.workflowId} (seed ${run.seed}) does not end`)), longestMs),
    );
  });
  try {
    await Promise.race([handle.result(), late]);
    return 'ok';
  } catch (error) {
    if (error instanceof WorkflowFailedError) return 'failed';
    throw error;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Holds the traces of finished runs, sub-flows included, against the pure machine and against what was carried out. */
export function judge(
  trace: Trace,
  runs: readonly SoakRun[],
  calls?: ReadonlyMap<string, number>,
): SoakReport {
  const plans = new Map(runs.map(({ workflowId, plan }) => [workflowId, plan]));
  const faults = [...trace.faults];
  const ends: Record<string, number> = {};
  const wanted = new Set<string>();
  const ids = trace.workflowIds();
  let turns = 0;
  let executions = 0;
  for (const { workflowId } of runs)
    if (!ids.includes(workflowId)) faults.push(`${workflowId} left no trace`);
  for (const workflowId of ids) {
    const turned = trace.turnsOf(workflowId);
    const isTop = plans.has(workflowId);
    turns += turned.length;
    executions += trace.executionsOf(workflowId);
    const commands = commandsOf(turned);
    for (const command of commands)
      for (const identity of identitiesOf(workflowId, command)) wanted.add(identity);
    const end = commands.at(-1)?.kind ?? 'none';
    if (isTop) ends[end] = (ends[end] ?? 0) + 1;
    // A sub-flow that nobody waits for may still be under way.
    if (!isTop && !['complete', 'fail', 'cancelled'].includes(end)) continue;
    const found = differencesFromPure(plans.get(workflowId) ?? innerPlan, turned);
    faults.push(...found.map((what) => `${workflowId}: ${what}`));
  }
  for (const [identity, times] of calls ?? []) {
    if (!wanted.has(identity)) faults.push(`${identity} was carried out and never commanded`);
    if (times > 1) faults.push(`${identity} was carried out ${times} times`);
  }
  const subFlows = ids.length - runs.length;
  return { documents: runs.length, turns, repeats: trace.repeats, executions, subFlows, ends, faults };
}

function identitiesOf(workflowId: string, command: Command): string[] {
  if (command.kind !== 'callFunction' && command.kind !== 'callItems') return [];
  const { pointer, visit, attempt } = command.step;
  const visits = command.kind === 'callItems' ? command.items.map((item) => item.visit) : [visit];
  return visits.map((each) => callIdentity({ runId: workflowId, pointer, visit: each, attempt }));
}

/** What a call is known by. */
export function callIdentity(of: { runId: string; pointer: string; visit: string; attempt: number }): string {
  return `${of.runId} ${of.pointer} ${of.visit} ${of.attempt}`;
}

/** Runs random flows with workers of this process, half of them with no run kept in memory and half with one. */
export async function soakDocuments(address: string, choice: SoakChoice): Promise<SoakReport> {
  quietRuntime();
  const folder = mkdtempSync(join(tmpdir(), 'afterbell-soak-'));
  const bundlePath = join(folder, 'traced.js');
  await bundleTraced(bundlePath);
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const trace = new Trace();
  const calls = new Map<string, number>();
  const ears = {
    turned: (told: Parameters<Trace['tell']>[0]) => trace.tell(told),
    called: (context: Parameters<typeof callIdentity>[0]) => {
      const identity = callIdentity(context);
      calls.set(identity, (calls.get(identity) ?? 0) + 1);
    },
  };
  const tag = randomUUID().slice(0, 8);
  const queueOf = (cached: 0 | 1): string => `soak-${tag}-${cached}`;
  const workers = [
    await createSoakFlows(connection, { bundlePath, taskQueue: queueOf(0), cached: 0 }, ears),
    await createSoakFlows(connection, { bundlePath, taskQueue: queueOf(1), cached: 1 }, ears),
    await createSoakSteps(connection, ears),
  ];
  const working = Promise.all(workers.map((worker) => worker.run()));
  const runs = await soakRuns(choice);
  try {
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < runs.length; at = next++) {
        const run = runs[at];
        if (run !== undefined) await driveRun(client, queueOf(at % 2 === 0 ? 0 : 1), run);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return judge(trace, runs, calls);
  } finally {
    for (const worker of workers) worker.shutdown();
    await working;
    await connection.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
