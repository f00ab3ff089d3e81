import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { createFlowClient } from '../../api/temporal-client.ts';
import { type Config, loadConfig } from '../../platform/config.ts';
import { dataConverter } from '../../platform/data-converter.ts';
import { type Keys, loadKeys } from '../../platform/keys.ts';
import { createLogger } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { openRecords } from '../../prisma/records/index.ts';
import type { FlowVersionRow, Records, RunRow } from '../../prisma/records/types.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { createFlowsWorker } from '../../worker/create-worker.ts';
import { TimelineWriter } from '../../worker/timeline-writer.ts';
import { memoryPayloads } from '../support/memory-payloads.ts';
import type { Runner } from './measure.ts';
import { type BenchServers, NAMESPACE } from './servers.ts';
import type { Workload } from './workloads.ts';

/** One way to run a workload; `prepare` makes what must exist before the clock starts. */
export interface Side {
  prepare(workload: Workload, flows: number): Promise<Runner>;
  /** Length of the history of the newest flow. */
  historyLength(): Promise<number>;
}

/** Sides with their workers running. */
export interface OpenSides<Name extends string> {
  readonly sides: Readonly<Record<Name, Side>>;
  close(): Promise<void>;
}

/** What every side shares: keys and one prebuilt bundle of the hand-written workflows. */
export interface Shared {
  readonly config: Config;
  readonly keys: Keys;
  readonly handWrittenBundle: string;
}

const noop = async (call: { readonly input: unknown }): Promise<unknown> => call.input;
const HAND_WRITTEN = fileURLToPath(new URL('./hand-written.ts', import.meta.url));
const silent = (): void => undefined;
const QUIET = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const ACCEPT_AT_ONCE = 20;

/** Makes the keys and bundles the hand-written workflows. */
export async function openShared(servers: BenchServers): Promise<Shared> {
  const config = loadConfig({
    AFTERBELL_HOME: servers.folder,
    AFTERBELL_DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.address(),
    TEMPORAL_NAMESPACE: NAMESPACE,
    AFTERBELL_LOG_LEVEL: 'warn',
  });
  const keys = loadKeys(config.paths.masterKeyFile, { create: true });
  const { code } = await bundleWorkflowCode({ workflowsPath: HAND_WRITTEN, logger: QUIET });
  const handWrittenBundle = join(servers.folder, 'hand-written.js');
  writeFileSync(handWrittenBundle, code);
  return { config, keys, handWrittenBundle };
}

/** Ours with and without timeline, and the hand-written workflow tuned alike, on one shared connection. */
export async function openTunedSides(shared: Shared): Promise<OpenSides<'A' | 'A0' | 'B'>> {
  const { config, keys } = shared;
  const connection = await NativeConnection.connect({
    address: config.temporalAddress,
    grpcCompression: { codec: 'none' },
  });
  const records = openRecords(config.databaseUrl ?? '');
  const converter = dataConverter(keys, records.evidence);
  const client = new Client({ connection, namespace: NAMESPACE, dataConverter: converter });
  const log = createLogger('bench', config.logLevel);
  const timeline = new TimelineWriter(records.timeline, log);
  const metrics = createMetrics('bench');
  const parts = { config, keys, records, log, metrics, tracing: undefined, connection, timeline };
  const ours = await createFlowsWorker(parts, await workflowBundle(config.paths.cache), { noop });
  const tuned = await Worker.create({
    connection,
    namespace: NAMESPACE,
    dataConverter: converter,
    taskQueue: 'hand-written-tuned',
    workflowBundle: { codePath: shared.handWrittenBundle },
    activities: { noop },
    maxCachedWorkflows: config.cachedRuns,
    maxConcurrentWorkflowTaskExecutions: 60,
    maxConcurrentActivityTaskExecutions: 200,
    stickyQueueScheduleToStartTimeout: '3 seconds',
  });
  const work = Promise.all([ours.run(), tuned.run()]);
  return {
    sides: {
      A: ourSide(client, keys, records, timeline, true),
      A0: ourSide(client, keys, records, timeline, false),
      B: handWrittenSide(client, 'hand-written-tuned', 'Tuned', true),
    },
    close: async () => {
      for (const worker of [ours, tuned]) worker.shutdown();
      await work;
      await timeline.flush();
      await records.close();
      await connection.close();
    },
  };
}

/** The hand-written workflow as the SDK comes: normal activity, no eager start, default compression, own client connection. */
export async function openDefaultSide(shared: Shared): Promise<OpenSides<'plain'>> {
  const { config, keys, handWrittenBundle } = shared;
  const address = config.temporalAddress;
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  // Nothing here is large enough to be stored.
  const converter = dataConverter(keys, memoryPayloads());
  const worker = await Worker.create({
    connection: native,
    namespace: NAMESPACE,
    dataConverter: converter,
    taskQueue: 'hand-written-plain',
    workflowBundle: { codePath: handWrittenBundle },
    activities: { noop },
  });
  const work = worker.run();
  const client = new Client({ connection, namespace: NAMESPACE, dataConverter: converter });
  return {
    sides: { plain: handWrittenSide(client, 'hand-written-plain', 'Default', false) },
    close: async () => {
      worker.shutdown();
      await work;
      await connection.close();
      await native.close();
    },
  };
}

function handWrittenSide(
  client: Client,
  taskQueue: string,
  suffix: 'Tuned' | 'Default',
  eager: boolean,
): Side {
  let newest = '';
  return {
    prepare: async (workload) => ({
      run: async () => {
        const workflowId = `hand-${randomUUID()}`;
        newest = workflowId;
        const handle = await client.workflow.start(
          `${workload.name === 'W1' ? 'branch' : 'chain'}${suffix}`,
          {
            taskQueue,
            workflowId,
            args: [workload.input],
            ...(eager ? { requestEagerStart: true } : {}),
          },
        );
        await handle.result();
      },
      settle: async () => undefined,
    }),
    historyLength: async () => (await client.workflow.getHandle(newest).describe()).historyLength,
  };
}

function ourSide(
  client: Client,
  keys: Keys,
  records: Records,
  timeline: TimelineWriter,
  isTimelineOn: boolean,
): Side {
  const flowClient = createFlowClient(client, keys, 'bench', { eager: true, isTimelineOn });
  let newest: RunRow | undefined;
  return {
    prepare: async (workload, flows) => {
      const runs = await acceptRuns(records, workload, flows);
      const version = versionOf(workload);
      return {
        run: async (index) => {
          const run = runs[index];
          if (run === undefined) throw new Error(`no run ${index}`);
          newest = run;
          await flowClient.startRun(run, version);
          await client.workflow.getHandle(run.workflowId).result();
        },
        settle: async () => {
          await timeline.flush();
          if (isTimelineOn && newest !== undefined) await checkTimeline(records, newest.runId, workload);
        },
      };
    },
    historyLength: async () =>
      (await client.workflow.getHandle(newest?.workflowId ?? '').describe()).historyLength,
  };
}

/** The rows the API writes when it accepts a run: before the clock, since the hand-written side has no such request. */
async function acceptRuns(records: Records, workload: Workload, flows: number): Promise<RunRow[]> {
  const runs: RunRow[] = [];
  const { plan, input } = workload;
  for (let from = 0; from < flows; from += ACCEPT_AT_ONCE) {
    const chunk = Array.from({ length: Math.min(ACCEPT_AT_ONCE, flows - from) }, async () => {
      const runId = randomUUID();
      const { run } = await records.runs.accept({
        runId,
        workflowId: `run-${randomUUID().replaceAll('-', '')}`,
        flowVersionId: `bench-${workload.name}`,
        flowName: plan.document.name,
        flowVersion: plan.document.version,
        planHash: plan.hash,
        businessKey: runId,
        input,
        requestedBy: 'token:bench',
        authoredBy: 'bench',
      });
      return run;
    });
    runs.push(...(await Promise.all(chunk)));
  }
  return runs;
}

async function checkTimeline(records: Records, runId: string, workload: Workload): Promise<void> {
  const steps = await records.timeline.steps(runId);
  const run = await records.runs.find(runId);
  const done = steps.filter(({ task, status }) => task === 'call' && status === 'completed').length;
  if (done !== workload.steps || run?.status !== 'completed')
    throw new Error(`the timeline of run ${runId} has ${done} finished steps, its run is ${run?.status}`);
}

function versionOf({ name, plan }: Workload): FlowVersionRow {
  return {
    flowVersionId: `bench-${name}`,
    namespace: plan.document.namespace,
    flowName: plan.document.name,
    version: plan.document.version,
    title: name,
    source: '',
    documentHash: plan.hash,
    planHash: plan.hash,
    plan,
    publishedBy: 'bench',
    publishedAt: new Date(0),
    comment: '',
    origin: 'shipped',
    approvedBy: null,
    submissionId: null,
  };
}
